"""Ages in a comment that are so high that they can name somebody."""

import re

_HIGH = r"(?:9\d|1[01]\d)"
_GROUP = re.compile(
    r"(?:over|above|beyond|under|below|than|to|until|till|and|least|most|>|<|≥|≤|=)\s?(?:the\s)?(?:age\s)?(?:of\s)?$"
)
_AGE = re.compile(
    rf"(?<![\d.,/-]){_HIGH}\s?-?\s?(?:years?\b|yrs?\b|y\.?\s?/?\s?o\b|y\b|jährig\w{{0,3}}|ans\b)"
    rf"|\bage[ds]?\s(?:of\s)?{_HIGH}\b(?!\s?[%/-]|[.,]\d)"
    # 95 and more before an F may be degrees Fahrenheit.
    r"|(?<![\d.,/-])(?:9[0-4][mf]|9[5-9]m)\b"
    r"|\b(?:patient|eldest|oldest|lady|gentleman|man|woman|mother|father|she|he)"
    rf"(?:\s(?:on|of|in|with|here|so|far|this|it|mine|ours|my|the|practice|drug|who)){{0,5}}\s(?:is|was|turned)\s{_HIGH}"
    r"(?=\s?(?:[.,;!)](?!\d)|$|and\b|now\b|but\b))"
    r"|\b(?:ninety|hundred)(?:[\s-](?:and\s)?(?:one|two|three|four|five|six|seven|eight|nine))?[\s-]years?[\s-]old",
    re.IGNORECASE,
)


def has_age_over_89(text: str) -> bool:
    """Whether somebody is said to be 90 or older; limits of groups, such as "over 90 years", are nobody's age.

    Takes a text that `plain` has made plain.
    """
    return any(not _GROUP.search(text, max(0, found.start() - 25), found.start()) for found in _AGE.finditer(text))

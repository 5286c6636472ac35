"""Numbers of records, insurances, accounts and licences in a comment."""

import re

FEWEST_DIGITS = 4
"""Shorter numbers are not worth holding a comment for: they name nobody outside of one ward."""

_NUMBER_WORD = r"(?:\s?(?:no\b\.?|nos\b\.?|nr\b\.?|number|num\b\.?|id\b|identifier|#|№))"
_NUMBER = r"[\s:.=#-]{0,4}(?:is\s)?([A-Z]{0,4}[/-]?\d(?:\s\d|[/-]?[0-9A-Z]){2,20})"
_LABELLED = re.compile(
    r"\b(?:(?:mrn|ssn|ss#|medical record|social security|nhs number|nhs no\b|patient id|ref\b|reference\b|member id"
    r"|subscriber id)" + _NUMBER_WORD + r"?|(?:patient|chart|case|file|record|claim|policy|insurance|hospital"
    r"|account|acct|member|subscriber|group|medicare|medicaid|chi|health card|hosp|hospital unit|accession|specimen"
    r"|passport|licen[cs]e|serial|device|admission|encounter"
    r"|prescription|versicherten|npi|dea)" + _NUMBER_WORD + r")" + _NUMBER,
    re.IGNORECASE,
)
_SOCIAL_SECURITY = re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])")


def without_record_numbers(text: str) -> str:
    """The text with a blank in place of each such number: the same text if there is none.

    Known by a word before it, or by the shape of a Social Security number. Takes a text that `plain` has made plain.
    """
    return _LABELLED.sub(_blank_if_long, _SOCIAL_SECURITY.sub(" ", text))


def _blank_if_long(found: re.Match[str]) -> str:
    digits = sum(character.isdecimal() for character in found[1])
    return " " if digits >= FEWEST_DIGITS else found[0]

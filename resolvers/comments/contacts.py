"""E-mail addresses, telephone numbers and postal addresses in a comment.

All functions take a text that `plain` has made plain.
"""

import re

_EMAIL = re.compile(r"[^\s@]@\[?[\w-]{1,63}\.[^\W\d_]")
_SPELLED_EMAIL = re.compile(
    r"[(\[{]\s?(?:at|@)\s?[)\]}]\s?[\w-]{1,63}\s?(?:\.|[(\[{]?\s?dot\b)"
    r"|[^\W\d_]\s(?:at|@)\s[\w-]{1,63}\s?[(\[{]?\s?dot\b",
    re.IGNORECASE,
)

_INTERNATIONAL = re.compile(r"(?<![\w+])\+\s?[1-9](?:[ ().\-/]{0,3}\d){7,14}(?!\d)")
_NORTH_AMERICAN = re.compile(
    r"(?<![\d.,/+-])(?:1[-. ]{1,2})?(?:\([2-9]\d\d\)[-. ]{0,2}"
    r"|[2-9]\d\d[-. ]{1,3})[2-9]\d\d[-. ]{1,3}\d{4}(?![\d%/]|[.,-]\d)"
)
_TOLL_FREE = re.compile(
    r"(?<![\d.,/+-])1(?:-8(?:00|33|44|55|66|77|88)(?![\d.,/%])|[. ]8(?:00|33|44|55|66|77|88)[-. ]?[A-Z0-9]{3})"
)
_NATIONAL = re.compile(r"(?<![\w.,/+-])\(?0[1-9]\d{0,4}\)?(?:[ /.-]{1,3}\d{2,8}){1,5}(?![\w%]|[.,-]\d)")
_LABELLED = re.compile(
    r"\b(?:tel|tels|telephone|telefon|téléphone|teléfono|telefono|phone|mobile|handy|cell|fax|pager|beeper|whatsapp"
    r"|hotline|helpline|call|ring|text|reach|reached|contact|rufen|appelez|llame)\b(?! count)"
    r"[^\d\n+]{0,25}\+?\(?\d(?:[ ().\-/]{0,3}\d){6,14}(?![\d%])",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"\([2-9]\d\d-\d{4}\)|\b(?:number|line|no\.)\b(?! needed)[^\d\n]{0,25}\b[2-9]\d\d[-. ]\d{4}(?![\d%-])",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s?(?:mg|mcg|µg|μg|ug|g|kg|ml|l|iu|units?|mmol|ng|patients|cells|copies|days|weeks)\b", re.IGNORECASE
)
_DATE = re.compile(r"\(?(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?!\d)")
_PACKAGE_CODE = re.compile(r"\d{4}-\d{4}-\d\d|\d{5}-\d{3,4}-\d\d?")
_GROUPS = re.compile(r"\d{1,24}")

NATIONAL_DIGITS = range(9, 13)
"""How many digits a telephone number has that is written with the 0 of its own country."""

_STREET_KINDS = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Boulevard|Blvd|Close|Court|Ct|Way|Place|Square|Crescent|Terrace"
    r"|Parkway|Pkwy|Highway|Hwy|Gardens|Grove|Mews)\b"
)
_ADDRESS = re.compile(
    r"(?<![\w.,/-])\d{1,5}[a-z]?,?\s(?:[NSEW]\.?\s)?(?:[A-Z][\w'-]{1,20}\.?\s){1,3}"
    + _STREET_KINDS
    + r"|\b[Pp]\.?\s?[Oo]\.?\s[Bb]ox\s\d|\bPO\s?BOX\s\d|\bPostfach\s\d"
    r"|\b[A-ZÄÖÜ][a-zäöüß]{2,25}(?:straße|strasse|str\.|weg|platz|allee|gasse)\s\d{1,4}\b"
    r"|(?<![\w.,/-])\d{1,4}(?:\sbis)?,?\s(?:rue|avenue|boulevard|chemin|impasse)\s[^\W\d_]"
    r"|\b(?:[Cc]alle|[Aa]venida|Via|Piazza|[Rr]ua)\s(?:[A-Z][a-zà-ÿ]{1,20},?\s){1,3}\d{1,4}\b"
    # A British postcode; its last two letters are never C, I, K, M, O or V, so that "B12 1MG" is none.
    r"|\b[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}\b"
)


def has_email(text: str) -> bool:
    """Whether there is an e-mail address, also one with "at" and "dot" spelled out."""
    return ("@" in text and _EMAIL.search(text) is not None) or _SPELLED_EMAIL.search(text) is not None


def has_phone(text: str) -> bool:
    """Whether there is a telephone number.

    One is known by a plus, by the shape of North America, by the 0 that other countries begin with, or by a word such
    as "call" before it. Record numbers are to be taken out before: some look alike.
    """
    if _INTERNATIONAL.search(text) or _TOLL_FREE.search(text) or _LABELLED.search(text):
        return True
    if any(not _is_round(found[0]) and not _UNIT.match(text, found.end()) for found in _NORTH_AMERICAN.finditer(text)):
        return True
    return any(
        _is_national(found[0]) and not _UNIT.match(text, found.end()) for found in _NATIONAL.finditer(text)
    ) or any(not _is_round(found[0]) for found in _LOCAL.finditer(text))


def has_address(text: str) -> bool:
    """Whether there is a house number with a street, a post office box, or a British postcode."""
    return _ADDRESS.search(text) is not None


def _is_round(number: str) -> bool:
    """Whether all groups of digits end in 0, as the steps of a dose do and hardly a telephone number does."""
    return all(group.endswith("0") for group in _GROUPS.findall(number))


def _is_national(number: str) -> bool:
    digits = sum(map(len, _GROUPS.findall(number)))
    return digits in NATIONAL_DIGITS and not _DATE.match(number) and not _PACKAGE_CODE.fullmatch(number)

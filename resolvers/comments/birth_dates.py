"""Full dates in a comment that may be a patient's."""

import re

_MONTH = (
    r"(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?"
    r"|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)\b\.?"
)
_YEAR = r"(?:19|20)\d\d"
_FULL_DATE = (
    rf"(?:\d{{1,2}}[./-]\s?\d{{1,2}}[./-]\s?{_YEAR}|{_YEAR}[./-]\d{{1,2}}[./-]\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s.-]{{1,2}}(?:of\s)?{_MONTH}[\s,-]{{1,2}}{_YEAR}"
    rf"|{_MONTH}[\s-]\d{{1,2}}(?:st|nd|rd|th)?[\s,-]{{1,2}}{_YEAR})(?!\d)"
)
_SHORT_DATE = r"(?:\d{1,2}[./-]\d{1,2}[./-]\d\d)(?!\d)"
_BORN = re.compile(
    r"(?:\b(?:dob|d\.o\.b|born|birth\w{0,8}|bday|b\.|geb|geboren|né|née|nacid[oa]|nacimiento|nat[oa])(?!\w)|\*)"
    rf"[^\d\n]{{0,20}}(?<!\d)(?:{_FULL_DATE}|{_SHORT_DATE})",
    re.IGNORECASE,
)
_OF_PATIENT = re.compile(
    r"\b(?:patient|pt|male|female|man|woman|boy|girl|lady|gentleman|child|mrs?|ms|he|she|his|her)\b"
    rf"[^\d\n!?;]{{0,25}}(?<!\d){_FULL_DATE}"
    rf"|(?<!\d){_FULL_DATE}[\s,]{{1,3}}(?:m|f|male|female)\b",
    re.IGNORECASE,
)


def has_birth_date(text: str) -> bool:
    """Whether there is a date with day, month and year after a word for birth, or close to a word for one patient.

    Close to a patient any such date counts, because the day of an admission or a death identifies as well. Dates of
    approvals and guidelines pass. Takes a text that `plain` has made plain.
    """
    return _BORN.search(text) is not None or _OF_PATIENT.search(text) is not None

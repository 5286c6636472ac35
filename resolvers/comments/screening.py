"""What in a comment a person has to look at before others see it."""

from dataclasses import dataclass

from resolvers.comments.adverse_events import has_adverse_event
from resolvers.comments.ages import has_age_over_89
from resolvers.comments.birth_dates import has_birth_date
from resolvers.comments.contacts import has_address, has_email, has_phone
from resolvers.comments.findings import (
    ADDRESS,
    ADVERSE_EVENT,
    AGE_OVER_89,
    DATE_OF_BIRTH,
    EMAIL,
    PERSON_NAME,
    PHONE,
    RECORD_NUMBER,
)
from resolvers.comments.names import has_person_name
from resolvers.comments.plain import plain
from resolvers.comments.record_numbers import without_record_numbers


@dataclass(frozen=True, slots=True)
class Screening:
    """What was found in a comment.

    Attributes:
        findings: names from `findings.py`, in the order of DESCRIPTIONS; none means that the comment may be shown.
        adverse_event: whether ADVERSE_EVENT is among them, which makes the case urgent.
    """

    findings: tuple[str, ...]

    @property
    def adverse_event(self) -> bool:
        return ADVERSE_EVENT in self.findings


def screen(text: str) -> Screening:
    """Look for what may identify somebody and for possible adverse events.

    The screening is of patterns, made to hold rather too much than too little; a person decides. It takes time in
    proportion to the length of the text.
    """
    text = plain(text)
    remaining = without_record_numbers(text)
    found = {
        EMAIL: has_email(text),
        PHONE: has_phone(remaining),
        DATE_OF_BIRTH: has_birth_date(text),
        RECORD_NUMBER: remaining != text,
        PERSON_NAME: has_person_name(text),
        AGE_OVER_89: has_age_over_89(text),
        ADDRESS: has_address(text),
        ADVERSE_EVENT: has_adverse_event(text),
    }
    return Screening(tuple(name for name, is_there in found.items() if is_there))

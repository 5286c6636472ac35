"""Licence numbers as they are kept and as they are compared."""

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from resolvers.countries import COUNTRIES
from resolvers.errors import PeerscoreError
from resolvers.identity.key import IdentityKey
from resolvers.search.folding import fold

LONGEST_AUTHORITY = 100
"""Characters; what the table holds."""

SHORTEST_NUMBER, LONGEST_NUMBER = 3, 30
"""How many letters and digits a licence number has."""

LONGEST_WRITTEN_NUMBER = 60
"""Characters of a number with its blanks and punctuation: one between any two letters."""

SEPARATORS = " -/."
"""What may stand between the letters and digits of a number. Registries vary in it, so that it is not compared."""

UNITED_STATES = "US"

NPI = "NPI"
"""The authority of all licences of the United States: a physician is known there by the National Provider Identifier,
whatever states have licensed them."""

NPI_DIGITS = 10

NPI_PREFIX_SUM = 24
"""What the prefix 80840 of a card issuer adds to the sum of an NPI's digits ("Requirements for National Provider
Identifier (NPI) and NPI Check Digit", Centers for Medicare & Medicaid Services, 45 CFR 162.406)."""

KINDS_OF_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo"})

Problem = tuple[str, str]
"""The field that is wrong, and what is wrong with it; neither repeats a licence number."""


class InvalidLicence(PeerscoreError):
    """What was given is no licence; `problems` has each field and the reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{name} {reason}" for name, reason in problems) + ".")


@dataclass(frozen=True, slots=True)
class LicenceNumber:
    """A licence: the country's code, who gave the licence, and its number as a person would write it."""

    country: str
    authority: str
    number: str = field(repr=False)

    def hashed(self, key: IdentityKey) -> str:
        """By what the licence is recognised, however authority and number are punctuated."""
        return key.number_hash(self.country, _compared_authority(self.authority), _compared_number(self.number))


def normalised(country: str, authority: str, number: str) -> LicenceNumber:
    """A licence as it is kept.

    Args:
        country: ISO 3166-1 alpha-2, in any letter case.
        authority: who gave the licence, in their own words. For the United States it is `NPI` and may be left empty.
        number: as it is written on the licence.

    Raises:
        InvalidLicence: with each field that is wrong.
    """
    country = country.strip().upper()
    is_american = country == UNITED_STATES
    authority = _tidy(authority)
    number = _tidy(number).upper()
    problems = [
        ("country", None if country in COUNTRIES else "is not an ISO 3166-1 alpha-2 code"),
        ("authority", _american_authority(authority) if is_american else _authority(authority)),
        ("number", _npi(number) if is_american else _number(number)),
    ]
    if found := tuple((name, reason) for name, reason in problems if reason):
        raise InvalidLicence(found)
    return (
        LicenceNumber(country, NPI, _compared_number(number))
        if is_american
        else LicenceNumber(country, authority, number)
    )


def is_npi(digits: str) -> bool:
    """Whether this is a National Provider Identifier: ten digits, the last of which checks the others (Luhn)."""
    if len(digits) != NPI_DIGITS or not (digits.isascii() and digits.isdigit()) or digits[0] not in "12":
        return False
    # From the right, every second digit counts double, and of what has two digits then, their sum counts.
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (NPI_PREFIX_SUM + doubled + sum(map(int, digits[-1::-2]))) % 10 == 0


def _american_authority(authority: str) -> str | None:
    return None if authority.upper() in ("", NPI) else f"is {NPI} for {UNITED_STATES}, or left empty"


def _authority(authority: str) -> str | None:
    if not authority:
        return "is empty"
    if len(authority) > LONGEST_AUTHORITY:
        return f"is longer than {LONGEST_AUTHORITY} characters"
    if not authority.isprintable():
        return "has characters that cannot be printed"
    return None if _compared_authority(authority) else "has no letter"


def _npi(number: str) -> str | None:
    if not number:
        return "is empty"
    return (
        None if is_npi(_compared_number(number)) else "is not an NPI: ten digits, of which the last checks the others"
    )


def _number(number: str) -> str | None:
    if not number:
        return "is empty"
    compared = _compared_number(number)
    if any(not (letter.isdecimal() or unicodedata.category(letter) in KINDS_OF_LETTERS) for letter in compared):
        return "has other characters than letters, digits, blanks, hyphens, slashes and full stops"
    if not SHORTEST_NUMBER <= len(compared) <= LONGEST_NUMBER or len(number) > LONGEST_WRITTEN_NUMBER:
        return f"has not {SHORTEST_NUMBER} to {LONGEST_NUMBER} letters and digits"
    return None


def _tidy(text: str) -> str:
    """With single blanks; letters and digits of other widths and scripts' digits as the usual ones."""
    if not text.isascii():
        text = "".join(
            str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
            for letter in unicodedata.normalize("NFKC", text)
        )
    return " ".join(text.split())


@lru_cache(1_000)
def _compared_authority(authority: str) -> str:
    return fold(authority)


_without_separators = str.maketrans("", "", SEPARATORS)


def _compared_number(number: str) -> str:
    return number.translate(_without_separators)

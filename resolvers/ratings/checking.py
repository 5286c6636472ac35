"""Checking the values of one row of ratings."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial

from models.ratings import CRITERIA
from resolvers.catalogue.errors import AmbiguousName, UnknownName
from resolvers.catalogue.lookup import CatalogueLookup
from resolvers.countries import COUNTRIES
from resolvers.ratings.columns import Values
from resolvers.ratings.errors import RowRefused, shown
from resolvers.ratings.rows import RatingRow

LONGEST_KEY = 200
"""Characters of a physician's key."""

LONGEST_COMMENT = 4_000
"""Characters of a comment."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""By how much another machine's clock may be ahead of ours."""

NAMES_KEPT = 50_000
"""How many different spellings of names are remembered with what they mean."""

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""No living physician has rated anything before."""

YEARS = {str(years): years for years in range(81)}
"""Years in practice as they must be written."""

LEVELS = {"": None, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
"""Levels as they must be written; empty is not answered."""

_LOCAL_TIME = r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
_TIME = re.compile(_LOCAL_TIME + r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_TIME_WITHOUT_ZONE = re.compile(_LOCAL_TIME, re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class RowCheck:
    """Turns a row's texts into a rating, against one state of the catalogue."""

    def __init__(self, lookup: CatalogueLookup) -> None:
        self._specialty = lru_cache(NAMES_KEPT)(partial(_named, "specialty", lookup.specialty))
        self._drug = lru_cache(NAMES_KEPT)(partial(_named, "drug", lookup.drug))
        self._indication = lru_cache(NAMES_KEPT)(partial(_named, "indication", lookup.indication))
        self.measure_time_from(datetime.now(UTC))

    def measure_time_from(self, now: datetime) -> None:
        """Say what time it is; what is later is refused. To be repeated while a long import runs."""
        self._latest = now + CLOCK_TOLERANCE

    def rating(self, line: int, values: Values) -> RatingRow:
        """The rating.

        Raises:
            RowRefused: naming the first column that is wrong, and its value.
        """
        physician, specialty, country, years, drug, indication, *levels, comment, rated_at = values
        if not physician or len(physician) > LONGEST_KEY or not physician.isprintable():
            _check_key(physician)
        specialty_id = self._specialty(specialty)
        if country not in COUNTRIES:
            raise _refusal("country", country, "is not an ISO 3166-1 alpha-2 code")
        if years not in YEARS:
            raise _refusal("years_in_practice", years, "is not an integer from 0 to 80")
        drug_id = self._drug(drug)
        indication_id = self._indication(indication)
        try:
            efficacy, safety, tolerability, accessibility, adherence, preference = [LEVELS[level] for level in levels]
        except KeyError:
            criterion, level = next(pair for pair in zip(CRITERIA, levels, strict=True) if pair[1] not in LEVELS)
            raise _refusal(criterion, level, "is not an integer from 1 to 5") from None
        if not (efficacy or safety or tolerability or accessibility or adherence or preference):
            raise RowRefused("no criterion is answered")
        if comment:
            _check_comment(comment)
        return RatingRow(
            line,
            physician,
            specialty_id,
            country,
            YEARS[years],
            drug_id,
            indication_id,
            efficacy,
            safety,
            tolerability,
            accessibility,
            adherence,
            preference,
            comment or None,
            self._time(rated_at),
        )

    def _time(self, text: str) -> datetime:
        if not _TIME.fullmatch(text):
            if _TIME_WITHOUT_ZONE.fullmatch(text):
                raise _refusal("rated_at", text, "has no time zone")
            raise _refusal("rated_at", text, "is not an RFC 3339 time")
        try:
            time = datetime.fromisoformat(text.upper())
        except ValueError:
            raise _refusal("rated_at", text, "is not an RFC 3339 time") from None
        if time > self._latest:
            raise _refusal("rated_at", text, "is in the future")
        if time < EARLIEST:
            raise _refusal("rated_at", text, "is before 1900")
        return time.astimezone(UTC)


def _named(column: str, find: Callable[[str], int], text: str) -> int:
    try:
        return find(text)
    except UnknownName:
        raise _refusal(column, text, "is not in the catalogue") from None
    except AmbiguousName as error:
        raise _refusal(column, text, f"can mean {', '.join(error.slugs)}") from None


def _check_key(key: str) -> None:
    _check_text("physician", key)
    if not key:
        raise _refusal("physician", key, "")
    if len(key) > LONGEST_KEY:
        raise _refusal("physician", key, f"is longer than {LONGEST_KEY} characters")
    if _CONTROL.search(key):
        raise _refusal("physician", key, "has a control character")


def _check_comment(comment: str) -> None:
    if len(comment) > LONGEST_COMMENT:
        raise _refusal("comment", comment, f"is longer than {LONGEST_COMMENT:,} characters")
    _check_text("comment", comment)


def _check_text(column: str, text: str) -> None:
    """Refuse what a database cannot hold as text."""
    if "\0" in text or (not text.isascii() and _has_surrogates(text)):
        raise _refusal(column, text, "")


def _has_surrogates(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _refusal(column: str, value: str, reason: str) -> RowRefused:
    """What is wrong with a value; damage of the text itself is named before the rules that it then breaks."""
    if not value:
        return RowRefused(f"{column} is empty")
    if "\0" in value:
        reason = "has a NUL character"
    elif _has_surrogates(value):
        reason = "is not valid UTF-8"
    return RowRefused(f"{column}: {shown(value)} {reason}")

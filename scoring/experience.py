"""Experience bands: how long a physician has practised, in four steps."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """Years in practice from `first` to `last`, both included."""

    name: str
    first: int
    last: int


BANDS = (
    Band("EARLY", 0, 4),
    Band("ESTABLISHED", 5, 14),
    Band("EXPERIENCED", 15, 24),
    Band("SENIOR", 25, 80),
)
"""Ten-year steps after the first years, so that each band holds a fair share of the physicians in practice."""


def band_of(years_in_practice: int) -> Band:
    """The band of that many full years in practice.

    Raises:
        ValueError: fewer than 0 or more than 80 years.
    """
    for band in BANDS:
        if band.first <= years_in_practice <= band.last:
            return band
    raise ValueError(f"{years_in_practice} years in practice is outside 0 to 80")

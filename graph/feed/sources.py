"""What a subscription is about: which events reach it, and from where on."""

from collections.abc import Collection
from dataclasses import dataclass, field

NOW = None
"""Instead of a position: only what happens from now on."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events about ratings: those that meet every condition; None is no condition.

    Attributes:
        drug_ids: keys of drugs.
        indication_ids: keys of indications.
        specialty_ids: keys of the specialties of those who rate.
        countries: their countries, ISO 3166-1 alpha-2.
        first_only: only the first rating, or release, of a drug for an indication.
    """

    drug_ids: frozenset[int] | None = None
    indication_ids: frozenset[int] | None = None
    specialty_ids: frozenset[int] | None = None
    countries: frozenset[str] | None = None
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class RatingsSource:
    """Events about ratings that meet a selection, after a position of the feed, or from now on."""

    selection: Selection
    after: int | None = NOW


@dataclass(frozen=True, slots=True)
class FollowedSource:
    """Events about ratings that an account follows, as that changes, after a position of the feed, or from now on."""

    account_id: int
    after: int | None = NOW


@dataclass(frozen=True, slots=True)
class ScoresSource:
    """The scores of drugs, for one indication or (None) all, whenever they change."""

    drug_ids: Collection[int] = field(default_factory=tuple)
    indication_id: int | None = None


Source = RatingsSource | FollowedSource | ScoresSource

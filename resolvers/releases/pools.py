"""All that has changed of a treatment since something was released of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models.ratings import CRITERIA
from resolvers.counts.released import LABEL_COLUMNS
from resolvers.releases.labels import Labels, labels_of
from resolvers.sql import Parameters, fetch_rows

Treatment = tuple[int, int]
"""Drug and indication."""

Levels = tuple[int | None, ...]
"""A rating's levels in the order of the criteria, with None for not answered."""


@dataclass(frozen=True, slots=True)
class NewRating:
    """A rating of which nothing has been released."""

    rating_id: int
    labels: Labels
    levels: Levels


@dataclass(frozen=True, slots=True)
class ChangedRating:
    """A released rating that has changed: how it is counted, and its levels now, or None if it is gone."""

    rating_id: int
    labels: Labels
    before: Levels
    levels: Levels | None


@dataclass(frozen=True, slots=True)
class Pool:
    """All changes of a treatment, and how many ratings are released under which labels."""

    new: list[NewRating] = field(default_factory=list)
    changed: list[ChangedRating] = field(default_factory=list)
    class_sizes: Counter[Labels] = field(default_factory=Counter)


async def read_pools(treatments: Sequence[Treatment]) -> dict[Treatment, Pool]:
    """The pools of treatments that are in the order of their keys."""
    parameters = Parameters()
    given = parameters.table_of_pairs(treatments)
    columns = ", ".join(
        (
            "changed.drug_id, changed.indication_id, changed.rating_id",
            "rating.id, rating.specialty_id, rating.country, rating.years_in_practice, rating.updated_at",
            *(f"rating.{criterion}" for criterion in CRITERIA),
            "released.rating_id",
            *(f"released.{column}" for column in (*LABEL_COLUMNS.values(), *CRITERIA)),
        )
    )
    rows = await fetch_rows(
        f"SELECT {columns} FROM {given} JOIN unreleased_rating AS changed"
        " ON changed.drug_id = given.first AND changed.indication_id = given.second"
        " LEFT JOIN rating ON rating.id = changed.rating_id"
        " LEFT JOIN released_rating AS released ON released.rating_id = changed.rating_id"
        " ORDER BY changed.drug_id, changed.indication_id, changed.rating_id",
        parameters,
    )
    pools: dict[Treatment, Pool] = {treatment: Pool() for treatment in treatments}
    for row in rows:
        drug, indication, rating_id, there, specialty, country, years, updated_at, *others = row
        levels, (released, *labels), before = tuple(others[:6]), others[6:11], tuple(others[11:])
        pool = pools[drug, indication]
        if released is None:
            pool.new.append(NewRating(rating_id, labels_of(specialty, country, years, updated_at), levels))
        else:
            pool.changed.append(ChangedRating(rating_id, _as_labels(labels), before, None if there is None else levels))
    await _count_classes(pools)
    return pools


def _as_labels(labels: Sequence[Any]) -> Labels:
    specialty, country, experience, month = labels
    return specialty, country, experience, month


async def _count_classes(pools: dict[Treatment, Pool]) -> None:
    """Count the released ratings of each treatment by their labels."""
    parameters = Parameters()
    given = parameters.table_of_pairs(pools)
    columns = ", ".join(("given.first", "given.second", *LABEL_COLUMNS.values()))
    rows = await fetch_rows(
        f"SELECT {columns}, COUNT(*) FROM {given} JOIN released_rating"
        " ON drug_id = given.first AND indication_id = given.second"
        f" GROUP BY {columns}",
        parameters,
    )
    for drug, indication, *labels, size in rows:
        pools[drug, indication].class_sizes[_as_labels(labels)] = int(size)

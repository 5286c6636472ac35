"""What answers about scores must say, counted from the ratings themselves, without the counts that scores come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.score_operations import Choice
from models.ratings import CRITERIA
from resolvers.database import DatabaseUrl, open_database
from resolvers.priors.stored import prior_in_use
from resolvers.references import existing_keys
from resolvers.sql import Parameters, fetch_rows

BOTH_ANSWERED = " OR ".join(f"(one.{name} IS NOT NULL AND other.{name} IS NOT NULL)" for name in CRITERIA)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the ratings for the chosen indication say.

    Attributes:
        ratings: how many each rated drug has, by slug.
        raw_means: the arithmetic mean of the card's drug for each criterion, in their order; None: nobody answered.
        physicians: how many physicians answered a criterion on both of two compared drugs, by their slugs in either
            order; pairs that nobody rated are absent.
        recent: how many ratings the card's drug got since the time that was given.
        prior_version: which priors are in use.
    """

    ratings: Mapping[str, int]
    raw_means: tuple[float | None, ...]
    physicians: Mapping[frozenset[str], int]
    recent: int
    prior_version: int


async def read_facts(url: str, choice: Choice, since: str) -> Facts:
    """Scan the ratings; `since` is the month from which on those of the card's drug are counted, such as 2026-01."""
    async with open_database(DatabaseUrl.parse(url)):
        [indication_id] = await existing_keys("indication", [choice.indication])
        keys = await existing_keys("drug", choice.drugs)
        slugs = dict(zip(keys, choice.drugs, strict=True))
        year, month = map(int, since.split("-"))
        return Facts(
            await _ratings(indication_id),
            await _raw_means(keys[0], indication_id),
            {frozenset((slugs[one], slugs[other])): n for one, other, n in await _physicians(keys, indication_id)},
            await _recent(keys[0], indication_id, datetime(year, month, 1, tzinfo=UTC)),
            await prior_in_use(),
        )


async def _ratings(indication_id: int) -> dict[str, int]:
    parameters = Parameters()
    rows = await fetch_rows(
        "SELECT drug.slug, COUNT(*) FROM rating JOIN drug ON drug.id = rating.drug_id "
        f"WHERE rating.indication_id = {parameters.bind(indication_id)} GROUP BY drug.slug",
        parameters,
    )
    return dict(rows)


async def _raw_means(drug_id: int, indication_id: int) -> tuple[float | None, ...]:
    parameters = Parameters()
    [row] = await fetch_rows(
        f"SELECT {', '.join(f'AVG({name})' for name in CRITERIA)} FROM rating "
        f"WHERE drug_id = {parameters.bind(drug_id)} AND indication_id = {parameters.bind(indication_id)}",
        parameters,
    )
    return tuple(None if mean is None else float(mean) for mean in row)


async def _physicians(drug_ids: list[int], indication_id: int) -> list[tuple[int, int, int]]:
    parameters = Parameters()
    rows = await fetch_rows(
        "SELECT one.drug_id, other.drug_id, COUNT(*) FROM rating AS one JOIN rating AS other "
        "ON other.physician_id = one.physician_id AND other.indication_id = one.indication_id "
        f"AND other.drug_id > one.drug_id WHERE one.indication_id = {parameters.bind(indication_id)} "
        f"AND {parameters.member_of('one.drug_id', drug_ids)} AND {parameters.member_of('other.drug_id', drug_ids)} "
        f"AND ({BOTH_ANSWERED}) GROUP BY one.drug_id, other.drug_id",
        parameters,
    )
    return [(one, other, physicians) for one, other, physicians in rows]


async def _recent(drug_id: int, indication_id: int, since: datetime) -> int:
    parameters = Parameters()
    [(count,)] = await fetch_rows(
        f"SELECT COUNT(*) FROM rating WHERE drug_id = {parameters.bind(drug_id)} "
        f"AND indication_id = {parameters.bind(indication_id)} AND updated_at >= {parameters.bind(since)}",
        parameters,
    )
    return int(count)

"""Noting what has changed, and releasing what is due, within the transaction that changed it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from models.cells import EVERYBODY
from resolvers.database import database
from resolvers.feed.writing import note_released
from resolvers.releases.effects import Effects, add_effects, lower, write_effects
from resolvers.releases.grouping import LEAST
from resolvers.releases.marking import CHANGED
from resolvers.releases.planning import Change, plan_release, step_of
from resolvers.releases.pools import Treatment, read_pools
from resolvers.sql import Parameters, fetch_returned, fetch_rows

CHANGES_AT_ONCE = 20_000
"""How many changes are in memory at the same time, unless a single treatment has more."""


async def note_changes(rating_ids_by_treatment: Mapping[Treatment, Sequence[int]]) -> None:
    """Mark ratings as unreleased if they are; to be called after they have been written, deleted and counted.

    By then the transaction holds everybody's cell of their treatments, so nobody else releases anything of these
    meanwhile. A revision that leaves the levels alone need not be noted. A rating that is gone and was never released,
    or that says again what was released of it, is marked no longer.
    """
    ids = [rating_id for of_treatment in rating_ids_by_treatment.values() for rating_id in of_treatment]
    if not ids:
        return
    parameters = Parameters()
    both_sides = (
        f"{parameters.table_of(ids, 'bigint')} LEFT JOIN rating ON rating.id = given.value"
        " LEFT JOIN released_rating AS released ON released.rating_id = given.value"
    )
    marked = await fetch_returned(
        "INSERT INTO unreleased_rating (rating_id, drug_id, indication_id)"
        " SELECT given.value, COALESCE(rating.drug_id, released.drug_id),"
        f" COALESCE(rating.indication_id, released.indication_id) FROM {both_sides} WHERE {CHANGED}"
        " ON CONFLICT (rating_id) DO UPDATE SET drug_id = excluded.drug_id RETURNING 1",
        parameters,
    )
    if len(marked) < len(ids):
        await database().execute_query(
            "DELETE FROM unreleased_rating"
            f" WHERE rating_id IN (SELECT given.value FROM {both_sides} WHERE NOT ({CHANGED}))",
            parameters.values,
        )


async def release_due(treatments: Iterable[Treatment], now: datetime) -> None:
    """Release what is due of these treatments; to be called after `note_changes`, in the same transaction.

    The transaction must hold everybody's cell of each treatment that it has changed, as it does once it has added to
    these cells: so two transactions never release the same treatment at once, and each of them sees what the other one
    has released. The feed is told of each treatment whose released counts have changed.
    """
    released: list[tuple[Treatment, bool]] = []
    for batch in _batches(await _candidates(sorted(set(treatments)))):
        released += await _release(batch)
    await note_released(released, now)


async def _candidates(treatments: Sequence[Treatment]) -> list[tuple[Treatment, int]]:
    """The treatments of which enough may have changed, and how many changes each has."""
    if not treatments:
        return []
    parameters = Parameters()
    given = parameters.table_of_pairs(treatments)
    found = await fetch_rows(
        "SELECT given.first, given.second, COUNT(*), COUNT(released.rating_id),"
        " (SELECT cell.rating_count FROM released_cell AS cell WHERE cell.drug_id = given.first"
        f" AND cell.segment_kind = {EVERYBODY} AND cell.segment_value = '' AND cell.indication_id = given.second)"
        f" FROM {given} JOIN unreleased_rating AS changed"
        " ON changed.drug_id = given.first AND changed.indication_id = given.second"
        " LEFT JOIN released_rating AS released ON released.rating_id = changed.rating_id"
        f" GROUP BY given.first, given.second HAVING COUNT(*) >= {LEAST} ORDER BY given.first, given.second",
        parameters,
    )
    candidates = []
    for drug, indication, changes, of_released, released in found:
        new = changes - of_released
        if (new if new >= LEAST else 0) + of_released >= step_of(released or 0):
            candidates.append(((drug, indication), changes))
    return candidates


def _batches(candidates: Sequence[tuple[Treatment, int]]) -> Iterator[list[Treatment]]:
    batch: list[Treatment] = []
    size = 0
    for treatment, changes in candidates:
        if batch and size + changes > CHANGES_AT_ONCE:
            yield batch
            batch, size = [], 0
        batch.append(treatment)
        size += changes
    if batch:
        yield batch


async def _release(treatments: Sequence[Treatment]) -> list[tuple[Treatment, bool]]:
    """Release what is due of treatments that are in the order of their keys.

    Returns:
        The treatments whose released counts have changed, each with whether nothing of it was released before.
    """
    effects = Effects()
    pools = await read_pools(treatments)
    for treatment, pool in pools.items():
        plan = plan_release(
            [new.labels for new in pool.new],
            [Change(changed.labels, changed.levels is None) for changed in pool.changed],
            pool.class_sizes,
        )
        if plan.lowered:
            await lower(treatment, plan.lowered, effects)
        add_effects(treatment, pool, plan.groups, effects)
    if not effects.settled:
        return []
    changed = await write_effects(effects)
    return [(treatment, not pool.class_sizes) for treatment, pool in pools.items() if treatment in changed]

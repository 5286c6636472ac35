"""What a release does to the released ratings and to the cells that count them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from resolvers.counts.adding import add_counts
from resolvers.counts.released import LABEL_COLUMNS, RELEASED_COLUMNS, released_cells_of, treatments_in
from resolvers.counts.tables import RELEASED_CELLS
from resolvers.database import database, dialect_of
from resolvers.ratings.copying import copied
from resolvers.releases.labels import Labels
from resolvers.releases.planning import Group
from resolvers.releases.pools import Pool, Treatment
from resolvers.sql import Parameters, fetch_rows

ARRIVAL_COLUMNS = ("rating_id", *RELEASED_COLUMNS)


@dataclass(frozen=True, slots=True)
class Effects:
    """What a release does: rows that counted before and rows that count after it, and the ratings that it is about.

    `before` and `after` have `RELEASED_COLUMNS`, `arrivals` a rating's id and the same. `replaced` are ratings of which
    something else was released before.
    """

    before: list[tuple[Any, ...]] = field(default_factory=list)
    after: list[tuple[Any, ...]] = field(default_factory=list)
    arrivals: list[tuple[Any, ...]] = field(default_factory=list)
    replaced: list[int] = field(default_factory=list)
    settled: list[int] = field(default_factory=list)


async def lower(treatment: Treatment, lowered: Mapping[Labels, Labels], effects: Effects) -> None:
    """Let classes of released ratings lose labels; keys are their labels, and values those that they keep."""
    parameters = Parameters()
    drug, indication = treatment
    rows = await fetch_rows(
        f"SELECT rating_id, {', '.join(RELEASED_COLUMNS)} FROM released_rating"
        f" WHERE drug_id = {parameters.bind(drug)} AND indication_id = {parameters.bind(indication)}",
        parameters,
    )
    ids: dict[Labels, list[int]] = defaultdict(list)
    for rating_id, *row in rows:
        labels = cast("Labels", tuple(row[2:6]))
        if labels in lowered:
            effects.before.append(tuple(row))
            effects.after.append((*treatment, *lowered[labels], *row[6:]))
            ids[lowered[labels]].append(rating_id)
    for labels, of_labels in ids.items():
        parameters = Parameters()
        kept = ", ".join(
            f"{column} = NULL" for column, label in zip(LABEL_COLUMNS.values(), labels, strict=True) if label is None
        )
        await database().execute_query(
            f"UPDATE released_rating SET {kept} WHERE {parameters.member_of('rating_id', of_labels, 'bigint')}",
            parameters.values,
        )


def add_effects(treatment: Treatment, pool: Pool, groups: Sequence[Group], effects: Effects) -> None:
    """Let the groups of a plan be released."""
    for group in groups:
        for place in group.new:
            new = pool.new[place]
            effects.arrivals.append((new.rating_id, *treatment, *group.labels, *new.levels))
            effects.settled.append(new.rating_id)
        for place in group.changed:
            changed = pool.changed[place]
            effects.before.append((*treatment, *group.labels, *changed.before))
            effects.settled.append(changed.rating_id)
            effects.replaced.append(changed.rating_id)
            if changed.levels is not None:
                effects.arrivals.append((changed.rating_id, *treatment, *group.labels, *changed.levels))


async def write_effects(effects: Effects) -> set[Treatment]:
    """Write the effects: released ratings, counts and what is unreleased no longer.

    Returns:
        The treatments whose released counts have changed. When revisions cancel each other out, they have not.
    """
    # A revised rating gets a new row, and so a new id: the newest id tells whether anything has been released.
    await _delete("released_rating", effects.replaced)
    await _add(effects.arrivals)
    await _delete("unreleased_rating", effects.settled)
    tally = released_cells_of([*effects.after, *(row[1:] for row in effects.arrivals)])
    if effects.before:
        tally = tally.joined(released_cells_of(effects.before).negative())
    await add_counts(RELEASED_CELLS, tally)
    return treatments_in(tally.keys)


async def _add(arrivals: Sequence[tuple[Any, ...]]) -> None:
    """Add released ratings."""
    if not arrivals:
        return
    connection = database()
    names = ", ".join(ARRIVAL_COLUMNS)
    if dialect_of(connection) == "sqlite":
        places = ", ".join("?" for _ in ARRIVAL_COLUMNS)
        # Tortoise declares a list of lists; SQLite's driver takes any rows.
        await connection.execute_many(
            f"INSERT INTO released_rating ({names}) VALUES ({places})",
            arrivals,  # type: ignore[arg-type]
        )
    else:
        given = await copied(connection, "released_rating", ARRIVAL_COLUMNS, arrivals)
        names = f"id, {names}"
        await connection.execute_query(f"INSERT INTO released_rating ({names}) SELECT {names} FROM {given}")


async def _delete(table: str, rating_ids: Sequence[int]) -> None:
    if not rating_ids:
        return
    parameters = Parameters()
    await database().execute_query(
        f"DELETE FROM {table} WHERE {parameters.member_of('rating_id', rating_ids, 'bigint')}", parameters.values
    )

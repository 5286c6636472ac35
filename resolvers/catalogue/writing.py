"""Writing each kind of catalogue entry: compared in memory, written in bulk."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from models import Drug
from resolvers.catalogue.entries import DrugEntry, IndicationEntry, TreatmentEntry
from resolvers.catalogue.slugs import Slugs
from resolvers.database import dialect_of
from resolvers.sql import Parameters

DRUG_DETAILS = ("brand_names", "drug_class", "routes", "first_approved", "source")
"""What an import may change of a drug that exists."""

BATCH = 1000


@dataclass(frozen=True, slots=True)
class KindChanges:
    """How many of one kind an import added, updated and left alone; `absent` are those no longer in the files."""

    added: int
    updated: int
    unchanged: int
    absent: int


async def write_drugs(
    connection: BaseDBAsyncClient, entries: Sequence[DrugEntry]
) -> tuple[KindChanges, dict[str, int]]:
    """Write drugs and their codes; returns the id of every drug of the database by name as well."""
    stored = {
        name: (slug, *details)
        for name, slug, *details in await Drug.all(using_db=connection).values_list("name", "slug", *DRUG_DETAILS)
    }
    slugs = Slugs((slug for slug, *_ in stored.values()), nameless="drug")
    added: list[Drug] = []
    updated: list[Drug] = []
    for entry in entries:
        details = {column: getattr(entry, column) for column in DRUG_DETAILS}
        if entry.name not in stored:
            added.append(Drug(slug=slugs.take(entry.name), name=entry.name, **details))
        elif stored[entry.name][1:] != tuple(details.values()):
            updated.append(Drug(slug=stored[entry.name][0], name=entry.name, **details))
    await Drug.bulk_create(
        added + updated,
        batch_size=BATCH,
        on_conflict=["name"],
        update_fields=DRUG_DETAILS,
        using_db=connection,
    )
    ids = await _ids_by_name(connection, "drug")
    changed = await _replace(
        connection,
        "drug_code",
        ("drug_id", "system", "value"),
        {ids[entry.name] for entry in entries},
        {(ids[entry.name], system, value) for entry in entries for system, value in entry.codes},
    )
    touched = {ids[drug.name] for drug in updated} | changed
    new = {ids[drug.name] for drug in added}
    return _count(len(ids), len(entries), new, touched), ids


async def write_indications(
    connection: BaseDBAsyncClient, entries: Sequence[IndicationEntry]
) -> tuple[KindChanges, dict[str, int], int]:
    """Write indications, their codes and what they are a kind of.

    Returns, besides the changes, the id of every indication of the database by name, and how many links to a
    parent were skipped because the entries have no such DOID.
    """
    stored = {
        row["name"]: row["slug"] for row in await connection.execute_query_dict("SELECT name, slug FROM indication")
    }
    slugs = Slugs(stored.values(), nameless="indication")
    added = [entry.name for entry in entries if entry.name not in stored]
    await _insert(connection, "indication", ("slug", "name"), [(slugs.take(name), name) for name in added])
    ids = await _ids_by_name(connection, "indication")
    owners = {ids[entry.name] for entry in entries}
    touched = await _replace(
        connection,
        "indication_code",
        ("indication_id", "system", "value"),
        owners,
        {(ids[entry.name], system, value) for entry in entries for system, value in entry.codes},
    )
    links, skipped = _parent_links(entries, ids)
    touched |= await _replace(connection, "indication_parent", ("child_id", "parent_id"), owners, links)
    new = {ids[name] for name in added}
    return _count(len(ids), len(entries), new, touched), ids, skipped


def _parent_links(entries: Sequence[IndicationEntry], ids: dict[str, int]) -> tuple[set[tuple[int, int]], int]:
    by_doid = defaultdict(list)
    for entry in entries:
        for system, value in entry.codes:
            if system == "DOID":
                by_doid[value].append(ids[entry.name])
    links: set[tuple[int, int]] = set()
    skipped = 0
    for entry in entries:
        child = ids[entry.name]
        for doid in entry.parent_doids:
            links.update((child, parent) for parent in by_doid[doid] if parent != child)
            skipped += not by_doid[doid]
    return links, skipped


async def write_treatments(
    connection: BaseDBAsyncClient,
    entries: Sequence[TreatmentEntry],
    drug_ids: dict[str, int],
    indication_ids: dict[str, int],
) -> KindChanges:
    """Write which drug is used for which indication; the entries' source replaces the stored one."""
    stored = {
        (row["drug_id"], row["indication_id"]): row["source"]
        for row in await connection.execute_query_dict("SELECT drug_id, indication_id, source FROM treatment")
    }
    wanted = {(drug_ids[entry.drug], indication_ids[entry.indication]): entry.source for entry in entries}
    new = wanted.keys() - stored.keys()
    touched = {pair for pair in wanted.keys() & stored.keys() if wanted[pair] != stored[pair]}
    # A rating that is being written at the same time may create the same pair.
    await _insert(
        connection,
        "treatment",
        ("drug_id", "indication_id", "source"),
        [(*pair, source) for pair, source in wanted.items() if pair in new or pair in touched],
        "ON CONFLICT (drug_id, indication_id) DO UPDATE SET source = excluded.source",
    )
    return _count(len(stored) + len(new), len(wanted), new, touched)


async def write_specialties(connection: BaseDBAsyncClient, names: Sequence[str]) -> KindChanges:
    """Write the specialties; there is nothing about them that could be updated."""
    stored = await _ids_by_name(connection, "specialty")
    new = [(name,) for name in names if name not in stored]
    await _insert(connection, "specialty", ("name",), new)
    return _count(len(stored) + len(new), len(names), new, ())


def _count(in_database: int, in_files: int, added: Collection[object], touched: Collection[object]) -> KindChanges:
    updated = len(set(touched) - set(added))
    return KindChanges(
        added=len(added),
        updated=updated,
        unchanged=in_files - len(added) - updated,
        absent=in_database - in_files,
    )


async def _ids_by_name(connection: BaseDBAsyncClient, table: str) -> dict[str, int]:
    rows = await connection.execute_query_dict(f"SELECT name, id FROM {table}")
    return {row["name"]: row["id"] for row in rows}


async def _replace(
    connection: BaseDBAsyncClient,
    table: str,
    columns: Sequence[str],
    owners: Collection[int],
    wanted: Collection[tuple[Any, ...]],
) -> set[int]:
    """Make the rows of these owners, who are in the first column, exactly the wanted ones.

    Returns the owners for whom that made a difference.
    """
    rows = await connection.execute_query_dict(f"SELECT id, {', '.join(columns)} FROM {table}")
    stored = {tuple(row[column] for column in columns): row["id"] for row in rows}
    gone = {row for row in stored.keys() - set(wanted) if row[0] in owners}
    new = set(wanted) - stored.keys()
    if gone:
        parameters = Parameters(dialect_of(connection))
        condition = parameters.member_of("id", [stored[row] for row in gone])
        await connection.execute_query(f"DELETE FROM {table} WHERE {condition}", parameters.values)
    await _insert(connection, table, columns, sorted(new))
    return {row[0] for row in gone | new}


async def _insert(
    connection: BaseDBAsyncClient,
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    on_conflict: str = "",
) -> None:
    if rows:
        parameters = Parameters(dialect_of(connection))
        placeholders = ", ".join(parameters.bind(value) for value in rows[0])
        await connection.execute_many(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({placeholders}) {on_conflict}",
            [list(row) for row in rows],
        )

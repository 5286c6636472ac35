"""The keys of counts as a person reads them."""

from collections.abc import Iterable, Mapping, Sequence

from models.cells import COUNTRY, EVERYBODY, EXPERIENCE, MONTH, SPECIALTY
from resolvers.counts.tables import CountTable
from resolvers.sql import Parameters, fetch_rows

Key = tuple[int | str, ...]

DRUG_COLUMNS = ("drug_id", "first_drug_id", "second_drug_id")

SEGMENT_NAMES = {SPECIALTY: "specialty", COUNTRY: "country", EXPERIENCE: "experience", MONTH: "month"}


async def names_of(rows: Sequence[tuple[CountTable, Key]]) -> list[str]:
    """The name of each row of counts.

    Returns:
        Such as "colchicine, gout, country DE" for a cell and "allopurinol, colchicine, gout" for a head-to-head. A
        drug, indication or specialty that the catalogue lacks is named by its primary key.
    """
    keys = [dict(zip(table.key_columns, key, strict=True)) for table, key in rows]
    drugs = await _names("drug", "slug", (key[column] for key in keys for column in DRUG_COLUMNS if column in key))
    indications = await _names("indication", "slug", (key["indication_id"] for key in keys))
    specialties = await _names(
        "specialty", "name", (key["segment_value"] for key in keys if key.get("segment_kind") == SPECIALTY)
    )
    return [
        ", ".join(
            [
                *(_name(drugs, "drug", key[column]) for column in DRUG_COLUMNS if column in key),
                _name(indications, "indication", key["indication_id"]),
                *([_segment(key, specialties)] if "segment_kind" in key else []),
            ]
        )
        for key in keys
    ]


def _segment(key: Mapping[str, int | str], specialties: Mapping[str, str]) -> str:
    kind, value = key["segment_kind"], key["segment_value"]
    if kind == EVERYBODY:
        return "everybody"
    if kind == SPECIALTY:
        return _name(specialties, "specialty", value)
    return f"{SEGMENT_NAMES.get(int(kind), f'segment kind {kind}')} {value}"


def _name(names: Mapping[str, str], noun: str, key: int | str) -> str:
    return names.get(str(key), f"{noun} {key}")


async def _names(table: str, column: str, keys: Iterable[int | str]) -> dict[str, str]:
    """The names of rows of the catalogue, by their primary keys as text, as segments have them."""
    parameters = Parameters()
    wanted = sorted({str(key) for key in keys})
    rows = await fetch_rows(
        f"SELECT id, {column} FROM {table} WHERE {parameters.member_of('CAST(id AS TEXT)', wanted, 'text')}", parameters
    )
    return {str(row[0]): row[1] for row in rows}

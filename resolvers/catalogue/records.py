"""The catalogue as the database has it, read into memory for those who look things up by text."""

from collections import defaultdict
from dataclasses import dataclass

from models import Drug, Treatment
from resolvers.catalogue.entries import Code
from resolvers.database import database
from resolvers.ratings.writing import TREATMENT_SOURCE


@dataclass(frozen=True, slots=True)
class DrugRecord:
    """A drug with every text by which it can be found."""

    id: int
    slug: str
    name: str
    brand_names: tuple[str, ...]
    drug_class: str | None
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class IndicationRecord:
    """An indication with every text by which it can be found; `treated`: the catalogue has a drug for it."""

    id: int
    slug: str
    name: str
    codes: tuple[Code, ...]
    treated: bool


@dataclass(frozen=True, slots=True)
class SpecialtyRecord:
    """A physician specialty."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class CatalogueRecords:
    """Everything, by id."""

    drugs: tuple[DrugRecord, ...]
    indications: tuple[IndicationRecord, ...]
    specialties: tuple[SpecialtyRecord, ...]


async def load_records() -> CatalogueRecords:
    """Read the catalogue of the open database."""
    drug_codes = await _codes("drug_code", "drug_id")
    indication_codes = await _codes("indication_code", "indication_id")
    drugs = await Drug.all().order_by("id").values_list("id", "slug", "name", "brand_names", "drug_class")
    indications = await database().execute_query_dict("SELECT id, slug, name FROM indication ORDER BY id")
    # What physicians treat it with besides is left out: the order of hits would tell that somebody has rated it.
    treatments = Treatment.exclude(source=TREATMENT_SOURCE).distinct()
    treated = set(await treatments.values_list("indication_id", flat=True))
    specialties = await database().execute_query_dict("SELECT id, name FROM specialty ORDER BY id")
    return CatalogueRecords(
        drugs=tuple(
            DrugRecord(id_, slug, name, tuple(brand_names), drug_class, drug_codes.get(id_, ()))
            for id_, slug, name, brand_names, drug_class in drugs
        ),
        indications=tuple(
            IndicationRecord(
                row["id"],
                row["slug"],
                row["name"],
                indication_codes.get(row["id"], ()),
                row["id"] in treated,
            )
            for row in indications
        ),
        specialties=tuple(SpecialtyRecord(row["id"], row["name"]) for row in specialties),
    )


async def _codes(table: str, owner: str) -> dict[int, tuple[Code, ...]]:
    by_owner = defaultdict(list)
    for row in await database().execute_query_dict(f"SELECT {owner} AS owner, system, value FROM {table} ORDER BY id"):
        by_owner[row["owner"]].append((row["system"], row["value"]))
    return {owner_id: tuple(codes) for owner_id, codes in by_owner.items()}

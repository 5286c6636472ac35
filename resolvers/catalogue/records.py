"""The catalogue as the database has it, read into memory for those who look things up by text."""

from collections import defaultdict
from dataclasses import dataclass

from models import Drug, Treatment
from resolvers.catalogue.entries import Code
from resolvers.ratings.writing import TREATMENT_SOURCE
from resolvers.sql import fetch_rows


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
    indications = await fetch_rows("SELECT id, slug, name FROM indication ORDER BY id")
    # What physicians treat it with besides is left out: the order of hits would tell that somebody has rated it.
    treatments = Treatment.exclude(source=TREATMENT_SOURCE).distinct()
    treated = set(await treatments.values_list("indication_id", flat=True))
    specialties = await fetch_rows("SELECT id, name FROM specialty ORDER BY id")
    return CatalogueRecords(
        drugs=tuple(
            DrugRecord(id_, slug, name, tuple(brand_names), drug_class, drug_codes.get(id_, ()))
            for id_, slug, name, brand_names, drug_class in drugs
        ),
        indications=tuple(
            IndicationRecord(id_, slug, name, indication_codes.get(id_, ()), id_ in treated)
            for id_, slug, name in indications
        ),
        specialties=tuple(SpecialtyRecord(id_, name) for id_, name in specialties),
    )


async def _codes(table: str, owner: str) -> dict[int, tuple[Code, ...]]:
    by_owner = defaultdict(list)
    for owner_id, system, value in await fetch_rows(f"SELECT {owner}, system, value FROM {table} ORDER BY id"):
        by_owner[owner_id].append((system, value))
    return {owner_id: tuple(codes) for owner_id, codes in by_owner.items()}

"""What the simulation knows of the catalogue."""

from dataclasses import dataclass

from models import Drug, DrugCode, Indication, Specialty, Treatment
from resolvers.catalogue.errors import CatalogueMissing
from resolvers.ratings.writing import TREATMENT_SOURCE


@dataclass(frozen=True, slots=True)
class DrugFacts:
    """A drug, as far as its popularity depends on it."""

    id: int
    slug: str
    name: str
    brand_name_count: int
    has_rxnorm_code: bool
    approval_year: int | None


@dataclass(frozen=True, slots=True)
class IndicationFacts:
    """An indication by its names."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class TreatmentFacts:
    """A drug for an indication."""

    drug: DrugFacts
    indication: IndicationFacts


@dataclass(frozen=True, slots=True)
class SpecialtyFacts:
    """A specialty by its name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SimulatedCatalogue:
    """Treatments ordered by their slugs and specialties ordered by name, never empty.

    The order never depends on primary keys, so two databases with the same catalogue get the same ratings.
    """

    treatments: tuple[TreatmentFacts, ...]
    specialties: tuple[SpecialtyFacts, ...]


async def read_catalogue() -> SimulatedCatalogue:
    """The catalogue of the open database.

    Raises:
        CatalogueMissing: it has no treatments or no specialties.
    """
    coded = set(await DrugCode.filter(system="RXNORM").values_list("drug_id", flat=True))
    drugs = {
        id_: DrugFacts(
            id_,
            slug,
            name,
            len(brand_names),
            id_ in coded,
            int(approved[:4]) if approved else None,
        )
        for id_, slug, name, brand_names, approved in await Drug.all().values_list(
            "id", "slug", "name", "brand_names", "first_approved"
        )
    }
    treated = Indication.filter(treatments__id__not_isnull=True).distinct()
    indications = {
        id_: IndicationFacts(id_, slug, name) for id_, slug, name in await treated.values_list("id", "slug", "name")
    }
    # Treatments that ratings brought along would make the next simulation different from the last.
    catalogued = Treatment.exclude(source=TREATMENT_SOURCE)
    pairs = await catalogued.values_list("drug_id", "indication_id")
    treatments = [TreatmentFacts(drugs[drug_id], indications[indication_id]) for drug_id, indication_id in pairs]
    specialties = [SpecialtyFacts(id_, name) for id_, name in await Specialty.all().values_list("id", "name")]
    if not treatments or not specialties:
        raise CatalogueMissing
    # Sorted here, because databases order text by different rules.
    return SimulatedCatalogue(
        tuple(sorted(treatments, key=lambda treatment: (treatment.drug.slug, treatment.indication.slug))),
        tuple(sorted(specialties, key=lambda specialty: specialty.name)),
    )

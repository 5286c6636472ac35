"""Simulated ratings in the database, on SQLite and PostgreSQL."""

import pytest
from tortoise.functions import Sum

from models import Cell, Drug, Indication, Physician, PhysicianSource, Rating, Treatment
from models.cells import EVERYBODY
from resolvers.catalogue.errors import CatalogueMissing
from resolvers.disclosure import EXACT
from resolvers.progress import Progress
from resolvers.ratings.writing import TREATMENT_SOURCE
from resolvers.reads.installation import read_installation
from resolvers.simulation import simulating
from resolvers.simulation.catalogue import read_catalogue
from resolvers.simulation.errors import InvalidSimulation
from resolvers.simulation.simulating import SimulationOutcome, simulate
from tests.plain_counts import counts_by_hand, stored_counts


async def counted() -> int:
    """How many ratings the cells of everybody count."""
    [total] = (
        await Cell.filter(segment_kind=EVERYBODY).annotate(total=Sum("rating_count")).values_list("total", flat=True)
    )
    assert isinstance(total, int)
    return total


@pytest.mark.usefixtures("catalogue")
async def test_a_simulation_is_counted_marked_and_not_repeated() -> None:
    assert not (await read_installation(EXACT)).simulated

    assert await simulate(2_000, seed=1) == SimulationOutcome(asked=2_000, added=2_000, already_there=0)

    assert await Rating.all().count() == 2_000
    assert await counted() == 2_000
    assert (await read_installation(EXACT)).simulated
    assert not await Physician.filter(simulated=False).exists()
    assert not await PhysicianSource.exclude(key__startswith="simulated:1:").exists()
    assert await Treatment.all().count() == 12_195
    physicians = await Physician.all().count()

    assert await simulate(2_000, seed=1) == SimulationOutcome(asked=2_000, added=0, already_there=2_000)
    assert await simulate(2_600, seed=1) == SimulationOutcome(asked=2_600, added=600, already_there=2_000)
    assert await Rating.all().count() == await counted() == 2_600
    assert await stored_counts() == await counts_by_hand()
    assert await Physician.all().count() > physicians

    assert await simulate(400, seed=2) == SimulationOutcome(asked=400, added=400, already_there=0)
    assert await Rating.all().count() == await counted() == 3_000
    assert await PhysicianSource.filter(key="simulated:2:1").exists()


class Interrupted(Exception):
    """Stands for the end of the process."""


@pytest.mark.usefixtures("catalogue")
async def test_an_interrupted_simulation_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulating, "BATCH_SIZE", 400)

    def interrupt(progress: Progress) -> None:
        if progress.done == 800:
            raise Interrupted

    with pytest.raises(Interrupted):
        await simulate(1_000, 1, interrupt)
    seen: list[Progress] = []
    outcome = await simulate(1_000, 1, seen.append)

    assert outcome == SimulationOutcome(asked=1_000, added=200, already_there=800)
    assert await Rating.all().count() == await counted() == 1_000
    assert seen == [
        Progress(0, 1_000, "ratings"),
        Progress(400, 1_000, "ratings", "400 already there"),
        Progress(800, 1_000, "ratings", "800 already there"),
        Progress(1_000, 1_000, "ratings", "800 already there"),
    ]


@pytest.mark.usefixtures("catalogue")
async def test_the_catalogue_is_read_in_an_order_of_its_own() -> None:
    known = await read_catalogue()

    slugs = [(treatment.drug.slug, treatment.indication.slug) for treatment in known.treatments]
    names = [specialty.name for specialty in known.specialties]
    assert len(slugs) == 12_195
    assert slugs == sorted(slugs)
    assert len(names) == 59
    assert names == sorted(names)
    colchicine = next(treatment.drug for treatment in known.treatments if treatment.drug.name == "colchicine")
    assert colchicine.brand_name_count == 4
    assert colchicine.has_rxnorm_code
    assert colchicine.approval_year is None
    febuxostat = next(treatment.drug for treatment in known.treatments if treatment.drug.name == "febuxostat")
    assert febuxostat.approval_year == 2009


@pytest.mark.usefixtures("catalogue")
async def test_a_treatment_that_ratings_brought_along_changes_nothing() -> None:
    await simulate(300, seed=1)
    drug = await Drug.get(slug="colchicine")
    indication = await Indication.get(name="Insomnia")

    await Treatment.create(drug=drug, indication=indication, source=TREATMENT_SOURCE)

    assert await simulate(300, seed=1) == SimulationOutcome(asked=300, added=0, already_there=300)


@pytest.mark.usefixtures("migrated")
async def test_without_a_catalogue_the_message_says_what_to_run() -> None:
    with pytest.raises(CatalogueMissing, match="Run `peerscore import catalogue` first"):
        await simulate(10, seed=1)


@pytest.mark.parametrize(
    ("ratings", "seed", "message"),
    [
        (0, 1, "The number of ratings must be from 1 to 10,000,000, not 0."),
        (10_000_001, 1, "The number of ratings must be from 1 to 10,000,000, not 10,000,001."),
        (1, -1, "The seed must be from 0 to 9,223,372,036,854,775,807, not -1."),
        (1, 2**63, "The seed must be from 0 to 9,223,372,036,854,775,807, not 9,223,372,036,854,775,808."),
    ],
)
async def test_numbers_outside_their_range_are_refused(ratings: int, seed: int, message: str) -> None:
    with pytest.raises(InvalidSimulation) as refused:
        await simulate(ratings, seed)

    assert str(refused.value) == message

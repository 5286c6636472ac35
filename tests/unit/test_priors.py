"""Versions of the priors: fitted, numbered, put into use, asked for."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from models import Drug
from models import Prior as StoredPrior
from resolvers.disclosure import RELEASED
from resolvers.priors.current import KEPT, PriorVersions
from resolvers.priors.errors import NothingToFit, UnknownPrior
from resolvers.priors.evidence import read_evidence
from resolvers.priors.moves import PriorMoves, prior_moves
from resolvers.priors.refitting import Refit, refit_prior
from resolvers.priors.stored import list_priors, prior_in_use, prior_numbers, read_prior, use_prior
from resolvers.simulation.simulating import simulate
from scoring.method import METHOD_VERSION
from scoring.prior import UNIFORM, UNIFORM_VERSION, PriorVersion
from scoring.prior_fitting import fit_prior
from tests.crowd import IBUPROFEN, add_crowd, rating
from tests.gout import CRITERIA, GOUT, GoutRating, add, add_gout
from tests.statements import recorded_statements

RELEASED_OF_CROWD = 11 + 12 + 12 + (12 + 11) + 22 + 12
"""Of allopurinol, ibuprofen, prednisone, lisinopril, losartan and amlodipine."""


async def store(version: int, strength: float = 5.0) -> PriorVersion:
    """A version that differs from others by its strength."""
    prior = PriorVersion(replace(UNIFORM, strengths=np.full(6, strength)))
    await StoredPrior.create(
        version=version,
        method_version=METHOD_VERSION,
        rating_count=10,
        created_at=datetime(2026, 1, version, tzinfo=UTC),
        content=prior.to_json().decode(),
    )
    return prior


def strength_of(prior: PriorVersion) -> float:
    return float(prior.everywhere.strengths[0])


@pytest.mark.usefixtures("catalogue")
async def test_a_refit_makes_the_next_version_and_leaves_the_one_in_use() -> None:
    await add_crowd()
    assert await refit_prior() == Refit(1, RELEASED_OF_CROWD, new=True)
    await add(rating(number, "allopurinol", [1] * 6) for number in range(12, 23))
    assert await refit_prior() == Refit(2, RELEASED_OF_CROWD + 11, new=True)

    assert await prior_in_use() == 0
    assert await prior_numbers() == [0, 1, 2]
    first, second = await list_priors()
    assert (first.version, first.method_version, first.rating_count) == (1, METHOD_VERSION, RELEASED_OF_CROWD)
    assert (second.version, second.method_version, second.rating_count) == (2, METHOD_VERSION, RELEASED_OF_CROWD + 11)
    assert first.created_at <= second.created_at
    assert second.created_at.tzinfo is not None
    assert not first.in_use
    assert not second.in_use


@pytest.mark.usefixtures("catalogue")
async def test_what_is_not_released_leaves_no_trace_in_a_fit() -> None:
    """Or everybody could see in two versions what has been said between them."""
    await add_crowd()
    await refit_prior()
    await add(rating(number, "allopurinol", [1] * 6) for number in range(12, 22))
    await add(rating(number, "febuxostat", [1] * 6) for number in range(6, 11))
    assert await refit_prior() == Refit(1, RELEASED_OF_CROWD, new=False)


@pytest.mark.usefixtures("catalogue")
async def test_nor_do_criteria_with_too_few_answers() -> None:
    await add_crowd()
    [ibuprofen] = await Drug.filter(slug="ibuprofen").values_list("id", flat=True)
    evidence = await read_evidence(RELEASED)
    [answers] = evidence.counts.answers[evidence.drugs == ibuprofen].tolist()
    assert answers == [answered if answered >= 11 else 0 for answered in IBUPROFEN]


@pytest.mark.usefixtures("catalogue")
async def test_what_is_read_is_what_was_fitted_to_the_released_cells_of_everybody() -> None:
    await add_crowd()
    await refit_prior()

    evidence = await read_evidence(RELEASED)
    fitted = fit_prior(evidence.indications, evidence.counts)
    stored = await read_prior(1)

    assert evidence.ratings == RELEASED_OF_CROWD
    assert stored.to_json() == fitted.to_json()
    assert stored.by_indication.keys() == set(evidence.indications.tolist())
    assert_array_equal(stored.everywhere.shares, fitted.everywhere.shares)


@pytest.mark.usefixtures("catalogue")
async def test_the_same_ratings_give_no_new_version() -> None:
    await add_crowd()
    await refit_prior()

    assert await refit_prior() == Refit(1, RELEASED_OF_CROWD, new=False)
    await StoredPrior.filter(version=1).update(method_version="an earlier one")
    assert await refit_prior() == Refit(2, RELEASED_OF_CROWD, new=True)
    await store(3)
    assert await refit_prior() == Refit(4, RELEASED_OF_CROWD, new=True)


@pytest.mark.usefixtures("catalogue")
async def test_without_released_ratings_there_is_nothing_to_fit() -> None:
    await add_gout()
    with pytest.raises(NothingToFit, match=r"^No ratings to fit priors to have been released"):
        await refit_prior()
    assert await prior_numbers() == [0]


@pytest.mark.usefixtures("catalogue")
async def test_refits_at_the_same_time_take_different_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one stores a version after this one has looked which is the newest."""
    await add_crowd()
    create, calls = StoredPrior.create, []

    async def overtaken(**values: object) -> StoredPrior:
        calls.append(values["version"])
        if len(calls) == 1:
            await store_other()
        return await create(**values)

    async def store_other() -> None:
        await create(version=1, method_version="x", rating_count=1, created_at=datetime.now(UTC), content="other")

    monkeypatch.setattr(StoredPrior, "create", overtaken)

    assert await refit_prior() == Refit(2, RELEASED_OF_CROWD, new=True)
    assert calls == [1, 2]
    assert await StoredPrior.filter(version=1).values_list("content", flat=True) == ["other"]


@pytest.mark.usefixtures("catalogue")
async def test_refits_at_the_same_time_of_the_same_ratings_make_one_version() -> None:
    await add_crowd()

    refits = await asyncio.gather(*(refit_prior() for _ in range(4)))

    assert sorted(refit.new for refit in refits) == [False, False, False, True]
    assert await prior_numbers() == [0, 1]


@pytest.mark.usefixtures("migrated")
async def test_a_version_is_put_into_use_and_an_older_one_again() -> None:
    await store(1)
    await store(2)

    for version in (2, 1, 0):
        await use_prior(version)
        assert await prior_in_use() == version
        assert [record.version for record in await list_priors() if record.in_use] == ([version] if version else [])


@pytest.mark.usefixtures("migrated")
async def test_a_version_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownPrior, match=r"^There is no version 1 of the priors: the only version is 0\.$"):
        await read_prior(1)
    await store(1)
    await store(2)
    await use_prior(1)

    for ask in (read_prior, use_prior, PriorVersions().get):
        with pytest.raises(UnknownPrior, match=r"^There is no version 7 of the priors: the versions are 0, 1 and 2\."):
            await ask(7)
    assert await prior_in_use() == 1


@pytest.mark.usefixtures("migrated")
async def test_the_built_in_version_is_in_use_until_another_one_is() -> None:
    versions = PriorVersions()
    await store(1, strength=7)

    assert await versions.get(None) == (0, UNIFORM_VERSION)
    await use_prior(1)
    number, prior = await versions.get(None)
    assert (number, strength_of(prior)) == (1, 7)
    assert await versions.get(0) == (0, UNIFORM_VERSION)


@pytest.mark.usefixtures("migrated")
async def test_a_version_is_read_once_however_many_ask_for_it() -> None:
    versions = PriorVersions()
    await store(1)
    await use_prior(1)

    with recorded_statements() as statements:
        await asyncio.gather(*(versions.get(1) for _ in range(5)))
    assert len(statements) == 1
    with recorded_statements() as statements:
        await versions.get(1)
    assert statements == []
    with recorded_statements() as statements:
        await versions.get(None)
    assert len(statements) == 1
    assert "FROM installation" in statements[0]


@pytest.mark.usefixtures("migrated")
async def test_only_a_few_versions_are_kept_ready() -> None:
    versions = PriorVersions()
    for version in range(1, KEPT + 2):
        await store(version)

    async def is_read(version: int) -> bool:
        with recorded_statements() as statements:
            await versions.get(version)
        return bool(statements)

    for version in range(1, KEPT + 1):
        assert await is_read(version)
    # The first one is asked for again, so the second is the one to go when another one comes.
    assert not await is_read(1)
    assert await is_read(KEPT + 1)
    assert not await is_read(1)
    assert await is_read(2)


def alike(physicians: str, drug: str, level: int, indication: str = "gout") -> list[GoutRating]:
    """Ratings that give every criterion the same level."""
    return [
        replace(GOUT[0], physician=physician, drug=drug, indication=indication, levels=dict.fromkeys(CRITERIA, level))
        for physician in physicians
    ]


@pytest.mark.usefixtures("catalogue")
async def test_what_would_move_is_counted_and_named() -> None:
    """By hand: n answers of level k, shrunk towards 3 with strength M, have the mean (n·k + 3·M) / (n + M).

    From M = 5 to M = 20: colchicine from 35/10 to 80/25, allopurinol from 25/7 to 70/22, febuxostat from 25/10 to
    70/25, naproxen stays at 3. So colchicine overtakes allopurinol, whose two ratings are too few to be shown.
    """
    await add(
        [
            *alike("abcde", "colchicine", 4),
            *alike("ab", "allopurinol", 5),
            *alike("abcde", "febuxostat", 2),
            *alike("abcde", "naproxen", 3, indication="gout-prevention"),
        ]
    )
    stronger = PriorVersion(replace(UNIFORM, strengths=np.full(6, 20.0)))

    moves = await prior_moves(UNIFORM_VERSION, stronger)

    assert (moves.treatments, moves.beyond) == (3, (2, 2, 2))
    assert (moves.median, moves.largest) == (pytest.approx(0.3), pytest.approx(0.3))
    assert {(move.drug, move.ratings) for move in moves.most[:2]} == {("colchicine", 5), ("febuxostat", 5)}
    colchicine, naproxen = next(move for move in moves.most if move.drug == "colchicine"), moves.most[2]
    assert (colchicine.before, colchicine.after) == (pytest.approx(3.5), pytest.approx(3.2))
    assert colchicine.indication.lower() == "gout"
    assert (naproxen.drug, naproxen.before, naproxen.after) == ("naproxen", pytest.approx(3), pytest.approx(3))
    assert len(moves.most) == 3
    assert (moves.indications, moves.ranked, moves.other_ranks, moves.other_bests) == (1, 3, 2, 1)


@pytest.mark.usefixtures("catalogue")
async def test_nothing_moves_from_a_version_to_itself_or_without_ratings() -> None:
    nothing = PriorMoves(0, (0, 0, 0), 0, 0, (), 0, 0, 0, 0)
    assert await prior_moves(UNIFORM_VERSION, UNIFORM_VERSION) == nothing
    await simulate(300, 1)

    moves = await prior_moves(UNIFORM_VERSION, UNIFORM_VERSION)

    assert (moves.largest, moves.other_ranks, moves.other_bests) == (0, 0, 0)
    assert moves.indications > 0

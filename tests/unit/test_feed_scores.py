"""Scores: the latest at once, then at most one a second, and the newest one always last."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from graph.context import Context
from graph.entries import Entries
from graph.errors import INTERNAL_ERROR
from graph.feed import executing
from graph.feed.audience import audience_of
from graph.feed.executing import SubscribedDocument
from graph.feed.members import MOST_UNSENT
from graph.feed.operations import LiveOperation
from graph.feed.outlets import SLOW_READER, Ending
from graph.feed.scores import AT_MOST_EVERY, LiveScores, ScoreReader
from graph.feed.sources import ScoresSource
from graph.loaders import Loaders
from graph.middleware import INTERNAL_FAILURE
from graph.schema import schema
from graph.settings import Settings
from models import Drug, Indication
from models.feed import RECOUNTED, RELEASED, REVISED
from resolvers.feed.reading import EventRecord, EventsPruned
from resolvers.feed.sequencing import give_positions
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import EventKind
from resolvers.priors.current import PriorVersions
from resolvers.search.current import CatalogueIndex
from resolvers.viewers import ANONYMOUS, Viewer
from tests.feed_hub import (
    NOW,
    PHYSICIAN,
    TIMES,
    FrozenTime,
    HubUnderTest,
    frozen_time,
    happens,
    running_hub,
    tasks_for_subscribers,
)
from tests.feed_outlets import RecordingOutlet
from tests.gout import add, add_gout
from tests.statements import recorded_statements
from tests.viewers import INTEGRATOR, MODERATOR, verified
from tests.written import all_equal


@pytest.fixture
async def running(migrated: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as under_test:
        yield under_test


@pytest.fixture
async def rated(catalogue: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    """A hub with the ratings of `tests.gout`."""
    await add_gout()
    await give_positions()
    async with running_hub() as under_test:
        yield under_test


async def drug(slug: str) -> int:
    return (await Drug.get(slug=slug)).id


async def rate(physician: str, slug: str) -> None:
    """One more physician rates a drug."""
    await add(all_equal([physician], slug, 4))
    wake_followers()


def counts(outlet: RecordingOutlet) -> list[tuple[str, int]]:
    return [(value["drug"]["slug"], value["score"]["ratingCount"]) for value in outlet.values]


async def test_the_latest_scores_come_at_once_and_again_when_they_change(rated: HubUnderTest) -> None:
    colchicine, naproxen = await drug("colchicine"), await drug("naproxen")
    prevention = (await Indication.get(slug="gout-prevention")).id
    with frozen_time() as time:
        outlet = rated.scores(colchicine, naproxen, viewer=MODERATOR)
        of_prevention = rated.scores(colchicine, indication_id=prevention, viewer=MODERATOR)
        await outlet.answered(2)
        await of_prevention.answered(1)
        await rate("new", "colchicine")
        await rated.passed()
        time.pass_by(AT_MOST_EVERY)
        await outlet.answered(3)
        await rate("new", "naproxen")
        await outlet.answered(4)

    # Four ratings of colchicine, one of them for preventing gout, and one of naproxen.
    assert counts(outlet) == [("colchicine", 4), ("naproxen", 1), ("colchicine", 5), ("naproxen", 2)]
    assert counts(of_prevention)[0] == ("colchicine", 1)


async def test_a_change_while_the_score_is_being_read_is_told_after_it(
    rated: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, go_on = asyncio.Event(), asyncio.Event()
    bodies = SubscribedDocument.bodies

    async def read_slowly(document: SubscribedDocument, *arguments: object) -> object:
        found = await bodies(document, *arguments)
        read.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(SubscribedDocument, "bodies", read_slowly)
    with frozen_time() as time:
        outlet = rated.scores(await drug("naproxen"), viewer=MODERATOR)
        await read.wait()
        await rate("new", "naproxen")
        await rated.passed()
        go_on.set()
        await outlet.answered(1)
        time.pass_by(AT_MOST_EVERY)
        await outlet.answered(2)

    assert counts(outlet) == [("naproxen", 1), ("naproxen", 2)]


async def test_many_changes_within_a_second_are_told_as_one(rated: HubUnderTest) -> None:
    with frozen_time() as time:
        outlet = rated.scores(await drug("naproxen"), viewer=MODERATOR)
        await outlet.answered(1)
        for number in range(5):
            await rate(f"new {number}", "naproxen")
        await rated.passed()
        assert len(outlet.bodies) == 1
        time.pass_by(AT_MOST_EVERY)
        await outlet.answered(2)

    assert counts(outlet) == [("naproxen", 1), ("naproxen", 6)]


@pytest.mark.parametrize(
    ("viewer", "kind", "about", "told"),
    [
        (PHYSICIAN, REVISED, {}, True),
        (PHYSICIAN, REVISED, {"drug_id": 2}, False),
        (PHYSICIAN, RELEASED, {}, False),
        (PHYSICIAN, RECOUNTED, {}, True),
        (PHYSICIAN, RECOUNTED, {"indication_id": None}, True),
        (PHYSICIAN, RECOUNTED, {"drug_id": None, "indication_id": None}, True),
        (MODERATOR, REVISED, {}, True),
        (ANONYMOUS, REVISED, {}, False),
        (ANONYMOUS, RELEASED, {}, True),
        (ANONYMOUS, RELEASED, {"drug_id": 2}, False),
        # That one drug was recounted would tell that it has new ratings; other priors change everybody's scores.
        (ANONYMOUS, RECOUNTED, {"indication_id": None}, False),
        (ANONYMOUS, RECOUNTED, {"drug_id": None, "indication_id": None}, True),
        (INTEGRATOR, RELEASED, {}, True),
        (INTEGRATOR, RECOUNTED, {"drug_id": None, "indication_id": None}, True),
    ],
)
async def test_who_is_told_after_which_events(
    viewer: Viewer, kind: int, about: dict[str, int | None], told: bool, running: HubUnderTest
) -> None:
    with frozen_time() as time:
        outlet, other = (running.scores(key, viewer=viewer, query=TIMES) for key in (1, 3))
        await outlet.answered(1)
        await other.answered(1)
        time.pass_by(AT_MOST_EVERY)
        await happens(None, kind=kind, **about)
        # The last event is told to everybody, so that what was told before can be counted.
        await running.passed()
        if told:
            await outlet.answered(2)
        time.pass_by(AT_MOST_EVERY)
        await happens(None, kind=RECOUNTED, drug_id=None, indication_id=None)
        await outlet.answered(2 + told)

    assert len(outlet.bodies) == 2 + told


@pytest.mark.parametrize(("indication_id", "told"), [(1, True), (2, False), (None, True)])
async def test_scores_for_an_indication_change_with_its_ratings(
    indication_id: int | None, told: bool, running: HubUnderTest
) -> None:
    with frozen_time() as time:
        outlet = running.scores(1, indication_id=1, query=TIMES)
        all_together = running.scores(1, query=TIMES)
        await outlet.answered(1)
        await all_together.answered(1)
        time.pass_by(AT_MOST_EVERY)
        await happens(1, kind=RECOUNTED, indication_id=indication_id)
        await all_together.answered(2)
        if told:
            await outlet.answered(2)
        time.pass_by(AT_MOST_EVERY)
        await happens(1)
        await outlet.answered(2 + told)

    assert len(outlet.bodies) == 2 + told


async def test_500_drugs_are_few_statements_however_many_ask(rated: HubUnderTest) -> None:
    drugs = [entry.id for entry in await Drug.all().limit(500)]

    async def statements(readers: int) -> int:
        with recorded_statements() as sent:
            outlets = [rated.scores(*drugs, viewer=verified(key)) for key in range(readers)]
            for outlet in outlets:
                await outlet.answered(len(drugs))
        for outlet in outlets:
            assert sorted(counts(outlet)) == sorted(set(counts(outlet)))
            assert len(outlet.bodies) == len(drugs)
            outlet.leave()
        return len([statement for statement in sent if "feed_" not in statement])

    await statements(1)
    one = await statements(1)

    # Five times a hundred drugs, a few statements each.
    assert one <= 5 * 5
    assert await statements(50) == one


async def test_a_slow_reader_is_told_so_and_others_go_on(running: HubUnderTest) -> None:
    with frozen_time() as time:
        slow, fast = running.scores(1, 2, query=TIMES), running.scores(1, query=TIMES)
        await slow.answered(2)
        await fast.answered(1)
        slow.unsent = MOST_UNSENT + 1
        time.pass_by(AT_MOST_EVERY)
        await happens(1)
        await slow.told_over()
        time.pass_by(AT_MOST_EVERY)
        await happens(2)
        await fast.answered(3)

    assert slow.ending == Ending(SLOW_READER, "SLOW_READER")
    assert len(running.hub) == 1


async def test_who_leaves_is_told_nothing_more_even_while_a_score_is_read(
    running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies, reading, go_on = LiveOperation.bodies, asyncio.Event(), asyncio.Event()

    async def read_slowly(operation: LiveOperation, *arguments: object) -> object:
        reading.set()
        await go_on.wait()
        return await bodies(operation, *arguments)

    monkeypatch.setattr(LiveOperation, "bodies", read_slowly)
    leaving, staying = running.scores(1, query=TIMES), running.scores(1, 2, query=TIMES)
    await reading.wait()
    leaving.leave()
    leaving.leave()
    go_on.set()
    await staying.answered(2)

    assert leaving.bodies == []
    assert len(running.hub) == 1


async def test_nothing_is_left_of_those_who_have_left(running: HubUnderTest) -> None:
    with frozen_time():
        outlets = [running.scores(*keys, query=TIMES) for keys in ((1, 2), (2, 3), (1, 2, 3))]
        for outlet in outlets:
            await outlet.until(lambda outlet=outlet: len(outlet.bodies) >= 2)
        await happens(1)
        await running.passed()
        # A change waits for its second to be over.
        for outlet in outlets:
            outlet.leave()
        await settle()

    assert tasks_for_subscribers() == []
    assert len(running.hub._scores) == 0  # noqa: SLF001 - topics are seen nowhere else


class Broken(Exception):
    """A mistake in this server's code."""


async def test_who_cannot_be_answered_because_of_a_mistake_is_told_so(
    running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise Broken

    with monkeypatch.context() as patch:
        patch.setattr(LiveOperation, "_shared", fail)
        outlet = running.scores(1, query=TIMES)
        await outlet.told_over()
    again = running.scores(1, query=TIMES)
    await again.answered(1)

    assert outlet.ending == Ending(INTERNAL_FAILURE, INTERNAL_ERROR)
    assert len(running.hub) == 1


async def test_what_the_database_cannot_tell_now_is_told_when_it_can(
    rated: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executing, "FIRST_PAUSE", 0)
    failures = [asyncpg.PostgresConnectionError(), asyncpg.CannotConnectNowError()]

    def break_off(context: Context) -> None:
        async def fail(*_: object) -> None:
            raise failure

        if failures:
            failure = failures.pop()
            monkeypatch.setattr(context.loaders.drug_score, "_load", fail)

    rated.change_context = break_off
    outlet = rated.scores(await drug("naproxen"), viewer=MODERATOR)
    await outlet.answered(1)

    assert failures == []
    assert counts(outlet) == [("naproxen", 1)]


async def test_when_events_were_missed_every_score_is_told_anew(running: HubUnderTest) -> None:
    with frozen_time() as time:
        outlet = running.scores(1, 2, query=TIMES)
        await outlet.answered(2)
        running.hub._missed(EventsPruned(6))  # noqa: SLF001 - there is no other way to be told
        time.pass_by(AT_MOST_EVERY)
        await outlet.answered(4)

    assert not outlet.over


LONGEST_LEAP = 0.5
"""Seconds by which time goes on; what is due in between happens afterwards."""


class Scores:
    """Scores without a database: each has as its time how often it has changed, in seconds.

    Attributes:
        changes: of each drug.
    """

    def __init__(self, time: FrozenTime) -> None:
        self.changes = dict.fromkeys(range(1, 4), 0)
        self.time = time
        self.told: dict[ScoreReader, list[tuple[float, int]]] = {}
        document = SubscribedDocument(schema, TIMES, None, {"drugIds": []})
        self.operation = LiveOperation(
            "", document, audience_of(PHYSICIAN), _context, lambda *_: None, bytes(range(32))
        )
        self.scores = LiveScores(self._now, lambda *_: None)

    def join(self, drug_id: int) -> ScoreReader:
        """Somebody wants the scores of a drug."""
        outlet = RecordingOutlet()
        reader = ScoreReader(self.operation, ScoresSource((drug_id,)), outlet, PHYSICIAN)
        told = self.told[reader] = []
        outlet.on_send = lambda: told.append((self.time(), _changes(outlet)))
        self.scores.join(reader)
        return reader

    def change(self, drug_id: int) -> None:
        """The score of a drug changes."""
        self.changes[drug_id] += 1
        self.scores.note(EventRecord(1, EventKind.RECOUNTED, None, drug_id, None, None, None, False, None, None, NOW))

    def _now(self) -> datetime:
        # All drugs are told at the same time here, so that one number tells how often all of them have changed.
        return NOW + timedelta(seconds=sum(self.changes.values()))


def _changes(outlet: RecordingOutlet) -> int:
    told = datetime.fromisoformat(outlet.values[-1]["at"])
    return int((told - NOW).total_seconds())


def _context(viewer: Viewer) -> Context:
    loaders = Loaders(PriorVersions(), lambda: NOW, memoise=True, viewer=viewer)
    return Context(Settings(), loaders, CatalogueIndex(), Entries())


async def settle() -> None:
    """Let everything happen that need not wait for time to pass."""
    for _ in range(30):
        await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(100))
async def test_whatever_happens_each_reader_is_told_at_most_once_a_second_and_the_newest_last(seed: int) -> None:
    draw = random.Random(seed)
    with frozen_time() as time:
        scores = Scores(time)
        joined: dict[ScoreReader, float] = {}
        changed_at: dict[int, tuple[float, int]] = {}
        for _ in range(60):
            step = draw.random()
            drug_id = draw.choice(list(scores.changes))
            if step < 0.15:
                joined[scores.join(drug_id)] = time()
            elif step < 0.2 and joined:
                reader = draw.choice(list(joined))
                scores.scores.leave(reader)
                del joined[reader]
            elif step < 0.5:
                scores.change(drug_id)
                changed_at[drug_id] = time(), sum(scores.changes.values())
            else:
                await settle()
                time.pass_by(draw.choice((0.125, 0.25, LONGEST_LEAP)))
                await settle()
            if draw.random() < 0.8:
                await settle()
        for _ in range(3):
            time.pass_by(AT_MOST_EVERY)
            await settle()

        for reader, since in joined.items():
            told = scores.told[reader]
            times = [at for at, _ in told]
            assert told, "told at once"
            assert all(later - earlier >= AT_MOST_EVERY for earlier, later in pairwise(times))
            at, changes = changed_at.get(reader.source.drug_ids[0], (-1.0, 0))
            if at >= since:
                # The newest one came, and it came soon.
                assert told[-1][1] >= changes
                assert min(when for when, known in told if known >= changes) <= at + 2 * (AT_MOST_EVERY + LONGEST_LEAP)
        for reader in joined:
            scores.scores.leave(reader)
        await settle()
        assert len(scores.scores) == 0
        assert tasks_for_subscribers() == []

"""Events become answers, whatever stands in the way for a while."""

from collections.abc import AsyncIterator, Callable

import asyncpg
import orjson
import pytest
from tortoise.context import TortoiseContext

from graph.context import Context
from graph.errors import INTERNAL_ERROR
from graph.feed import executing
from graph.feed.executing import SubscribedDocument
from graph.middleware import INTERNAL_FAILURE
from graph.schema import schema
from models import Rating
from models.feed import REVISED
from resolvers.database import database, dialect_of
from resolvers.feed.waking import wake_followers
from tests.feed_events import commit
from tests.feed_hub import CONTENT, HubUnderTest, happens, running_hub
from tests.gout import add_gout

DOCUMENT = "subscription ($f: FeedFilter, $y: Boolean!) { ratings(filter: $f) { cursor at @include(if: $y) } }"


@pytest.fixture
async def running(catalogue: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    await add_gout()
    async with running_hub() as under_test:
        yield under_test


def failing(error: Exception, times: float) -> Callable[[Context], None]:
    """Lets the loader of ratings fail in so many executions."""
    left = times

    def change(context: Context) -> None:
        async def fail(_: object) -> None:
            raise error

        nonlocal left
        if left > 0:
            left -= 1
            context.loaders.rating_by_id.load_fn = fail

    return change


def key(operation_name: str | None = None, **variables: object) -> object:
    return SubscribedDocument(schema, DOCUMENT, operation_name, variables).key


def test_documents_are_alike_that_answer_events_alike() -> None:
    assert key(f={"drugIds": ["a"]}, y=True) == key(y=True, f={"drugIds": ["b"]}) == key(y=True)
    assert key(y=True) != key(y=False)
    assert SubscribedDocument(schema, CONTENT, None, None).key == SubscribedDocument(schema, CONTENT, None, {}).key
    assert (
        SubscribedDocument(schema, CONTENT, None, None).key != SubscribedDocument(schema, CONTENT + " ", None, {}).key
    )


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.PostgresConnectionError(),
        asyncpg.CannotConnectNowError(),
        asyncpg.InterfaceError("connection is closed"),
        ConnectionRefusedError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_events_wait_for_the_database_and_come_with_their_content_and_in_order(
    error: Exception, running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executing, "FIRST_PAUSE", 0)
    ratings = await Rating.all().order_by("id")
    live = await running.joined(query=CONTENT)
    running.change_context = failing(error, 3)

    for rating in ratings:
        await happens(rating.id, drug_id=rating.drug_id, indication_id=rating.indication_id)
    await live.happened(len(ratings))
    running.change_context = failing(error, 2)
    replayed = running.ratings(after=running.cursors.position(live.events[0]["cursor"]) - 1, query=CONTENT)
    await replayed.happened(len(ratings))

    for outlet in (live, replayed):
        assert [event["rating"]["efficacy"] for event in outlet.events] == [rating.efficacy for rating in ratings]


async def test_live_readers_are_let_go_when_the_database_stays_away_and_replays_wait_on(
    running: HubUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is nothing but an error would be an event lost."""
    monkeypatch.setattr(executing, "FIRST_PAUSE", 0)
    monkeypatch.setattr(executing, "PATIENCE", 0)
    monkeypatch.setattr("graph.feed.replaying.FIRST_PAUSE", 0)
    rating = await Rating.all().first()
    live = await running.joined(query=CONTENT)
    about = {"drug_id": rating.drug_id, "indication_id": rating.indication_id}
    await happens(rating.id, **about)
    await live.happened(1)
    running.change_context = failing(asyncpg.PostgresConnectionError(), 4)

    await happens(rating.id, kind=REVISED, **about)
    await live.told_over()
    replayed = running.ratings(after=running.last_position(live), query=CONTENT)
    await replayed.happened(1)

    assert live.ending is not None
    assert (live.ending.code, live.ending.reason) == (INTERNAL_FAILURE, INTERNAL_ERROR)
    assert live.ending.cursor == live.cursors[-1]
    assert [event["__typename"] for event in live.events + replayed.events] == ["RatingAdded", "RatingRevised"]
    assert replayed.events[0]["rating"]["efficacy"] == rating.efficacy


async def test_a_field_that_fails_is_an_error_of_its_event_alone(running: HubUnderTest) -> None:
    rating = await Rating.all().first()
    outlet = await running.joined(query=CONTENT)
    running.change_context = failing(ValueError("the secret cause"), 1)

    await happens(rating.id, drug_id=rating.drug_id, indication_id=rating.indication_id)
    await outlet.answered_with(2)
    await happens(rating.id, drug_id=rating.drug_id, indication_id=rating.indication_id)
    await outlet.answered_with(3)

    failed, fine = outlet.answers[1:]
    assert failed["data"]["ratings"]["rating"] is None
    assert failed["data"]["ratings"]["cursor"] == outlet.cursors[1]
    (error,) = failed["errors"]
    assert error["extensions"]["code"] == INTERNAL_ERROR
    assert error["path"] == ["ratings", "rating"]
    assert b"secret" not in outlet.bodies[1]
    assert "errors" not in fine
    assert fine["data"]["ratings"]["rating"]["efficacy"] == rating.efficacy


async def test_connections_that_are_cut_off_cost_no_event(running: HubUnderTest) -> None:
    if dialect_of(database()) != "postgres":
        # There is no connection to be cut off; everything else holds.
        sessions = "SELECT 1"
    else:
        sessions = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    rating = await Rating.all().first()
    outlets = [await running.joined(query=CONTENT), await running.joined(query=CONTENT + "#")]

    for number in range(10):
        await database().execute_query(sessions)
        for _ in range(5):
            try:
                await commit(rating.id, drug_id=rating.drug_id, indication_id=rating.indication_id)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                # The writer's own connection was among them.
                continue
            break
        wake_followers()
        for outlet in outlets:
            await outlet.happened(number + 1)

    for outlet in outlets:
        assert [event["rating"]["efficacy"] for event in outlet.events] == [rating.efficacy] * 10
        assert orjson.loads(outlet.bodies[0])["data"]["ratings"]["__typename"] == "Checkpoint"

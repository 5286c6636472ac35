"""What is the same for everybody is found out once, whoever asks and however many; what is not, is not shared."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction

from graph.feed.sources import RatingsSource, Selection
from models import Rating
from resolvers.feed.waking import wake_followers
from resolvers.helpful import mark_helpful
from resolvers.viewers import Role, Status, Viewer
from tests.feed_hub import CONTENT, NOW, HubUnderTest, happens, running_hub
from tests.gout import add_gout
from tests.raters import Rater, add_rater, submit
from tests.statements import recorded_statements
from tests.viewers import MODERATOR, verified

PERSONAL = """
subscription {
  ratings {
    __typename
    cursor
    ... on RatingAdded { rating { viewerFoundHelpful commentState heldComment { text } physician { id handle } } }
    ... on RatingWithdrawn { ratingId }
  }
}
"""

PSEUDONYMS = """
subscription { ratings { __typename cursor ... on RatingAdded { rating { physician { id handle } } } } }
"""


@pytest.fixture
async def running(catalogue: TortoiseContext) -> AsyncIterator[HubUnderTest]:  # noqa: ARG001 - the hub follows its feed
    async with running_hub() as under_test:
        yield under_test


def viewer_of(rater: Rater) -> Viewer:
    return Viewer(Role.PHYSICIAN, rater.account_id, rater.physician_id, Status.VERIFIED)


async def submitted(rater: Rater, drug: str = "colchicine", **changes: Any) -> int:  # noqa: ANN401 - of a submission
    """A rating that a physician has submitted, and everybody has been told of."""
    found = await submit(rater, drug, **changes)
    wake_followers()
    return found.rating_id


async def statements_for(
    running: HubUnderTest, ratings: Sequence[Rating], sources: Sequence[tuple[RatingsSource, dict[str, object]]]
) -> int:
    """How many statements it takes until subscribers to these have been told of ratings, besides reading the feed."""
    outlets = [
        running.attach(source, CONTENT, verified(key), variables)
        for key, (source, variables) in enumerate(sources, start=1)
    ]
    for outlet in outlets:
        await outlet.answered(1)
    with recorded_statements() as sent:
        for rating in ratings:
            await happens(rating.id, drug_id=rating.drug_id, indication_id=rating.indication_id)
            for outlet in outlets:
                await outlet.happened(len(outlet.events))
        for outlet in outlets:
            await outlet.happened(len(ratings))
    for outlet in outlets:
        outlet.leave()
    return len([statement for statement in sent if "feed_" not in statement])


async def test_equal_subscriptions_are_executed_once_for_each_event(running: HubUnderTest) -> None:
    await add_gout()
    ratings = await Rating.all().limit(1)
    everything = RatingsSource(Selection())

    few = await statements_for(running, ratings, [(everything, {})])

    assert few > 0
    assert await statements_for(running, ratings, [(everything, {})] * 50) == few


async def test_so_are_those_with_different_filters_and_the_same_document(running: HubUnderTest) -> None:
    await add_gout()
    ratings = await Rating.all().limit(1)
    drug_id = ratings[0].drug_id
    sources = [
        (RatingsSource(Selection(drug_ids=frozenset({drug_id, 1_000_000 + key}))), {"drugs": [str(key)]})
        for key in range(50)
    ]

    few = await statements_for(running, ratings, sources[:1])
    running.contexts.clear()

    assert await statements_for(running, ratings, sources) == few
    # The checkpoint with which all of them begin, and the event.
    assert len(running.contexts) == 2


async def test_events_that_come_together_are_executed_together(running: HubUnderTest) -> None:
    await add_gout()
    ratings = await Rating.all()
    outlet = await running.joined(query=CONTENT)
    running.contexts.clear()

    async with in_transaction():
        for rating in ratings:
            await happens(rating.id, drug_id=rating.drug_id, indication_id=rating.indication_id)
    await running.passed()
    await outlet.happened(len(ratings))

    assert [event["rating"]["efficacy"] for event in outlet.events] == [rating.efficacy for rating in ratings]
    assert len(running.contexts) <= 2


async def test_each_reader_is_answered_for_themselves(running: HubUnderTest) -> None:
    author, reader, other = [await add_rater(name) for name in "abc"]
    viewers = [viewer_of(author), viewer_of(reader), viewer_of(other), MODERATOR]
    outlets = [await running.joined(query=PERSONAL, viewer=viewer) for viewer in viewers]
    # Another socket of the same reader, which has the same answers.
    again = await running.joined(query=PERSONAL, viewer=viewer_of(reader))

    # The first event has nothing to do with who reads it.
    await happens(1_000_000, kind=3)
    rating_id = await submitted(author, comment="Write to me@example.org.", findings=("EMAIL",))
    for outlet in [*outlets, again]:
        await outlet.happened(2)
    async with in_transaction():
        await mark_helpful(reader.account_id, reader.physician_id, rating_id, helpful=True, now=NOW)
    replayed = [running.ratings(after=0, query=PERSONAL, viewer=viewer) for viewer in viewers]
    for outlet in replayed:
        await outlet.happened(2)

    assert len({outlet.bodies[1] for outlet in outlets}) == 1
    ratings = [outlet.events[1]["rating"] for outlet in outlets]
    assert [rating["commentState"] for rating in ratings] == ["HELD", None, None, "HELD"]
    assert [rating["heldComment"] for rating in ratings] == [
        {"text": "Write to me@example.org."},
        None,
        None,
        {"text": "Write to me@example.org."},
    ]
    assert len({rating["physician"]["handle"] for rating in ratings}) == len(viewers)
    assert len({rating["physician"]["id"] for rating in ratings}) == len(viewers)
    assert [rating["viewerFoundHelpful"] for rating in ratings] == [False] * 4
    assert again.bodies == outlets[1].bodies
    later = [outlet.events[1]["rating"] for outlet in replayed]
    assert [rating["viewerFoundHelpful"] for rating in later] == [False, True, False, False]
    assert [rating["physician"] for rating in later] == [rating["physician"] for rating in ratings]


async def test_pseudonyms_are_each_readers_own_though_the_event_is_resolved_once(running: HubUnderTest) -> None:
    raters = [await add_rater(name) for name in "abcd"]
    outlets = [await running.joined(query=PSEUDONYMS, viewer=viewer_of(rater)) for rater in raters]
    running.contexts.clear()

    for rater in raters[:2]:
        await submitted(rater)
        for outlet in outlets:
            await outlet.happened(len(outlets[0].events))
    for outlet in outlets:
        await outlet.happened(2)

    physicians = [[event["rating"]["physician"] for event in outlet.events] for outlet in outlets]
    assert all(physician["handle"].startswith("Physician ") for found in physicians for physician in found)
    for part in ("handle", "id"):
        assert len({physician[part] for found in physicians for physician in found}) == 2 * len(raters)
    assert len(running.contexts) <= 2


async def test_what_is_shared_is_not_answered_with_as_before_once_it_is_gone(running: HubUnderTest) -> None:
    """The answers to a replay are kept for a moment, but not beyond an event about the same rating."""
    author = await add_rater("a")
    live = await running.joined(query=CONTENT)
    rating_id = await submitted(author)
    await live.happened(1)
    before = running.ratings(after=0, query=CONTENT)
    await before.happened(1)

    await Rating.filter(id=rating_id).delete()
    await happens(rating_id, kind=3)
    await live.happened(2)
    after = running.ratings(after=0, query=CONTENT)
    await after.happened(2)

    assert before.events[0]["rating"] is not None
    assert after.events[0]["rating"] is None
    assert after.events[1]["ratingId"] == live.events[0]["rating"]["id"]

"""What can be asked of an event, once it is delivered."""

from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import ExecutionResult, execute, parse

from graph.global_ids import global_id
from graph.schema import schema
from graph.types.feed import checkpoint_of, feed_event_of, score_changed_of
from models import Drug, Indication, Rating
from resolvers.feed.reading import EventRecord
from resolvers.feed.writing import EventKind
from resolvers.viewers import ANONYMOUS, Viewer
from tests.api.conftest import Client, close
from tests.api.subscribing import CURSORS, context_for
from tests.viewers import INTEGRATOR, MODERATOR

AT = datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC)
CURSOR = CURSORS.of(7)
HEAD = {"cursor": CURSOR, "at": "2026-07-01T12:00:00.250000+00:00"}

EVERYTHING = """subscription { ratings { __typename cursor at
  ... on RatingAdded { rating { id efficacy comment drug { slug } }
    drug { slug } indication { slug } firstForTreatment }
  ... on RatingRevised { rating { id efficacy } drug { slug } indication { slug } }
  ... on RatingWithdrawn { ratingId drug { slug } indication { slug } }
  ... on RatingsReleased { drug { slug } indication { slug } score { ratingCount } firstForTreatment } } }"""

COLCHICINE_FOR_GOUT = {"drug": {"slug": "colchicine"}, "indication": {"slug": "gout"}}

NO_RATING = 2**40


async def answer_to(viewer: Viewer, query: str, event: object) -> ExecutionResult:
    """The answer to a subscription when this event is delivered."""
    result = execute(schema._schema, parse(query), root_value=event, context_value=context_for(viewer))  # noqa: SLF001
    return result if isinstance(result, ExecutionResult) else await result


async def told(viewer: Viewer, query: str, event: object) -> Any:  # noqa: ANN401 - of any field
    """What the only field of an answer without errors tells."""
    result = await answer_to(viewer, query, event)
    assert result.errors is None
    assert result.data is not None
    (value,) = result.data.values()
    return value


async def event_of(kind: EventKind, rating_id: int | None = None, *, first: bool = False) -> object:
    """An event about colchicine for gout."""
    drug, indication = await Drug.get(slug="colchicine"), await Indication.get(slug="gout")
    record = EventRecord(7, kind, rating_id, drug.id, indication.id, None, None, first, None, None, AT)
    return feed_event_of(record, CURSOR)


async def rating_key() -> int:
    """Of the rating of colchicine for gout that says `Works fast.`."""
    key: int = (await Rating.get(comment="Works fast.")).id
    return key


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.usefixtures("client")
async def test_an_added_rating(first: bool) -> None:
    key = await rating_key()
    rating = {
        "id": global_id("Rating", key),
        "efficacy": 5,
        "comment": "Works fast.",
        "drug": {"slug": "colchicine"},
    }
    assert await told(MODERATOR, EVERYTHING, await event_of(EventKind.ADDED, key, first=first)) == {
        "__typename": "RatingAdded",
        **HEAD,
        **COLCHICINE_FOR_GOUT,
        "rating": rating,
        "firstForTreatment": first,
    }


@pytest.mark.usefixtures("client")
async def test_a_revised_rating() -> None:
    key = await rating_key()
    assert await told(MODERATOR, EVERYTHING, await event_of(EventKind.REVISED, key)) == {
        "__typename": "RatingRevised",
        **HEAD,
        **COLCHICINE_FOR_GOUT,
        "rating": {"id": global_id("Rating", key), "efficacy": 5},
    }


@pytest.mark.parametrize("kind", [EventKind.ADDED, EventKind.REVISED])
@pytest.mark.usefixtures("client")
async def test_a_rating_that_is_gone_when_its_event_is_delivered(kind: EventKind) -> None:
    answer = await told(MODERATOR, EVERYTHING, await event_of(kind, NO_RATING))
    assert answer["rating"] is None
    assert answer["drug"] == {"slug": "colchicine"}


@pytest.mark.usefixtures("client")
async def test_a_withdrawn_rating() -> None:
    assert await told(MODERATOR, EVERYTHING, await event_of(EventKind.GONE, NO_RATING)) == {
        "__typename": "RatingWithdrawn",
        **HEAD,
        **COLCHICINE_FOR_GOUT,
        "ratingId": global_id("Rating", NO_RATING),
    }


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.usefixtures("client")
async def test_released_ratings(first: bool) -> None:
    """Three have rated it, so that the public is told of none."""
    assert await told(ANONYMOUS, EVERYTHING, await event_of(EventKind.RELEASED, first=first)) == {
        "__typename": "RatingsReleased",
        **HEAD,
        **COLCHICINE_FOR_GOUT,
        "score": {"ratingCount": 0},
        "firstForTreatment": first,
    }


async def test_a_checkpoint() -> None:
    answer = await told(ANONYMOUS, EVERYTHING, checkpoint_of(CURSOR, AT))
    assert answer == {"__typename": "Checkpoint", **HEAD}


SCORE = "ratingCount overall { value lower upper outOf100 } priorVersion"
WEIGHTED = f'score(weights: {{efficacy: 3, safety: 1}}, segment: {{country: "DE"}}) {{ {SCORE} }}'


@pytest.mark.parametrize("field", [f"score {{ {SCORE} }}", WEIGHTED])
async def test_an_events_score_is_that_of_its_treatment(client: Client, field: str) -> None:
    whole = field.replace("score(", 'score(indicationId: "gout", ').replace("score {", 'score(indicationId: "gout") {')
    expected = (await client.data(f'{{ drug(id: "colchicine") {{ {whole} }} }}'))["drug"]["score"]
    assert expected["overall"] is not None
    released = await event_of(EventKind.RELEASED)
    answer = await told(MODERATOR, f"subscription {{ ratings {{ ... on RatingsReleased {{ {field} }} }} }}", released)
    assert answer == close({"score": expected})

    drug, indication = await Drug.get(slug="colchicine"), await Indication.get(slug="gout")
    changed = score_changed_of(drug.id, indication.id, AT)
    query = f"subscription {{ scoreChanged(drugIds: []) {{ at drug {{ slug }} indication {{ slug }} {field} }} }}"
    answer = await told(MODERATOR, query, changed)
    assert answer == close({"at": HEAD["at"], **COLCHICINE_FOR_GOUT, "score": expected})


@pytest.mark.parametrize("field", [f"score {{ {SCORE} }}", WEIGHTED])
async def test_a_score_over_all_indications(client: Client, field: str) -> None:
    expected = (await client.data(f'{{ drug(id: "colchicine") {{ {field} }} }}'))["drug"]["score"]
    changed = score_changed_of((await Drug.get(slug="colchicine")).id, None, AT)
    query = f"subscription {{ scoreChanged(drugIds: []) {{ drug {{ slug }} indication {{ slug }} {field} }} }}"
    answer = await told(MODERATOR, query, changed)
    assert answer == close({"drug": {"slug": "colchicine"}, "indication": None, "score": expected})


@pytest.mark.usefixtures("client")
async def test_what_is_in_an_event_takes_its_own_scopes() -> None:
    feed_key = Viewer(INTEGRATOR.role, key_id=1, scopes=frozenset({"feed"}))
    released = await event_of(EventKind.RELEASED)
    head = "subscription { ratings { cursor ... on RatingsReleased { firstForTreatment } } }"
    assert await told(feed_key, head, released) == {"cursor": CURSOR, "firstForTreatment": False}
    for field in ("drug { slug }", "indication { slug }", "score { ratingCount }"):
        query = f"subscription {{ ratings {{ ... on RatingsReleased {{ {field} }} }} }}"
        result = await answer_to(feed_key, query, released)
        assert result.data is None
        assert [error.extensions for error in result.errors or ()] == [{"code": "NOT_PERMITTED"}]


@pytest.mark.parametrize("kind", [EventKind.RECOUNTED, EventKind.FOLLOWS, EventKind.STANDING])
@pytest.mark.parametrize(("rating", "drug", "indication"), [(None, None, None), (None, 1, None), (3, 1, 2)])
def test_other_events_are_told_to_nobody(
    kind: EventKind, rating: int | None, drug: int | None, indication: int | None
) -> None:
    record = EventRecord(7, kind, rating, drug, indication, None, None, False, 4, None, AT)
    with pytest.raises(ValueError, match=kind.name):
        feed_event_of(record, CURSOR)

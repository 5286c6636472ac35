"""What physicians and moderators do reaches those who subscribe to ratings: once each, in order, as what it is."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.listening import listening
from tests.api.people import Person, rating_of, submit
from tests.clients.serving import LiveServer, live_server
from tests.server_processes import Start, peerscore_processes

CONTENT = """subscription { ratings { __typename cursor at
  ... on RatingAdded { firstForTreatment drug { slug } indication { slug } rating { ...said } }
  ... on RatingRevised { drug { slug } indication { slug } rating { ...said } }
  ... on RatingWithdrawn { drug { slug } indication { slug } ratingId } } }
  fragment said on Rating { id efficacy comment heldComment { text } physician { specialty } }"""
SAME_FOR_OTHERS = CONTENT + "# as another application writes it"
"""Another document, so that it is carried out for its subscribers apart."""

WITHDRAW = "mutation($id: ID!) { withdrawRating(id: $id) { __typename } }"
MODERATE = """mutation($id: ID!, $decision: ModerationDecision!, $version: String) {
  moderateRating(id: $id, decision: $decision, commentVersion: $version) { __typename } }"""
VERSION = "query($id: ID!) { rating(id: $id) { heldComment { version } } }"
PHYSICIAN = "query($id: ID!) { rating(id: $id) { physician { id } } }"

HELD = "Ask jane@example.org about it."


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


async def moderate(moderator: Person, rating: str, decision: str, version: str | None = None) -> None:
    done = await moderator.result(MODERATE, id=rating, decision=decision, version=version)
    assert done == {"__typename": "ModerateRatingSuccess"}


def said(event: dict[str, Any]) -> dict[str, Any]:
    """What an event says, without what differs from run to run; it is about colchicine for gout."""
    assert event.pop("drug") == {"slug": "colchicine"}
    assert event.pop("indication") == {"slug": "gout"}
    assert len(event.pop("cursor")) == 32
    assert event.pop("at") == "2026-07-01T12:00:00+00:00"
    return event


def shown(rating: str, efficacy: int, comment: str | None) -> dict[str, Any]:
    """A rating as it is shown with an event."""
    author = {"specialty": "Rheumatology"}
    return {"id": rating, "efficacy": efficacy, "comment": comment, "heldComment": None, "physician": author}


async def test_what_physicians_do_reaches_every_subscriber_as_what_it_is(server: LiveServer) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    async with (
        listening(server, await server.physician("eve"), CONTENT) as by_eve,
        listening(server, await server.physician("pam"), CONTENT) as by_pam,
        listening(server, ann, SAME_FOR_OTHERS) as by_ann,
    ):

        async def told() -> dict[str, Any]:
            first, *others = [await one.next() for one in (by_eve, by_pam, by_ann)]
            assert others == [first, first]
            return said(first)

        of_ann = await rating_of(ann, comment="Works fast.")
        added = {"__typename": "RatingAdded", "firstForTreatment": True, "rating": shown(of_ann, 5, "Works fast.")}
        assert await told() == added
        of_bob = await rating_of(bob, efficacy=2)
        added = {"__typename": "RatingAdded", "firstForTreatment": False, "rating": shown(of_bob, 2, None)}
        assert await told() == added
        await submit(ann, efficacy=1)
        assert await told() == {"__typename": "RatingRevised", "rating": shown(of_ann, 1, None)}
        await bob.result(WITHDRAW, id=of_bob)
        assert await told() == {"__typename": "RatingWithdrawn", "ratingId": of_bob}
        assert await rating_of(bob, efficacy=3) == of_bob
        assert await told() == {**added, "rating": shown(of_bob, 3, None)}


async def test_a_comment_that_is_held_is_not_shown_until_it_is_published(server: LiveServer) -> None:
    ann, moderator = await server.physician("ann"), server.moderator()
    async with listening(server, await server.physician("eve"), CONTENT) as by_eve:
        rating = await rating_of(ann, comment=HELD)
        assert said(await by_eve.next()) == {
            "__typename": "RatingAdded",
            "firstForTreatment": True,
            "rating": shown(rating, 5, None),
        }
        version = (await moderator.result(VERSION, id=rating))["heldComment"]["version"]
        await moderate(moderator, rating, "PUBLISH", version)
        assert said(await by_eve.next()) == {"__typename": "RatingRevised", "rating": shown(rating, 5, HELD)}
        await moderate(moderator, rating, "REMOVE_COMMENT")
        assert said(await by_eve.next()) == {"__typename": "RatingRevised", "rating": shown(rating, 5, None)}


async def test_moderators_and_authors_see_the_held_comment_in_their_own_events_and_nobody_else_does(
    server: LiveServer,
) -> None:
    ann = await server.physician("ann")
    async with (
        listening(server, ann, CONTENT) as by_ann,
        listening(server, await server.physician("eve"), CONTENT) as by_eve,
        listening(server, server.moderator(), CONTENT) as by_moderator,
    ):
        await submit(ann, comment=HELD)
        seen = [(await one.next())["rating"]["heldComment"] for one in (by_ann, by_eve, by_moderator)]
    assert seen == [{"text": HELD}, None, {"text": HELD}]


async def test_what_a_moderator_takes_out_is_withdrawn_and_what_comes_back_is_added(server: LiveServer) -> None:
    ann, moderator = await server.physician("ann"), server.moderator()
    rating = await rating_of(ann, comment="Works fast.")
    async with listening(server, await server.physician("eve"), CONTENT) as by_eve:
        await moderate(moderator, rating, "EXCLUDE")
        assert said(await by_eve.next()) == {"__typename": "RatingWithdrawn", "ratingId": rating}
        await moderate(moderator, rating, "REINSTATE")
        assert said(await by_eve.next()) == {
            "__typename": "RatingAdded",
            "firstForTreatment": True,
            "rating": shown(rating, 5, "Works fast."),
        }


async def test_what_is_erased_by_a_command_is_withdrawn(server: LiveServer, start: Start) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    of_ann = {await rating_of(ann, drug) for drug in ("colchicine", "allopurinol", "febuxostat")}
    await rating_of(bob)
    physician = (await server.moderator().result(PHYSICIAN, id=min(of_ann)))["physician"]["id"]
    async with listening(server, bob, CONTENT) as by_bob:
        process = start("erase", "physician", physician, "--yes", "--database-url", server.url)
        await asyncio.to_thread(process.communicate)
        assert process.returncode == 0
        events = [await by_bob.next() for _ in of_ann]
        await submit(bob, efficacy=1)
        last = await by_bob.next()
    assert {event["__typename"] for event in events} == {"RatingWithdrawn"}
    assert {event["ratingId"] for event in events} == of_ann
    assert last["__typename"] == "RatingRevised"


async def test_a_change_that_is_none_tells_nobody_anything(server: LiveServer) -> None:
    """Sent again under the same id, withdrawn a second time, refused: none of that has happened."""
    ann = await server.physician("ann")
    async with listening(server, await server.physician("eve")) as by_eve:
        rating = await rating_of(ann, clientMutationId="once")
        await submit(ann, clientMutationId="once")
        await submit(ann, efficacy=6)
        await submit(server.person("somebody"))
        await ann.result(WITHDRAW, id=rating)
        await ann.result(WITHDRAW, id=rating)
        await submit(ann, "allopurinol")
        told = await by_eve.told(3)
    assert told == [("RatingAdded", "colchicine"), ("RatingWithdrawn", "colchicine"), ("RatingAdded", "allopurinol")]


async def test_many_at_the_same_time_reach_everybody_once_and_in_one_order(server: LiveServer) -> None:
    drugs = ("colchicine", "allopurinol", "febuxostat", "ibuprofen", "naproxen", "probenecid")
    physicians = [await server.physician(f"p{number}") for number in range(6)]
    query = "subscription { ratings { __typename cursor ... on RatingAdded { rating { id } } } }"
    async with (
        listening(server, physicians[0], query) as first,
        listening(server, physicians[1], query) as second,
        listening(server, server.moderator(), query + " ") as third,
    ):
        written = await asyncio.gather(*(rating_of(person, drug) for person in physicians for drug in drugs))
        received = [[await one.next() for _ in written] for one in (first, second, third)]
    assert received[0] == received[1] == received[2]
    assert sorted(event["rating"]["id"] for event in received[0]) == sorted(written)
    assert len({event["cursor"] for event in received[0]}) == len(written)

"""Each client of docs/subscriptions.md against a real server: everything once, in order, whatever breaks in between."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from graph.signing_in.sockets import close_sockets_of
from resolvers.viewers import Status
from tests.api.people import START, Person, rating_of, submit
from tests.clients import programs
from tests.clients.examples import blocks, write_examples
from tests.clients.programs import Reader
from tests.clients.serving import LiveServer, event_of, link_to, live_server
from tests.people import account_id_of, set_status
from tests.signing import token

(QUERY,) = blocks("graphql")
"""The subscription that the document shows."""

DRUGS = ("colchicine", "allopurinol")
"""To which the readers here have subscribed."""

ROLE = "query { viewer { role } }"

WITHDRAW = "mutation($id: ID!) { withdrawRating(id: $id) { __typename } }"


on_one_database = pytest.mark.parametrize("databases", ["sqlite"], indirect=True, scope="session")
"""For what is between client and server alone."""


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The document's files, and the token with which the readers here sign in."""
    write_examples(tmp_path)
    (tmp_path / "token").write_text(token("ann"))
    return tmp_path


def to_drugs(**more: object) -> dict[str, Any]:
    """Variables of the subscription to those drugs."""
    return {"filter": {"drugIds": list(DRUGS)}, **more}


async def withdraw(person: Person, rating_id: str) -> None:
    withdrawn = await person.result(WITHDRAW, id=rating_id)
    assert withdrawn == {"__typename": "WithdrawRatingSuccess"}


@pytest.mark.parametrize("client", programs.ALL)
async def test_what_happens_before_during_and_after_a_restart_arrives_once_and_in_order(
    server: LiveServer, folder: Path, client: str
) -> None:
    await server.physician("ann")
    bob, eve = await server.physician("bob"), await server.physician("eve")
    reader = Reader(client, folder, server.address)
    async with reader.sends(QUERY, to_drugs()) as program:
        beginning = await program.ready()
        first = await rating_of(bob, "colchicine")
        received = await program.events(1)
        async with server.away() as elsewhere:
            await rating_of(elsewhere.person("bob"), "allopurinol")
            await rating_of(elsewhere.person("bob"), "febuxostat")
            await submit(elsewhere.person("bob"), "colchicine", efficacy=1, comment="Acts within a day.")
        await withdraw(bob, first)
        second = await rating_of(eve, "colchicine")
        received += await program.events(4)

    assert [event_of(event) for event in received] == [
        ("RatingAdded", "colchicine"),
        ("RatingAdded", "allopurinol"),
        ("RatingRevised", "colchicine"),
        ("RatingWithdrawn", "colchicine"),
        ("RatingAdded", "colchicine"),
    ]
    assert [received[0]["rating"]["id"], received[3]["ratingId"], received[4]["rating"]["id"]] == [first, first, second]
    assert len({beginning, *(event["cursor"] for event in received)}) == len(received) + 1

    # The cursor of any event is good for another program.
    for after, expected in ((beginning, received), (received[1]["cursor"], received[2:])):
        async with reader.sends(QUERY, to_drugs(after=after)) as program:
            assert [one["cursor"] for one in await program.events(len(expected))] == [one["cursor"] for one in expected]


@on_one_database
@pytest.mark.parametrize("client", programs.ALL)
async def test_a_connection_that_breaks_again_and_again_loses_and_repeats_nothing(
    server: LiveServer, folder: Path, client: str
) -> None:
    await server.physician("ann")
    bob = await server.physician("bob")
    found = await bob.result("{ drugs(first: 9) { edges { node { slug } } } }")
    slugs = [edge["node"]["slug"] for edge in found["edges"]]
    async with link_to(server) as link:
        reader = Reader(client, folder, link.address)
        # From the beginning: a client that connects again as it did first would be told everything once more.
        async with reader.sends(QUERY, {"after": ""}) as program:
            await program.ready()
            received = []
            for slug in slugs[:3]:
                await rating_of(bob, slug)
                received += await program.events(1)
                link.cut()
            for slug in slugs[3:]:
                await rating_of(bob, slug)
            # Some of these are on their way.
            link.cut()
            received += await program.events(6)

    assert [event_of(event) for event in received] == [("RatingAdded", slug) for slug in slugs]


@on_one_database
@pytest.mark.parametrize("client", programs.BY_LIBRARY)
async def test_a_token_that_runs_out_is_replaced_by_a_new_one(
    server: LiveServer, folder: Path, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.signing_in.sockets.LOOK_EVERY", 0.05)
    await server.physician("ann")
    bob = await server.physician("bob")
    (folder / "token").write_text(token("ann", expires_at=START + timedelta(minutes=15)))
    async with Reader(client, folder, server.address).sends(QUERY, to_drugs()) as program:
        await program.ready()
        (folder / "token").write_text(token("ann"))
        server.pass_time(timedelta(minutes=30))
        await program.ready()
        await rating_of(bob, "colchicine")
        (event,) = await program.events(1)

    assert event_of(event) == ("RatingAdded", "colchicine")


@on_one_database
@pytest.mark.parametrize("client", programs.ALL)
async def test_who_is_suspended_is_told_so_and_not_connected_again(
    server: LiveServer, folder: Path, client: str
) -> None:
    await server.physician("ann")
    async with Reader(client, folder, server.address).sends(QUERY, to_drugs()) as program:
        await program.ready()
        await set_status(await account_id_of("ann"), Status.SUSPENDED)
        await close_sockets_of(account_ids=[await account_id_of("ann")])
        said = await program.line()

    assert "SUSPENDED" in said["refused"][0]["code"]


@on_one_database
@pytest.mark.parametrize("client", programs.ALL)
async def test_a_cursor_of_elsewhere_is_refused_with_its_code_and_the_oldest_that_works(
    server: LiveServer, folder: Path, client: str
) -> None:
    await server.physician("ann")
    bob = await server.physician("bob")
    await rating_of(bob)
    reader = Reader(client, folder, server.address)
    async with reader.sends(QUERY, to_drugs(after="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")) as program:
        said = await program.line()
    (extensions,) = said["refused"]
    assert extensions["code"] == "INVALID_CURSOR"

    async with reader.sends(QUERY, to_drugs(after=extensions["oldestCursor"])) as program:
        (event,) = await program.events(1)
    assert event_of(event) == ("RatingAdded", "colchicine")


@on_one_database
@pytest.mark.parametrize("client", programs.ALL)
async def test_a_query_is_answered_on_the_same_transport(server: LiveServer, folder: Path, client: str) -> None:
    await server.physician("ann")
    async with Reader(client, folder, server.address).sends(ROLE) as program:
        said = await program.line()
    # Some clients ask for `__typename` as well.
    assert said["answer"]["viewer"]["role"] == "PHYSICIAN"

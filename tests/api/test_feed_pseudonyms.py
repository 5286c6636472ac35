"""Each physician sees authors in events under the names that their queries show, and nobody else's."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.listening import CHECKPOINT, cursor_now, listening, subscribed
from tests.api.people import Person, rating_of
from tests.clients.serving import LiveServer, live_server

AUTHORS = """subscription($after: String) { ratings(after: $after) { __typename cursor
  ... on RatingAdded { rating { id physician { id handle }
    drug { ratings { edges { node { physician { handle } } } } } } } } }"""
ASKED = """query($id: ID!) { rating(id: $id) { id physician { id handle }
  drug { ratings { edges { node { physician { handle } } } } } } }"""
AGAIN = "query($id: ID!) { node(id: $id) { ... on Physician { handle } } }"


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


async def test_two_physicians_see_the_same_author_under_different_names(server: LiveServer) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    readers: dict[str, Person] = {
        "eve": await server.physician("eve"),
        "pam": await server.physician("pam"),
        "one": server.moderator("one"),
        "two": server.moderator("two"),
        "ann": ann,
    }
    begun = await cursor_now(server, ann)
    live: dict[str, list[Any]] = {}
    async with (
        listening(server, readers["eve"], AUTHORS) as eve,
        listening(server, readers["pam"], AUTHORS) as pam,
        listening(server, readers["one"], AUTHORS) as one,
        listening(server, readers["two"], AUTHORS) as two,
        listening(server, readers["ann"], AUTHORS) as by_ann,
    ):
        ids = []
        for author, drug in ((ann, "colchicine"), (bob, "allopurinol"), (ann, "febuxostat")):
            ids.append(await rating_of(author, drug))
            for name, reader in zip(readers, (eve, pam, one, two, by_ann), strict=True):
                live.setdefault(name, []).append((await reader.next())["rating"])
    for name, person in readers.items():
        assert live[name] == [await person.result(ASKED, id=rating) for rating in ids], name
        async with subscribed(server, person, AUTHORS, after=begun) as replay:
            replayed = [await replay.event() for _ in ids]
            assert (await replay.next())["__typename"] == CHECKPOINT
        assert [event["rating"] for event in replayed] == live[name]
        # The id leads its reader back to the same author, and nobody else to anybody.
        author = live[name][0]["physician"]
        assert await person.result(AGAIN, id=author["id"]) == {"handle": author["handle"]}
    names = {name: [rating["physician"]["handle"] for rating in ratings] for name, ratings in live.items()}
    ids_of = {name: [rating["physician"]["id"] for rating in ratings] for name, ratings in live.items()}
    for seen in (names, ids_of):
        assert all(first == third != second for first, second, third in seen.values())
        assert seen["one"] == seen["two"]
        assert len({value for values in seen.values() for value in values}) == 2 * 4
    assert (await readers["pam"].error(AGAIN, id=ids_of["eve"][0]))[0] == "INVALID_ID"

"""Who sees single ratings, their authors' handles, and who they are: the table in docs/moderation.md, cell by cell.

With real tokens and keys, in a database where Ann and Bob have each rated colchicine. The reader of a cell is Bob
wherever the column is about a physician.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from models import Account, AuditEntry
from resolvers.viewers import Status
from tests.api.people import LEVELS, Person, Server, rating_of, served
from tests.people import account_id_of, set_status
from tests.registrations import import_registry

RATINGS = """{ ratings { totalCount suppressed { reason } edges { node { ...all } } }
  drug(id: "colchicine") { ratings { edges { node { ...all } } } }
  indication(id: "gout") { ratings { edges { node { ...all } } } } }
  fragment all on Rating { id efficacy safety tolerability accessibility adherence preference comment createdAt
    physician { specialty country experience } }"""
ONE = "query($id: ID!) { rating(id: $id) { comment } }"
NODE = "query($id: ID!) { node(id: $id) { ... on Rating { comment } } }"
HANDLES = "{ ratings { edges { node { id physician { id handle } } } } }"
EVERYTHING = """{ viewer { role status physician { id handle } licence { number }
    ratings { edges { node { ...all } } } unreadReviews { edges { node { ...all } } } }
  ratings { edges { node { ...all } } } drug(id: "colchicine") { ratings { edges { node { ...all } } } } }
  fragment all on Rating { id comment commentState heldComment { text } offLabel helpfulCount createdAt
    physician { id handle specialty country experience verified ratingCount } }"""
VERIFICATION = "query($id: ID!) { verification(physicianId: $id) { licence { number } specialty } }"

ANNS = {
    **LEVELS,
    "comment": "From Ann.",
    "createdAt": "2026-07-01T12:00:00+00:00",
    "physician": {"specialty": "Rheumatology", "country": "DE", "experience": "ESTABLISHED"},
}
BOBS = {
    **ANNS,
    "comment": "From Bob.",
    "physician": {"specialty": "Nephrology", "country": "FR", "experience": "SENIOR"},
}
ANNS_LICENCE, BOBS_LICENCE = "DE-4711-77", "FR-4711-88"

NOT_SHOWN = (
    "NOT_PERMITTED",
    "Single ratings are shown to verified physicians, and to the physician who gave them.",
)


class World:
    """A server with Ann's and Bob's ratings."""

    def __init__(self, server: Server, anns: str, bobs: str) -> None:
        self.server = server
        self.ids = {"ann": anns, "bob": bobs}

    async def reader(self, column: str) -> Person:
        """The one who asks in a column of the table."""
        if column == "anonymous":
            return self.server.anonymous()
        if column == "integrator key":
            return await self.server.integrator()
        if column == "moderator":
            return self.server.moderator()
        if column == "signed in":
            return self.server.person("somebody")
        await set_status(await account_id_of("bob"), Status[column.upper()])
        return self.server.person("bob")


@pytest.fixture
async def world(catalogue_url: str, tmp_path: Path) -> AsyncIterator[World]:
    register = """mutation($input: RegisterPhysicianInput!) { registerPhysician(input: $input) {
      ... on RegisterPhysicianSuccess { status } } }"""
    async with served(catalogue_url) as server:
        registry = f"country,authority,number\nDE,Kammer,{ANNS_LICENCE}\nFR,Ordre,{BOBS_LICENCE}\n"
        await import_registry(tmp_path, registry)
        for name, specialty, years, licence in (
            ("ann", "Rheumatology", 10, {"country": "DE", "authority": "Kammer", "number": ANNS_LICENCE}),
            ("bob", "Nephrology", 30, {"country": "FR", "authority": "Ordre", "number": BOBS_LICENCE}),
        ):
            given = {"specialty": specialty, "yearsInPractice": years, "licence": licence}
            assert await server.person(name).result(register, input=given) == {"status": "VERIFIED"}
        ids = [await rating_of(server.person(name), comment=f"From {name.title()}.") for name in ("ann", "bob")]
        yield World(server, *ids)


COLUMNS = ("anonymous", "integrator key", "signed in", "pending", "rejected", "suspended", "verified", "moderator")
NO_RATINGS = ("anonymous", "integrator key", "signed in")
OWN_RATINGS = ("pending", "rejected", "suspended")


def shown_to(column: str, *, nothing: Any, own: Any, everything: Any) -> Any:  # noqa: ANN401 - of any kind
    """What a cell holds."""
    if column in NO_RATINGS:
        return nothing
    return own if column in OWN_RATINGS else everything


@pytest.mark.parametrize("column", COLUMNS)
async def test_single_ratings_and_comments(world: World, column: str) -> None:
    reader = await world.reader(column)
    data = await reader.data(RATINGS)
    anns, bobs = {"id": world.ids["ann"], **ANNS}, {"id": world.ids["bob"], **BOBS}
    expected = shown_to(column, nothing=[], own=[bobs], everything=[bobs, anns])
    for found in (data["ratings"], data["drug"]["ratings"], data["indication"]["ratings"]):
        assert [edge["node"] for edge in found["edges"]] == expected
    assert data["ratings"]["totalCount"] == len(expected)
    sees_all = column in ("verified", "moderator")
    assert data["ratings"]["suppressed"] == (None if sees_all else {"reason": "NOT_PERMITTED"})

    for query in (ONE, NODE):
        for name, is_shown in (
            ("ann", sees_all),
            ("bob", column not in NO_RATINGS),
        ):
            if is_shown:
                assert await reader.result(query, id=world.ids[name]) == {"comment": f"From {name.title()}."}
            else:
                assert await reader.error(query, id=world.ids[name]) == NOT_SHOWN


@pytest.mark.parametrize("column", COLUMNS)
async def test_authors_handle(world: World, column: str) -> None:
    reader = await world.reader(column)

    async def authors(person: Person) -> dict[str, dict[str, str]]:
        edges = (await person.result(HANDLES))["edges"]
        return {edge["node"]["id"]: edge["node"]["physician"] for edge in edges}

    seen = await authors(reader)
    bobs, both = {world.ids["bob"]}, set(world.ids.values())
    assert set(seen) == shown_to(column, nothing=set(), own=bobs, everything=both)
    # The same each time for the same reader,
    assert await authors(reader) == seen
    # and another one for everybody else; but moderators share theirs.
    for other, is_alike in (
        (world.server.person("ann"), False),
        (world.server.moderator("another"), column == "moderator"),
    ):
        others = await authors(other)
        for rating in seen:
            for name in ("handle", "id"):
                assert (seen[rating][name] == others[rating][name]) is is_alike


@pytest.mark.parametrize("column", COLUMNS)
async def test_authors_identity_and_licence(world: World, column: str) -> None:
    reader = await world.reader(column)
    is_bob = column in (*OWN_RATINGS, "verified")
    answer = await reader.answer(EVERYTHING)
    assert "errors" not in answer
    # Of the licences only one's own, and only there; of accounts, subjects and keys of tables nothing.
    viewer = answer["data"]["viewer"]
    own = None if viewer is None else viewer.pop("licence")
    assert own == ({"number": BOBS_LICENCE} if is_bob else None)
    told = str(answer)
    for hidden in (ANNS_LICENCE, BOBS_LICENCE, *[account.subject_hash for account in await Account.all()]):
        assert hidden not in told

    # In the verification view a moderator sees it, and that they did is in the audit log.
    physicians = {edge["node"]["physician"]["id"] for edge in answer["data"]["ratings"]["edges"]}
    if column == "moderator":
        looks = [await reader.result(VERIFICATION, id=physician) for physician in physicians]
        assert {look["licence"]["number"] for look in looks} == {ANNS_LICENCE, BOBS_LICENCE}
        entries = await AuditEntry.filter(action="IDENTITY_SEEN").order_by("subject")
        assert [entry.subject for entry in entries] == ["physician:1", "physician:2"]
        assert {entry.actor for entry in entries} == {f"account:{await account_id_of('a moderator')}"}
        return
    moderators = (await world.server.moderator().result(HANDLES))["edges"]
    for physician in physicians | {edge["node"]["physician"]["id"] for edge in moderators}:
        assert await reader.error(VERIFICATION, id=physician) == ("NOT_PERMITTED", "This is for moderators.")
    assert await AuditEntry.filter(action="IDENTITY_SEEN").count() == 0


CLOSED: dict[str, Callable[[Server], Person]] = {
    "anonymous": lambda server: server.anonymous(),
    "person": lambda server: server.person("somebody"),
}


@pytest.mark.parametrize("reader", CLOSED)
async def test_without_public_read_the_first_column_is_closed(catalogue_url: str, reader: str) -> None:
    async with served(catalogue_url, public_read=False) as server:
        response = await CLOSED[reader](server).send('{ drug(id: "colchicine") { slug } }')
        integrators = await (await server.integrator()).send('{ drug(id: "colchicine") { slug } }')
    assert integrators.status_code == 200
    if reader == "person":
        assert response.json() == {"data": {"drug": {"slug": "colchicine"}}}
    else:
        assert response.status_code == 401
        assert list(response.json()) == ["errors"]

"""docs/visibility.md: each cell of its table, and its example of released ratings, asked of the API."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from graph.global_ids import global_id
from models import AuditEntry, HeldComment, Rating, Registration
from resolvers.database import DatabaseUrl, open_database
from resolvers.viewers import Role, Status, Viewer
from tests.api.conftest import Client, client_of
from tests.api.listening import brief, listening
from tests.api.people import submit
from tests.clients.serving import live_server
from tests.crowd import FOR_GOUT, TODAY, add_crowd
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.gout import add
from tests.registrations import ANN, NOW, register
from tests.viewers import MODERATOR, READERS_OF_RELEASED, pending, verified
from tests.written import all_equal, written

DOCUMENT = (Path(__file__).parent.parent / "docs" / "visibility.md").read_text(encoding="utf-8")

EVENTS = "Events about ratings"
"""The row that is about what somebody is told, not about what they can ask."""

LEAST = 11
"""Ratings of a treatment that are released together, if they are the first."""

OWN_COMMENT, OTHER_COMMENT = "waits, by the reader", "waits, by somebody else"

EVERYTHING = """query($own: ID!, $other: ID!) {
  drug(id: "colchicine") { slug }
  search(text: "gout") { matchedText }
  indication(id: "gout") { ranking(minRatings: 1) { edges { node { drug { slug } } } } }
  %s
  compare(drugIds: ["allopurinol", "ibuprofen"], indicationId: "gout") {
    pairs { headToHead { physicians } }
    ofFour: pairs(criterion: TOLERABILITY) { headToHead { physicians } }
    preferenceOrder { rank }
  }
  ratings(first: 500) {
    totalCount edges { node { id heldComment { text } physician { id handle specialty country experience } } }
  }
  own: rating(id: $own) { id heldComment { text } }
  other: rating(id: $other) { id heldComment { text } }
  viewer { licence { number } }
}""" % " ".join(  # noqa: UP031 - braces are GraphQL's
    f'{drug}: drug(id: "{drug}") {{ score(indicationId: "gout") {{ overall {{ value }} }} '
    'trend(indicationId: "gout", months: 1) { points { estimate { value } } } }'
    for drug in FOR_GOUT
)
"""All that the rows are about, but for what only moderators can ask for."""

FOR_MODERATORS = ("{ moderationQueue { totalCount } }", "{ auditLog { totalCount } }")


def table() -> dict[str, dict[str, str]]:
    """The document's table: by column, the cells by what they are about."""
    lines = DOCUMENT.partition("## The table\n")[2].strip().partition("\n\n")[0].splitlines()
    (_, *columns), _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert all(len(row) == len(columns) + 1 for row in rows)
    return {column: {row[0]: row[place] for row in rows} for place, column in enumerate(columns, start=1)}


async def add_content() -> None:
    """The crowd, somebody who has registered and rated, and a held comment of theirs and of somebody else."""
    await add_crowd()
    ann = await register("ann")
    await add([written("ann", "chloroquine", [3] * 6, indication="malaria")])
    own, other = await Rating.all().order_by("-id").first(), await Rating.all().order_by("id").first()
    assert own is not None
    assert other is not None
    await Rating.filter(id=own.id).update(physician_id=ann.physician_id)
    await HeldComment.create(rating_id=own.id, comment=OWN_COMMENT, held_at=NOW)
    await HeldComment.create(rating_id=other.id, comment=OTHER_COMMENT, held_at=NOW)


@pytest.fixture(scope="session")
def content_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    return prepare(databases.create(catalogue_template), add_content)


def not_verified(status: Status) -> Callable[[int], Viewer]:
    return lambda physician_id: replace(pending(physician_id), status=status)


READERS: list[tuple[str, Callable[[int], Viewer]]] = [
    ("anonymous", lambda _: READERS_OF_RELEASED["anonymous"]),
    ("integrator's key", lambda _: READERS_OF_RELEASED["integrator"]),
    ("signed in", lambda _: READERS_OF_RELEASED["unregistered"]),
    *(("not verified", not_verified(status)) for status in (Status.PENDING, Status.REJECTED, Status.SUSPENDED)),
    ("verified physician", verified),
    ("moderator", lambda _: MODERATOR),
]


def test_the_table_has_a_column_for_each_kind_of_reader() -> None:
    assert list(table()) == list(dict.fromkeys(column for column, _ in READERS))
    assert {reader(1).role for _, reader in READERS} == set(Role)
    assert {reader(1).status for _, reader in READERS} >= set(Status)


@dataclass(frozen=True, slots=True)
class Content:
    """The address of the database, who has registered, the ids of two ratings, and how many there are."""

    url: str
    physician_id: int
    own: str
    other: str
    ratings: int


@pytest.fixture
async def content(content_template: str) -> Content:
    async with open_database(DatabaseUrl.parse(content_template)):
        registration = await Registration.get()
        physician_id: int = registration.physician_id  # type: ignore[attr-defined]
        own = (await Rating.get(physician_id=physician_id)).id
        other = (await HeldComment.get(comment=OTHER_COMMENT)).rating_id
        ratings = await Rating.all().count()
    return Content(content_template, physician_id, global_id("Rating", own), global_id("Rating", other), ratings)


def least_shown(shown: set[str]) -> str:
    """From how many physicians on drugs are shown, as the table says it."""
    counts = sorted(FOR_GOUT[drug][0] for drug in shown)
    assert counts == sorted(count for count, _ in FOR_GOUT.values() if count >= counts[0])
    return {4: "all", 5: "from 5", 11: "from 11"}[counts[0]]


def scores(data: dict[str, Any]) -> str:
    ranked = {edge["node"]["drug"]["slug"] for edge in data["indication"]["ranking"]["edges"]} & set(FOR_GOUT)
    assert ranked == {drug for drug in FOR_GOUT if data[drug]["score"]["overall"]}
    assert ranked == {drug for drug in FOR_GOUT if data[drug]["trend"]["points"][0]["estimate"]}
    return least_shown(ranked)


def head_to_heads(data: dict[str, Any]) -> str:
    compared = data["compare"]
    (of_eleven,), (of_four,) = compared["pairs"], compared["ofFour"]
    assert bool(compared["preferenceOrder"]) is (of_eleven["headToHead"] is not None)
    if of_four["headToHead"]:
        return "all"
    return "from 5" if of_eleven["headToHead"] else "no"


def single_ratings(data: dict[str, Any], content: Content) -> str:
    found = {edge["node"]["id"] for edge in data["ratings"]["edges"]}
    assert data["ratings"]["totalCount"] == len(found)
    assert {content.own if data["own"] else None, content.other if data["other"] else None} - {None} <= found
    return {content.ratings: "yes", 1: "own", 0: "no"}[len(found)]


def authors(data: dict[str, Any], content: Content) -> str:
    described = [
        edge["node"]["id"]
        for edge in data["ratings"]["edges"]
        if {"specialty", "country", "experience"} <= edge["node"]["physician"].keys()
    ]
    if described == [content.own]:
        return "own"
    return "yes" if len(described) == content.ratings else "no"


def held_comments(data: dict[str, Any]) -> str:
    seen = {
        comment["text"]
        for name in ("own", "other")
        if data[name] is not None and (comment := data[name]["heldComment"]) is not None
    }
    listed = {edge["node"]["heldComment"]["text"] for edge in data["ratings"]["edges"] if edge["node"]["heldComment"]}
    assert seen == listed
    return {frozenset({OWN_COMMENT, OTHER_COMMENT}): "yes", frozenset({OWN_COMMENT}): "own", frozenset(): "no"}[
        frozenset(seen)
    ]


def handles(data: dict[str, Any]) -> dict[str, str]:
    return {edge["node"]["id"]: edge["node"]["physician"]["handle"] for edge in data["ratings"]["edges"]}


async def names(data: dict[str, Any], viewer: Viewer, content: Content) -> str:
    """Under which names authors are seen, compared with another reader of the same kind."""
    seen = handles(data)
    if len(seen) != content.ratings:
        return "own" if list(seen) == [content.own] else "no"
    twin = replace(viewer, account_id=99, physician_id=None if viewer.role is Role.MODERATOR else 1)
    async with client_of(content.url, lambda: TODAY, twin) as client:
        of_twin = handles(await client.data(EVERYTHING, own=content.own, other=content.other))
    assert seen.keys() == of_twin.keys()
    if seen == of_twin:
        return "one for all moderators"
    assert not set(seen.values()) & set(of_twin.values())
    return "one for each reader"


async def identity(client: Client, data: dict[str, Any], content: Content) -> str:
    """Whose licence the reader gets to see, and how."""
    other = next((edge["node"]["physician"]["id"] for edge in data["ratings"]["edges"]), global_id("Physician", 1))
    author = {edge["node"]["id"]: edge["node"]["physician"]["id"] for edge in data["ratings"]["edges"]}
    query = "query($id: ID!) { verification(physicianId: $id) { licence { number } } }"
    looks = await AuditEntry.filter(action="IDENTITY_SEEN").count()
    answer = await client.answer(query, id=author.get(content.own, other))
    if "errors" not in answer:
        assert answer["data"]["verification"]["licence"]["number"] == ANN.number
        assert await AuditEntry.filter(action="IDENTITY_SEEN").count() == looks + 1
        return "logged"
    assert answer["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"
    licence = (data["viewer"] or {}).get("licence")
    assert licence in (None, {"number": ANN.number})
    return "own" if licence else "no"


async def for_moderators(client: Client) -> str:
    answers = [await client.answer(query) for query in FOR_MODERATORS]
    (allowed,) = {"errors" not in answer for answer in answers}
    return "yes" if allowed else "no"


@pytest.mark.parametrize(("column", "reader"), READERS, ids=[column for column, _ in READERS])
async def test_each_reader_sees_what_the_table_says(
    content: Content, column: str, reader: Callable[[int], Viewer]
) -> None:
    viewer = reader(content.physician_id)
    async with client_of(content.url, lambda: TODAY, viewer) as client:
        answer = await client.answer(EVERYTHING, own=content.own, other=content.other)
        data = answer["data"]
        assert {error["extensions"]["code"] for error in answer.get("errors", [])} <= {"NOT_PERMITTED"}
        cells = {
            "Catalogue and search": "yes" if data["drug"] and data["search"] else "no",
            "Scores, rankings, comparisons, trends": scores(data),
            "Head-to-heads and preference order": head_to_heads(data),
            "Single ratings and comments": single_ratings(data, content),
            "Author's specialty, country and experience": authors(data, content),
            "Held or removed comments": held_comments(data),
            "Identity and licence": await identity(client, data, content),
            "Queue, decisions and audit log": await for_moderators(client),
        }
    cells["Author's handle"] = await names(data, viewer, content)

    assert cells == {row: cell for row, cell in table()[column].items() if row != EVENTS}


def told(events: list[str]) -> str:
    """Of what somebody is told while eleven rate a drug, as the table says it."""
    return {("RatingsReleased",): "in steps", ("RatingAdded",) * LEAST: "each", (): "no"}[tuple(events)]


async def test_each_reader_is_told_of_ratings_as_the_table_says(catalogue_url: str) -> None:
    async with live_server(catalogue_url) as server, AsyncExitStack() as stack:
        people = [
            ("anonymous", server.anonymous()),
            ("integrator's key", await server.integrator()),
            ("signed in", server.person("somebody")),
            *[
                ("not verified", await server.physician(status.name, status))
                for status in (Status.PENDING, Status.REJECTED, Status.SUSPENDED)
            ],
            ("verified physician", await server.physician("a reader")),
            ("moderator", server.moderator()),
        ]
        subscriptions = [await stack.enter_async_context(listening(server, person)) for _, person in people]
        for number in range(LEAST):
            await submit(await server.physician(f"p{number}"))
        # The last thing that everybody is told of is another drug.
        for number in range(LEAST):
            await submit(server.person(f"p{number}"), "allopurinol")
        seen = set()
        for (column, _), subscription in zip(people, subscriptions, strict=True):
            events = []
            while (event := brief(await subscription.next()))[1] == "colchicine":
                events.append(event[0])
            seen.add((column, told(events)))

    assert seen == {(column, cells[EVENTS]) for column, cells in table().items()}


def steps() -> tuple[list[int], list[int], list[int]]:
    """The rows of the document's example: ratings, and how many physicians and the public see."""
    lines = DOCUMENT.partition("| Ratings so far |")[2].splitlines()
    given, _, verified_see, public_sees = lines[:4]
    first, second, third = (
        [int(cell) for cell in line.strip("|").split("|") if cell.strip().isdigit()]
        for line in (given, verified_see, public_sees)
    )
    return first, second, third


async def test_the_example_of_released_ratings(catalogue_url: str) -> None:
    given, expected_for_physicians, expected_for_the_public = steps()
    score = '{ drug(id: "colchicine") { score(indicationId: "gout") { ratingCount } } }'
    seen: dict[str, list[int]] = {"physicians": [], "public": []}
    before = 0
    for number in given:
        async with open_database(DatabaseUrl.parse(catalogue_url)):
            await add(all_equal([f"physician {one}" for one in range(before, number)], "colchicine", 4))
        before = number
        for name, viewer in (("physicians", verified(1)), ("public", READERS_OF_RELEASED["anonymous"])):
            async with client_of(catalogue_url, lambda: TODAY, viewer) as client:
                seen[name].append((await client.data(score))["drug"]["score"]["ratingCount"])

    assert len(given) == 9
    assert seen == {"physicians": expected_for_physicians, "public": expected_for_the_public}

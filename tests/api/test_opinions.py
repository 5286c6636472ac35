"""What readers say of ratings of others: that they help, or that a moderator should look at them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import RatingReport
from resolvers.viewers import Status
from tests.api.people import Person, Server, encoded, rating_of, served

HELPFUL = """mutation($id: ID!, $helpful: Boolean! = true) { markHelpful(ratingId: $id, helpful: $helpful) { __typename
  ... on MarkHelpfulSuccess { rating { id helpfulCount viewerFoundHelpful } }
  ... on NotVerified { status } ... on Error { message } } }"""
REPORT = """mutation($id: ID!, $reason: ReportReason!, $note: String) {
  reportRating(ratingId: $id, reason: $reason, note: $note, clientMutationId: null) { __typename
  ... on ReportRatingSuccess { rating { id } } ... on NotVerified { status } ... on Error { message } } }"""
REPORTS = """{ moderationQueue(kinds: [REPORT]) { edges { node { kind urgent findings openedAt awareAt dueAt
  rating { id } reports { total newest { reason note reportedAt } } } } } }"""


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


async def mark(person: Person, rating: str, *, helpful: bool = True) -> Any:  # noqa: ANN401 - a member of a union
    return await person.result(HELPFUL, id=rating, helpful=helpful)


async def report(person: Person, rating: str, reason: str, note: str | None = None) -> Any:  # noqa: ANN401
    return await person.result(REPORT, id=rating, reason=reason, note=note)


def found(rating: str, count: int, *, by_viewer: bool) -> dict[str, object]:
    return {
        "__typename": "MarkHelpfulSuccess",
        "rating": {"id": rating, "helpfulCount": count, "viewerFoundHelpful": by_viewer},
    }


async def test_marks_are_counted_once_for_each_reader(server: Server) -> None:
    ann, bob, eve = [await server.physician(name) for name in ("ann", "bob", "eve")]
    written = await rating_of(ann)
    assert await mark(bob, written) == found(written, 1, by_viewer=True)
    assert await mark(bob, written) == found(written, 1, by_viewer=True)
    assert await mark(eve, written) == found(written, 2, by_viewer=True)
    assert await mark(bob, written, helpful=False) == found(written, 1, by_viewer=False)
    assert await mark(bob, written, helpful=False) == found(written, 1, by_viewer=False)
    seen = await ann.result(
        '{ drug(id: "colchicine") { ratings { edges { node { helpfulCount viewerFoundHelpful } } } } }'
    )
    assert seen["ratings"]["edges"] == [{"node": {"helpfulCount": 1, "viewerFoundHelpful": False}}]


async def test_the_same_mark_many_times_at_once_counts_once(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    written = await rating_of(ann)
    marked = await asyncio.gather(*(mark(bob, written) for _ in range(20)))
    assert marked == [found(written, 1, by_viewer=True)] * 20


async def test_marks_and_reports_go_with_the_rating(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    written = await rating_of(ann)
    await mark(bob, written)
    await report(bob, written, "OTHER", "See me about it.")
    await ann.result("mutation($id: ID!) { withdrawRating(id: $id) { __typename } }", id=written)
    gone = {"__typename": "UnknownRating", "message": "There is no such rating."}
    assert await mark(bob, written) == gone
    assert await report(bob, written, "WRONG") == gone
    assert (await server.moderator().result(REPORTS))["edges"] == []
    assert await rating_of(ann) == written
    assert await mark(bob, written, helpful=False) == found(written, 0, by_viewer=False)


async def test_only_verified_physicians_have_opinions_and_only_on_others(server: Server) -> None:
    ann, sue = await server.physician("ann"), await server.physician("sue", Status.SUSPENDED)
    written, drug = await rating_of(ann), encoded("Drug:1")
    for say in (mark, lambda person, text: report(person, text, "PROMOTIONAL")):
        assert await say(ann, written) == {"__typename": "OwnRating", "message": "This is your own rating."}
        assert (await say(server.anonymous(), written))["__typename"] == "NotAuthenticated"
        assert (await say(await server.integrator(), written))["__typename"] == "NotPermitted"
        for person, status in ((sue, "SUSPENDED"), (server.person("somebody"), None), (server.moderator(), None)):
            assert await say(person, written) == {
                "__typename": "NotVerified",
                "status": status,
                "message": "Only verified physicians may do this.",
            }
        assert await say(ann, drug) == {
            "__typename": "UnknownRating",
            "message": f"`ratingId`: '{drug}' is the id of a Drug, not of a Rating.",
        }
        for number in ("0", "999999", "9" * 19):
            assert await say(ann, encoded(f"Rating:{number}")) == {
                "__typename": "UnknownRating",
                "message": "There is no such rating.",
            }
    assert await RatingReport.all().count() == 0


async def test_a_report_reaches_the_moderators_without_its_author(server: Server) -> None:
    ann, bob, eve = [await server.physician(name) for name in ("ann", "bob", "eve")]
    written = await rating_of(ann)
    assert await report(bob, written, "OTHER", "Looks bought.") == {
        "__typename": "ReportRatingSuccess",
        "rating": {"id": written},
    }
    await report(bob, written, "PROMOTIONAL", "Was bought.")
    await report(eve, written, "WRONG")
    (case,) = (await server.moderator().result(REPORTS))["edges"]
    at = "2026-07-01T12:00:00+00:00"
    assert case["node"] == {
        "kind": "REPORT",
        "urgent": False,
        "findings": ["OTHER", "PROMOTIONAL", "WRONG"],
        "openedAt": at,
        "awareAt": None,
        "dueAt": None,
        "rating": {"id": written},
        "reports": {
            "total": 2,
            "newest": [
                {"reason": "WRONG", "note": None, "reportedAt": at},
                {"reason": "PROMOTIONAL", "note": "Was bought.", "reportedAt": at},
            ],
        },
    }


async def test_a_possible_adverse_event_is_due_in_fifteen_days(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    written = await rating_of(ann)
    await report(bob, written, "ADVERSE_EVENT")
    (case,) = (await server.moderator().result(REPORTS))["edges"]
    times = (case["node"]["urgent"], case["node"]["awareAt"], case["node"]["dueAt"])
    assert times == (True, "2026-07-01T12:00:00+00:00", "2026-07-16T12:00:00+00:00")


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ("x" * 1_001, "The note is longer than 1,000 characters."),
        ("one\0two", "The note has a control character or a line break."),
        ("one\u202eowt", "The note has a character that changes the direction of the text."),
    ],
)
async def test_a_note_that_cannot_be_kept_is_refused(server: Server, note: str, message: str) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    written = await rating_of(ann)
    assert await report(bob, written, "OTHER", note) == {"__typename": "InvalidNote", "message": message}
    assert await RatingReport.all().count() == 0

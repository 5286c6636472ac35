"""Taking one's own rating back."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from models import Rating
from models.feed import ADDED, GONE, FeedEvent
from resolvers.counts.verifying import verify_counts
from resolvers.viewers import Status
from tests.api.people import Person, Server, encoded, rating_of, served, submit
from tests.people import account_id_of, set_status

WITHDRAW = """mutation($id: ID!) { withdrawRating(id: $id, clientMutationId: "w") { __typename
  ... on WithdrawRatingSuccess { ratingId clientMutationId } ... on Error { message } } }"""
RATING = "query($id: ID!) { rating(id: $id) { id } }"
RATINGS = '{ drug(id: "colchicine") { score { ratingCount } ratings { totalCount edges { node { id } } } } }'

NOT_THERE = {"__typename": "UnknownRating", "message": "There is no such rating."}


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


async def withdraw(person: Person, rating: str) -> Any:  # noqa: ANN401 - a member of a union
    return await person.result(WITHDRAW.replace('"w"', "null"), id=rating)


async def test_a_withdrawn_rating_counts_and_shows_no_longer(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    written, other = await rating_of(ann, comment="Works fast."), await rating_of(bob)
    assert await ann.result(WITHDRAW, id=written) == {
        "__typename": "WithdrawRatingSuccess",
        "ratingId": written,
        "clientMutationId": "w",
    }
    assert await server.moderator().result(RATINGS) == {
        "score": {"ratingCount": 1},
        "ratings": {"totalCount": 1, "edges": [{"node": {"id": other}}]},
    }
    assert await ann.result(RATING, id=written) is None
    assert (await verify_counts()).counts == 0
    # Its author and moderators can still see what it was, and nobody else.
    retired = "query($id: ID!) { retiredRating(id: $id) { id state reason retiredAt efficacy comment drug { slug } } }"
    seen = {
        "id": written,
        "state": "WITHDRAWN",
        "reason": None,
        "retiredAt": "2026-07-01T12:00:00+00:00",
        "efficacy": 5,
        "comment": None,
        "drug": {"slug": "colchicine"},
    }
    assert await ann.result(retired, id=written) == seen
    assert await server.moderator().result(retired, id=written) == seen
    assert await bob.result(retired, id=written) is None
    assert (await server.anonymous().error(retired, id=written))[0] == "NOT_PERMITTED"


async def test_it_can_be_given_again_and_is_new(server: Server) -> None:
    ann = await server.physician("ann")
    written = await rating_of(ann, comment="Works fast.")
    await withdraw(ann, written)
    server.pass_time(timedelta(days=1))
    again = await submit(ann, efficacy=1)

    assert (again["__typename"], again["created"]) == ("SubmitRatingSuccess", True)
    assert again["rating"]["id"] == written
    assert again["rating"]["createdAt"] == "2026-07-02T12:00:00+00:00"
    assert again["rating"]["comment"] is None
    assert (await verify_counts()).counts == 0


async def test_nobody_withdraws_what_is_not_theirs(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    written = await rating_of(ann)
    drug = encoded("Drug:1")
    refused = {
        written: NOT_THERE,
        encoded("Rating:999999"): NOT_THERE,
        encoded("Rating:" + "9" * 19): NOT_THERE,
        drug: {"__typename": "UnknownRating", "message": f"`id`: '{drug}' is the id of a Drug, not of a Rating."},
        "garbage": {"__typename": "UnknownRating", "message": "`id`: 'garbage' is not an id of this API."},
    }
    for text, error in refused.items():
        assert await withdraw(bob, text) == error
    for person in (server.person("somebody"), server.moderator()):
        assert await withdraw(person, written) == {
            "__typename": "UnknownRating",
            "message": "This is not a rating of yours.",
        }
    assert (await withdraw(server.anonymous(), written))["__typename"] == "NotAuthenticated"
    assert (await withdraw(await server.integrator(), written))["__typename"] == "NotPermitted"
    assert await Rating.all().count() == 1


async def test_it_is_withdrawn_once(server: Server) -> None:
    ann = await server.physician("ann")
    written = await rating_of(ann)
    assert (await withdraw(ann, written))["__typename"] == "WithdrawRatingSuccess"
    assert await withdraw(ann, written) == NOT_THERE


async def test_who_is_suspended_can_still_withdraw(server: Server) -> None:
    ann = await server.physician("ann")
    written = await rating_of(ann)
    await set_status(await account_id_of("ann"), Status.SUSPENDED)
    assert (await withdraw(ann, written))["__typename"] == "WithdrawRatingSuccess"


async def test_submitting_against_withdrawing_leaves_exact_counts(server: Server) -> None:
    ann = await server.physician("ann")
    written = await rating_of(ann)
    done = await asyncio.gather(
        *(withdraw(ann, written) if number % 2 else submit(ann, efficacy=1 + number % 5) for number in range(30))
    )
    assert {one["__typename"] for one in done} <= {"SubmitRatingSuccess", "WithdrawRatingSuccess", "UnknownRating"}
    assert (await verify_counts()).counts == 0
    # A submission whose rating is withdrawn again before it can be shown is answered with UnknownRating, so that the
    # answers do not tell how many were created; the events do.
    added, gone = [await FeedEvent.filter(kind=kind).count() for kind in (ADDED, GONE)]
    assert [one["__typename"] for one in done].count("WithdrawRatingSuccess") == gone
    assert [one.get("created") for one in done].count(True) <= added - 1
    assert await Rating.all().count() == added - gone

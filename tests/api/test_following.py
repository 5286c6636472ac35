"""Following drugs, and what is new of them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from resolvers.viewers import Status
from tests.api.people import Person, Server, encoded, rating_of, served, submit
from tests.people import account_id_of, set_status

FOLLOW = """mutation($drug: ID!, $indication: ID) { followDrug(drugId: $drug, indicationId: $indication) { __typename
  ... on FollowDrugSuccess { new drug { slug viewerFollows followerCount } indication { slug } clientMutationId }
  ... on Error { message } } }"""
UNFOLLOW = """mutation($drug: ID!, $indication: ID) { unfollowDrug(drugId: $drug, indicationId: $indication) {
  __typename ... on UnfollowDrugSuccess { followed drug { slug viewerFollows } indication { slug } clientMutationId }
  ... on Error { message } } }"""
FOLLOWS = "{ viewer { follows { totalCount edges { node { since drug { slug } indication { slug } } } } } }"
UNREAD = "{ viewer { reviewsSeenAt unreadReviews { totalCount suppressed { reason } edges { node { id } } } } }"
SEEN = """mutation { markReviewsSeen(clientMutationId: null) { __typename ... on Error { message }
  ... on MarkReviewsSeenSuccess { viewer { reviewsSeenAt unreadReviews { totalCount } } } } }"""


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


async def follow(person: Person, drug: str, indication: str | None = None) -> Any:  # noqa: ANN401 - of a union
    return await person.result(FOLLOW, drug=drug, indication=indication)


async def unfollow(person: Person, drug: str, indication: str | None = None) -> Any:  # noqa: ANN401
    return await person.result(UNFOLLOW, drug=drug, indication=indication)


async def unread(person: Person) -> list[str]:
    """The ids of the unread reviews."""
    found = (await person.result(UNREAD))["unreadReviews"]
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"]["id"] for edge in found["edges"]]


async def test_a_drug_is_followed_for_all_indications_or_for_one(server: Server) -> None:
    ann = await server.physician("ann")
    assert await follow(ann, "colchicine") == {
        "__typename": "FollowDrugSuccess",
        "new": True,
        "drug": {"slug": "colchicine", "viewerFollows": True, "followerCount": 1},
        "indication": None,
        "clientMutationId": None,
    }
    assert (await follow(ann, "colchicine"))["new"] is False
    server.pass_time(timedelta(hours=1))
    for_gout = await follow(ann, "colchicine", "gout")
    assert (for_gout["new"], for_gout["indication"]) == (True, {"slug": "gout"})
    at = "2026-07-01T12:00:00+00:00"
    assert (await ann.result(FOLLOWS))["follows"] == {
        "totalCount": 2,
        "edges": [
            {
                "node": {
                    "since": "2026-07-01T13:00:00+00:00",
                    "drug": {"slug": "colchicine"},
                    "indication": {"slug": "gout"},
                }
            },
            {"node": {"since": at, "drug": {"slug": "colchicine"}, "indication": None}},
        ],
    }


async def test_it_is_unfollowed_for_one_indication_or_at_all(server: Server) -> None:
    ann = await server.physician("ann")
    await follow(ann, "colchicine")
    await follow(ann, "colchicine", "gout")
    one = await unfollow(ann, "colchicine", "gout")
    assert one == {
        "__typename": "UnfollowDrugSuccess",
        "followed": True,
        "drug": {"slug": "colchicine", "viewerFollows": True},
        "indication": {"slug": "gout"},
        "clientMutationId": None,
    }
    assert (await unfollow(ann, "colchicine", "gout"))["followed"] is False
    assert (await unfollow(ann, "colchicine"))["drug"]["viewerFollows"] is False
    assert (await ann.result(FOLLOWS))["follows"] == {"totalCount": 0, "edges": []}


async def test_everybody_who_has_signed_in_may_follow_and_nobody_else(server: Server) -> None:
    people = [server.person("somebody"), server.moderator()]
    people += [await server.physician(status.name, status) for status in Status]
    for person in people:
        assert (await follow(person, "colchicine"))["__typename"] == "FollowDrugSuccess"
        assert (await person.result(SEEN))["__typename"] == "MarkReviewsSeenSuccess"
    for write in (follow, unfollow):
        assert (await write(server.anonymous(), "colchicine"))["__typename"] == "NotAuthenticated"
        assert (await write(await server.integrator(), "colchicine"))["__typename"] == "NotPermitted"
    assert (await server.anonymous().result(SEEN))["__typename"] == "NotAuthenticated"


async def test_what_is_no_drug_or_indication_is_said(server: Server) -> None:
    ann, rating = await server.physician("ann"), encoded("Rating:1")
    for write in (follow, unfollow):
        assert await write(ann, "no-such") == {
            "__typename": "UnknownDrug",
            "message": "There is no drug no-such in the catalogue.",
        }
        assert await write(ann, rating) == {
            "__typename": "UnknownDrug",
            "message": f"`drugId`: '{rating}' is the id of a Rating, not of a Drug.",
        }
        assert await write(ann, "colchicine", encoded("Indication:999999")) == {
            "__typename": "UnknownIndication",
            "message": f"There is no indication {encoded('Indication:999999')} in the catalogue.",
        }


async def test_how_many_follow_is_shown_from_eleven_to_who_sees_no_ratings(server: Server) -> None:
    query = '{ drug(id: "colchicine") { followerCount } }'
    ann = await server.physician("ann")
    readers = [server.anonymous(), await server.integrator(), server.person("person 1")]
    for number in range(10):
        await follow(server.person(f"person {number}"), "colchicine")
    assert [(await one.result(query))["followerCount"] for one in readers] == [0, 0, 0]
    assert (await ann.result(query))["followerCount"] == 10
    await follow(server.person("person 10"), "colchicine")
    assert [(await one.result(query))["followerCount"] for one in (*readers, ann)] == [11, 11, 11, 11]


async def test_reviews_are_unread_until_they_are_seen(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    await follow(ann, "colchicine", "gout")
    await follow(ann, "allopurinol")
    assert (await ann.result(SEEN))["viewer"] == {
        "reviewsSeenAt": "2026-07-01T12:00:00+00:00",
        "unreadReviews": {"totalCount": 0},
    }
    server.pass_time(timedelta(hours=1))
    first = await rating_of(bob, "colchicine", "gout")
    await rating_of(bob, "colchicine", "hypertension")
    server.pass_time(timedelta(hours=1))
    second = await rating_of(bob, "allopurinol", "hypertension")
    # Not one's own, and not what was there before.
    await submit(ann, "allopurinol", "gout")
    assert await unread(ann) == [second, first]
    assert await unread(bob) == []

    assert (await ann.result(SEEN))["viewer"] == {
        "reviewsSeenAt": "2026-07-01T14:00:00+00:00",
        "unreadReviews": {"totalCount": 0},
    }
    server.pass_time(timedelta(hours=1))
    await submit(bob, "colchicine", "gout", efficacy=1)
    assert await unread(ann) == [first]
    await unfollow(ann, "colchicine")
    assert await unread(ann) == []


async def test_who_sees_no_ratings_has_none_to_read(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    await follow(ann, "colchicine")
    await rating_of(bob)
    assert len(await unread(ann)) == 1
    await set_status(await account_id_of("ann"), Status.SUSPENDED)
    assert await unread(ann) == []
    somebody = server.person("somebody")
    await follow(somebody, "colchicine")
    server.pass_time(timedelta(hours=1))
    await submit(bob, efficacy=1)
    assert await unread(somebody) == []

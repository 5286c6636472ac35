"""Who am I, and what is mine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from resolvers.viewers import Status
from tests.api.people import Server, rating_of, served
from tests.people import account_id_of, set_status
from tests.registrations import import_registry

WHO = """{ viewer { role status scopes reviewsSeenAt physician { specialty ratingCount }
  licence { country authority number } ratings { totalCount suppressed { reason } edges { node { id } } }
  follows { totalCount } unreadReviews { totalCount } } }"""

NOTHING = {
    "status": None,
    "scopes": [],
    "physician": None,
    "licence": None,
    "ratings": {"totalCount": 0, "suppressed": None, "edges": []},
    "follows": {"totalCount": 0},
    "unreadReviews": {"totalCount": 0},
}


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


async def test_somebody_who_has_not_said_who_they_are_is_nobody(server: Server) -> None:
    assert await server.anonymous().result(WHO) is None


async def test_a_program_has_scopes_and_nothing_else(server: Server) -> None:
    integrator = await server.integrator("catalogue", "scores")
    assert await integrator.result(WHO) == {
        **NOTHING,
        "role": "INTEGRATOR",
        "scopes": ["catalogue", "scores"],
        "reviewsSeenAt": None,
    }


async def test_a_person_who_has_just_signed_in(server: Server) -> None:
    at = "2026-07-01T12:00:00+00:00"
    assert await server.person("new").result(WHO) == {**NOTHING, "role": "REGISTERED", "reviewsSeenAt": at}
    assert await server.moderator().result(WHO) == {**NOTHING, "role": "MODERATOR", "reviewsSeenAt": at}


async def test_a_physician_sees_their_licence_and_their_ratings(server: Server, tmp_path: Path) -> None:
    await import_registry(tmp_path, "country,authority,number\nDE,Kammer,DE-4711-66\n")
    pam, ann = server.person("pam"), await server.physician("ann")
    registered = await pam.result(
        """mutation { registerPhysician(input: {specialty: "Nephrology", yearsInPractice: 7,
          licence: {country: "DE", authority: "Kammer", number: "DE-4711-66"}}) {
          ... on RegisterPhysicianSuccess { status } } }"""
    )
    assert registered == {"status": "VERIFIED"}
    first, second = await rating_of(pam), await rating_of(pam, "allopurinol")
    await rating_of(ann)
    mine = {
        "scopes": [],
        "reviewsSeenAt": "2026-07-01T12:00:00+00:00",
        "physician": {"specialty": "Nephrology", "ratingCount": 2},
        "licence": {"country": "DE", "authority": "Kammer", "number": "DE-4711-66"},
        "ratings": {"totalCount": 2, "suppressed": None, "edges": [{"node": {"id": second}}, {"node": {"id": first}}]},
        "follows": {"totalCount": 0},
        "unreadReviews": {"totalCount": 0},
    }
    assert await pam.result(WHO) == {**mine, "role": "PHYSICIAN", "status": "VERIFIED"}
    for status in (Status.SUSPENDED, Status.REJECTED, Status.PENDING):
        await set_status(await account_id_of("pam"), status)
        assert await pam.result(WHO) == {**mine, "role": "REGISTERED", "status": status.name}


async def test_ones_own_ratings_come_page_by_page(server: Server) -> None:
    ann = await server.physician("ann")
    ids = [await rating_of(ann, drug) for drug in ("colchicine", "allopurinol", "febuxostat")]
    page = """query($after: String) { viewer { ratings(first: 2, after: $after) { totalCount
      pageInfo { hasNextPage endCursor } edges { node { id } } } } }"""
    first = (await ann.result(page))["ratings"]
    rest = (await ann.result(page, after=first["pageInfo"]["endCursor"]))["ratings"]
    assert [edge["node"]["id"] for found in (first, rest) for edge in found["edges"]] == ids[::-1]
    assert [found["pageInfo"]["hasNextPage"] for found in (first, rest)] == [True, False]
    assert first["totalCount"] == rest["totalCount"] == 3
    assert (await ann.error('{ viewer { ratings(after: "x") { totalCount } } }'))[0] == "INVALID_CURSOR"

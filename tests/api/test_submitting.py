"""Submitting a rating: what is written, what is refused and with which answer, and what counts afterwards."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from models import Rating
from resolvers.counts.verifying import verify_counts
from resolvers.viewers import Status
from tests.api.people import LEVELS, SUBMIT, Server, encoded, identifier_of, rating, rating_of, served, submit

NOT_SIGNED_IN = "Sign in first: send `Authorization: Bearer` and a token of your issuer."
NOT_VERIFIED = "Only verified physicians may do this."
REFUSED = "The rating cannot be taken: "
NONE_ANSWERED = (
    "are all null; at least one of efficacy, safety, tolerability, accessibility, adherence and preference is needed"
)


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


async def test_a_rating_is_given_and_answered_as_written(server: Server) -> None:
    ann = await server.physician("ann")
    submitted = await submit(ann, comment="  Works fast.\r\nCheap.  ")
    assert submitted == {
        "__typename": "SubmitRatingSuccess",
        "created": True,
        "clientMutationId": None,
        "rating": {
            "id": submitted["rating"]["id"],
            **LEVELS,
            "comment": "Works fast.\nCheap.",
            "commentState": "PUBLISHED",
            "heldComment": None,
            "offLabel": False,
            "createdAt": "2026-07-01T12:00:00+00:00",
            "updatedAt": "2026-07-01T12:00:00+00:00",
            "drug": {"slug": "colchicine"},
            "indication": {"slug": "gout"},
            "physician": {
                "specialty": "Rheumatology",
                "country": "DE",
                "experience": "ESTABLISHED",
                "verified": True,
                "ratingCount": 1,
            },
        },
    }
    assert (await verify_counts()).counts == 0


async def test_a_second_one_revises_the_first(server: Server) -> None:
    ann = await server.physician("ann")
    first = (await submit(ann, comment="Works fast."))["rating"]
    server.pass_time(timedelta(days=1))
    answered = {"drugId": "colchicine", "indicationId": "gout", "safety": 2}
    second = await ann.result(SUBMIT, input=answered)

    assert (second["__typename"], second["created"]) == ("SubmitRatingSuccess", False)
    assert second["rating"] == {
        **first,
        **dict.fromkeys(LEVELS),
        "safety": 2,
        "comment": None,
        "commentState": "NONE",
        "updatedAt": "2026-07-02T12:00:00+00:00",
    }
    score = await server.moderator().result('{ drug(id: "colchicine") { score { ratingCount } } }')
    assert score == {"score": {"ratingCount": 1}}
    assert (await verify_counts()).counts == 0


async def test_drug_and_indication_are_given_by_slug_or_by_id(server: Server) -> None:
    ann = await server.physician("ann")
    by_slug = await rating_of(ann)
    drug, indication = [
        await identifier_of(ann, kind, slug) for kind, slug in (("drug", "colchicine"), ("indication", "gout"))
    ]
    revised = await submit(ann, drug, indication)
    assert (revised["rating"]["id"], revised["created"]) == (by_slug, False)


async def test_the_rating_shows_at_once_and_to_others(server: Server) -> None:
    """Also in the same request, which read the list before it wrote."""
    ann, bob = await server.physician("ann"), await server.physician("bob")
    written = await rating_of(ann)
    found = await bob.result('{ drug(id: "colchicine") { ratings { totalCount edges { node { id } } } } }')
    assert found["ratings"] == {"totalCount": 1, "edges": [{"node": {"id": written}}]}

    both = """mutation { a: submitRating(input: {drugId: "colchicine", indicationId: "gout", safety: 1}) { ...r }
      b: submitRating(input: {drugId: "colchicine", indicationId: "gout", safety: 2}) { ...r } }
      fragment r on SubmitRatingResult { ... on SubmitRatingSuccess {
      created rating { safety physician { ratingCount } } } }"""
    assert await bob.data(both) == {
        "a": {"created": True, "rating": {"safety": 1, "physician": {"ratingCount": 1}}},
        "b": {"created": False, "rating": {"safety": 2, "physician": {"ratingCount": 1}}},
    }


async def test_off_label_use_is_accepted_and_marked(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    for person in (ann, bob):
        submitted = await submit(person, "colchicine", "hypertension")
        assert (submitted["__typename"], submitted["rating"]["offLabel"]) == ("SubmitRatingSuccess", True)
    treatments = await bob.result(
        '{ drug(id: "colchicine") { treatments(orderBy: NAME) { edges { node { indication { slug } source } } } } }'
    )
    sources = {edge["node"]["indication"]["slug"]: edge["node"]["source"] for edge in treatments["treatments"]["edges"]}
    assert sources["hypertension"] != sources["gout"]
    assert sources["hypertension"] == "physicians' ratings"
    assert (await verify_counts()).counts == 0


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"efficacy": 0}, [("efficacy", "is 0; it takes 1 to 5, or null")]),
        ({"preference": 6}, [("preference", "is 6; it takes 1 to 5, or null")]),
        (
            {"safety": -1, "adherence": 2_147_483_647},
            [
                ("safety", "is -1; it takes 1 to 5, or null"),
                ("adherence", "is 2147483647; it takes 1 to 5, or null"),
            ],
        ),
        (
            dict.fromkeys(LEVELS),
            [("criteria", NONE_ANSWERED)],
        ),
        ({"comment": "x" * 100_000}, [("comment", "has 100,000 characters; at most 4,000 are possible")]),
        ({"comment": "💊" * 4_001}, [("comment", "has 4,001 characters; at most 4,000 are possible")]),
        ({"comment": " \n\t\u00a0 "}, [("comment", "has only blanks")]),
        ({"comment": "Works\0fast"}, [("comment", "has a NUL character")]),
        ({"comment": "Works \u001b[31mfast"}, [("comment", "has the control character U+001B")]),
        (
            {"comment": "Works \u202etsaf"},
            [("comment", "has U+202E, which changes the order in which text is shown")],
        ),
        (
            {"comment": "Works \u2066fast\u2069"},
            [("comment", "has U+2066, which changes the order in which text is shown")],
        ),
        (
            {"safety": 9, "comment": "\u200b"},
            [("safety", "is 9; it takes 1 to 5, or null"), ("comment", "has only blanks")],
        ),
    ],
)
async def test_a_rating_that_cannot_be_taken_says_all_that_is_wrong(
    server: Server, changes: dict[str, object], problems: list[tuple[str, str]]
) -> None:
    ann = await server.physician("ann")
    sentence = "; ".join(f"`{field}` {reason}" for field, reason in problems)
    assert await submit(ann, **changes) == {
        "__typename": "InvalidRating",
        "message": f"{REFUSED}{sentence}.",
        "problems": [{"field": field, "reason": reason} for field, reason in problems],
    }
    assert await Rating.all().count() == 0


async def test_an_empty_comment_is_none(server: Server) -> None:
    ann = await server.physician("ann")
    assert (await submit(ann, comment=""))["rating"]["commentState"] == "NONE"


@pytest.mark.parametrize("level", [3.5, "5", True, 2_147_483_648])
async def test_a_level_that_is_no_whole_number_is_graphqls_own_error(server: Server, level: object) -> None:
    ann = await server.physician("ann")
    code, message = await ann.error(SUBMIT, input=rating(efficacy=level))
    assert code == "BAD_USER_INPUT"
    assert message.startswith("Variable '$input' has invalid value at .efficacy: Int cannot represent")
    assert await Rating.all().count() == 0


async def test_a_level_in_the_document_is_checked_as_well(server: Server) -> None:
    ann = await server.physician("ann")
    query = 'mutation {{ submitRating(input: {{drugId: "colchicine", indicationId: "gout", efficacy: {}}}) {{ {} }} }}'
    code, _ = await ann.error(query.format("3.5", "__typename"))
    assert code == "GRAPHQL_VALIDATION_FAILED"
    assert await ann.result(query.format("0", "... on Error { message }")) == {
        "message": f"{REFUSED}`efficacy` is 0; it takes 1 to 5, or null."
    }


async def test_what_is_no_drug_or_indication_is_said(server: Server) -> None:
    ann = await server.physician("ann")
    drug, indication = [
        await identifier_of(ann, kind, slug) for kind, slug in (("drug", "colchicine"), ("indication", "gout"))
    ]
    nobody, garbage = encoded("Drug:999999"), "<script>"
    unknown = {
        ("no-such-drug", "gout"): ("UnknownDrug", "There is no drug no-such-drug in the catalogue."),
        (nobody, "gout"): ("UnknownDrug", f"There is no drug {nobody} in the catalogue."),
        (indication, "gout"): (
            "UnknownDrug",
            f"`input.drugId`: '{indication}' is the id of an Indication, not of a Drug.",
        ),
        (garbage, "gout"): ("UnknownDrug", "`input.drugId`: '<script>' is neither an id nor a slug."),
        ("", "gout"): ("UnknownDrug", "`input.drugId`: '' is neither an id nor a slug."),
        (encoded("Drug:" + "9" * 19), "gout"): (
            "UnknownDrug",
            f"There is no drug {encoded('Drug:' + '9' * 19)} in the catalogue.",
        ),
        ("colchicine", drug): (
            "UnknownIndication",
            f"`input.indicationId`: '{drug}' is the id of a Drug, not of an Indication.",
        ),
        ("colchicine", "no-such"): ("UnknownIndication", "There is no indication no-such in the catalogue."),
        ("colchicine", "x" * 100_000): (
            "UnknownIndication",
            f"`input.indicationId`: '{'x' * 60}…' is neither an id nor a slug.",
        ),
    }
    for (drug_id, indication_id), (kind, message) in unknown.items():
        assert await submit(ann, drug_id, indication_id) == {"__typename": kind, "message": message}
    assert await Rating.all().count() == 0


async def test_only_verified_physicians_rate(server: Server) -> None:
    assert await submit(server.anonymous()) == {"__typename": "NotAuthenticated", "message": NOT_SIGNED_IN}
    assert await submit(await server.integrator()) == {
        "__typename": "NotPermitted",
        "message": "A key reads; only a person who signs in can write.",
    }
    for person in (server.person("somebody"), server.moderator()):
        assert await submit(person) == {"__typename": "NotVerified", "message": NOT_VERIFIED, "status": None}
    for status in (Status.PENDING, Status.REJECTED, Status.SUSPENDED):
        person = await server.physician(status.name, status)
        assert await submit(person) == {"__typename": "NotVerified", "message": NOT_VERIFIED, "status": status.name}
    assert await Rating.all().count() == 0


@pytest.mark.parametrize(
    ("comment", "findings"),
    [
        ("Ask jane@example.org about it.", ["EMAIL"]),
        ("A patient of 93 years did well.", ["AGE_OVER_89"]),
        ("The patient developed anaphylaxis and was hospitalised.", ["ADVERSE_EVENT"]),
    ],
)
async def test_a_comment_that_has_to_be_looked_at_is_held_and_the_levels_count(
    server: Server, comment: str, findings: list[str]
) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    held = await submit(ann, comment=comment, clientMutationId="one")
    assert held["__typename"] == "CommentHeld"
    assert (held["created"], held["findings"], held["clientMutationId"]) == (True, findings, "one")
    assert held["message"] == "The rating counts; a moderator looks at its comment before it is shown."
    # Its author sees it as held; everybody else sees the levels alone.
    shown = held["rating"]
    assert {name: shown[name] for name in LEVELS} == LEVELS
    assert (shown["comment"], shown["commentState"]) == (None, "HELD")
    assert shown["heldComment"] == {"text": comment, "state": "HELD"}
    to_others = await bob.result(
        "query($id: ID!) { rating(id: $id) { efficacy comment commentState heldComment { text } } }", id=shown["id"]
    )
    assert to_others == {"efficacy": 5, "comment": None, "commentState": None, "heldComment": None}
    score = await server.moderator().result('{ drug(id: "colchicine") { score { ratingCount } } }')
    assert score == {"score": {"ratingCount": 1}}


async def test_fifty_submissions_at_once_leave_one_rating(server: Server) -> None:
    ann = await server.physician("ann")
    submitted = await asyncio.gather(*(submit(ann, efficacy=1 + number % 5) for number in range(50)))

    assert {one["__typename"] for one in submitted} == {"SubmitRatingSuccess"}
    assert len({one["rating"]["id"] for one in submitted}) == 1
    assert [one["created"] for one in submitted].count(True) == 1
    assert await Rating.all().count() == 1
    assert (await verify_counts()).counts == 0


async def test_what_a_moderator_excluded_cannot_be_given_anew(server: Server) -> None:
    ann = await server.physician("ann")
    written = await rating_of(ann)
    decided = await server.moderator().result(
        'mutation($id: ID!) { moderateRating(id: $id, decision: EXCLUDE, note: "Paid for.") { __typename } }',
        id=written,
    )
    assert decided == {"__typename": "ModerateRatingSuccess"}
    assert await submit(ann) == {
        "__typename": "RatingExcluded",
        "message": "A moderator has excluded your rating of this drug for this indication.",
        "reason": "Paid for.",
    }
    assert (await verify_counts()).counts == 0

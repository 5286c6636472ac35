"""The same `clientMutationId` gives the same result once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from models import AuditEntry, ClientMutation, FeedEvent, HelpfulMark, Rating, RatingReport, Registration
from resolvers.counts.verifying import verify_counts
from tests.api.people import SUBMIT, Server, encoded, rating, rating_of, served, submit

REUSED = {
    "__typename": "ClientMutationIdReused",
    "message": "This clientMutationId was used for something else before.",
}
FOLLOW = """mutation($id: String) { followDrug(drugId: "colchicine", clientMutationId: $id) { __typename
  ... on FollowDrugSuccess { new clientMutationId } ... on Error { message } } }"""


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


async def test_a_repeated_submission_gives_the_same_and_writes_nothing(server: Server) -> None:
    ann = await server.physician("ann")
    first = await submit(ann, clientMutationId="one")
    server.pass_time(timedelta(hours=1))
    assert await submit(ann, clientMutationId="one") == first
    assert (first["created"], first["clientMutationId"]) == (True, "one")
    assert await FeedEvent.all().count() == 1
    # What has changed since does not come back: the repetition tells how the rating stands.
    await submit(ann, efficacy=1, clientMutationId="two")
    third = await submit(ann, clientMutationId="one")
    assert (third["created"], third["rating"]["efficacy"]) == (True, 1)
    assert (await verify_counts()).counts == 0


async def test_many_repetitions_at_once_write_once(server: Server) -> None:
    ann = await server.physician("ann")
    submitted = await asyncio.gather(*(submit(ann, clientMutationId="one") for _ in range(30)))
    assert submitted == [submitted[0]] * 30
    assert await Rating.all().count() == await FeedEvent.all().count() == await ClientMutation.all().count() == 1
    assert (await verify_counts()).counts == 0


async def test_a_held_comment_is_held_once(server: Server) -> None:
    ann = await server.physician("ann")
    comment = "Ask jane@example.org about it."
    first = await submit(ann, comment=comment, clientMutationId="one")
    assert (first["__typename"], first["findings"]) == ("CommentHeld", ["EMAIL"])
    assert await submit(ann, comment=comment, clientMutationId="one") == first
    assert comment not in str(await ClientMutation.all().values())


async def test_another_input_or_another_mutation_needs_another_id(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    await submit(ann, clientMutationId="one")
    assert await submit(ann, efficacy=1, clientMutationId="one") == REUSED
    assert await submit(ann, comment="Works fast.", clientMutationId="one") == REUSED
    assert await ann.result(FOLLOW, id="one") == REUSED
    # Ids of different people have nothing to do with each other.
    assert (await submit(bob, clientMutationId="one"))["created"] is True
    assert await Rating.filter(efficacy=5).count() == 2


async def test_what_failed_can_be_tried_again_with_the_same_id(server: Server) -> None:
    ann = await server.physician("ann")
    assert (await submit(ann, efficacy=0, clientMutationId="one"))["__typename"] == "InvalidRating"
    assert (await submit(ann, "no-such", clientMutationId="one"))["__typename"] == "UnknownDrug"
    assert (await submit(ann, clientMutationId="one"))["created"] is True


async def test_without_an_id_nothing_is_remembered(server: Server) -> None:
    ann = await server.physician("ann")
    assert [(await submit(ann))["created"] for _ in range(2)] == [True, False]
    assert await ClientMutation.all().count() == 0


async def test_it_is_remembered_for_seven_days(server: Server) -> None:
    ann = await server.physician("ann")
    assert (await ann.result(FOLLOW, id="one"))["new"] is True
    server.pass_time(timedelta(days=7))
    assert (await ann.result(FOLLOW, id="one"))["new"] is True
    server.pass_time(timedelta(seconds=1))
    assert (await ann.result(FOLLOW, id="one"))["new"] is False


async def test_a_withdrawn_rating_is_not_brought_back_by_a_repetition(server: Server) -> None:
    ann = await server.physician("ann")
    first = await submit(ann, clientMutationId="one")
    await ann.result("mutation($id: ID!) { withdrawRating(id: $id) { __typename } }", id=first["rating"]["id"])
    assert await submit(ann, clientMutationId="one") == {
        "__typename": "UnknownRating",
        "message": "The rating was written, and is gone since.",
    }
    assert await Rating.all().count() == 0


@pytest.mark.parametrize("text", ["", "x" * 101, "one\ntwo", "one\0two", "\u202e"])
async def test_an_id_that_cannot_be_kept_is_an_error_of_the_argument(server: Server, text: str) -> None:
    ann = await server.physician("ann")
    code, message = await ann.error(SUBMIT, input=rating(clientMutationId=text))
    assert code == "INVALID_ARGUMENT"
    assert message == f"`clientMutationId` takes 1 to 100 printable characters; it had {len(text)}."
    assert await Rating.all().count() == 0


async def test_every_mutation_can_be_repeated(server: Server) -> None:
    """Each twice: the answers are alike, and what they write is there once."""
    ann, bob = await server.physician("ann"), await server.physician("bob")
    moderator = server.moderator()
    written = await rating_of(ann)
    own = await rating_of(bob, "allopurinol")
    licence = '{country: "DE", authority: "Kammer", number: "AB-77-345"}'
    profile = 'specialty: "Nephrology", yearsInPractice: 3'
    somebody = server.person("somebody")
    for person, field in (
        (bob, f'markHelpful(ratingId: "{written}", clientMutationId: "1")'),
        (bob, f'reportRating(ratingId: "{written}", reason: OTHER, note: "See there.", clientMutationId: "2")'),
        (bob, f'withdrawRating(id: "{own}", clientMutationId: "3")'),
        (bob, 'followDrug(drugId: "colchicine", clientMutationId: "4")'),
        (bob, 'unfollowDrug(drugId: "colchicine", clientMutationId: "5")'),
        (bob, 'markReviewsSeen(clientMutationId: "6")'),
        (
            somebody,
            f'registerPhysician(input: {{clientMutationId: "7", licence: {licence}, {profile}}})',
        ),
        (moderator, f'moderateRating(id: "{written}", decision: KEEP, clientMutationId: "8")'),
    ):
        query = f"mutation {{ {field} {{ __typename ... on Error {{ message }} }} }}"
        first = await person.result(query)
        assert first["__typename"].endswith("Success"), first
        assert await person.result(query) == first
    waiting = await moderator.result("{ moderationQueue { edges { node { physician { id } } } } }")
    (case,) = waiting["edges"]
    verify = (
        f'mutation {{ verifyPhysician(id: "{case["node"]["physician"]["id"]}", decision: VERIFY, '
        'clientMutationId: "9") { __typename ... on VerifyPhysicianSuccess { status } } }'
    )
    assert [await moderator.result(verify) for _ in range(2)] == [
        {"__typename": "VerifyPhysicianSuccess", "status": "VERIFIED"}
    ] * 2

    assert await HelpfulMark.all().count() == await RatingReport.all().count() == 1
    assert await Registration.all().count() == 3
    actions = await AuditEntry.all().order_by("id").values_list("action", flat=True)
    assert actions == ["PHYSICIAN_REGISTERED", "RATING_KEPT", "PHYSICIAN_VERIFIED"]
    assert (await verify_counts()).counts == 0


async def test_the_number_of_a_licence_is_not_kept_with_the_id(server: Server) -> None:
    """Nor a plain digest of it, which could be guessed; but another number is another input."""
    somebody = server.person("somebody")
    register = """mutation($number: String!) { registerPhysician(input: {clientMutationId: "1",
      licence: {country: "DE", authority: "Kammer", number: $number}, specialty: "Nephrology", yearsInPractice: 3}) {
      __typename ... on Error { message } } }"""
    assert await somebody.result(register, number="AB-88-345") == {"__typename": "RegisterPhysicianSuccess"}
    assert await somebody.result(register, number="AB-88-346") == REUSED
    assert "AB-88" not in str(await ClientMutation.all().values())


async def test_an_id_that_was_forged_is_refused_before_anything_is_remembered(server: Server) -> None:
    ann = await server.physician("ann")
    mark = 'mutation($id: ID!) { markHelpful(ratingId: $id, clientMutationId: "1") { __typename } }'
    assert await ann.result(mark, id=encoded("Drug:1")) == {"__typename": "UnknownRating"}
    assert await ClientMutation.all().count() == 0

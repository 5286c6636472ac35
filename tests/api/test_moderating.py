"""What moderators see and decide, what becomes of it, and what the audit log keeps."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from models import AuditEntry, Registration
from resolvers.counts.verifying import verify_counts
from resolvers.viewers import Status
from tests.api.people import Person, Server, encoded, rating_of, served, submit
from tests.people import account_id_of

QUEUE = """query($kinds: [ModerationKind!]) { moderationQueue(kinds: $kinds) { totalCount edges { node {
  kind urgent findings openedAt awareAt dueAt rating { id } heldComment { text state heldAt version }
  reports { total } physician { id specialty } } } } }"""
MODERATE = """mutation($id: ID!, $decision: ModerationDecision!, $note: String, $version: String) {
  moderateRating(id: $id, decision: $decision, note: $note, commentVersion: $version) { __typename
  ... on ModerateRatingSuccess { ratingId commentState rating { id comment commentState heldComment { text state } } }
  ... on Error { message } } }"""
VERIFY = """mutation($id: ID!, $decision: VerificationDecision!, $note: String) {
  verifyPhysician(id: $id, decision: $decision, note: $note) { __typename
  ... on VerifyPhysicianSuccess { status physician { id verified } } ... on Error { message } } }"""
VERIFICATION = """query($id: ID!) { verification(physicianId: $id) { status specialty country practisingSince
  registeredAt decidedAt licence { country authority number } } }"""
AUDIT = """query($subject: String) { auditLog(subject: $subject) { totalCount edges { node {
  at actor action subject details { name value } } } } }"""
RETIRED = """query($id: ID!) { retiredRating(id: $id) { id state reason retiredAt safety comment drug { slug }
  indication { slug } physician { country } } }"""
RATING = "query($id: ID!) { rating(id: $id) { comment commentState heldComment { text state } commentVersion } }"

REGISTER = """mutation { registerPhysician(input: {specialty: "Nephrology", yearsInPractice: 7,
  licence: {country: "DE", authority: "Kammer", number: "DE-4711-55"}}) { __typename } }"""

AT = "2026-07-01T12:00:00+00:00"
HELD = "Ask jane@example.org about it."
ADVERSE = "The patient developed anaphylaxis and was hospitalised."


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


async def queue(moderator: Person, *kinds: str) -> list[dict[str, Any]]:
    """What waits, first what comes first."""
    found = await moderator.result(QUEUE, kinds=list(kinds) or None)
    assert found["totalCount"] == len(found["edges"])
    return [edge["node"] for edge in found["edges"]]


async def moderate(moderator: Person, rating: str, decision: str, **given: str) -> Any:  # noqa: ANN401 - of a union
    return await moderator.result(MODERATE, id=rating, decision=decision, **given)


async def audit(moderator: Person, subject: str | None = None) -> list[tuple[str, str, dict[str, str]]]:
    """Action, subject and details of the entries, the last one first."""
    found = await moderator.result(AUDIT, subject=subject)
    assert found["totalCount"] == len(found["edges"])
    nodes = [edge["node"] for edge in found["edges"]]
    return [
        (node["action"], node["subject"], {detail["name"]: detail["value"] for detail in node["details"]})
        for node in nodes
    ]


async def test_the_queue_has_what_is_urgent_first_and_then_what_waits_longest(server: Server) -> None:
    ann, bob = await server.physician("ann"), await server.physician("bob")
    moderator = server.moderator()
    held = await rating_of(ann, comment=HELD)
    server.pass_time(timedelta(hours=1))
    await server.person("pam").result(REGISTER)
    server.pass_time(timedelta(hours=1))
    await bob.result("mutation($id: ID!) { reportRating(ratingId: $id, reason: WRONG) { __typename } }", id=held)
    server.pass_time(timedelta(hours=1))
    urgent = await rating_of(bob, comment=ADVERSE)

    cases = await queue(moderator)
    assert [(case["kind"], case["urgent"], case["findings"]) for case in cases] == [
        ("COMMENT", True, ["ADVERSE_EVENT"]),
        ("COMMENT", False, ["EMAIL"]),
        ("REGISTRATION", False, []),
        ("REPORT", False, ["WRONG"]),
    ]
    assert [(case["rating"] or {}).get("id") for case in cases] == [urgent, held, None, held]
    assert [(case["awareAt"], case["dueAt"]) for case in cases] == [
        ("2026-07-01T15:00:00+00:00", "2026-07-16T15:00:00+00:00"),
        *[(None, None)] * 3,
    ]
    version = cases[1]["heldComment"].pop("version")
    assert cases[1]["heldComment"] == {"text": HELD, "state": "HELD", "heldAt": AT}
    assert cases[3]["heldComment"]["version"] == version
    assert [case["reports"] and case["reports"]["total"] for case in cases] == [0, 1, None, 1]
    assert [case["physician"]["specialty"] for case in cases] == [
        "Rheumatology",
        "Rheumatology",
        "Nephrology",
        "Rheumatology",
    ]
    assert [case["kind"] for case in await queue(moderator, "REPORT", "REGISTRATION")] == ["REGISTRATION", "REPORT"]
    assert await queue(moderator, "REPORT") == [cases[3]]


async def test_the_queue_is_read_page_by_page(server: Server) -> None:
    for name in ("ann", "bob", "eve"):
        await submit(await server.physician(name), comment=HELD)
    page = """query($after: String) { moderationQueue(first: 2, after: $after) { totalCount
      pageInfo { hasNextPage endCursor } edges { node { rating { id } } } } }"""
    first = await server.moderator().result(page)
    rest = await server.moderator().result(page, after=first["pageInfo"]["endCursor"])
    assert [found["pageInfo"]["hasNextPage"] for found in (first, rest)] == [True, False]
    ids = [edge["node"]["rating"]["id"] for found in (first, rest) for edge in found["edges"]]
    assert ids == [encoded(f"Rating:{number}") for number in (1, 2, 3)]
    code, _ = await server.moderator().error('{ moderationQueue(after: "x") { totalCount } }')
    assert code == "INVALID_CURSOR"


async def test_a_held_comment_is_published_once_it_was_read(server: Server) -> None:
    ann, bob, moderator = await server.physician("ann"), await server.physician("bob"), server.moderator()
    rating = await rating_of(ann, comment=HELD)
    changed = {
        "__typename": "CommentChanged",
        "message": "The comment is not the one that was read: read it again, and decide on its current version.",
    }
    assert await moderate(moderator, rating, "PUBLISH") == changed
    assert await moderate(moderator, rating, "PUBLISH", version="0123456789abcdef") == changed
    (case,) = await queue(moderator)
    # Its author changes it in the meantime.
    await submit(ann, comment="Ask john@example.org about it.")
    assert await moderate(moderator, rating, "PUBLISH", version=case["heldComment"]["version"]) == changed
    (case,) = await queue(moderator)
    assert await moderate(moderator, rating, "PUBLISH", version=case["heldComment"]["version"], note="No patient.") == {
        "__typename": "ModerateRatingSuccess",
        "ratingId": rating,
        "commentState": "PUBLISHED",
        "rating": {
            "id": rating,
            "comment": "Ask john@example.org about it.",
            "commentState": "PUBLISHED",
            "heldComment": None,
        },
    }
    assert await queue(moderator) == []
    shown = {"comment": "Ask john@example.org about it.", "commentState": None, "heldComment": None}
    assert await bob.result(RATING, id=rating) == {**shown, "commentVersion": None}
    # What a moderator has seen stays published when the levels are revised.
    revised = await submit(ann, comment="Ask john@example.org about it.", efficacy=1)
    assert (revised["__typename"], revised["rating"]["commentState"]) == ("SubmitRatingSuccess", "PUBLISHED")
    assert await audit(moderator) == [
        ("COMMENT_PUBLISHED", "rating:1", {"decision": "PUBLISH", "note": "No patient.", "findings": "EMAIL"})
    ]


async def test_a_comment_is_removed_and_its_levels_go_on_counting(server: Server) -> None:
    ann, bob, moderator = await server.physician("ann"), await server.physician("bob"), server.moderator()
    rating = await rating_of(ann, comment="Works fast.")
    removed = await moderate(moderator, rating, "REMOVE_COMMENT")
    assert (removed["commentState"], removed["rating"]["heldComment"]) == (
        "REMOVED",
        {"text": "Works fast.", "state": "REMOVED"},
    )
    # Its author sees what became of it, and cannot put it back.
    for found in ((await submit(ann, comment="Works fast."))["rating"], await ann.result(RATING, id=rating)):
        assert (found["comment"], found["commentState"]) == (None, "REMOVED")
    assert (await bob.result(RATING, id=rating))["heldComment"] is None
    assert await moderator.result('{ drug(id: "colchicine") { score { ratingCount } } }') == {
        "score": {"ratingCount": 1}
    }
    again = await moderate(moderator, rating, "REMOVE_COMMENT")
    assert again == {
        "__typename": "ImpossibleDecision",
        "message": "REMOVE_COMMENT is not possible: the rating has no comment that waits or is shown.",
    }


async def test_an_excluded_rating_leaves_the_counts_and_can_come_back(server: Server) -> None:
    ann, bob, moderator = await server.physician("ann"), await server.physician("bob"), server.moderator()
    rating = await rating_of(ann, comment="Works fast.")
    await rating_of(bob)
    assert await moderate(moderator, rating, "EXCLUDE", note="Paid for.") == {
        "__typename": "ModerateRatingSuccess",
        "ratingId": rating,
        "commentState": "NONE",
        "rating": None,
    }
    count = '{ drug(id: "colchicine") { score { ratingCount } ratings { totalCount } } }'
    assert await moderator.result(count) == {"score": {"ratingCount": 1}, "ratings": {"totalCount": 1}}
    assert (await verify_counts()).counts == 0
    retired = {
        "id": rating,
        "state": "EXCLUDED",
        "reason": "Paid for.",
        "retiredAt": AT,
        "safety": 4,
        "comment": "Works fast.",
        "drug": {"slug": "colchicine"},
        "indication": {"slug": "gout"},
        "physician": {"country": "DE"},
    }
    assert await moderator.result(RETIRED, id=rating) == retired
    assert await ann.result(RETIRED, id=rating) == retired
    assert await bob.result(RETIRED, id=rating) is None
    assert await ann.result(RATING, id=rating) is None

    back = await moderate(moderator, rating, "REINSTATE")
    assert (back["commentState"], back["rating"]["comment"]) == ("PUBLISHED", "Works fast.")
    assert await moderator.result(count) == {"score": {"ratingCount": 2}, "ratings": {"totalCount": 2}}
    assert (await verify_counts()).counts == 0
    assert await moderator.result(RETIRED, id=rating) is None
    assert [action for action, _, _ in await audit(moderator, "rating:1")] == ["RATING_REINSTATED", "RATING_EXCLUDED"]


async def test_reports_are_dismissed(server: Server) -> None:
    ann, bob, moderator = await server.physician("ann"), await server.physician("bob"), server.moderator()
    rating = await rating_of(ann)
    assert await moderate(moderator, rating, "KEEP") == {
        "__typename": "ImpossibleDecision",
        "message": "KEEP is not possible: the rating has no open report.",
    }
    await bob.result("mutation($id: ID!) { reportRating(ratingId: $id, reason: WRONG) { __typename } }", id=rating)
    assert (await moderate(moderator, rating, "KEEP"))["rating"]["id"] == rating
    assert await queue(moderator) == []


async def test_what_cannot_be_decided_is_said(server: Server) -> None:
    ann, moderator = await server.physician("ann"), server.moderator()
    rating, drug = await rating_of(ann), encoded("Drug:1")
    no_rating = {"__typename": "UnknownRating", "message": "There is no such rating."}
    for number in ("0", "999999", "9" * 19):
        assert await moderate(moderator, encoded(f"Rating:{number}"), "EXCLUDE") == no_rating
    assert await moderate(moderator, drug, "EXCLUDE") == {
        "__typename": "UnknownRating",
        "message": f"`id`: '{drug}' is the id of a Drug, not of a Rating.",
    }
    for decision, obstacle in (
        ("PUBLISH", "has no comment that waits or was removed"),
        ("REINSTATE", "is not excluded"),
        ("REMOVE_COMMENT", "has no comment that waits or is shown"),
    ):
        assert await moderate(moderator, rating, decision) == {
            "__typename": "ImpossibleDecision",
            "message": f"{decision} is not possible: the rating {obstacle}.",
        }
    long = await moderate(moderator, rating, "EXCLUDE", note="x" * 1_001)
    assert long == {"__typename": "InvalidNote", "message": "The note is longer than 1,000 characters."}
    assert await AuditEntry.all().count() == 0


async def test_only_moderators_moderate(server: Server) -> None:
    ann = await server.physician("ann")
    rating = await rating_of(ann, comment=HELD)
    asked = {"id": rating, "decision": "EXCLUDE"}
    physician = (await ann.result("{ viewer { physician { id } } }"))["physician"]["id"]
    verified = {"id": physician, "decision": "SUSPEND"}
    others = [ann, server.person("somebody"), await server.physician("pam", Status.PENDING)]
    for person in others:
        for query, given in ((MODERATE, asked), (VERIFY, verified)):
            assert await person.result(query, **given) == {
                "__typename": "NotPermitted",
                "message": "Only moderators may do this.",
            }
    integrator, nobody = await server.integrator(), server.anonymous()
    for query, given in ((MODERATE, asked), (VERIFY, verified)):
        assert (await integrator.result(query, **given))["__typename"] == "NotPermitted"
        assert (await nobody.result(query, **given))["__typename"] == "NotAuthenticated"
    for person in (*others, integrator, nobody):
        for query, given in ((QUEUE, {}), (AUDIT, {}), (VERIFICATION, {"id": physician})):
            assert await person.error(query, **given) == ("NOT_PERMITTED", "This is for moderators.")
    assert await AuditEntry.exclude(action="KEY_CREATED").count() == 0


async def test_a_physician_is_verified_and_every_look_at_the_licence_is_kept(server: Server) -> None:
    pam, moderator = server.person("pam"), server.moderator()
    await pam.result(REGISTER)
    (case,) = await queue(moderator)
    physician = case["physician"]["id"]
    looked = await moderator.result(VERIFICATION, id=physician)
    assert looked == {
        "status": "PENDING",
        "specialty": "Nephrology",
        "country": "DE",
        "practisingSince": 2019,
        "registeredAt": AT,
        "decidedAt": None,
        "licence": {"country": "DE", "authority": "Kammer", "number": "DE-4711-55"},
    }
    server.pass_time(timedelta(hours=1))
    assert await moderator.result(VERIFY, id=physician, decision="VERIFY", note="Letter seen.") == {
        "__typename": "VerifyPhysicianSuccess",
        "status": "VERIFIED",
        "physician": {"id": physician, "verified": True},
    }
    assert await queue(moderator) == []
    assert (await submit(pam))["__typename"] == "SubmitRatingSuccess"
    decided = await moderator.result(VERIFICATION, id=physician)
    assert (decided["status"], decided["decidedAt"]) == ("VERIFIED", "2026-07-01T13:00:00+00:00")
    # Another moderator knows the physician by the same id.
    assert (await server.moderator("another").result(VERIFICATION, id=physician))["status"] == "VERIFIED"
    assert await audit(moderator, "physician:1") == [
        ("IDENTITY_SEEN", "physician:1", {}),
        ("IDENTITY_SEEN", "physician:1", {}),
        ("PHYSICIAN_VERIFIED", "physician:1", {"from": "PENDING", "to": "VERIFIED", "note": "Letter seen."}),
        ("IDENTITY_SEEN", "physician:1", {}),
        ("PHYSICIAN_REGISTERED", "physician:1", {"again": "False"}),
    ]
    assert "DE-4711" not in str(await AuditEntry.all().values())
    newest, *_ = (await moderator.result(AUDIT))["edges"]
    assert newest["node"]["actor"] == f"account:{await account_id_of('another')}"


async def test_a_suspension_takes_effect_on_the_next_request(server: Server) -> None:
    pam, moderator = server.person("pam"), server.moderator()
    await pam.result(REGISTER)
    (case,) = await queue(moderator)
    physician = case["physician"]["id"]
    role = "{ viewer { role status } }"

    async def decide(decision: str) -> Any:  # noqa: ANN401 - a member of a union
        return await moderator.result(VERIFY, id=physician, decision=decision)

    assert (await decide("VERIFY"))["status"] == "VERIFIED"
    assert await pam.result(role) == {"role": "PHYSICIAN", "status": "VERIFIED"}
    assert (await submit(pam))["__typename"] == "SubmitRatingSuccess"
    assert await decide("SUSPEND") == {
        "__typename": "VerifyPhysicianSuccess",
        "status": "SUSPENDED",
        "physician": {"id": physician, "verified": False},
    }
    assert await pam.result(role) == {"role": "REGISTERED", "status": "SUSPENDED"}
    assert await submit(pam, efficacy=1) == {
        "__typename": "NotVerified",
        "status": "SUSPENDED",
        "message": "Only verified physicians may do this.",
    }
    assert await decide("VERIFY") == {
        "__typename": "ImpossibleDecision",
        "message": "The physician is suspended, which VERIFY does not go with; REINSTATE would.",
    }
    assert (await decide("REINSTATE"))["status"] == "VERIFIED"
    assert (await submit(pam, efficacy=1))["__typename"] == "SubmitRatingSuccess"
    assert [action for action, _, _ in await audit(moderator, "physician:1")] == [
        "PHYSICIAN_REINSTATED",
        "PHYSICIAN_SUSPENDED",
        "PHYSICIAN_VERIFIED",
        "PHYSICIAN_REGISTERED",
    ]


async def test_nobody_is_verified_whose_licence_is_not_there(server: Server) -> None:
    """As after a rejection, when somebody else has registered with it."""
    moderator = server.moderator()
    await server.person("pam").result(REGISTER)
    (case,) = await queue(moderator)
    rejected = {"id": case["physician"]["id"], "decision": "REJECT"}
    assert (await moderator.result(VERIFY, **rejected))["status"] == "REJECTED"
    assert (await server.person("bob").result(REGISTER))["__typename"] == "RegisterPhysicianSuccess"
    verified = await moderator.result(VERIFY, **{**rejected, "decision": "VERIFY"})
    assert verified["__typename"] == "ImpossibleDecision"
    assert verified["message"].startswith("This physician was rejected, and somebody else has registered with")
    assert (await moderator.result(VERIFICATION, id=rejected["id"]))["licence"] is None


async def test_an_id_that_is_no_physicians_of_this_reader_is_refused(server: Server) -> None:
    ann, moderator = await server.physician("ann"), server.moderator()
    own = (await ann.result("{ viewer { physician { id } } }"))["physician"]["id"]
    drug = encoded("Drug:1")
    for text, message in (
        (own, f"`{{}}`: '{own[:60]}{'…' if len(own) > 60 else ''}' is not an id of this API."),
        (encoded("Physician:1"), f"`{{}}`: '{encoded('Physician:1')}' is not an id of this API."),
        (drug, f"`{{}}`: '{drug}' is the id of a Drug, not of a Physician."),
        ("garbage", "`{}`: 'garbage' is not an id of this API."),
    ):
        assert await moderator.result(VERIFY, id=text, decision="SUSPEND") == {
            "__typename": "UnknownPhysician",
            "message": message.format("id"),
        }
        assert (await moderator.error(VERIFICATION, id=text))[1] == message.format("physicianId")
    assert await AuditEntry.all().count() == 0


async def test_a_physician_who_has_not_registered_here_has_no_verification(server: Server) -> None:
    ann, moderator = await server.physician("ann"), server.moderator()
    rating = await rating_of(ann)
    whose = "query($id: ID!) { rating(id: $id) { physician { id } } }"
    physician = (await moderator.result(whose, id=rating))["physician"]["id"]
    await Registration.filter(account_id=await account_id_of("ann")).delete()
    assert await moderator.result(VERIFICATION, id=physician) is None
    assert await moderator.result(VERIFY, id=physician, decision="SUSPEND") == {
        "__typename": "UnknownPhysician",
        "message": "There is no physician with this id who has registered.",
    }
    assert await AuditEntry.all().count() == 0


@pytest.mark.parametrize("subject", ["rating:1\0", "x" * 201, " "])
async def test_a_subject_of_the_audit_log_that_nothing_has_is_refused(server: Server, subject: str) -> None:
    code, message = await server.moderator().error(AUDIT, subject=subject)
    assert code == "INVALID_ARGUMENT"
    assert message.startswith("`subject`")


async def test_the_audit_log_of_another_subject_is_empty(server: Server) -> None:
    assert await audit(server.moderator(), "rating:77'; DROP TABLE audit_entry") == []

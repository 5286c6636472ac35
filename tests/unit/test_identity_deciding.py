"""What moderators decide about physicians, and looking at an identity."""

import asyncio
from datetime import UTC, datetime

import pytest
from tortoise.transactions import in_transaction

from models import AuditEntry, Licence, ModerationCase, Physician, Registration
from resolvers.identity.deciding import Decision, ImpossibleDecision, LicenceGone, UnknownPhysician, decide_physician
from resolvers.identity.errors import SealBroken
from resolvers.identity.key import IdentityKey
from resolvers.identity.looking import LicenceRecord, look_at_identity
from resolvers.moderation.errors import InvalidNote
from resolvers.ratings.submitting import NotVerifiedNow
from resolvers.viewers import Status
from tests.raters import Rater, submit, wrong_counts
from tests.registrations import ANN, KEY, LATER, MODERATOR, NOW, audit, register

pytestmark = pytest.mark.usefixtures("catalogue")

# What docs and the issue say: who waits is verified or rejected, who was rejected may be verified after all, and who
# is verified may be suspended and reinstated.
ALLOWED = {
    ("PENDING", "VERIFY"): "VERIFIED",
    ("PENDING", "REJECT"): "REJECTED",
    ("REJECTED", "VERIFY"): "VERIFIED",
    ("VERIFIED", "SUSPEND"): "SUSPENDED",
    ("SUSPENDED", "REINSTATE"): "VERIFIED",
}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("decision", list(Decision))
async def test_each_decision_goes_with_some_statuses_only(status: Status, decision: Decision) -> None:
    registered = await register("ann")
    await Registration.filter(physician_id=registered.physician_id).update(status=status.value)
    await Physician.filter(id=registered.physician_id).update(verified=status is Status.VERIFIED)
    after = ALLOWED.get((status.name, decision.name))

    if after is None:
        with pytest.raises(ImpossibleDecision) as raised:
            await decide_physician(registered.physician_id, decision, None, MODERATOR, LATER)
        assert (raised.value.status, raised.value.decision) == (status, decision)
        assert len(await audit()) == 1
    else:
        assert (await decide_physician(registered.physician_id, decision, None, MODERATOR, LATER)).name == after
        entry = await AuditEntry.all().order_by("-id").first()
        assert entry is not None
        assert (entry.at, entry.actor, entry.subject) == (LATER, MODERATOR, f"physician:{registered.physician_id}")
        assert entry.details == {"from": status.name, "to": after}
    assert Status((await Registration.get()).status).name == (after or status.name)
    assert (await Physician.get()).verified is ((after or status.name) == "VERIFIED")


async def test_a_decision_closes_the_case_and_its_note_is_in_the_log() -> None:
    registered = await register("ann")

    await decide_physician(registered.physician_id, Decision.VERIFY, "  Seen in the registry. ", MODERATOR, LATER)

    assert (await ModerationCase.get()).closed_at == LATER
    assert (await Registration.get()).decided_at == LATER
    entry = await AuditEntry.get(action="PHYSICIAN_VERIFIED")
    assert entry.details == {"from": "PENDING", "to": "VERIFIED", "note": "Seen in the registry."}


@pytest.mark.parametrize("note", ["x" * 1001, "a\x00b", "a\x1bb", "a\u202eb"])
async def test_a_note_that_cannot_be_kept_decides_nothing(note: str) -> None:
    registered = await register("ann")

    with pytest.raises(InvalidNote):
        await decide_physician(registered.physician_id, Decision.VERIFY, note, MODERATOR, NOW)

    assert (await Registration.get()).status == Status.PENDING.value


async def test_nobody_decides_about_somebody_who_has_not_registered() -> None:
    with pytest.raises(UnknownPhysician):
        await decide_physician(999, Decision.VERIFY, None, MODERATOR, NOW)
    assert await audit() == []


async def test_who_lost_the_licence_to_its_owner_cannot_be_verified() -> None:
    thief = await register("eve")
    await decide_physician(thief.physician_id, Decision.REJECT, None, MODERATOR, NOW)
    await register("ann")

    with pytest.raises(LicenceGone):
        await decide_physician(thief.physician_id, Decision.VERIFY, None, MODERATOR, NOW)

    assert not (await Physician.get(id=thief.physician_id)).verified


async def test_of_two_moderators_who_decide_at_the_same_time_one_does() -> None:
    registered = await register("ann")

    outcomes = await asyncio.gather(
        *(
            decide_physician(registered.physician_id, decision, None, MODERATOR, NOW)
            for decision in [Decision.VERIFY, Decision.VERIFY, Decision.VERIFY, Decision.VERIFY]
        ),
        return_exceptions=True,
    )

    assert outcomes.count(Status.VERIFIED) == 1
    assert sum(isinstance(outcome, ImpossibleDecision) for outcome in outcomes) == 3
    assert await AuditEntry.filter(action="PHYSICIAN_VERIFIED").count() == 1


async def test_a_rating_is_before_the_suspension_or_refused() -> None:
    registered = await register("ann")
    await decide_physician(registered.physician_id, Decision.VERIFY, None, MODERATOR, NOW)
    rater = Rater((await Registration.get()).account_id, registered.physician_id)

    async def suspend() -> None:
        await decide_physician(rater.physician_id, Decision.SUSPEND, None, MODERATOR, NOW)

    for drug in ("colchicine", "allopurinol", "febuxostat", "naproxen"):
        outcomes = await asyncio.gather(submit(rater, drug), suspend(), return_exceptions=True)
        assert outcomes[1] is None
        assert not isinstance(outcomes[0], BaseException) or isinstance(outcomes[0], NotVerifiedNow)
        with pytest.raises(NotVerifiedNow):
            await submit(rater, drug)
        await decide_physician(rater.physician_id, Decision.REINSTATE, None, MODERATOR, NOW)
    assert await wrong_counts() == 0


async def test_a_decision_can_be_part_of_a_greater_transaction() -> None:
    registered = await register("ann")

    async def decide_and_fail() -> None:
        async with in_transaction():
            await decide_physician(registered.physician_id, Decision.VERIFY, None, MODERATOR, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await decide_and_fail()

    assert (await Registration.get()).status == Status.PENDING.value
    assert await AuditEntry.all().count() == 1


async def test_a_moderator_sees_the_licence_and_the_log_has_the_look() -> None:
    registered = await register("ann")

    seen = await look_at_identity(registered.physician_id, KEY, MODERATOR, LATER)

    assert seen.licence == LicenceRecord("DE", "Ärztekammer Köln", "AB-12/345")
    assert (seen.physician_id, seen.status, seen.specialty) == (registered.physician_id, Status.PENDING, ANN.specialty)
    assert (seen.country, seen.practising_since, seen.registered_at, seen.decided_at) == ("DE", 2016, NOW, None)
    assert "345" not in repr(seen)
    entry = await AuditEntry.all().order_by("-id").first()
    assert entry is not None
    subject = f"physician:{registered.physician_id}"
    assert (entry.at, entry.actor, entry.action, entry.subject) == (LATER, MODERATOR, "IDENTITY_SEEN", subject)
    assert entry.details == {}


async def test_each_look_is_an_entry() -> None:
    registered = await register("ann")

    for _ in range(3):
        await look_at_identity(registered.physician_id, KEY, MODERATOR, datetime.now(UTC))

    assert await AuditEntry.filter(action="IDENTITY_SEEN").count() == 3


async def test_what_nobody_sees_is_not_in_the_log() -> None:
    registered = await register("ann")
    other = await register("bob", number="99999")

    with pytest.raises(UnknownPhysician):
        await look_at_identity(999, KEY, MODERATOR, NOW)
    with pytest.raises(SealBroken):
        await look_at_identity(registered.physician_id, IdentityKey.of_bytes(bytes(32)), MODERATOR, NOW)
    # A sealed number that was moved to another physician's row.
    moved = (await Licence.get(physician_id=other.physician_id)).number_sealed
    await Licence.filter(physician_id=registered.physician_id).update(number_sealed=moved)
    with pytest.raises(SealBroken):
        await look_at_identity(registered.physician_id, KEY, MODERATOR, NOW)
    assert await AuditEntry.filter(action="IDENTITY_SEEN").count() == 0

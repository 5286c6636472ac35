"""What moderators decide about physicians."""

from datetime import datetime
from enum import Enum

from tortoise.transactions import in_transaction

from models import Licence, Physician, Registration
from resolvers.audit import write_audit
from resolvers.errors import PeerscoreError
from resolvers.feed.writing import note_standing
from resolvers.identity.accounts import account_of_physician
from resolvers.moderation.cases import CaseKind, close_case
from resolvers.moderation.notes import checked_note
from resolvers.ratings.physicians import lock_physicians
from resolvers.ratings.writing import begin_writing
from resolvers.viewers import Status


class Decision(Enum):
    """What a moderator may decide about a physician who has registered."""

    VERIFY = "VERIFY"
    REJECT = "REJECT"
    SUSPEND = "SUSPEND"
    REINSTATE = "REINSTATE"


TRANSITIONS = {
    (Status.PENDING, Decision.VERIFY): Status.VERIFIED,
    (Status.PENDING, Decision.REJECT): Status.REJECTED,
    (Status.VERIFIED, Decision.SUSPEND): Status.SUSPENDED,
    (Status.SUSPENDED, Decision.REINSTATE): Status.VERIFIED,
    (Status.REJECTED, Decision.VERIFY): Status.VERIFIED,
}
"""What each decision makes of each status. What is not here cannot be decided."""

ACTIONS = {
    Decision.VERIFY: "PHYSICIAN_VERIFIED",
    Decision.REJECT: "PHYSICIAN_REJECTED",
    Decision.SUSPEND: "PHYSICIAN_SUSPENDED",
    Decision.REINSTATE: "PHYSICIAN_REINSTATED",
}
"""What the audit log calls the decisions."""


class UnknownPhysician(PeerscoreError):
    """There is no such physician, or they have not registered."""

    def __init__(self, physician_id: int) -> None:
        self.physician_id = physician_id
        super().__init__("There is no physician with this id who has registered.")


class ImpossibleDecision(PeerscoreError):
    """The decision does not go with the physician's status."""

    def __init__(self, status: Status, decision: Decision) -> None:
        self.status = status
        self.decision = decision
        possible = [str(one.value) for held, one in TRANSITIONS if held is status]
        super().__init__(
            f"The physician is {status.name.lower()}, which {decision.value} does not go with;"
            f" {' and '.join(possible)} would."
        )


class LicenceGone(PeerscoreError):
    """A rejected physician cannot be verified any more: somebody else has registered with the licence."""

    def __init__(self) -> None:
        super().__init__(
            "This physician was rejected, and somebody else has registered with the same licence since then. They"
            " can register again with another licence."
        )


async def decide_physician(
    physician_id: int, decision: Decision, note: str | None, actor: str, now: datetime
) -> Status:
    """Carry out a moderator's decision, all or nothing.

    A rating that is submitted at the same time is there before the decision or meets the new status.

    Args:
        physician_id: about whom.
        decision: what is decided.
        note: why, for the audit log.
        actor: who decides, such as `account:7`.
        now: when.

    Returns:
        The physician's status from now on.

    Raises:
        InvalidNote: the note is too long, or has characters that no note needs.
        UnknownPhysician: nobody with this id has registered.
        ImpossibleDecision: it does not go with the status.
        LicenceGone: the licence of a rejected physician belongs to somebody else.
    """
    note = checked_note(note)
    async with in_transaction() as connection:
        await begin_writing(connection)
        await lock_physicians(connection, [physician_id])
        registration = await Registration.get_or_none(physician_id=physician_id)
        if registration is None:
            raise UnknownPhysician(physician_id)
        before = Status(registration.status)
        after = TRANSITIONS.get((before, decision))
        if after is None:
            raise ImpossibleDecision(before, decision)
        if after is Status.VERIFIED and not await Licence.filter(physician_id=physician_id).exists():
            raise LicenceGone
        await Registration.filter(id=registration.id).update(status=after.value, decided_at=now)
        await Physician.filter(id=physician_id).update(verified=after is Status.VERIFIED)
        await close_case(CaseKind.REGISTRATION, physician_id, now)
        await note_standing(now, account_id=await account_of_physician(physician_id))
        details = {"from": before.name, "to": after.name} | ({"note": note} if note else {})
        await write_audit(actor, ACTIONS[decision], f"physician:{physician_id}", details, now)
    return after

"""What moderators see."""

import enum
from datetime import datetime

import strawberry

from graph.connections import later
from graph.context import Info
from graph.global_ids import global_id
from graph.mutations.errors import RegistrationStatus
from graph.relations import loaded
from graph.types.comment import HeldComment
from graph.types.drug import Drug
from graph.types.indication import Indication
from graph.types.physician import Physician
from graph.types.rating import Rating
from graph.types.report import RatingReports
from graph.types.viewer import Licence
from resolvers.audit import AuditRecord
from resolvers.identity.looking import IdentityRecord
from resolvers.moderation.cases import CaseKind
from resolvers.moderation.queue import CaseRecord, Urgency
from resolvers.moderation.retired import RetiredRecord


@strawberry.enum(description="What a moderator is to look at.")
class ModerationKind(enum.Enum):
    COMMENT = strawberry.enum_value("COMMENT", description="A comment that is held.")
    REPORT = strawberry.enum_value("REPORT", description="A rating that readers have reported.")
    REGISTRATION = strawberry.enum_value("REGISTRATION", description="A physician who waits to be verified.")

    @property
    def kind(self) -> CaseKind:
        """The kind of case behind it."""
        return CaseKind[self.name]


@strawberry.type(description="Something that waits for a moderator.")
class ModerationCase:
    kind: ModerationKind = strawberry.field(description="What is to be looked at.")
    urgent: bool = strawberry.field(description="Whether it comes before the others: a possible adverse event.")
    findings: list[str] = strawberry.field(
        description="What the screening of the comment found (`CommentFinding`), or reasons of reports."
    )
    opened_at: datetime = strawberry.field(description="Since when it waits, in UTC.")
    aware_at: datetime | None = strawberry.field(
        description="When this service became aware of a possible adverse event, in UTC; null for everything else."
    )
    due_at: datetime | None = strawberry.field(
        description="By when a possible adverse event has to be reported, 15 days later; null for everything else."
    )
    rating_id: strawberry.Private[int | None]
    physician_id: strawberry.Private[int | None]

    @classmethod
    def of(cls, record: CaseRecord) -> "ModerationCase":
        """The case of a record."""
        return cls(
            kind=ModerationKind[record.kind.name],
            urgent=record.urgency is Urgency.URGENT,
            findings=list(record.findings),
            opened_at=record.opened_at,
            aware_at=record.aware_at,
            due_at=record.due_at,
            rating_id=record.rating_id,
            physician_id=record.physician_id,
        )

    @strawberry.field(description="The rating that it is about; null for a registration.")
    def rating(self, info: Info) -> Rating | None:
        return None if self.rating_id is None else later(info.context.loaders.rating_by_id.load(self.rating_id))

    @strawberry.field(description="The comment that is held or was removed; null without one.")
    def held_comment(self, info: Info) -> HeldComment | None:
        return None if self.rating_id is None else later(info.context.loaders.held_comment.load(self.rating_id))

    @strawberry.field(description="What readers reported; null for a registration.")
    def reports(self, info: Info) -> RatingReports | None:
        return None if self.rating_id is None else later(info.context.loaders.rating_reports.load(self.rating_id))

    @strawberry.field(description="The physician who waits to be verified, or whose rating it is.")
    async def physician(self, info: Info) -> Physician | None:
        loaders, key = info.context.loaders, self.physician_id
        if key is None and self.rating_id is not None:
            rating = await loaders.rating_by_id.load(self.rating_id)
            key = None if rating is None else rating.record.physician_id
        return None if key is None else await loaders.physician_by_id.load(key)


@strawberry.enum(description="Why a rating counts no longer.")
class Retirement(enum.Enum):
    EXCLUDED = strawberry.enum_value("EXCLUDED", description="A moderator took it out.")
    WITHDRAWN = strawberry.enum_value("WITHDRAWN", description="Its physician took it back.")


@strawberry.type(description="A rating that counts no longer, for moderators and its author.")
class RetiredRating:
    id: strawberry.ID = strawberry.field(description="The id that it had, and would have again.")
    state: Retirement = strawberry.field(description="Why it counts no longer.")
    reason: str | None = strawberry.field(description="The moderator's reason, if there is one.")
    retired_at: datetime = strawberry.field(description="Since when, in UTC.")
    efficacy: int | None = strawberry.field(description="1 (worst) to 5 (best); null: not answered.")
    safety: int | None = strawberry.field(description="1 (worst) to 5 (best); null: not answered.")
    tolerability: int | None = strawberry.field(description="1 (worst) to 5 (best); null: not answered.")
    accessibility: int | None = strawberry.field(description="1 (worst) to 5 (best); null: not answered.")
    adherence: int | None = strawberry.field(description="1 (worst) to 5 (best); null: not answered.")
    preference: int | None = strawberry.field(description="1 (worst) to 5 (best); null: not answered.")
    comment: str | None = strawberry.field(description="The comment that it showed.")
    drug_id: strawberry.Private[int]
    indication_id: strawberry.Private[int]
    physician_id: strawberry.Private[int]
    drug: Drug = loaded("drug_by_id", key="drug_id", description="The drug that was rated.")
    indication: Indication = loaded("indication_by_id", key="indication_id", description="For what.")
    physician: Physician = loaded("physician_by_id", key="physician_id", description="Who rated.")

    @classmethod
    def of(cls, record: RetiredRecord) -> "RetiredRating":
        """The rating of a record."""
        rating = record.rating
        return cls(
            id=strawberry.ID(global_id("Rating", rating.id)),
            state=Retirement[record.state.name],
            reason=record.reason,
            retired_at=record.retired_at,
            efficacy=rating.efficacy,
            safety=rating.safety,
            tolerability=rating.tolerability,
            accessibility=rating.accessibility,
            adherence=rating.adherence,
            preference=rating.preference,
            comment=rating.comment,
            drug_id=rating.drug_id,
            indication_id=rating.indication_id,
            physician_id=rating.physician_id,
        )


@strawberry.type(description="Who a physician is, for the moderator who verifies them. Each look is in the audit log.")
class Verification:
    status: RegistrationStatus = strawberry.field(description="How far the registration has come.")
    specialty: str = strawberry.field(description="Medical specialty.")
    country: str = strawberry.field(description="Country of practice, ISO 3166-1 alpha-2.")
    practising_since: int = strawberry.field(description="The year from which years in practice are counted.")
    registered_at: datetime = strawberry.field(description="When they registered, in UTC.")
    decided_at: datetime | None = strawberry.field(description="When a moderator last decided, in UTC; null: never.")
    licence: Licence | None = strawberry.field(
        description="The licence in clear; null if somebody else has registered with it since the rejection."
    )

    @classmethod
    def of(cls, record: IdentityRecord) -> "Verification":
        """What a record tells."""
        return cls(
            status=RegistrationStatus[record.status.name],
            specialty=record.specialty,
            country=record.country,
            practising_since=record.practising_since,
            registered_at=record.registered_at,
            decided_at=record.decided_at,
            licence=None if record.licence is None else Licence.of(record.licence),
        )


@strawberry.type(description="One name and one value of what an entry of the audit log tells.")
class AuditDetail:
    name: str = strawberry.field(description="Such as `note` or `to`.")
    value: str = strawberry.field(description="As text.")


@strawberry.type(description="A decision or a change of status, as it was written once and for all.")
class AuditEntry:
    at: datetime = strawberry.field(description="When, in UTC.")
    actor: str = strawberry.field(description="Who: a kind and a number, such as `account:7`, or `command:0`.")
    action: str = strawberry.field(description="What was done, such as `PHYSICIAN_VERIFIED`.")
    subject: str = strawberry.field(description="To whom or what, such as `physician:12`.")
    details: list[AuditDetail] = strawberry.field(description="What else is to be known; never anybody's identity.")

    @classmethod
    def of(cls, record: AuditRecord) -> "AuditEntry":
        """The entry of a record."""
        return cls(
            at=record.at,
            actor=record.actor,
            action=record.action,
            subject=record.subject,
            details=[AuditDetail(name=name, value=_text(value)) for name, value in record.details.items()],
        )


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

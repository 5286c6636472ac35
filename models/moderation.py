"""What moderators decide on, and the record of what was decided."""

from typing import Any

from tortoise import Model, fields
from tortoise.indexes import Index

from models.ranges import RangeField
from models.ratings import CRITERIA

EXCLUDED, WITHDRAWN = 1, 2
"""Why a rating is retired: a moderator took it out, or its physician did."""

HELD, REMOVED = 0, 1
"""A comment that waits for a moderator, and one that a moderator took out."""

COMMENT_CASE, REPORT_CASE, REGISTRATION_CASE = 1, 2, 3
"""What a moderator is to look at: a held comment, a reported rating, or a physician who waits to be verified."""

URGENT, ORDINARY = 0, 1
"""A possible adverse event, which has a due date, comes before everything else."""


class RetiredRating(Model):
    """A rating that counts no longer and that no list shows. It keeps the id that it had, and may get it back.

    Ratings are moved here, so that whoever reads or counts the table of ratings needs no condition.
    """

    id = fields.BigIntField(primary_key=True)
    rating_id = fields.BigIntField(unique=True)
    physician_id = fields.IntField()
    drug_id = fields.IntField()
    indication_id = fields.IntField()
    specialty_id = fields.IntField()
    country = fields.CharField(max_length=2)
    years_in_practice = RangeField(0, 80)
    vars().update({criterion: RangeField(1, 5, null=True) for criterion in CRITERIA})
    comment = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    state = RangeField(EXCLUDED, WITHDRAWN)
    reason = fields.TextField(null=True)
    retired_at = fields.DatetimeField()

    class Meta:
        table = "retired_rating"
        unique_together = (("physician_id", "drug_id", "indication_id"),)


class HeldComment(Model):
    """A comment that is not shown: it waits for a moderator, or one took it out. A rating has at most one."""

    id = fields.BigIntField(primary_key=True)
    rating_id = fields.BigIntField(unique=True)
    comment = fields.TextField()
    state = RangeField(HELD, REMOVED, default=HELD, db_default=HELD)
    held_at = fields.DatetimeField()

    class Meta:
        table = "held_comment"


class ModerationCase(Model):
    """Something that a moderator is to decide on.

    `open_key` names the subject while the case is open, so that the database allows one open case of a kind for each;
    it is null afterwards. `findings` are the names of what the screening found, or the reasons of reports.
    """

    id = fields.BigIntField(primary_key=True)
    kind = RangeField(COMMENT_CASE, REGISTRATION_CASE)
    open_key = fields.CharField(max_length=40, null=True, unique=True)
    rating_id = fields.BigIntField(null=True)
    physician_id = fields.IntField(null=True)
    urgency = RangeField(URGENT, ORDINARY)
    findings = fields.JSONField[list[str]](default=list)
    opened_at = fields.DatetimeField()
    aware_at = fields.DatetimeField(null=True)
    due_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        table = "moderation_case"
        indexes = (
            Index(fields=("urgency", "opened_at", "id"), name="moderation_case_queue"),
            Index(fields=("rating_id",), name="moderation_case_rating"),
            Index(fields=("physician_id",), name="moderation_case_physician"),
        )


class RatingReport(Model):
    """That somebody thinks a rating should be looked at."""

    id = fields.BigIntField(primary_key=True)
    rating_id = fields.BigIntField()
    account_id = fields.IntField(db_index=True)
    reason = fields.CharField(max_length=32)
    note = fields.TextField(null=True)
    reported_at = fields.DatetimeField()

    class Meta:
        table = "rating_report"
        unique_together = (("rating_id", "account_id"),)


class AuditEntry(Model):
    """A decision or a change of status, written once: the database refuses to change or delete it.

    `actor` and `subject` are a kind and a number, such as `account:7` and `physician:12`; `details` hold no identity.
    """

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=40)
    action = fields.CharField(max_length=40)
    subject = fields.CharField(max_length=40)
    details = fields.JSONField[dict[str, Any]](default=dict)

    class Meta:
        table = "audit_entry"
        indexes = (Index(fields=("subject", "id"), name="audit_entry_subject"),)

"""The log of what has happened, which subscribers read: an event for each change that somebody may wait for."""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.ranges import RangeField

ADDED, REVISED, GONE = 1, 2, 3
"""What can happen to a rating; it is gone when its physician withdraws it, a moderator excludes it or it is erased."""

RELEASED = 4
"""Ratings of a treatment have been released, so what people see of it changes who see no single ratings."""

RECOUNTED = 5
"""Scores of a drug have changed by more than a rating, such as an import; without a drug, those of all drugs, or what
the catalogue says of these."""

FOLLOWS = 6
"""What an account follows has changed."""

STANDING = 7
"""What an account or a key may do has changed."""


class FeedEvent(Model):
    """Something that has happened. It holds keys only, so that what is erased leaves nothing behind here.

    `position` is the event's place in the order in which transactions were committed. On SQLite, where only one
    transaction writes at a time, a trigger gives it at once; on PostgreSQL it is given after the commit, and is null
    until then. Specialty and country are those of the rating. An erasure blanks them in all events of a rating but the
    one that tells that it is gone.
    """

    id = fields.BigIntField(primary_key=True)
    position = fields.BigIntField(null=True, unique=True)
    kind = RangeField(ADDED, STANDING)
    rating_id = fields.BigIntField(null=True)
    drug_id = fields.IntField(null=True)
    indication_id = fields.IntField(null=True)
    specialty_id = fields.IntField(null=True)
    country = fields.CharField(max_length=2, null=True)
    # Whether it is about the first rating, or the first release, of the drug for the indication.
    is_first = fields.BooleanField(default=False, db_default=False)
    account_id = fields.IntField(null=True)
    key_id = fields.IntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "feed_event"
        indexes = (
            # What is new of the drugs that somebody follows, since a time or since a position.
            Index(fields=("drug_id", "at"), name="feed_event_drug_at"),
            Index(fields=("drug_id", "position"), name="feed_event_drug_position"),
        )


class FeedState(Model):
    """How far the log goes. The only row has the id 1.

    `last_position` is the last one given, `pruned_position` the last one whose event has been deleted.
    """

    id = fields.IntField(primary_key=True)
    last_position = fields.BigIntField(default=0, db_default=0)
    pruned_position = fields.BigIntField(default=0, db_default=0)

    class Meta:
        table = "feed_state"

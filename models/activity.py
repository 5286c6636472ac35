"""What signed-in people do besides rating."""

from typing import Any

from tortoise import Model, fields
from tortoise.indexes import Index

ANY_INDICATION = 0
"""Instead of an indication's key: a drug is followed for all of them."""


class Follow(Model):
    """That an account follows a drug, for one indication or for all."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.IntField()
    drug_id = fields.IntField(db_index=True)
    indication_id = fields.IntField(default=ANY_INDICATION, db_default=ANY_INDICATION)
    since = fields.DatetimeField()

    class Meta:
        table = "follow"
        unique_together = (("account_id", "drug_id", "indication_id"),)


class HelpfulMark(Model):
    """That an account finds a rating helpful."""

    id = fields.BigIntField(primary_key=True)
    rating_id = fields.BigIntField()
    account_id = fields.IntField(db_index=True)
    marked_at = fields.DatetimeField()

    class Meta:
        table = "helpful_mark"
        unique_together = (("rating_id", "account_id"),)


class ClientMutation(Model):
    """A mutation that was carried out, by the id that its client gave it, so that a repetition does nothing."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.IntField()
    client_mutation_id = fields.CharField(max_length=100)
    mutation = fields.CharField(max_length=40)
    input_digest = fields.CharField(max_length=64)
    outcome = fields.JSONField[dict[str, Any]](null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "client_mutation"
        unique_together = (("account_id", "client_mutation_id"),)
        indexes = (Index(fields=("at",), name="client_mutation_at"),)


class WriteAllowance(Model):
    """How much of their allowance to write somebody has used, as the time in ms since 1970 at which all is there again.

    `writer` is a kind and a number, such as `account:7`.
    """

    id = fields.IntField(primary_key=True)
    writer = fields.CharField(max_length=40, unique=True)
    used_until = fields.BigIntField()

    class Meta:
        table = "write_allowance"

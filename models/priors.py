"""Priors: what is known of drugs before their own ratings are looked at, in numbered versions."""

from tortoise import Model, fields


class Prior(Model):
    """One version of the priors, written once and never changed.

    The row of `installation` says which one is in use. `content` is a `scoring.prior.PriorVersion` as JSON, made
    from `rating_count` ratings.
    """

    id = fields.IntField(primary_key=True)
    version = fields.IntField(unique=True)
    method_version = fields.CharField(max_length=32)
    rating_count = fields.BigIntField()
    created_at = fields.DatetimeField()
    content = fields.TextField()

    class Meta:
        table = "prior"

"""Ratings, and the journal by which an interrupted import continues."""

from typing import TYPE_CHECKING

from tortoise import Model, fields
from tortoise.indexes import Index

from models.ranges import RangeField

if TYPE_CHECKING:
    from models.catalogue import Drug, Indication, Specialty
    from models.physicians import Physician

CRITERIA = ("efficacy", "safety", "tolerability", "accessibility", "adherence", "preference")
"""The six criteria, in the order in which they are shown everywhere."""

LEVELS = (1, 2, 3, 4, 5)
"""The answers to a criterion, from worst to best."""

FILTERED = ("specialty_id", "country", "years_in_practice")
"""What lists of ratings are narrowed by, besides drug and indication."""


class Rating(Model):
    """What one physician thinks of one drug for one indication.

    Specialty, country and years in practice are the physician's at the time of the rating, so that scores by
    segment can be recomputed from the ratings alone.
    """

    id = fields.BigIntField(primary_key=True)
    physician: fields.ForeignKeyRelation["Physician"] = fields.ForeignKeyField(
        "models.Physician", related_name="ratings", on_delete=fields.RESTRICT
    )
    drug: fields.ForeignKeyRelation["Drug"] = fields.ForeignKeyField(
        "models.Drug", related_name="ratings", on_delete=fields.RESTRICT
    )
    indication: fields.ForeignKeyRelation["Indication"] = fields.ForeignKeyField(
        "models.Indication", related_name="ratings", on_delete=fields.RESTRICT
    )
    specialty: fields.ForeignKeyRelation["Specialty"] = fields.ForeignKeyField(
        "models.Specialty", related_name="ratings", on_delete=fields.RESTRICT
    )
    country = fields.CharField(max_length=2)
    years_in_practice = RangeField(0, 80)
    efficacy = RangeField(1, 5, null=True)
    safety = RangeField(1, 5, null=True)
    tolerability = RangeField(1, 5, null=True)
    accessibility = RangeField(1, 5, null=True)
    adherence = RangeField(1, 5, null=True)
    preference = RangeField(1, 5, null=True)
    comment = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "rating"
        # The first three end with what a filter asks for, so that a filter that few ratings meet is answered from
        # the index and not by looking up every rating.
        indexes = (
            Index(fields=("created_at", "id", *FILTERED), name="rating_newest"),
            Index(fields=("drug_id", "created_at", "id", *FILTERED), name="rating_drug_newest"),
            Index(fields=("indication_id", "created_at", "id", *FILTERED), name="rating_indication_newest"),
            Index(fields=("drug_id", "indication_id", "created_at", "id"), name="rating_treatment_newest"),
            # What a physician has rated for one indication already, for the head-to-heads of a new rating.
            Index(fields=("physician_id", "indication_id"), name="rating_physician_indication"),
        )
        unique_together = (("physician", "drug", "indication"),)


class RatingImport(Model):
    """How far an import of ratings has come. Moved on in the same transaction as the ratings it counts.

    `fingerprint` tells sources apart by how they begin. `bytes_read` counts the decompressed content that has
    been dealt with, `digest` is its SHA-256, and `rejects_size` is how long the rejects file was by then.
    """

    id = fields.IntField(primary_key=True)
    fingerprint = fields.CharField(max_length=64, unique=True)
    bytes_read = fields.BigIntField(default=0, db_default=0)
    digest = fields.CharField(max_length=64)
    accepted = fields.BigIntField(default=0, db_default=0)
    rejected = fields.BigIntField(default=0, db_default=0)
    rejects_size = fields.BigIntField(default=0, db_default=0)
    started_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "rating_import"

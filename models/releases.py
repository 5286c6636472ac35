"""Released ratings: what readers who are no verified physicians see scores of.

They are released in groups of several physicians, and everything that is shown is a sum over whole groups; see
`resolvers.releases`.
"""

from tortoise import Model, fields
from tortoise.indexes import Index

from models.cells import COUNT_COLUMNS
from models.ranges import RangeField
from models.ratings import CRITERIA


class ReleasedCell(Model):
    """As a cell, of released ratings."""

    id = fields.BigIntField(primary_key=True)
    drug_id = fields.IntField()
    indication_id = fields.IntField()
    segment_kind = fields.SmallIntField()
    segment_value = fields.CharField(max_length=32)
    # A class body's namespace is a plain dictionary: this declares the 91 columns one by one.
    vars().update({column: fields.IntField(default=0, db_default=0) for column in COUNT_COLUMNS})

    class Meta:
        table = "released_cell"
        indexes = (
            Index(fields=("segment_kind", "segment_value", "indication_id"), name="released_cell_segment_indication"),
        )
        unique_together = (("drug_id", "segment_kind", "segment_value", "indication_id"),)


class ReleasedRating(Model):
    """A rating as it was when it was released, which is how the released cells count it.

    Specialty, country, experience band and month are null where the rating counts in no cell of that kind, because
    others of its group have another one. It names no physician, and its rating may be gone.
    """

    id = fields.BigIntField(primary_key=True)
    rating_id = fields.BigIntField(unique=True)
    drug_id = fields.IntField()
    indication_id = fields.IntField()
    specialty_id = fields.IntField(null=True)
    country = fields.CharField(max_length=2, null=True)
    experience = fields.CharField(max_length=16, null=True)
    month = fields.CharField(max_length=7, null=True)
    vars().update({criterion: RangeField(1, 5, null=True) for criterion in CRITERIA})

    class Meta:
        table = "released_rating"
        indexes = (Index(fields=("drug_id", "indication_id"), name="released_rating_treatment"),)


class UnreleasedRating(Model):
    """That a rating is not, or no longer, what was released of it: it is new, was revised, or is gone."""

    id = fields.BigIntField(primary_key=True)
    rating_id = fields.BigIntField(unique=True)
    drug_id = fields.IntField()
    indication_id = fields.IntField()

    class Meta:
        table = "unreleased_rating"
        indexes = (Index(fields=("drug_id", "indication_id"), name="unreleased_rating_treatment"),)

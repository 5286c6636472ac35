"""Head-to-heads: what physicians who rated two drugs for the same indication prefer, as counts."""

from typing import TYPE_CHECKING

from tortoise import Model, fields

from models.ratings import CRITERIA

if TYPE_CHECKING:
    from models.catalogue import Drug, Indication

SUBJECTS = ("overall", *CRITERIA)
"""What two drugs are compared on."""

SUBJECT_COUNTS = ("physicians", "wins", "losses", "sum", "sum_squares")
"""For each subject: how many physicians answer it on both drugs, how many of them rate the first one higher and how
many lower, and the sums of the differences, first minus second, and of their squares."""

PAIRED_COLUMNS = tuple(f"{subject}_{count}" for subject in SUBJECTS for count in SUBJECT_COUNTS)
"""The 35 integers of a head-to-head.

Differences of the overall are those of the means over the criteria that both ratings answer, in 60ths, so that they
are whole numbers for any number of criteria from 1 to 6.
"""


class HeadToHead(Model):
    """The counts of two drugs for one indication, the first of them with the smaller key."""

    id = fields.BigIntField(primary_key=True)
    indication: fields.ForeignKeyRelation["Indication"] = fields.ForeignKeyField(
        "models.Indication", related_name="head_to_heads", db_constraint=False, on_delete=fields.NO_ACTION
    )
    first_drug: fields.ForeignKeyRelation["Drug"] = fields.ForeignKeyField(
        "models.Drug", related_name="head_to_heads_as_first", db_constraint=False, on_delete=fields.NO_ACTION
    )
    second_drug: fields.ForeignKeyRelation["Drug"] = fields.ForeignKeyField(
        "models.Drug", related_name="head_to_heads_as_second", db_constraint=False, on_delete=fields.NO_ACTION
    )
    # Squares of 60ths outgrow 32 bits with forty thousand physicians.
    vars().update({column: fields.BigIntField(default=0, db_default=0) for column in PAIRED_COLUMNS})

    class Meta:
        table = "head_to_head"
        unique_together = (("indication", "first_drug", "second_drug"),)

"""Head-to-heads: what physicians who rated two drugs for the same indication prefer, as counts."""

from tortoise import Model, fields

from models.ratings import CRITERIA

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
    """The counts of two drugs for one indication, the first of them with the smaller key.

    Drugs and indication are plain keys, as in cells.
    """

    id = fields.BigIntField(primary_key=True)
    indication_id = fields.IntField()
    first_drug_id = fields.IntField()
    second_drug_id = fields.IntField()
    # Squares of 60ths outgrow 32 bits with forty thousand physicians.
    vars().update({column: fields.BigIntField(default=0, db_default=0) for column in PAIRED_COLUMNS})

    class Meta:
        table = "head_to_head"
        unique_together = (("indication_id", "first_drug_id", "second_drug_id"),)

"""Cells: the counts from which every score is computed, without looking at a rating."""

from itertools import combinations

from tortoise import Model, fields
from tortoise.indexes import Index

from models.ratings import CRITERIA, LEVELS

EVERYBODY = 0
"""The segment kind of the cell that counts all physicians; its segment value is the empty string."""

SPECIALTY = 1
"""One specialty as of the rating; the segment value is the specialty's key."""

COUNTRY = 2
"""One country as of the rating; the segment value is its ISO 3166-1 alpha-2 code."""

EXPERIENCE = 3
"""One band of years in practice as of the rating; the segment value is the band's name."""

MONTH = 4
"""The ratings that were last changed in one month, in UTC; the segment value is the month, such as 2026-01."""

LEVEL_COLUMNS = tuple(f"{criterion}_{level}" for criterion in CRITERIA for level in LEVELS)
"""How many ratings gave the criterion that level: 30 columns, criterion by criterion, worst level first."""

CRITERION_PAIRS = tuple(combinations(CRITERIA, 2))
"""The 15 pairs of criteria whose joint answers are counted."""

PAIR_COLUMNS = tuple(
    f"{first}_{second}_{sum_of}"
    for first, second in CRITERION_PAIRS
    for sum_of in ("count", "sum_first", "sum_second", "sum_product")
)
"""Per pair: how many ratings answer both, and over those the sums of the one, of the other and of the product.

One physician answers several criteria, so a score over several criteria needs their covariance.
"""

COUNT_COLUMNS = ("rating_count", *LEVEL_COLUMNS, *PAIR_COLUMNS)
"""The 91 integers of a cell. All are sums over ratings, so adding and erasing are plain additions."""


class Cell(Model):
    """The counts of one drug for one indication in one segment of physicians.

    Drug and indication are plain keys: the database checks those of the ratings that are counted, and to check them
    once more would cost two look-ups for each cell that a rating adds to.
    """

    id = fields.BigIntField(primary_key=True)
    drug_id = fields.IntField()
    indication_id = fields.IntField()
    segment_kind = fields.SmallIntField()
    segment_value = fields.CharField(max_length=32)
    # A class body's namespace is a plain dictionary: this declares the 91 columns one by one.
    vars().update({column: fields.IntField(default=0, db_default=0) for column in COUNT_COLUMNS})

    class Meta:
        table = "cell"
        # All drugs of an indication in a segment; and, by its beginning, all cells of everybody.
        indexes = (Index(fields=("segment_kind", "segment_value", "indication_id"), name="cell_segment_indication"),)
        # In the order that also answers for one drug over all its indications.
        unique_together = (("drug_id", "segment_kind", "segment_value", "indication_id"),)

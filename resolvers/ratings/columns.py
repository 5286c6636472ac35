"""The columns of ratings in a file, the same for reading and for writing."""

from typing import Literal

from models.ratings import CRITERIA

FileFormat = Literal["csv", "ndjson"]

DESCRIPTION = ("physician", "specialty", "country", "years_in_practice", "drug", "indication")

COLUMNS = (*DESCRIPTION, *CRITERIA, "comment", "rated_at")
"""All columns, in the order in which they are written and in which rows are handed on."""

REQUIRED = (*DESCRIPTION, "rated_at")
"""A file needs these, and at least one criterion."""

NUMBERS = frozenset({"years_in_practice", *CRITERIA})
"""Columns that JSON may give as integers."""

Values = tuple[str, ...]
"""One row's texts in the order of `COLUMNS`; an empty one was not given."""

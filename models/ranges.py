"""Integers whose range the database itself checks."""

from typing import Any

from tortoise.fields import SmallIntField


class RangeField(SmallIntField):
    """A small integer from `low` to `high`, both included, checked by the database on every write.

    Tortoise's migrations create no CHECK constraint on SQLite (neither with a new table nor afterwards), so the
    check is part of the column's type, which both databases take.
    """

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:  # noqa: ANN401 - Tortoise's own
        self.low = low
        self.high = high
        super().__init__(**kwargs)

    @property
    def SQL_TYPE(self) -> str:  # type: ignore[override]  # noqa: N802
        column = self.source_field or self.model_field_name
        return f'SMALLINT CHECK ("{column}" BETWEEN {self.low} AND {self.high})'

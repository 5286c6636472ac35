"""Cursors lead back to the row that they stand for, and nothing else passes for one."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resolvers.paging import Column, InvalidCursor, Order

NEWEST = Order("newest", (Column("at", "time", descending=True), Column("name", "text"), Column("id", "integer")))
OTHER = Order("other", NEWEST.columns)

times = st.datetimes(
    min_value=datetime(1900, 1, 2),  # noqa: DTZ001 - hypothesis adds the zone itself
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-8))]),
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
)
names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ids = st.integers(-(2**63) + 1, 2**63 - 1)


@given(times, names, ids)
def test_a_cursor_leads_back_to_its_key(at: datetime, name: str, number: int) -> None:
    assert NEWEST.decode(NEWEST.encode((at, name, number)), "after") == (at, name, number)


@given(times, names, ids)
def test_a_cursor_of_another_order_is_refused(at: datetime, name: str, number: int) -> None:
    with pytest.raises(InvalidCursor, match="`before` is not a cursor of this list"):
        NEWEST.decode(OTHER.encode((at, name, number)), "before")


@given(times, names, ids, st.data())
def test_a_changed_cursor_is_refused(at: datetime, name: str, number: int, data: st.DataObject) -> None:
    cursor = NEWEST.encode((at, name, number))
    place = data.draw(st.integers(0, len(cursor) - 2))  # the last character may hold bits that mean nothing
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
    assume(letter != cursor[place])
    with pytest.raises(InvalidCursor):
        NEWEST.decode(cursor[:place] + letter + cursor[place + 1 :], "after")


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        NEWEST.decode(text, "after")

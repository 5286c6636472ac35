"""Rows that come from a database are taken apart, and no record is made of one unless somebody needs it."""

import pytest

from tests.executors.menagerie.keepers import Context
from tests.executors.menagerie.registers import RecordsInRows
from tests.executors.menagerie.schema import build_menagerie
from tests.executors.menagerie.weather import Weather


@pytest.mark.parametrize(
    ("asked", "made"), [("number title owner { number name }", False), ("number told", True), ("number worth", True)]
)
async def test_records_are_made_only_for_what_rows_do_not_have(
    asked: str, made: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_made = []
    make = RecordsInRows.made
    monkeypatch.setattr(RecordsInRows, "made", lambda self, row: rows_made.append(row) or make(self, row))
    schema = build_menagerie(planned=True)
    query = f"{{ keeper(number: 2) {{ ledger(size: 3) {{ entries {{ card {{ {asked} }} }} }} }} }}"

    # Code is generated for a document that comes again.
    await schema.execute(query, context_value=Context.of(Weather(0)))
    rows_made.clear()
    result = await schema.execute(query, context_value=Context.of(Weather(0)))

    assert result.errors is None
    assert [entry["card"]["number"] for entry in result.data["keeper"]["ledger"]["entries"]] == [20, 21, 22]
    assert bool(rows_made) is made

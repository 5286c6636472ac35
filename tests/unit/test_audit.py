"""The audit log: what is written stays as it is, and can be read page by page."""

from datetime import UTC, datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from resolvers.audit import NEWEST_ENTRY, AuditRecord, audit_page, count_audit, write_audit
from resolvers.database import database, dialect_of
from resolvers.paging import PageRequest

pytestmark = pytest.mark.usefixtures("migrated")

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def write(number: int, subject: str = "physician:1") -> None:
    details = {"number": number, "note": "Zürich"}
    await write_audit("account:7", "TRIED", subject, details, NOW + timedelta(minutes=number))


async def numbers(request: PageRequest, subject: str | None = None) -> list[int]:
    return [record.details["number"] for record in (await audit_page(request, subject)).records]


async def test_an_entry_is_read_as_it_was_written() -> None:
    await write(1)

    [record] = (await audit_page(PageRequest(10))).records

    expected = {"number": 1, "note": "Zürich"}
    assert record == AuditRecord(record.id, NOW + timedelta(minutes=1), "account:7", "TRIED", "physician:1", expected)


async def test_the_newest_comes_first_and_pages_follow_each_other() -> None:
    for number in range(5):
        await write(number)

    first = await audit_page(PageRequest(2))
    assert [record.details["number"] for record in first.records] == [4, 3]
    assert (first.has_next, first.has_previous) == (True, False)
    after = NEWEST_ENTRY.decode(NEWEST_ENTRY.encode(first.key_of(first.places[-1])), "after")
    # An entry that is written meanwhile changes nothing about what follows.
    await write(5)
    assert await numbers(PageRequest(2, after=after)) == [2, 1]
    assert await numbers(PageRequest(2, before=after, backward=True)) == [5, 4]
    assert await numbers(PageRequest(2, backward=True)) == [1, 0]


async def test_entries_about_one_subject() -> None:
    for number in range(4):
        await write(number, f"physician:{number % 2}")

    assert await numbers(PageRequest(10), "physician:1") == [3, 1]
    assert await numbers(PageRequest(10), "physician:10") == []
    assert (await count_audit(), await count_audit("physician:0"), await count_audit("physician:9")) == (4, 2, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'account:8'",
        "UPDATE audit_entry SET details = '{}' WHERE id = 1",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE subject = 'physician:1'",
        (
            "INSERT INTO audit_entry (id, at, actor, action, subject, details) SELECT id, at, 'x', 'A', 'B', details"
            " FROM audit_entry WHERE true ON CONFLICT (id) DO UPDATE SET actor = excluded.actor"
        ),
    ],
)
async def test_the_database_refuses_to_change_entries(statement: str) -> None:
    await write(1)

    with pytest.raises(Exception, match="append-only"):
        await database().execute_query(statement)

    [record] = (await audit_page(PageRequest(10))).records
    assert (record.actor, record.details["number"]) == ("account:7", 1)


async def test_nor_can_an_entry_be_replaced() -> None:
    await write(1)
    same = "SELECT id, at, 'x', 'A', 'B', details FROM audit_entry WHERE true"
    columns = "INTO audit_entry (id, at, actor, action, subject, details)"
    statement = {
        "sqlite": f"INSERT OR REPLACE {columns} {same}",
        "postgres": f"INSERT {columns} {same} ON CONFLICT (id) DO UPDATE SET actor = excluded.actor",
    }[dialect_of(database())]

    with pytest.raises(Exception, match="append-only"):
        await database().execute_query(statement)

    [record] = (await audit_page(PageRequest(10))).records
    assert record.actor == "account:7"


async def test_nor_can_it_be_emptied() -> None:
    await write(1)
    statement = "DELETE FROM audit_entry" if dialect_of(database()) == "sqlite" else "TRUNCATE audit_entry"

    with pytest.raises(Exception, match="append-only"):
        await database().execute_query(statement)

    assert await count_audit() == 1


async def test_what_is_undone_was_never_in_the_log() -> None:
    async def write_and_fail() -> None:
        async with in_transaction():
            await write(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()

    assert await count_audit() == 0

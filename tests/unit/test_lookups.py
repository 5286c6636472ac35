"""Looking several people up by one statement, without remembering anything."""

import asyncio
from collections.abc import Sequence

import pytest

from resolvers import lookups
from resolvers.lookups import LookUps

FOR_EVER = 3600.0


class Table:
    """What is read, each time when it is allowed."""

    def __init__(self) -> None:
        self.values = {"a": 1, "b": 2, "c": 3}
        self.read: list[list[str]] = []
        self.begun = asyncio.Event()
        self.allowed = asyncio.Semaphore(0)

    async def read_values(self, keys: Sequence[str]) -> list[int]:
        self.read.append(list(keys))
        self.begun.set()
        found = [self.values[key] for key in keys]
        await self.allowed.acquire()
        return found

    async def until_begun(self) -> None:
        await self.begun.wait()
        self.begun.clear()


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(lookups, "PATIENCE", FOR_EVER)
    return Table()


async def test_those_who_ask_at_the_same_moment_share_a_statement(table: Table) -> None:
    people = LookUps(table.read_values)
    table.allowed.release()

    assert await asyncio.gather(*map(people.look_up, "abab")) == [1, 2, 1, 2]
    assert table.read == [["a", "b"]]


async def test_those_who_ask_meanwhile_share_the_next_which_sees_what_has_changed(table: Table) -> None:
    people = LookUps(table.read_values)
    first = asyncio.create_task(people.look_up("a"))
    await table.until_begun()
    table.values["a"] = 9
    later = [asyncio.create_task(people.look_up(key)) for key in "abc"]
    table.allowed.release()
    assert await first == 1
    await table.until_begun()
    table.allowed.release()

    assert await asyncio.gather(*later) == [9, 2, 3]
    assert table.read == [["a"], ["a", "b", "c"]]


async def test_a_statement_is_for_so_many_at_most_and_the_others_have_one_of_their_own(table: Table) -> None:
    people = LookUps(table.read_values, most=2)
    asking = asyncio.gather(*map(people.look_up, "abcab"))
    await table.until_begun()
    assert not people.is_idle
    for _ in range(3):
        table.allowed.release()
    assert await asking == [1, 2, 3, 1, 2]
    assert table.read == [["a", "b"], ["c", "a"], ["b"]]
    assert people.is_idle


async def test_nothing_is_remembered(table: Table) -> None:
    people = LookUps(table.read_values)
    for value in (1, 2):
        table.values["a"] = value
        table.allowed.release()
        assert await people.look_up("a") == value


async def test_a_statement_that_hangs_keeps_nobody_else_from_being_looked_up(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "PATIENCE", 0.0)
    people = LookUps(table.read_values)
    first = asyncio.create_task(people.look_up("a"))
    await table.until_begun()
    second = asyncio.create_task(people.look_up("b"))
    await table.until_begun()

    assert table.read == [["a"], ["b"]]
    assert not first.done()
    table.allowed.release()
    table.allowed.release()
    assert await asyncio.gather(first, second) == [1, 2]


async def test_a_failure_is_told_to_those_who_asked_and_to_nobody_later(table: Table) -> None:
    people = LookUps(table.read_values)
    table.allowed.release()
    with pytest.raises(KeyError):
        await people.look_up("unknown")

    assert await people.look_up("a") == 1


async def test_whoever_leaves_takes_the_answer_from_nobody(table: Table) -> None:
    people = LookUps(table.read_values)
    leaving, staying = (asyncio.create_task(people.look_up("a")) for _ in range(2))
    await table.until_begun()
    leaving.cancel()
    table.allowed.release()

    assert await staying == 1
    with pytest.raises(asyncio.CancelledError):
        await leaving


async def test_the_last_one_who_leaves_ends_the_statement(table: Table) -> None:
    people = LookUps(table.read_values)
    before = asyncio.all_tasks()
    leaving = [asyncio.create_task(people.look_up(key)) for key in "ab"]
    await table.until_begun()
    for task in leaving:
        task.cancel()
    await asyncio.wait(leaving)
    assert asyncio.all_tasks() == before
    assert all(task.cancelled() for task in leaving)
    table.allowed.release()
    assert await people.look_up("c") == 3


async def test_whoever_leaves_ends_no_statement_that_others_wait_for(table: Table) -> None:
    people = LookUps(table.read_values)
    leaving = asyncio.create_task(people.look_up("a"))
    await table.until_begun()
    staying = asyncio.create_task(people.look_up("b"))
    leaving.cancel()
    await asyncio.wait([leaving])
    await table.until_begun()
    table.allowed.release()
    assert await staying == 2
    assert table.read == [["a"], ["b"]]

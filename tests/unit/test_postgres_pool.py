"""The pool of connections to PostgreSQL, with connections that only say what is done to them."""

import asyncio
from typing import Any

import pytest
from asyncpg.exceptions import InterfaceError

from resolvers.connections.postgres_pool import PostgresPool

NEVER = 3_600.0


class Connection:
    """Answers each statement with its text, when it may."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.ended = asyncio.Event()
        self.resets = 0

    def is_closed(self) -> bool:
        return self.ended.is_set()

    def terminate(self) -> None:
        self.ended.set()

    async def close(self) -> None:
        self.ended.set()

    async def reset(self) -> None:
        self.resets += 1

    async def fetch(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - as the driver's
        await self.may_answer.wait()
        return [(sql, *values)]


class Server:
    """Opens connections as long as it is up."""

    def __init__(self) -> None:
        self.opened: list[Connection] = []
        self.up = True

    async def connect(self) -> Connection:
        await asyncio.sleep(0)
        if not self.up:
            raise ConnectionRefusedError
        self.opened.append(Connection())
        return self.opened[-1]


async def settle() -> None:
    """Let all tasks go as far as they can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_connection_used_last_is_used_next() -> None:
    server = Server()
    pool = PostgresPool(server.connect, 1, 5, NEVER)
    await pool.open()
    for number in range(3):
        assert await pool.fetch("SELECT", [number]) == [("SELECT", number)]
    assert len(server.opened) == 1
    assert server.opened[0].resets == 0
    await pool.close()
    assert server.opened[0].is_closed()


async def test_who_waits_longest_is_served_first() -> None:
    server = Server()
    pool = PostgresPool(server.connect, 1, 2, NEVER)
    held = [await pool.acquire(), await pool.acquire()]
    order: list[int] = []

    async def read(number: int) -> None:
        await pool.fetch("SELECT", [number])
        order.append(number)

    reads = [asyncio.create_task(read(number)) for number in range(5)]
    await settle()
    assert order == []
    await pool.release(held[0])
    await asyncio.gather(*reads)
    assert order == [0, 1, 2, 3, 4]
    assert len(server.opened) == 2
    assert held[0].resets == 1
    await pool.release(held[1])
    await pool.close()


async def test_a_place_that_becomes_free_goes_to_whoever_waits() -> None:
    server = Server()
    pool = PostgresPool(server.connect, 1, 1, NEVER)
    held = await pool.acquire()
    reads = [asyncio.create_task(pool.fetch("SELECT", [number])) for number in range(3)]
    await settle()
    # The first one gives up after it has been told, and before it has begun.
    held.terminate()
    await pool.release(held)
    reads[0].cancel()
    assert await asyncio.gather(*reads[1:]) == [[("SELECT", 1)], [("SELECT", 2)]]
    assert len(server.opened) == 2
    held = await pool.acquire()
    reads = [asyncio.create_task(pool.fetch("SELECT", [number])) for number in range(3)]
    await settle()
    await pool.release(held)
    reads[0].cancel()
    assert await asyncio.gather(*reads[1:]) == [[("SELECT", 1)], [("SELECT", 2)]]
    assert len(server.opened) == 2
    await pool.close()


async def test_every_waiting_read_is_told_when_no_connection_can_be_opened() -> None:
    server = Server()
    pool = PostgresPool(server.connect, 1, 1, NEVER)
    held = await pool.acquire()
    reads = [asyncio.create_task(pool.fetch("SELECT", [number])) for number in range(3)]
    await settle()
    server.up = False
    held.terminate()
    await pool.release(held)
    failures = await asyncio.gather(*reads, return_exceptions=True)
    assert [type(failure) for failure in failures] == [ConnectionRefusedError] * 3
    server.up = True
    assert await pool.fetch("SELECT", []) == [("SELECT",)]
    await pool.close()


async def test_closing_waits_for_what_is_being_read_and_refuses_what_comes_later() -> None:
    server = Server()
    pool = PostgresPool(server.connect, 1, 1, NEVER)
    await pool.open()
    server.opened[0].may_answer.clear()
    reading = asyncio.create_task(pool.fetch("SELECT", []))
    waiting = asyncio.create_task(pool.fetch("SELECT", []))
    await settle()
    closing = asyncio.create_task(pool.close())
    await settle()
    assert not closing.done()
    with pytest.raises(InterfaceError):
        await waiting
    with pytest.raises(InterfaceError):
        await pool.acquire()
    server.opened[0].may_answer.set()
    assert await reading == [("SELECT",)]
    await closing
    assert server.opened[0].is_closed()


async def test_a_pool_that_cannot_be_opened_leaves_no_connection() -> None:
    server = Server()

    async def connect_once() -> Connection:
        server.up = not server.opened
        return await server.connect()

    with pytest.raises(ConnectionRefusedError):
        await PostgresPool(connect_once, 2, 2, NEVER).open()
    assert [connection.is_closed() for connection in server.opened] == [True]


async def test_terminating_ends_connections_in_use() -> None:
    server = Server()
    pool = PostgresPool(server.connect, 2, 2, NEVER)
    await pool.open()
    held = await pool.acquire()
    pool.terminate()
    assert [connection.is_closed() for connection in server.opened] == [True, True]
    await pool.release(held)


async def test_expired_connections_are_closed_when_they_come_back() -> None:
    server = Server()
    pool = PostgresPool(server.connect, 2, 2, NEVER)
    await pool.open()
    held = await pool.acquire()
    await pool.expire_connections()
    assert [connection.is_closed() for connection in server.opened] == [True, False]
    await pool.release(held)
    assert server.opened[1].is_closed()
    assert await pool.fetch("SELECT", []) == [("SELECT",)]
    assert len(server.opened) == 3
    await pool.close()


async def test_connections_that_nobody_needs_are_ended_but_for_the_smallest_number() -> None:
    server = Server()
    pool = PostgresPool(server.connect, 2, 5, 0.01)
    await pool.open()
    held = [await pool.acquire() for _ in range(4)]
    for connection in held:
        await pool.release(connection)
    kept = held[2:]
    await asyncio.gather(*(connection.ended.wait() for connection in held[:2]))
    assert not any(connection.is_closed() for connection in kept)
    assert await pool.fetch("SELECT", []) == [("SELECT",)]
    assert len(server.opened) == 4
    await pool.close()

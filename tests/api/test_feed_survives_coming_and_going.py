"""Thousands of subscriptions that have come and gone leave nothing behind."""

import asyncio
import gc
import logging
from collections.abc import Iterator, Sized
from pathlib import Path

import pytest

from graph.feed.hub import Hub
from graph.signing_in.sockets import SOCKETS
from resolvers.database import DatabaseUrl, open_database
from tests.api.test_sockets import serving
from tests.feed_cycles import cycles
from tests.feed_events import numbered, until
from tests.feed_server_processes import server_process
from tests.server_processes import Start, peerscore_processes

SOCKETS_WITH_MANY, ON_EACH, SOCKETS_WITH_ONE = 4, 1_000, 1_000
"""5,000 subscriptions: so many sockets with so many each, one after the other, and so many with one."""

MOST_OBJECTS = 500
"""One for ten subscriptions: less than anything that one of them could leave."""

MOST_GROWTH = 8 * 1024 * 1024
"""Bytes: a quarter of what a thousand sockets keep while they are open."""

on_one_database = pytest.mark.parametrize("databases", ["sqlite"], indirect=True, scope="session")
"""For what is between client and server alone."""


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


@pytest.fixture
def unlogged() -> Iterator[None]:
    """Nothing is logged in this process: the tests keep every line that is, with what belongs to it."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def objects() -> int:
    """How many there are that hold others."""
    gc.collect()
    return len(gc.get_objects())


def sizes(hub: Hub) -> dict[str, int]:
    """How much each part of the hub that has a size holds."""
    parts = {**vars(hub), **vars(vars(hub)["_scores"]), **vars(vars(hub)["_index"])}
    return {name: len(part) for name, part in parts.items() if isinstance(part, Sized)}


@on_one_database
@pytest.mark.usefixtures("unlogged")
async def test_no_task_no_queue_and_no_object_is_left(catalogue_url: str) -> None:
    async with serving(catalogue_url) as server:
        tasks = asyncio.all_tasks()

        async def all_have_gone() -> bool:
            await asyncio.sleep(0)
            return not server.hub and not SOCKETS and asyncio.all_tasks() <= tasks

        # What is kept for good, such as parsed documents, is there after these.
        await cycles(server.port, 100, SOCKETS_WITH_MANY, 100)
        await until(all_have_gone)
        before = objects()
        await cycles(server.port, ON_EACH, SOCKETS_WITH_MANY, SOCKETS_WITH_ONE)
        await until(all_have_gone)

        async def little_is_left() -> bool:
            # What has been resolved is kept for a moment, for others who may ask for the same.
            await asyncio.sleep(0)
            return objects() - before < MOST_OBJECTS

        await until(little_is_left)
        sized = sizes(server.hub)

    assert {"_members", "_readers", "_operations", "_users", "_topics", "_tasks", "_channels"} <= sized.keys()
    assert {name for name, size in sized.items() if size and name != "_secret"} == set()


@on_one_database
async def test_a_server_does_not_grow(start: Start, catalogue_url: str) -> None:
    async with open_database(DatabaseUrl.parse(catalogue_url)):
        # Something to replay.
        await numbered(*range(1, 101))
    async with server_process(start, catalogue_url, log_level="warning") as server:
        await cycles(server.port, ON_EACH // 4, SOCKETS_WITH_MANY, SOCKETS_WITH_ONE // 4)
        before = server.memory()
        await cycles(server.port, ON_EACH, SOCKETS_WITH_MANY, SOCKETS_WITH_ONE)
        growth = server.memory() - before

    assert growth < MOST_GROWTH
    assert server.log == []

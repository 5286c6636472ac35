"""A follower hands over every event once it is committed, whatever happens to connections and processes."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from resolvers.database import database, dialect_of
from resolvers.feed import follower, listening
from resolvers.feed.follower import Follower
from resolvers.feed.pruning import prune_feed
from resolvers.feed.reading import PAGE, EventRecord, EventsPruned, read_events
from resolvers.feed.sequencing import CHANNEL
from resolvers.feed.waking import wake_followers
from tests.feed_events import (
    AT,
    Process,
    Received,
    commit,
    listening_sessions,
    no_task_left,
    numbered,
    on_postgres,
    until,
    write_days,
)

NEVER = 3_600.0
"""Seconds between two polls of a follower who has to be told."""

OFTEN = 0.01
"""Seconds between two polls of a follower who is not told."""


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (follower, listening):
        monkeypatch.setattr(module, "FIRST_PAUSE", OFTEN)
        monkeypatch.setattr(module, "LONGEST_PAUSE", 4 * OFTEN)


@pytest.mark.usefixtures("migrated")
async def test_what_is_committed_here_is_handed_over_when_followers_are_woken() -> None:
    received = Received()
    await numbered(1, 2)

    async with Follower(received, poll_every=NEVER) as following:
        await commit(3)
        wake_followers()
        assert await received.count(1) == [3]
        await commit(4, 5)
        wake_followers()
        assert await received.count(3) == [3, 4, 5]
        await until(lambda: reached(following, 5))

    assert [event.position for event in received.events] == [3, 4, 5]


async def reached(following: Follower, position: int) -> bool:
    await asyncio.sleep(0)
    return following.position == position


@pytest.mark.usefixtures("migrated")
async def test_a_follower_begins_after_what_has_been_numbered() -> None:
    await numbered(1)
    await commit(2)
    numbered_already = dialect_of(database()) == "sqlite"
    received = Received()

    async with Follower(received, poll_every=NEVER):
        await commit(3)
        wake_followers()

        assert await received.count(1 if numbered_already else 2) == ([3] if numbered_already else [2, 3])


@pytest.mark.usefixtures("migrated")
async def test_more_than_a_page_comes_in_pages() -> None:
    received = Received()

    async with Follower(received, poll_every=NEVER):
        await commit(*range(2 * PAGE + 1))
        wake_followers()

        assert await received.count(2 * PAGE + 1) == list(range(2 * PAGE + 1))
        assert received.batches == [PAGE, PAGE, 1]


@on_postgres
async def test_what_others_commit_is_told_by_the_database(migrated_url: str) -> None:
    received = Received()
    async with Process(migrated_url) as here, Process(migrated_url) as other:
        following = Follower(received, poll_every=NEVER)
        await here.do(following.start)
        await other.do(lambda: until(listening_sessions))

        for number in range(5):
            await other.do(lambda number=number: numbered(number))  # type: ignore[misc]
            assert await received.count(number + 1) == list(range(number + 1))
        await here.do(following.stop)


@pytest.mark.usefixtures("migrated")
async def test_what_nobody_tells_of_is_found_by_looking(migrated_url: str) -> None:
    received = Received()

    async with Follower(received, poll_every=OFTEN), Process(migrated_url) as other:
        for number in range(5):
            await other.do(lambda number=number: commit(number))  # type: ignore[misc]
            assert await received.count(number + 1) == list(range(number + 1))


@pytest.mark.usefixtures("migrated")
async def test_a_process_killed_after_its_commit_leaves_no_event_behind(migrated_url: str, repository: Path) -> None:
    received = Received()

    async with Follower(received, poll_every=OFTEN):
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.feed_child", migrated_url, "7", "8"), cwd=repository
        )

        assert await child.wait() == -signal.SIGKILL
        assert await received.count(2) == [7, 8]


@on_postgres
async def test_after_a_notification_that_says_nothing_a_follower_looks(migrated_url: str) -> None:
    received = Received()
    async with Process(migrated_url) as here, Process(migrated_url) as other:
        following = Follower(received, poll_every=NEVER)
        await here.do(following.start)
        await other.do(lambda: until(listening_sessions))

        await other.do(lambda: commit(1))
        await other.do(lambda: database().execute_query(f"NOTIFY {CHANNEL}"))

        assert await received.count(1) == [1]
        await here.do(following.stop)


@on_postgres
async def test_a_lost_listening_connection_loses_no_event(migrated_url: str) -> None:
    received = Received()
    async with Process(migrated_url) as here, Process(migrated_url) as other:
        following = Follower(received, poll_every=NEVER)
        await here.do(following.start)

        for number in range(0, 10, 2):
            [session] = await other.do(lambda: until(listening_sessions))
            await other.do(lambda session=session: end_session(session))  # type: ignore[misc]
            # Nobody listens: the follower learns of it when it listens again.
            await other.do(lambda number=number: numbered(number))  # type: ignore[misc]
            assert await received.count(number + 1) == list(range(number + 1))
            [again] = await other.do(lambda: until(listening_sessions))
            assert again != session
            # Somebody listens.
            await other.do(lambda number=number: numbered(number + 1))  # type: ignore[misc]
            assert await received.count(number + 2) == list(range(number + 2))
        await here.do(following.stop)


async def end_session(session: int) -> None:
    await database().execute_query("SELECT pg_terminate_backend($1)", [session])

    async def ended() -> bool:
        return session not in await listening_sessions()

    await until(ended)


@on_postgres
async def test_all_connections_cut_again_and_again_lose_no_event(migrated_url: str) -> None:
    received = Received()
    async with Process(migrated_url) as here, Process(migrated_url) as other:
        following = Follower(received, poll_every=OFTEN)
        await here.do(following.start)

        with capture_logs():
            for number in range(30):
                await other.do(
                    lambda: database().execute_query(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
                await other.do(lambda number=number: commit(number))  # type: ignore[misc]

            assert await received.count(30) == list(range(30))
            await here.do(following.stop)


@on_postgres
async def test_a_connection_whose_other_end_is_dead_is_replaced(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "LOOK_EVERY", OFTEN)
    looked = asyncio.Event()
    received = Received()
    execute = asyncpg.Connection.execute

    async def answer_never(connection: asyncpg.Connection, query: str, **options: float) -> object:
        if query == "SELECT 1" and not looked.is_set():
            looked.set()
            raise TimeoutError
        return await execute(connection, query, **options)

    monkeypatch.setattr(asyncpg.Connection, "execute", answer_never)
    async with Process(migrated_url) as here, Process(migrated_url) as other:
        following = Follower(received, poll_every=NEVER)
        with capture_logs() as logged:
            await here.do(following.start)
            [session] = await other.do(lambda: until(listening_sessions))
            await looked.wait()

            async def replaced() -> bool:
                return await listening_sessions() not in ([], [session])

            await other.do(lambda: until(replaced))
            await other.do(lambda: numbered(1))

            assert await received.count(1) == [1]
            await here.do(following.stop)
    assert "the feed is not heard of, and is polled meanwhile" in [line["event"] for line in logged]


@pytest.mark.usefixtures("migrated")
async def test_a_follower_goes_on_after_errors_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    received, errors = Received(), [OSError("gone"), ValueError("strange"), OSError("gone again")]

    async def fail_at_first(after: int) -> list[EventRecord]:
        if errors:
            raise errors.pop(0)
        return await read_events(after)

    monkeypatch.setattr(follower, "read_events", fail_at_first)
    with capture_logs() as logged:
        async with Follower(received, poll_every=NEVER):
            await commit(1)

            assert await received.count(1) == [1]

    assert [(line["log_level"], line["event"]) for line in logged] == [
        ("warning", "the feed cannot be read"),
        ("error", "the feed could not be followed"),
        ("warning", "the feed cannot be read"),
    ]


@pytest.mark.usefixtures("migrated")
async def test_a_failure_of_who_takes_the_events_is_logged_and_they_are_handed_over_again() -> None:
    received, failures = Received(), 3
    handed_over: list[list[int | None]] = []

    async def take(events: Sequence[EventRecord]) -> None:
        nonlocal failures
        handed_over.append([event.rating_id for event in events])
        if failures:
            failures -= 1
            raise ZeroDivisionError
        await received(events)

    with capture_logs() as logged:
        async with Follower(take, poll_every=NEVER):
            await commit(1, 2)
            wake_followers()
            await received.count(2)
            await commit(3)
            wake_followers()

            assert await received.count(3) == [1, 2, 3]

    assert handed_over == [[1, 2]] * 4 + [[3]]
    assert [line["event"] for line in logged] == ["the feed could not be followed"] * 3


@pytest.mark.usefixtures("migrated")
async def test_events_committed_while_others_are_taken_come_next() -> None:
    received, taking, may_go_on = Received(), asyncio.Event(), asyncio.Event()

    async def take(events: Sequence[EventRecord]) -> None:
        taking.set()
        await may_go_on.wait()
        await received(events)

    async with Follower(take, poll_every=NEVER):
        await commit(1)
        wake_followers()
        await taking.wait()
        await commit(2)
        wake_followers()
        may_go_on.set()

        assert await received.count(2) == [1, 2]


@pytest.mark.usefixtures("migrated")
async def test_who_was_out_of_touch_for_too_long_says_so_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    received, reachable = Received(), asyncio.Event()
    missed: list[EventsPruned] = []

    async def read_when_reachable(after: int) -> list[EventRecord]:
        await reachable.wait()
        return await read_events(after)

    monkeypatch.setattr(follower, "read_events", read_when_reachable)
    with capture_logs() as logged:
        async with Follower(received, missed=missed.append, poll_every=NEVER):
            await write_days(0, 0, 5)
            await prune_feed(AT.replace(day=3))
            reachable.set()
            wake_followers()

            assert await received.count(1) == [2]

    assert [one.pruned for one in missed] == [2]
    assert [line["event"] for line in logged] == ["the feed was followed too late"]


@pytest.mark.usefixtures("migrated")
async def test_a_follower_that_is_stopped_leaves_nothing_behind(migrated_url: str) -> None:
    received, taking = Received(), asyncio.Event()

    async def take_for_ever(_: Sequence[EventRecord]) -> None:
        taking.set()
        await asyncio.Event().wait()

    async with no_task_left():
        async with Follower(received, poll_every=OFTEN):
            await commit(1)
            await received.count(1)
        async with Follower(take_for_ever, poll_every=OFTEN):
            await commit(2)
            await taking.wait()
        await commit(3)
        wake_followers()
    assert received.numbers == [1]
    if dialect_of(database()) == "postgres":
        async with Process(migrated_url) as other:

            async def nobody_listens() -> bool:
                return not await listening_sessions()

            await other.do(lambda: until(nobody_listens))


async def test_followers_of_several_processes_hand_over_the_same(migrated_url: str) -> None:
    rounds, all_received = 40, [Received() for _ in range(3)]
    processes = [Process(migrated_url) for _ in all_received]
    for process in processes:
        await process.__aenter__()
    followers = [Follower(received, poll_every=OFTEN) for received in all_received]
    for process, following in zip(processes, followers, strict=True):
        await process.do(following.start)

    async def write_in(place: int) -> None:
        for number in range(rounds):
            await processes[place].do(lambda number=number: commit(1_000 * place + number))  # type: ignore[misc]
            wake_followers()

    await asyncio.gather(*map(write_in, range(len(processes))))
    for received in all_received:
        await received.count(rounds * len(processes))
    for process, following in zip(processes, followers, strict=True):
        await process.do(following.stop)
        await process.__aexit__(None, None, None)

    assert all(received.events == all_received[0].events for received in all_received)
    assert [event.position for event in all_received[0].events] == list(range(1, rounds * len(processes) + 1))

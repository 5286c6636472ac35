"""What a process keeps of the catalogue is what the database said when a request began, or later."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from models import Drug, Indication
from resolvers.catalogue import importing
from resolvers.catalogue.importing import import_catalogue
from resolvers.catalogue_cache import CatalogueCache, CatalogueReads
from resolvers.reads.drugs import drugs_by_id
from resolvers.references import keys_of
from resolvers.versions import catalogue_version
from tests.feed_events import Process
from tests.small_catalogue import NAMES, write_catalogue
from tests.statements import recorded_statements


class Table:
    """A catalogue by versions, and which reads have been made."""

    def __init__(self) -> None:
        self.version = 1
        self.keys = {"a", "b", "c", "d"}
        self.read: list[list[str]] = []
        self.before_answer: Callable[[], Awaitable[object]] | None = None

    async def read_entries(self, keys: Sequence[str]) -> Mapping[str, str]:
        self.read.append(list(keys))
        version = self.version
        if self.before_answer is not None:
            waits, self.before_answer = self.before_answer, None
            await waits()
        return {key: f"{key}{version}" for key in keys if key in self.keys}


@pytest.fixture
def table() -> Table:
    return Table()


async def test_a_second_request_of_the_same_version_reads_only_what_is_missing(table: Table) -> None:
    cache = CatalogueCache()

    assert await cache.get("drug", ["a", "b"], 1, table.read_entries) == {"a": "a1", "b": "b1"}
    assert await cache.get("drug", ["c", "b"], 1, table.read_entries) == {"c": "c1", "b": "b1"}
    assert await cache.get("drug", ["a", "b", "c"], 1, table.read_entries) == {"a": "a1", "b": "b1", "c": "c1"}
    assert table.read == [["a", "b"], ["c"]]


async def test_kinds_are_kept_apart(table: Table) -> None:
    cache = CatalogueCache()
    await cache.get("drug", ["a"], 1, table.read_entries)
    table.version = 9

    assert await cache.get("indication", ["a"], 1, table.read_entries) == {"a": "a9"}


async def test_a_newer_version_empties_it_and_older_requests_read_the_database(table: Table) -> None:
    cache = CatalogueCache()
    await cache.get("drug", ["a", "b"], 1, table.read_entries)
    table.version = 2

    assert await cache.get("drug", ["a"], 2, table.read_entries) == {"a": "a2"}
    assert len(cache) == 1
    table.version = 3
    # This one began before an import of which others know, and may be shown something newer.
    assert await cache.get("drug", ["a", "b"], 1, table.read_entries) == {"a": "a3", "b": "b3"}
    assert await cache.get("drug", ["a"], 2, table.read_entries) == {"a": "a2"}
    assert len(cache) == 1
    assert table.read == [["a", "b"], ["a"], ["a", "b"]]


async def test_what_is_read_while_a_newer_request_empties_it_is_not_kept(table: Table) -> None:
    cache = CatalogueCache()

    async def import_and_ask() -> None:
        table.version = 2
        assert await cache.get("drug", ["b"], 2, table.read_entries) == {"b": "b2"}

    table.before_answer = import_and_ask
    assert await cache.get("drug", ["a"], 1, table.read_entries) == {"a": "a1"}

    assert await cache.get("drug", ["a", "b"], 2, table.read_entries) == {"a": "a2", "b": "b2"}
    assert table.read == [["a"], ["b"], ["a"]]


async def test_what_there_is_not_is_asked_for_each_time(table: Table) -> None:
    cache = CatalogueCache()

    assert await cache.get("drug", ["x", "a"], 1, table.read_entries) == {"a": "a1"}
    table.keys.add("x")

    assert await cache.get("drug", ["x", "a"], 1, table.read_entries) == {"x": "x1", "a": "a1"}
    assert table.read == [["x", "a"], ["x"]]


async def test_what_was_not_used_longest_goes_first(table: Table) -> None:
    cache = CatalogueCache(most_entries=3)
    await cache.get("drug", ["a", "b", "c"], 1, table.read_entries)
    await cache.get("drug", ["a"], 1, table.read_entries)

    assert await cache.get("drug", ["d"], 1, table.read_entries) == {"d": "d1"}

    assert len(cache) == 3
    await cache.get("drug", ["a", "c", "d"], 1, table.read_entries)
    assert table.read == [["a", "b", "c"], ["d"]]
    assert await cache.get("drug", ["d", "c", "b", "a"], 1, table.read_entries) == {
        "a": "a1", "b": "b1", "c": "c1", "d": "d1",
    }  # fmt: skip
    assert table.read[2:] == [["b"]]


async def test_more_than_it_holds_is_answered_all_the_same(table: Table) -> None:
    cache = CatalogueCache(most_entries=2)

    assert len(await cache.get("drug", ["a", "b", "c", "d"], 1, table.read_entries)) == 4
    assert len(cache) == 2


async def test_a_read_that_fails_keeps_nothing(table: Table) -> None:
    cache = CatalogueCache()

    async def fail() -> None:
        raise ConnectionError

    table.before_answer = fail
    with pytest.raises(ConnectionError):
        await cache.get("drug", ["a"], 1, table.read_entries)

    assert len(cache) == 0
    assert await cache.get("drug", ["a"], 1, table.read_entries) == {"a": "a1"}


async def begun(cache: CatalogueCache | None) -> CatalogueReads:
    """The reads of a request that begins now."""
    version = await catalogue_version()

    async def known() -> int:
        return version

    return CatalogueReads(cache, known)


async def classes(reads: CatalogueReads, ids: Sequence[int]) -> list[int]:
    """The numbers in the classes of these drugs."""
    found = []
    for drug in await reads.drugs_by_id(ids):
        assert drug is not None
        assert drug.drug_class is not None
        found.append(int(drug.drug_class.removeprefix("Class ")))
    return found


@pytest.fixture
async def ids(migrated: object, tmp_path: Path) -> list[int]:  # noqa: ARG001 - its database
    await import_catalogue(write_catalogue(tmp_path, 1))
    found = await keys_of("drug", NAMES)
    return [found[name] for name in NAMES]


async def test_all_reads_are_answered_from_memory_as_from_the_database(ids: list[int]) -> None:
    cache = CatalogueCache()
    [gout] = await Indication.all().values_list("id", flat=True)
    references = ["colchicine", ids[1], "no such drug", 999_999]

    async def everything(reads: CatalogueReads) -> list[object]:
        return [
            await reads.drugs_by_id([*ids, 999_999, -1]),
            await reads.indications_by_id([gout, 999_999]),
            dict(await reads.keys_of("drug", references)),
            dict(await reads.keys_of("indication", ["gout", gout, "colchicine"])),
        ]

    plain = await everything(await begun(None))
    filled = await everything(await begun(cache))
    reads = await begun(cache)
    with recorded_statements() as statements:
        again = await everything(reads)
        known = (await reads.drugs_by_id(ids), await reads.indications_by_id([gout]))

    assert plain == filled == again
    assert plain[2:] == [{"colchicine": ids[0], ids[1]: ids[1]}, {"gout": gout, gout: gout}]
    assert known == (plain[0][:4], plain[1][:1])  # type: ignore[index]
    # For what there is not.
    assert len(statements) == 4


async def test_an_import_of_another_process_is_seen_by_the_next_request(
    ids: list[int], migrated_url: str, tmp_path: Path
) -> None:
    cache = CatalogueCache()
    async with Process(migrated_url) as other:
        for number in (2, 3):
            assert await classes(await begun(cache), ids) == [number - 1] * 4
            await other.do(partial(import_catalogue, write_catalogue(tmp_path, number)))
            assert await classes(await begun(cache), ids) == [number] * 4


async def test_an_import_that_changes_nothing_leaves_everything_where_it_is(ids: list[int], tmp_path: Path) -> None:
    cache = CatalogueCache()
    await classes(await begun(cache), ids)
    await import_catalogue(tmp_path)
    reads = await begun(cache)

    with recorded_statements() as statements:
        await classes(reads, ids)

    assert statements == []


async def test_requests_that_began_before_an_import_may_be_shown_what_it_has_written(
    ids: list[int], migrated_url: str, tmp_path: Path
) -> None:
    cache = CatalogueCache()
    early, late = await begun(cache), await begun(cache)
    async with Process(migrated_url) as other:
        await other.do(partial(import_catalogue, write_catalogue(tmp_path, 2)))

    assert await classes(early, ids) == [2] * 4
    assert await classes(late, ids) == [2] * 4
    assert await classes(await begun(cache), ids) == [2] * 4
    # Now there is a newer version in memory: the early one reads the database.
    assert await classes(early, ids) == [2] * 4


async def test_what_is_read_while_an_import_is_open_is_never_shown_after_it(
    ids: list[int], migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = CatalogueCache()
    written, go_on = asyncio.Event(), asyncio.Event()
    write_specialties = importing.write_specialties

    async def held_up(*arguments: object) -> object:
        written.set()
        await go_on.wait()
        return await write_specialties(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "write_specialties", held_up)
    async with Process(migrated_url) as other:
        importing_now = asyncio.create_task(other.do(partial(import_catalogue, write_catalogue(tmp_path, 2))))
        await written.wait()
        early = await begun(cache)
        assert await classes(early, ids[:2]) == [1, 1]
        go_on.set()
        await importing_now

    # Two were read before the commit, two after it, by the same request.
    assert await classes(early, ids) == [1, 1, 2, 2]
    assert await classes(await begun(cache), ids) == [2] * 4


async def test_a_read_that_began_before_an_import_and_ends_after_it_is_never_shown_after_it(
    ids: list[int], migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = CatalogueCache()
    read, go_on = asyncio.Event(), asyncio.Event()

    async def held_up(asked: Sequence[int]) -> object:
        found = await drugs_by_id(asked)
        read.set()
        await go_on.wait()
        return found

    early = await begun(cache)
    with monkeypatch.context() as patch:
        patch.setattr("resolvers.catalogue_cache.drugs_by_id", held_up)
        reading = asyncio.create_task(classes(early, ids))
        await read.wait()
    async with Process(migrated_url) as other:
        await other.do(partial(import_catalogue, write_catalogue(tmp_path, 2)))
    between = await begun(cache)
    assert await classes(between, ids[:1]) == [2]
    go_on.set()

    assert await reading == [1] * 4
    assert await classes(between, ids) == [2] * 4
    assert await classes(await begun(cache), ids) == [2] * 4


@pytest.mark.parametrize("seed", range(3))
async def test_no_request_is_shown_what_was_replaced_before_it_began(
    ids: list[int], migrated_url: str, tmp_path: Path, seed: int
) -> None:
    """Many requests of two servers, while two processes import; memories are small, so that entries come and go."""
    chance = random.Random(seed)
    committed = [1]
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    next_import = asyncio.Lock()

    async def import_often(process: Process, folder: Path) -> None:
        for _ in range(6):
            async with next_import:
                number = committed[-1] + 1
                await process.do(partial(import_catalogue, write_catalogue(folder, number)))
                committed.append(number)
            await asyncio.sleep(chance.random() / 50)

    async def ask(process: Process, cache: CatalogueCache) -> None:
        least = committed[-1]
        reads = await process.do(partial(begun, cache))
        for _ in range(2):
            await asyncio.sleep(chance.random() / 100)
            some = chance.sample(ids, chance.randint(1, 4))
            assert min(await process.do(partial(classes, reads, some))) >= least

    async def ask_often(process: Process, cache: CatalogueCache, importing_now: Sequence[asyncio.Task[None]]) -> None:
        while not all(task.done() for task in importing_now):
            await ask(process, cache)
        reads = await process.do(partial(begun, cache))
        assert await process.do(partial(classes, reads, ids)) == [13] * 4

    async with Process(migrated_url) as one, Process(migrated_url) as two, asyncio.TaskGroup() as tasks:
        importing_now = [
            tasks.create_task(import_often(process, folder))
            for process, folder in zip((one, two), folders, strict=True)
        ]
        for process, cache in ((one, CatalogueCache(3)), (two, CatalogueCache())):
            for _ in range(4):
                tasks.create_task(ask_often(process, cache, importing_now))


async def test_nothing_is_kept_when_it_is_off(ids: list[int]) -> None:
    reads = await begun(None)
    for expected in ("Class 1", "By hand"):
        [found] = await reads.drugs_by_id(ids[:1])
        assert found is not None
        assert found.drug_class == expected
        await Drug.filter(id=ids[0]).update(drug_class="By hand")

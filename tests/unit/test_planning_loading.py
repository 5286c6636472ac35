"""What a loader of planned execution reads, asked directly."""

from collections.abc import Sequence

from graph.planning import BatchLoader


class Table:
    """Doubles keys, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    async def doubled(self, keys: list[int]) -> Sequence[int]:
        self.asked.append(keys)
        return [2 * key for key in keys]


async def test_a_level_is_read_at_once_and_each_key_once() -> None:
    table = Table()
    loader = BatchLoader(table.doubled, cache=True)

    assert await loader.load_all([1, 2, 1]) == [2, 4, 2]
    assert await loader.load_all([2, 3]) == [4, 6]
    assert table.asked == [[1, 2], [3]]


async def test_without_a_cache_each_level_is_read() -> None:
    table = Table()
    loader = BatchLoader(table.doubled, cache=False)

    assert await loader.load_all([1, 1]) == [2, 2]
    assert await loader.load_all([1]) == [2]
    assert table.asked == [[1], [1]]


async def test_single_keys_that_wait_are_read_with_the_level() -> None:
    table = Table()
    loader = BatchLoader(table.doubled, cache=True)
    single = loader.load(7)

    assert await loader.load_all([1]) == [2]
    assert await single == 14
    assert table.asked == [[1, 7]]


async def test_nothing_is_read_for_no_keys() -> None:
    table = Table()

    assert await BatchLoader(table.doubled, cache=True).load_all([]) == []
    assert table.asked == []

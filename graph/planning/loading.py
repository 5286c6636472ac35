"""Loaders that also answer all keys of a level in one call, without a future for each."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Generic, TypeVar

from strawberry.dataloader import Batch, DataLoader, DefaultCache, LoaderTask
from strawberry.exceptions import WrongNumberOfResultsReturned

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Request = TypeVar("Request", bound=Hashable)

LoadFunction = Callable[[list[Key]], Awaitable[Sequence[Value | BaseException]]]


class BatchLoader(DataLoader[Key, Value]):
    """A `strawberry.dataloader` that can be asked for many keys at once.

    Keys that are asked for singly and have not been read yet are read together with them.

    Args:
        load_fn: the values of keys, in their order; an exception as a value is the failure of its key.
        cache: whether each key is read once in the life of the loader.
        seldom_waits: whether it mostly has its answer without waiting, as of what is in memory. Then the level's other
            loaders are asked after it and not at the same time, which saves the work of waiting for several.
    """

    def __init__(self, load_fn: LoadFunction[Key, Value], *, cache: bool, seldom_waits: bool = False) -> None:
        self.seldom_waits = seldom_waits
        self._futures: DefaultCache[Key, Value] = DefaultCache()
        super().__init__(load_fn=load_fn, cache=cache, cache_map=self._futures if cache else None)
        self._values: dict[Key, Value | BaseException] = {}

    def load(self, key: Key) -> Awaitable[Value]:
        """The value of one key, read together with others that are asked for at the same moment."""
        if key in self._values:
            value = self._values[key]
            future = self.loop.create_future()
            if isinstance(value, BaseException):
                future.set_exception(value)
            else:
                future.set_result(value)
            return future
        return super().load(key)

    async def load_all(self, keys: Sequence[Key]) -> list[Value | BaseException]:
        """The values of keys, in their order; an exception for each key that failed.

        Raises:
            Exception: nothing could be read.
        """
        found = await self.find_all(keys)
        return [found[key] for key in keys]

    async def find_all(self, keys: Sequence[Key]) -> dict[Key, Value | BaseException]:
        """The values of keys, by key, and perhaps others; an exception for each key that failed.

        Raises:
            Exception: nothing could be read.
        """
        waiting = self._take_waiting()
        wanted = dict.fromkeys(keys)
        if wanted and not (waiting or self._values or self._futures.cache_map):
            # Nobody has asked for anything before, as of most loaders of an operation.
            return await self._read(list(wanted), waiting)
        found: dict[Key, Value | BaseException] = {}
        for task in waiting:
            wanted[task.key] = None
        if self.cache:
            found.update((key, self._values[key]) for key in wanted if key in self._values)
            if self._futures.cache_map:
                await self._await_others(wanted, waiting, found)
        missing = [key for key in wanted if key not in found]
        if missing:
            found.update(await self._read(missing, waiting))
        for task in waiting:
            _answer(task, found[task.key])
        return found

    def _take_waiting(self) -> list[LoaderTask[Key, Value]]:
        """Those who have asked for single keys that nobody has begun to read."""
        batch: Batch[Key, Value] | None = self.batch
        if batch is None or batch.dispatched:
            return []
        # The batch that the loop will come to is empty then.
        waiting, batch.tasks = batch.tasks, []
        return waiting

    async def _await_others(
        self,
        wanted: dict[Key, None],
        waiting: list[LoaderTask[Key, Value]],
        found: dict[Key, Value | BaseException],
    ) -> None:
        """Add what single look-ups that began before have found, or will."""
        own = {id(task.future) for task in waiting}
        for key in wanted:
            future = self._futures.cache_map.get(key)
            if key not in found and future is not None and id(future) not in own and not future.cancelled():
                try:
                    found[key] = await future
                except Exception as error:  # noqa: BLE001 - handed on to whoever asks for the key
                    found[key] = error

    async def _read(
        self, missing: list[Key], waiting: list[LoaderTask[Key, Value]]
    ) -> dict[Key, Value | BaseException]:
        try:
            values = _checked(list(await self.load_fn(missing)), len(missing))
        except Exception as error:
            for task in waiting:
                _answer(task, error)
            raise
        read = dict(zip(missing, values, strict=True))
        if self.cache:
            self._values.update(read)
        return read

    def clear(self, key: Key) -> None:
        """Forget a key."""
        self._values.pop(key, None)
        if self.cache and key in self._futures.cache_map:
            super().clear(key)

    def clear_all(self) -> None:
        """Forget all keys."""
        self._values.clear()
        super().clear_all()


def _checked(values: list[Value | BaseException], expected: int) -> list[Value | BaseException]:
    if len(values) != expected:
        raise WrongNumberOfResultsReturned(expected=expected, received=len(values))
    return values


def _answer(task: LoaderTask[Key, Value], value: Value | BaseException) -> None:
    if task.future.done():
        return
    if isinstance(value, BaseException):
        task.future.set_exception(value)
    else:
        task.future.set_result(value)


class LoaderFamily(Generic[Request, Key, Value]):
    """One loader for each request: what parents that ask the same thing share.

    Args:
        load: the values of keys for a request.
        cache: as of `BatchLoader`.
    """

    def __init__(
        self, load: Callable[[Request, list[Key]], Awaitable[Sequence[Value | BaseException]]], *, cache: bool
    ) -> None:
        self._load = load
        self._cache = cache
        self._loaders: dict[Request, BatchLoader[Key, Value]] = {}

    def of(self, request: Request) -> BatchLoader[Key, Value]:
        """The loader of a request."""
        loader = self._loaders.get(request)
        if loader is None:
            loader = self._loaders[request] = BatchLoader(partial(self._load, request), cache=self._cache)
        return loader

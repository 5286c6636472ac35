"""Strawberry's extensions, run with less work around them.

Strawberry looks anew for the hooks of each extension in each phase of each operation, and wraps every one into a
context manager. Which hooks an extension has is known from its class, so that here they are found once. When a hook or
what it surrounds fails, Python's own exit stack takes over.
"""

import inspect
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import cache
from types import TracebackType
from typing import Any, NamedTuple

from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.types import ExecutionContext


class Hook(NamedTuple):
    """A hook: the place of its extension among those of an operation, and the function that runs around a phase."""

    place: int
    function: Callable[[SchemaExtension], Any]
    is_async: bool


class Hooks(NamedTuple):
    """The hooks of an operation's extensions, by phase, and which of them add to the answer."""

    operation: tuple[Hook, ...]
    parsing: tuple[Hook, ...]
    validation: tuple[Hook, ...]
    executing: tuple[Hook, ...]
    telling: tuple[int, ...]


@cache
def hooks_of(kinds: tuple[type[SchemaExtension], ...]) -> Hooks:
    """The hooks of extensions of these classes.

    Raises:
        TypeError: a hook is no generator function.
    """
    telling = tuple(index for index, kind in enumerate(kinds) if kind.get_results is not SchemaExtension.get_results)
    return Hooks(
        _overriding(kinds, "on_operation"),
        _overriding(kinds, "on_parse"),
        _overriding(kinds, "on_validate"),
        _overriding(kinds, "on_execute"),
        telling,
    )


def _overriding(kinds: Sequence[type[SchemaExtension]], name: str) -> tuple[Hook, ...]:
    found = []
    for index, kind in enumerate(kinds):
        function = getattr(kind, name)
        if function is getattr(SchemaExtension, name):
            continue
        is_async = inspect.isasyncgenfunction(function)
        if not is_async and not inspect.isgeneratorfunction(function):
            raise TypeError(f"{kind.__name__}.{name} must yield once.")
        found.append(Hook(index, function, is_async))
    return tuple(found)


class Phase:
    """A phase of an operation with its hooks, to be entered once."""

    __slots__ = ("_extensions", "_hooks", "_running")

    def __init__(self, hooks: tuple[Hook, ...], extensions: Sequence[SchemaExtension]) -> None:
        self._hooks = hooks
        self._extensions = extensions
        # Hooks that have run up to what they surround, each with whether it is asynchronous.
        self._running: list[tuple[Any, bool]] = []

    async def __aenter__(self) -> None:
        for place, function, is_async in self._hooks:
            running = function(self._extensions[place])
            if is_async:
                await anext(running)
            else:
                next(running)
            self._running.append((running, is_async))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if kind is None:
            try:
                while self._running:
                    running, is_async = self._running.pop()
                    if is_async:
                        await _finished_async(running)
                    else:
                        _finished(running)
            except BaseException as failure:
                if not await self._unwound(type(failure), failure, failure.__traceback__):
                    raise
            return False
        return await self._unwound(kind, error, traceback)

    async def _unwound(
        self, kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Let the hooks that still run know of a failure; whether one of them has dealt with it."""
        stack = AsyncExitStack()
        for running, is_async in self._running:
            if is_async:
                stack.push_async_exit(asynccontextmanager(_same)(running))
            else:
                stack.push(contextmanager(_same)(running))
        return bool(await stack.__aexit__(kind, error, traceback))


def _finished(running: Generator[None, None, None]) -> None:
    """Run a hook to its end.

    Raises:
        RuntimeError: it has none.
    """
    for _ in running:
        raise RuntimeError("A hook must yield once.")


async def _finished_async(running: AsyncGenerator[None, None]) -> None:
    """Run an asynchronous hook to its end.

    Raises:
        RuntimeError: it has none.
    """
    async for _ in running:
        raise RuntimeError("A hook must yield once.")


def _same(running: Any) -> Any:  # noqa: ANN401 - either kind of generator
    """The generator that a context manager is made of, which has begun before."""
    return running


class HooksRunner(SchemaExtensionsRunner):
    """Runs the hooks of one operation. Its phases can only be entered asynchronously, as all of this server's are."""

    def __init__(self, execution_context: ExecutionContext, extensions: list[SchemaExtension]) -> None:
        super().__init__(execution_context, extensions)
        self._hooks = hooks_of(tuple([type(extension) for extension in extensions]))

    def operation(self) -> Phase:  # type: ignore[override]
        """Around the whole operation."""
        return Phase(self._hooks.operation, self.extensions)

    def parsing(self) -> Phase:  # type: ignore[override]
        """Around the parsing of its document."""
        return Phase(self._hooks.parsing, self.extensions)

    def validation(self) -> Phase:  # type: ignore[override]
        """Around its validation."""
        return Phase(self._hooks.validation, self.extensions)

    def executing(self) -> Phase:  # type: ignore[override]
        """Around its execution."""
        return Phase(self._hooks.executing, self.extensions)

    async def get_extensions_results(self, ctx: ExecutionContext) -> dict[str, Any]:
        """What extensions add to the answer."""
        results: dict[str, Any] = {}
        for index in self._hooks.telling:
            told = self.extensions[index].get_results()
            results.update(told if isinstance(told, dict) else await told)
        results.update(ctx.extensions_results)
        return results

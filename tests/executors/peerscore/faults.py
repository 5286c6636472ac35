"""Failures of loaders, resolvers and values, which every execution meets alike."""

import enum
import inspect
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any
from zlib import crc32

import strawberry
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from graph.errors import InputError
from graph.loaders import Loaders
from graph.planning import BatchLoader, LoaderFamily
from graph.planning.reading import ATTRIBUTE, COMPUTED
from graph.planning.relations import METADATA

DECLARED = frozenset({METADATA, ATTRIBUTE, COMPUTED})
"""What a field's metadata hold if its resolver is not what plans call."""

ADDRESSES = re.compile(r" at 0x[0-9a-f]+")


class Injected(Exception):
    """What fails without having been foreseen."""


class Misfit:
    """A value of no type that any field has."""

    def __repr__(self) -> str:
        return "a misfit"


def _refused(where: str) -> Any:
    return InputError("INJECTED", f"{where} is refused")


def _failed(where: str) -> Any:
    return Injected(f"{where} has failed")


def _null(_: str) -> Any:
    return None


def _misfit(_: str) -> Any:
    return Misfit()


KINDS: Sequence[Callable[[str], Any]] = (_null, _null, _refused, _failed, _misfit)


@dataclass(frozen=True)
class Faults:
    """What fails.

    Args:
        seed: chooses.
        per_mille: how much of it, 0 to 1,000.
    """

    seed: int
    per_mille: int

    def chance(self, *what: object) -> int:
        """A number from 0 to 9,999 that is always the same for this."""
        text = ADDRESSES.sub("", repr((self.seed, *what)))
        return crc32(text.encode()) % 10_000

    def of(self, value: Any, where: str, *what: object) -> Any:
        """The value, or what has become of it; an exception is a value, too."""
        if self.chance(where, *what) >= 10 * self.per_mille:
            return self.spoiled(value)
        return KINDS[self.chance("kind", where, *what) % len(KINDS)](where)

    def spoiled(self, value: Any) -> Any:
        """The value with what has become of what is in it."""
        if isinstance(value, list):
            return [self.spoiled(item) for item in value]
        definition = get_object_definition(value)
        if definition is None:
            return value
        content = content_of(value)
        changed = copy(value)
        for field in definition.fields:
            if field.base_resolver is not None or not hasattr(value, field.python_name):
                continue
            where = f"{definition.name}.{field.python_name}"
            setattr(changed, field.python_name, self.of(getattr(value, field.python_name), where, content))
        for one in fields(value):
            row = getattr(value, one.name, None)
            if isinstance(row, tuple) and hasattr(row, "_fields"):
                setattr(changed, one.name, self._spoiled_row(row, content))
        return changed

    def _spoiled_row(self, row: Any, content: str) -> Any:
        """A row with what has become of it, but for the keys by which more is read."""
        name = type(row).__name__
        columns = [column for column in row._fields if not column.endswith("id")]
        return row._replace(
            **{column: self.of(getattr(row, column), f"{name}.{column}", content) for column in columns}
        )


def content_of(value: Any) -> str:
    """What tells an object from others, whoever asks: its simple attributes."""
    if get_object_definition(value) is None:
        return ADDRESSES.sub("", repr(value)) if isinstance(value, str | int | tuple) else type(value).__name__
    simple = [
        (one.name, found)
        for one in fields(value)
        if isinstance(found := getattr(value, one.name, None), str | int | float | tuple | enum.Enum | type(None))
    ]
    return repr((type(value).__name__, simple))


NO_FAULTS = Faults(0, 0)
FAULTS: ContextVar[Faults] = ContextVar("FAULTS", default=NO_FAULTS)
"""What fails in the execution that runs."""


def break_loaders(loaders: Loaders, faults: Faults) -> None:
    """Let loaders fail: for some keys, or for all keys that are asked for together."""
    if not faults.per_mille:
        return
    for name in [name for name in vars(Loaders) if isinstance(getattr(loaders, name), BatchLoader | LoaderFamily)]:
        loader = getattr(loaders, name)
        if isinstance(loader, LoaderFamily):
            loader._load = _broken(name, loader._load, faults)
        else:
            loader.load_fn = _broken(name, loader.load_fn, faults)


def _broken(name: str, load: Callable[..., Awaitable[Sequence[Any]]], faults: Faults) -> Callable[..., Any]:
    async def broken(*arguments: Any) -> list[Any]:
        *_, keys = arguments
        if faults.chance("loader", name) < 2 * faults.per_mille:
            raise _failed(name)
        values = await load(*arguments)
        return [
            value if isinstance(value, BaseException) else faults.of(value, name, key)
            for key, value in zip(keys, values, strict=True)
        ]

    return broken


@contextmanager
def breakable(schema: strawberry.Schema) -> Iterator[None]:
    """Let the resolvers of a schema's types fail, where `FAULTS` says so."""
    known: list[tuple[StrawberryResolver[Any], Any]] = []
    for concrete in schema.schema_converter.type_map.values():
        definition = concrete.definition
        if not isinstance(definition, StrawberryObjectDefinition) or definition.is_input:
            continue
        for field in definition.fields:
            resolver = field.base_resolver
            # Relations fail with their loaders, and what is read off a parent fails with the parent's values.
            declared = field.is_subscription or not DECLARED.isdisjoint(field.metadata)
            if resolver is not None and not declared and not _is_broken(resolver):
                known.append((resolver, resolver.wrapped_func))
                resolver.wrapped_func = _breakable(f"{definition.name}.{field.python_name}", field, resolver)
    yield
    for resolver, function in known:
        resolver.wrapped_func = function


def _is_broken(resolver: StrawberryResolver[Any]) -> bool:
    return hasattr(resolver.wrapped_func, "breakable")


def _breakable(where: str, field: StrawberryField, resolver: StrawberryResolver[Any]) -> Callable[..., Any]:
    function: Any = resolver.wrapped_func
    # What is cached of the signature stays that of the function itself.
    _ = resolver.signature, field.arguments

    def fault(arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        faults = FAULTS.get()
        if not faults.per_mille:
            return None
        given = {name: value for name, value in named.items() if not isinstance(value, strawberry.Info)}
        parents = [content_of(one) for one in arguments if not isinstance(one, strawberry.Info)]
        what = (parents, sorted((name, content_of(value)) for name, value in given.items()))
        return None if faults.chance(where, what) >= 10 * faults.per_mille else (faults, what)

    def failed(found: Any) -> Any:
        faults, what = found
        value = KINDS[faults.chance("kind", where, what) % len(KINDS)](where)
        if isinstance(value, Exception) and faults.chance("raised", where, what) % 2:
            raise value
        return value

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def broken(*arguments: Any, **named: Any) -> Any:
            found = fault(arguments, named)
            if found:
                return failed(found)
            return (
                FAULTS.get().spoiled(await function(*arguments, **named))
                if FAULTS.get().per_mille
                else (await function(*arguments, **named))
            )
    else:

        @wraps(function)
        def broken(*arguments: Any, **named: Any) -> Any:
            found = fault(arguments, named)
            if found:
                return failed(found)
            value = function(*arguments, **named)
            return FAULTS.get().spoiled(value) if FAULTS.get().per_mille else value

    broken.breakable = True  # type: ignore[attr-defined]
    return broken

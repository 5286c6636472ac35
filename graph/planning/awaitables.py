"""Telling values that have to be waited for, by the same rule as Strawberry's own execution."""

from types import GeneratorType

from strawberry.execution.is_awaitable import optimized_is_awaitable as is_awaitable

__all__ = ["is_awaitable", "may_be_awaitable"]


def may_be_awaitable(kind: type) -> bool:
    """Whether an instance of a class may have to be waited for, or be a failure: then each has to be looked at."""
    return issubclass(kind, BaseException | GeneratorType) or hasattr(kind, "__await__") or hasattr(kind, "__getattr__")

"""Telling the followers of this process that something has been committed here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_wakes: list[Callable[[], None]] = []


def wake_followers() -> None:
    """Let this process's followers look for new events; to be called after the commit of the transaction.

    Cheap, and harmless when nothing was written. Forgetting it costs no event: followers look by themselves as well.
    """
    for wake in _wakes:
        wake()


@contextmanager
def woken(wake: Callable[[], None]) -> Iterator[None]:
    """Within the block, `wake` is called after commits."""
    _wakes.append(wake)
    try:
        yield
    finally:
        _wakes.remove(wake)

"""Collections of garbage that leave out what a run of tests keeps anyway: its tests, modules and packages."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import pytest

from graph import app

COLLECTING = (10_000, 10, 10)
"""When, as `graph.app.COLLECTING` says it: seldom, since Python's own numbers are for programs that have little."""


@contextmanager
def collected_from_here() -> Iterator[None]:
    """Leave what is there out of collections, and keep the servers of this process from taking it in again.

    A server does the same for itself: as it starts it looks through everything once, as it stops it thaws everything.
    Among six thousand tests that costs more than the rest of its start.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "seldom_collected", nullcontext)
        gc.collect()
        gc.freeze()
        before = gc.get_threshold()
        gc.set_threshold(*COLLECTING)
        yield
        gc.set_threshold(*before)
        gc.unfreeze()

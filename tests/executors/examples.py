"""How many operations are drawn, and how."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from tests.executors.generating import SIBLINGS

VARIABLE = "PEERSCORE_EXAMPLES"
"""By this environment variable every test draws so many operations instead of what a run of all tests has time for.

Without it each run draws the same ones: whether a change may land must not be a matter of chance.
"""


def wanted(operations: int) -> int:
    """How many operations a test draws that draws so many by itself."""
    return int(os.environ.get(VARIABLE, operations))


def drawn(operations: int) -> Callable[[Any], Any]:
    """Let a test draw about so many operations.

    What it finds is made smaller by `tests.executors.reducing`, which knows documents, and not by hypothesis.
    """
    return settings(
        max_examples=max(1, operations // SIBLINGS),
        deadline=None,
        database=None,
        derandomize=VARIABLE not in os.environ,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

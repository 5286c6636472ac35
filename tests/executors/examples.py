"""How many operations are drawn, and how: by default as many as a run of all tests has time for."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from tests.executors.generating import SIBLINGS

VARIABLE = "PEERSCORE_EXAMPLES"
"""By this environment variable every test draws so many operations instead."""


def drawn(operations: int) -> Callable[[Any], Any]:
    """Let a test draw about so many operations.

    What it finds is made smaller by `tests.executors.reducing`, which knows documents, and not by hypothesis.
    """
    wanted = int(os.environ.get(VARIABLE, operations))
    return settings(
        max_examples=max(1, wanted // SIBLINGS),
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

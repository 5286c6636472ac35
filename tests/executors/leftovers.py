"""What graphql-core leaves behind when fields fail.

It cancels what the siblings of a field that has failed are waiting for. A task that is cancelled before it has begun
never awaits the coroutine that was made for it, and Python warns of that when the coroutine is deleted. Plans leave
nothing: tests that execute operations by plan alone have no such mark.
"""

import pytest

EXECUTED_BY_GRAPHQL_CORE = pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")

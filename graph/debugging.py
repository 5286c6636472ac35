"""What answers say about how they were made, on servers that are asked to."""

from collections.abc import Iterator

from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from graph.limits import Refused


class TellExecutor(SchemaExtension):
    """Says in `extensions.executor` what has carried out a query or a mutation.

    It stands behind the extensions that may do so: what has no result by then is left to graphql-core.
    """

    _results: dict[str, object] | None = None

    def on_execute(self) -> Iterator[None]:
        """Runs between validation and execution."""
        context = self.execution_context
        # Nothing carries out what is refused; and events of a subscription come without extensions.
        if context.operation_type is not OperationType.SUBSCRIPTION and not isinstance(context.result, Refused):
            self._results = {"executor": "graphql-core" if context.result is None else "planned"}
        yield

    def get_results(self) -> dict[str, object]:
        """The extensions of the answer."""
        return self._results or {}

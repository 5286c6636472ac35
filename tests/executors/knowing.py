"""Documents that are known to be valid, so that each is parsed and validated once."""

from collections.abc import Iterator

from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

VALID: dict[str, DocumentNode] = {}
"""By their text."""


class KnowsValid(SchemaExtension):
    """Spares the parsing and the validation of what is known to be valid."""

    def on_parse(self) -> Iterator[None]:
        """Runs around parsing."""
        context = self.execution_context
        context.graphql_document = VALID.get(context.query or "")
        yield

    def on_validate(self) -> Iterator[None]:
        """Runs around validation."""
        if self.execution_context.query in VALID:
            self.execution_context.pre_execution_errors = []
        yield

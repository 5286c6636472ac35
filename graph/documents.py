"""Documents that clients send again and again, kept parsed and validated."""

from collections.abc import Iterator
from contextlib import suppress

from graphql import GraphQLError
from strawberry.extensions import ParserCache


class KeepParsed(ParserCache):
    """Keeps parsed documents, and leaves one that cannot be parsed to the schema, which gives the error its code."""

    def on_parse(self) -> Iterator[None]:
        """Runs before parsing."""
        with suppress(GraphQLError):
            self.execution_context.graphql_document = self.cached_parse_document(
                self.execution_context.query, **self.execution_context.parse_options
            )
        yield

"""`peerscore schema`."""

from pathlib import Path
from typing import Annotated

import typer


def schema(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Write to this file instead of standard output.", show_default=False
        ),
    ] = None,
) -> None:
    """Print the GraphQL schema in the schema definition language; needs no database.

    Example: peerscore schema --output schema.graphql
    """
    from graph.schema import schema as graphql_schema

    text = graphql_schema.as_str() + "\n"
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")

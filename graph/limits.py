"""How much one document may hold, and one operation ask for."""

from graphql import ExecutionResult, GraphQLError, GraphQLSyntaxError, Lexer, Source, TokenKind

from graph.costs import Cost

MOST_TOKENS = 10_000
"""Of a document: more than any page of an application needs, and read in a few milliseconds."""

OPENING, CLOSING = "{[(", "}])"
DEEPEST_DOCUMENT = 100
"""Brackets within brackets; graphql-core's parser needs some six calls for each, and Python allows 1,000."""


class Refused(ExecutionResult):
    """What an operation is answered with that is not carried out."""


def check_nesting(query: str) -> None:
    """Look at a document before its parser does, which calls itself.

    Raises:
        GraphQLError: it is nested deeper than the parser can follow.
    """
    # Most documents have fewer brackets in all than may be nested, and need no closer look.
    if sum(map(query.count, OPENING)) > DEEPEST_DOCUMENT and _nesting(query) > DEEPEST_DOCUMENT:
        message = f"The document is nested deeper than {DEEPEST_DOCUMENT} brackets."
        raise GraphQLError(message, extensions={"code": "TOO_DEEP"})


def _nesting(query: str) -> int:
    """How deep brackets are nested, up to the first place that is no GraphQL."""
    lexer = Lexer(Source(query))
    depth = deepest = 0
    try:
        while (token := lexer.advance()).kind is not TokenKind.EOF:
            if token.kind.value in OPENING:
                depth += 1
                deepest = max(deepest, depth)
            elif token.kind.value in CLOSING:
                depth -= 1
    except GraphQLSyntaxError:
        # The parser will say so, and stop there as well.
        return deepest
    return deepest


def excess(cost: Cost, max_depth: int, max_nodes: int) -> GraphQLError | None:
    """Why an operation is refused; None if it is not.

    Args:
        cost: of the operation.
        max_depth: how deep its fields may be nested.
        max_nodes: for how many entries it may ask.
    """
    if cost.depth > max_depth:
        message = f"The operation is nested {cost.depth} deep; {max_depth} is the most."
        return GraphQLError(message, extensions={"code": "TOO_DEEP"})
    if cost.nodes > max_nodes:
        message = f"The operation asks for up to {cost.nodes} entries; {max_nodes} are the most. Ask for smaller pages."
        return GraphQLError(message, extensions={"code": "TOO_COSTLY"})
    return None

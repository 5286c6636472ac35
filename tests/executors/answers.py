"""Answers as a client gets them, and in a form that can be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from graphql import GraphQLError


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation was answered with.

    Attributes:
        data: its JSON text, so that the order of keys counts.
        errors: the JSON text of each, with message, locations, path and extensions, in their order.
    """

    data: str
    errors: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([self.data, *self.errors])


def answer_of(data: object, errors: Sequence[GraphQLError] | None) -> Answer:
    """The answer that a result makes."""
    return Answer(orjson.dumps(data, default=repr).decode(), tuple(error_text(error) for error in errors or ()))


def error_text(error: GraphQLError) -> str:
    """An error as a client reads it, and the class of what is behind it, which decides what is made of it for clients.

    Its keys are sorted, since the order of an error's keys is nobody's choice.
    """
    cause = error.original_error
    told = {**error.formatted, "cause": None if cause is None else type(cause).__name__}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS, default=repr).decode()

"""Arguments of relations are the same whoever executes: variables as they are, literals, defaults and all else."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

import pytest
import strawberry
from strawberry.relay import GlobalID

from graph.planning import Asked, LoaderFamily, PlannedExecution, related


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Range:
    least: int | None = None


@dataclass
class Context:
    told: LoaderFamily[str, tuple[()], str]


async def _told(request: str, keys: Sequence[tuple[()]]) -> list[str]:
    return [request for _ in keys]


def _asked(
    key: strawberry.ID,
    text: str | None = "none",
    number: int = 7,
    flag: bool | None = None,
    colour: Colour = Colour.RED,
    texts: list[str] | None = None,
    within: Range | None = None,
    maybe: strawberry.Maybe[str | None] = None,
    of: GlobalID | None = None,
) -> Asked:
    return Asked(repr((key, text, number, flag, colour, texts, within, maybe, of)))


@strawberry.type
class Query:
    told: str | None = related(lambda context: context.told, key="", asked=_asked, description="Its arguments.")


TYPES = (
    "$key: ID!, $text: String, $number: Int, $least: Int! = 1, $flag: Boolean, $colour: Colour! = BLUE,"
    " $texts: [String!], $within: Range, $maybe: String, $of: ID, $word: String!"
)


TOLD = partial(PlannedExecution, tells=True)


async def executed(given: str, variables: dict[str, Any], *, planned: bool) -> object:
    """What comes of an operation that is executed three times: from the second time on by generated code."""
    schema = strawberry.Schema(Query, extensions=[TOLD] if planned else [])
    used = ", ".join(one for one in TYPES.split(", ") if re.search(rf"\{one.split(':')[0]}\b", given))
    operation = f"query ({used}) {{ told({given}) }}" if used else f"{{ told({given}) }}"
    context = Context(LoaderFamily(_told, cache=True))
    answers = [await schema.execute(operation, variables, context_value=context, root_value=object()) for _ in range(3)]
    if planned:
        assert [answer.extensions for answer in answers] == [{"executor": "planned"}] * 3
    return [(answer.data, [error.formatted for error in answer.errors or ()]) for answer in answers]


@pytest.mark.parametrize(
    ("given", "variables"),
    [
        ("key: $key", {"key": "gout"}),
        ("key: $key, text: $text, flag: $flag", {"key": "gout", "text": None, "flag": False}),
        ("key: $key, text: $text, flag: $flag", {"key": "gout"}),
        ("number: $least, key: $key", {"key": "gout"}),
        ("number: $number, key: $key", {"key": "gout", "number": 3}),
        ("number: $number, key: $key", {"key": "gout", "number": None}),
        ("number: $number, key: $key", {"key": "gout"}),
        ('key: $key, text: "a", number: 1, colour: BLUE, texts: ["b"], within: { least: 2 }', {"key": "gout"}),
        ("key: $key, colour: $colour", {"key": "gout"}),
        ("key: $key, texts: $texts", {"key": "gout", "texts": ["a"]}),
        ("key: $key, texts: [$word]", {"key": "gout", "word": "a"}),
        ("key: $key, within: $within", {"key": "gout", "within": {"least": 3}}),
        ("key: $key, within: { least: $least }", {"key": "gout"}),
        ("key: $key, maybe: $maybe", {"key": "gout", "maybe": "a"}),
        ("key: $key, maybe: $maybe", {"key": "gout", "maybe": None}),
        ("key: $key, maybe: $maybe", {"key": "gout"}),
        ("key: $key, of: $of", {"key": "gout", "of": "RHJ1ZzoxMg=="}),
        ("key: $key, of: $of", {"key": "gout", "of": "nothing"}),
        ('key: $key, of: "nothing"', {"key": "gout"}),
        ('key: "gout", number: 2', {}),
    ],
)
async def test_both_executors_tell_the_same(given: str, variables: dict[str, Any]) -> None:
    assert await executed(given, variables, planned=True) == await executed(given, variables, planned=False)


async def test_one_request_leaves_nothing_for_the_next() -> None:
    schema = strawberry.Schema(Query, extensions=[TOLD])
    context = Context(LoaderFamily(_told, cache=True))
    operation = "query ($key: ID!, $text: String) { told(key: $key, text: $text) }"

    told = [
        (await schema.execute(operation, variables, context_value=context)).data
        for variables in ({"key": "a", "text": "b"}, {"key": "c"}, {"key": "d", "text": None})
    ]

    beginnings = [("a", "b"), ("c", "none"), ("d", None)]
    assert told == [{"told": repr((*one, 7, None, Colour.RED, None, None, None, None))} for one in beginnings]

"""Comparing what different servers answer to the same reads."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from benchmarks.client import connected

CLOSE = 1e-9
"""Numbers may differ by so much of themselves: sums over more or fewer drugs end in other last digits."""


class AnswersDiffer(Exception):
    """Servers do not give the same data, so their times cannot be compared; or an answer has errors."""


async def check_answers(requests: Mapping[str, Sequence[bytes]], ports: Mapping[str, int], read: str) -> None:
    """Ask all servers the same and compare their answers with those of the first.

    Args:
        requests: to each server, by its name; those that do not answer the read have none.
        ports: of the servers, by their names.
        read: what it is that is asked, for messages.

    Raises:
        AnswersDiffer: saying where.
    """
    expected: list[Any] = []
    for name, of_server in requests.items():
        answers = [_data(await _asked(ports[name], request), f"{read}, {name}") for request in of_server]
        expected = expected or answers
        for number, (ours, theirs) in enumerate(zip(answers, expected, strict=True) if answers else ()):
            if difference := _difference(ours, theirs, "data"):
                raise AnswersDiffer(f"{read}, request {number} to {name}: {difference}")


async def _asked(port: int, request: bytes) -> bytes:
    async with connected(port) as connection:
        return await connection.ask(request)


def _data(body: bytes, asked: str) -> Any:  # noqa: ANN401 - JSON
    content = orjson.loads(body)
    if "errors" in content:
        raise AnswersDiffer(f"{asked}: {content['errors']}")
    return content["data"]


def _difference(one: Any, other: Any, place: str) -> str | None:  # noqa: ANN401 - JSON
    """The first place at which two values differ, and how; None if they are alike, with the same order of keys."""
    pairs: list[tuple[str, Any, Any]]
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        pairs = [(f"{place}.{key}", one[key], other[key]) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(f"{place}[{number}]", *both) for number, both in enumerate(zip(one, other, strict=True))]
    elif isinstance(one, float) and isinstance(other, float) and math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE):
        return None
    else:
        return None if one == other else f"{place} is {one!r:.300}, not {other!r:.300}"
    return next((found for inner, of_one, theirs in pairs if (found := _difference(of_one, theirs, inner))), None)

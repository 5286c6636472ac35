"""How many SQL statements a write takes, by what they are for."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import orjson

from benchmarks.statements import OperationFailed, recorded
from benchmarks.submissions_clients import EXPECTED, Told, body_of
from benchmarks.submissions_servers import settings_for
from benchmarks.submissions_writes import HELD_COMMENTS, Rater, Write
from graph.app import API_PATH, create_app
from graph.logs import configure_logging
from graph.signing_in.development import development_token
from resolvers.database import DatabaseUrl, open_database

PURPOSES = {
    "who writes": re.compile("subject_hash"),
    "allowance": re.compile("write_allowance"),
    "repetitions": re.compile("client_mutation"),
    "releases": re.compile("released"),
    "head-to-heads": re.compile("head_to_head"),
    "cells": re.compile(r"INTO cell\b|given_cell"),
}
"""The first whose pattern is in a statement is what it is for."""

OTHERS = "the rating and the rest"

Statements = dict[str, Counter[str]]
"""By what is written, how many statements there were for each purpose, of all physicians together."""


async def count_statements(url: str, raters: Sequence[Rater]) -> Statements:
    """The statements of some kinds of writes, each by all of these physicians, in a process that has written before.

    Raises:
        OperationFailed: a write is answered with an error.
    """
    configure_logging("warning", "auto")
    settings = settings_for(url)
    app = create_app(settings)
    counts: Statements = {}
    async with (
        open_database(DatabaseUrl.parse(url), everywhere=True),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://in-process") as client,
    ):
        for number, rater in enumerate(raters):
            token = development_token(settings, rater.subject, datetime.now(UTC) + timedelta(hours=1))
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            told: Told | None = None
            for kind, mutation_id, write in _kinds(rater.writes[0]):
                with recorded() as texts:
                    answer = await client.post(API_PATH, content=body_of(write, mutation_id, told), headers=headers)
                written = (orjson.loads(answer.content).get("data") or {}).get("written") or {}
                if written.get("__typename") not in EXPECTED:
                    raise OperationFailed(f"{kind}: {answer.text}")
                told = Told(written["rating"]["id"]) if "rating" in written else told
                # The first one may have to load what a process loads once.
                if number:
                    counts.setdefault(kind, Counter()).update(map(_purpose, texts))
    return counts


def _kinds(first: Write) -> tuple[tuple[str, str, Write], ...]:
    levels = tuple(None if level is None else level % 5 + 1 for level in first.levels or ())
    revised = replace(first, levels=levels)
    return (
        ("new", "a", replace(first, comment=None)),
        ("revised", "b", revised),
        ("the same request again", "b", revised),
        ("revised, comment is held", "c", replace(first, comment=HELD_COMMENTS[0])),
        ("withdrawn", "d", replace(first, levels=None, comment=None)),
    )


def _purpose(text: str) -> str:
    return next((purpose for purpose, pattern in PURPOSES.items() if pattern.search(text)), OTHERS)

"""Whether the database holds what the clients were told, once each, and counts what it holds."""

import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from benchmarks.serving import CHECKOUT
from benchmarks.submissions_clients import Record, Told
from graph.global_ids import global_id
from models.feed import ADDED, GONE, REVISED
from models.moderation import WITHDRAWN
from models.ratings import CRITERIA
from resolvers.database import DatabaseUrl, open_database
from resolvers.sql import Parameters, as_time, fetch_rows

NUMBER_OF_WRITES = f"SELECT COUNT(*) FROM feed_event WHERE kind IN ({ADDED}, {REVISED}, {GONE})"
"""The feed has one such event for each write of a rating, and others besides."""


class WrongOutcome(Exception):
    """The database does not hold what the clients were told, or its counts are wrong."""


async def number_of_events(url: str) -> int:
    """How many writes of ratings the feed tells of."""
    async with open_database(DatabaseUrl.parse(url)):
        [(events,)] = await fetch_rows(NUMBER_OF_WRITES)
        return int(events)


async def compare(url: str, record: Record, physicians: Mapping[int, int], writes: int, events_before: int) -> None:
    """Compare everything that is stored of these physicians with what they were told last.

    Args:
        url: the database.
        record: what they were told.
        physicians: their keys, by their numbers.
        writes: how many were answered.
        events_before: of `number_of_events`, before the writes.

    Raises:
        WrongOutcome: something is lost, there twice, or another.
    """
    told = {(physicians[number], *treatment): held for (number, treatment), held in record.items()}
    async with open_database(DatabaseUrl.parse(url)):
        stored = await _stored(physicians.values())
        [(events,)] = await fetch_rows(NUMBER_OF_WRITES)
        [(mutations,)] = await fetch_rows("SELECT COUNT(*) FROM client_mutation WHERE outcome IS NOT NULL")
    if different := {key for key in told.keys() | stored.keys() if told.get(key) != stored.get(key)}:
        key = min(different)
        raise WrongOutcome(
            f"{len(different)} ratings are not what was told; that of physician, drug and indication {key} is "
            f"{stored.get(key)}, and should be {told.get(key)}."
        )
    if (events - events_before, mutations) != (writes, writes):
        raise WrongOutcome(
            f"{writes} writes were answered, {mutations} are remembered, and {events - events_before} happened."
        )


async def carried_out_before(
    url: str, accounts: Mapping[int, int], repeated: Mapping[tuple[int, str], datetime]
) -> int:
    """How many of the repeated writes had been carried out already, only that nobody heard of it.

    The time of a write that is remembered is that of the request that carried it out.
    """
    carried_out = 0
    async with open_database(DatabaseUrl.parse(url)):
        for (number, mutation_id), repeated_at in repeated.items():
            parameters = Parameters()
            [(at,)] = await fetch_rows(
                f"SELECT at FROM client_mutation WHERE account_id = {parameters.bind(accounts[number])}"
                f" AND client_mutation_id = {parameters.bind(mutation_id)}",
                parameters,
            )
            carried_out += as_time(at) < repeated_at
    return carried_out


def verify_counts(url: str) -> str:
    """What `peerscore scores verify` says.

    Raises:
        WrongOutcome: it finds differences, or fails.
    """
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "graph.command", "scores", "verify", "--database-url", url],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise WrongOutcome(f"Exit code {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


async def _stored(physicians: Iterable[int]) -> dict[tuple[int, int, int], Told]:
    physicians = list(physicians)
    parameters = Parameters()
    ratings = await fetch_rows(
        f"SELECT rating.id, physician_id, drug_id, indication_id, rating.comment, held_comment.comment,"
        f" {', '.join(CRITERIA)} FROM rating LEFT JOIN held_comment ON held_comment.rating_id = rating.id"
        f" WHERE {parameters.member_of('physician_id', physicians)}",
        parameters,
    )
    stored = {tuple(row[1:4]): _told(row) for row in ratings}
    parameters = Parameters()
    withdrawn = await fetch_rows(
        "SELECT rating_id, physician_id, drug_id, indication_id FROM retired_rating"
        f" WHERE {parameters.member_of('physician_id', physicians)} AND state = {WITHDRAWN}",
        parameters,
    )
    for rating_id, *key in withdrawn:
        if tuple(key) in stored:
            raise WrongOutcome(f"The rating of physician, drug and indication {key} is there, and withdrawn as well.")
        stored[tuple(key)] = Told(global_id("Rating", rating_id))
    return stored


def _told(row: Any) -> Told:  # noqa: ANN401 - a row of either driver
    rating_id, shown, held = row[0], row[4], row[5]
    return Told(
        global_id("Rating", rating_id), tuple(row[6:12]), shown if held is None else held, held=held is not None
    )

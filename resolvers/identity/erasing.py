"""Erasing a physician: who they are, all that they have said, and every row that leads to them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from resolvers.audit import write_audit
from resolvers.counts.adding import add_counts
from resolvers.counts.cells import cells_of
from resolvers.counts.earlier import COUNTED_COLUMNS, counted_ratings
from resolvers.counts.head_to_heads import head_to_heads_of
from resolvers.counts.tables import CELLS, HEAD_TO_HEADS
from resolvers.database import database
from resolvers.feed.forgetting import blank_events, telling_events
from resolvers.feed.waking import wake_followers
from resolvers.feed.writing import GoneRating, note_gone, note_standing
from resolvers.ratings.physicians import lock_physicians
from resolvers.ratings.writing import begin_writing
from resolvers.releases.releasing import note_changes, release_due
from resolvers.sql import Parameters, fetch_rows

ABOUT_RATINGS = ("held_comment", "helpful_mark", "rating_report")
"""Tables of what is said with or about a rating."""

OF_ACCOUNTS = ("helpful_mark", "rating_report", "follow", "client_mutation")
"""Tables of what an account does besides rating."""

OF_PHYSICIANS = ("retired_rating", "licence", "registration", "physician_source")
"""Tables with rows of one physician, other than their ratings."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased: ratings, of which some counted no longer, and comments, of which some were not shown."""

    ratings: int
    comments: int


@dataclass(frozen=True, slots=True)
class NothingToErase:
    """There is no such physician (any more)."""


@dataclass(frozen=True, slots=True)
class _Counting:
    """The ratings that count: their ids, the rows of `COUNTED_COLUMNS`, and how many have a comment."""

    ids: tuple[int, ...]
    rows: Sequence[Sequence[Any]]
    comments: int

    def by_treatment(self) -> dict[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        for rating_id, row in zip(self.ids, self.rows, strict=True):
            found.setdefault((row[1], row[2]), []).append(rating_id)
        return found

    def gone(self) -> list[GoneRating]:
        return [GoneRating(rating_id, *row[1:5]) for rating_id, row in zip(self.ids, self.rows, strict=True)]


async def erase_physician(physician_id: int, actor: str, now: datetime) -> Erased | NothingToErase:
    """Erase a physician, all or nothing.

    Their ratings count nowhere any more, and released counts follow as they do when a rating is withdrawn. What stays
    is the audit log, which holds no identity, and events of the feed: numbers that lead nowhere. Those that tell that
    a rating is gone keep its specialty and country until they are pruned, so that whoever is told of ratings by
    specialty or country learns of it. A rating that is submitted at the same time is erased as well, or refused
    because there is no such physician.

    Args:
        physician_id: whom.
        actor: who erases them, for the audit log.
        now: when.

    Returns:
        How much there was, or that there was nothing; then nothing is written either.
    """
    async with in_transaction() as connection:
        await begin_writing(connection)
        accounts = await _locked_accounts(connection, physician_id)
        await lock_physicians(connection, [physician_id])
        if not await _rows_of("physician", "id", "id", [physician_id]):
            return NothingToErase()
        counting = await _counting(physician_id)
        retired = await _rows_of("retired_rating", "rating_id, comment", "physician_id", [physician_id])
        all_ids = (*counting.ids, *(rating_id for rating_id, _ in retired))
        held = await _rows_of("held_comment", "rating_id", "rating_id", all_ids)
        telling = await telling_events(all_ids, accounts)
        # Before the ends of the ratings, of which the physician is told nothing any more.
        for account_id in accounts:
            await note_standing(now, account_id=account_id)
        await _delete_counting(counting, now)
        for table in ABOUT_RATINGS:
            await _delete(table, "rating_id", all_ids)
        for table in OF_ACCOUNTS:
            await _delete(table, "account_id", accounts)
        await _forget_cases(physician_id, all_ids, now)
        for table in OF_PHYSICIANS:
            await _delete(table, "physician_id", [physician_id])
        await _delete("account", "id", accounts)
        await _delete("physician", "id", [physician_id])
        comments = counting.comments + sum(comment is not None for _, comment in retired) + len(held)
        details = {"ratings": len(all_ids), "comments": comments}
        await write_audit(actor, "PHYSICIAN_ERASED", f"physician:{physician_id}", details, now)
        await blank_events(telling)
    wake_followers()
    return Erased(len(all_ids), comments)


async def _locked_accounts(connection: BaseDBAsyncClient, physician_id: int) -> list[int]:
    """The account of the physician, locked; none if there is none, as with imported ratings."""
    accounts = [
        account_id for (account_id,) in await _rows_of("registration", "account_id", "physician_id", [physician_id])
    ]
    # Repetitions of mutations lock these rows before they lock an account or a physician. What is added meanwhile is
    # deleted with the rest.
    await _delete("client_mutation", "account_id", accounts)
    parameters = Parameters()
    writers = [f"account:{account_id}" for account_id in accounts]
    await connection.execute_query(
        f"DELETE FROM write_allowance WHERE {parameters.member_of('writer', writers, 'text')}", parameters.values
    )
    if parameters.dialect == "postgres":
        parameters = Parameters()
        await fetch_rows(f"SELECT id FROM account WHERE {parameters.member_of('id', accounts)} FOR UPDATE", parameters)
    return accounts


async def _counting(physician_id: int) -> _Counting:
    columns = ", ".join(("id", "comment", *COUNTED_COLUMNS))
    rows = await _rows_of("rating", columns, "physician_id", [physician_id])
    return _Counting(tuple(row[0] for row in rows), [row[2:] for row in rows], sum(row[1] is not None for row in rows))


async def _delete_counting(counting: _Counting, now: datetime) -> None:
    """Delete the ratings that count, take them out of all counts at once, and leave an event of each."""
    if not counting.ids:
        return
    await _delete("rating", "id", counting.ids)
    ratings = counted_ratings(counting.rows)
    await add_counts(CELLS, cells_of(ratings).negative())
    await add_counts(HEAD_TO_HEADS, head_to_heads_of(ratings).negative())
    by_treatment = counting.by_treatment()
    await note_changes(by_treatment)
    await release_due(by_treatment, now)
    await note_gone(counting.gone(), now)


async def _forget_cases(physician_id: int, rating_ids: Iterable[int], now: datetime) -> None:
    """Close what waits for a moderator about the physician or a rating, and let no case name either."""
    parameters = Parameters()
    ended = parameters.bind(now)
    of_physician = f"physician_id = {parameters.bind(physician_id)}"
    of_ratings = parameters.member_of("rating_id", rating_ids, "bigint")
    await database().execute_query(
        "UPDATE moderation_case SET open_key = NULL, rating_id = NULL, physician_id = NULL,"
        f" closed_at = COALESCE(closed_at, {ended}) WHERE {of_physician} OR {of_ratings}",
        parameters.values,
    )


async def _rows_of(table: str, columns: str, column: str, keys: Iterable[int]) -> list[Sequence[Any]]:
    parameters = Parameters()
    return await fetch_rows(
        f"SELECT {columns} FROM {table} WHERE {parameters.member_of(column, keys, 'bigint')} ORDER BY id", parameters
    )


async def _delete(table: str, column: str, keys: Iterable[int]) -> None:
    parameters = Parameters()
    await database().execute_query(
        f"DELETE FROM {table} WHERE {parameters.member_of(column, keys, 'bigint')}", parameters.values
    )

"""Carrying a mutation out once, however often its client sends it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import orjson
from tortoise.transactions import in_transaction

from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.feed.waking import wake_followers, wake_in_doubt
from resolvers.identity.errors import AccountGone
from resolvers.ratings.writing import begin_writing
from resolvers.sql import Parameters, fetch_returned, fetch_rows

REMEMBERED = timedelta(days=7)
"""How long a mutation that was carried out is remembered; the API promises it to clients."""

Outcome = dict[str, Any]
"""What became of a mutation, as little JSON: ids and flags, never a comment."""


class MutationIdReused(PeerscoreError):
    """The client has given the id to another mutation, or to one with another input."""

    def __init__(self) -> None:
        super().__init__("This clientMutationId was used for something else before.")


async def once(
    account_id: int,
    client_mutation_id: str | None,
    mutation: str,
    input_digest: str,
    work: Callable[[], Awaitable[Outcome]],
    now: datetime,
) -> Outcome:
    """Do the work in a transaction of its own, unless it has been done already under this id of the client.

    A repetition while the work is going on waits for it. Work that fails is not remembered.

    Args:
        account_id: whose client it is; ids of different accounts have nothing to do with each other.
        client_mutation_id: the id that the client made up, or None: the work is done without asking.
        mutation: the mutation's name.
        input_digest: SHA-256 of its input.
        work: does the work and says what became of it.
        now: the current time.

    Returns:
        What the work said, now or when it was done.

    Raises:
        MutationIdReused: the id was used with another mutation or input.
        AccountGone: the account has been erased.
    """
    async with in_transaction() as connection:
        await begin_writing(connection)
        done = None
        if client_mutation_id is not None:
            await _forget_old_ones(account_id, now)
            done = await _claim(account_id, client_mutation_id, mutation, input_digest, now)
        if done is None:
            await _keep_account(account_id)
            outcome = await work()
            if client_mutation_id is not None:
                await _remember(account_id, client_mutation_id, outcome)
    if done is not None:
        # Another process may have done it, or this one, and was cut off before it could tell.
        wake_in_doubt()
        return done
    wake_followers()
    return outcome


async def _keep_account(account_id: int) -> None:
    """Let nobody erase the account until this transaction ends: what the work writes would be left behind otherwise.

    It comes after the row of the mutation, as in an erasure, so that the two never wait for each other.

    Raises:
        AccountGone: it has been erased.
    """
    parameters = Parameters()
    lock = "" if parameters.dialect == "sqlite" else " FOR KEY SHARE"
    if not await fetch_rows(f"SELECT id FROM account WHERE id = {parameters.bind(account_id)}{lock}", parameters):
        raise AccountGone


async def _claim(
    account_id: int, client_mutation_id: str, mutation: str, input_digest: str, now: datetime
) -> Outcome | None:
    """Take the id, or tell what became of the mutation that has it."""
    parameters = Parameters()
    values = ", ".join(map(parameters.bind, (account_id, client_mutation_id, mutation, input_digest, now)))
    # Whoever finds the id taken locks its row, so that nobody forgets it in between. A transaction that is about to
    # take the same id is waited for.
    [(stored_mutation, stored_digest, outcome)] = await fetch_returned(
        f"INSERT INTO client_mutation (account_id, client_mutation_id, mutation, input_digest, at) VALUES ({values})"
        " ON CONFLICT (account_id, client_mutation_id) DO UPDATE SET at = client_mutation.at"
        " RETURNING mutation, input_digest, outcome",
        parameters,
    )
    if (stored_mutation, stored_digest) != (mutation, input_digest):
        raise MutationIdReused
    return None if outcome is None else orjson.loads(outcome)


async def _remember(account_id: int, client_mutation_id: str, outcome: Outcome) -> None:
    parameters = Parameters()
    await database().execute_query(
        f"UPDATE client_mutation SET outcome = {parameters.bind(orjson.dumps(outcome).decode())}"
        f" WHERE account_id = {parameters.bind(account_id)}"
        f" AND client_mutation_id = {parameters.bind(client_mutation_id)}",
        parameters.values,
    )


async def _forget_old_ones(account_id: int, now: datetime) -> None:
    parameters = Parameters()
    # Those that somebody else is forgetting just now need not be waited for.
    lock = "" if parameters.dialect == "sqlite" else " FOR UPDATE SKIP LOCKED"
    await database().execute_query(
        "DELETE FROM client_mutation WHERE id IN (SELECT id FROM client_mutation"
        f" WHERE account_id = {parameters.bind(account_id)} AND at < {parameters.bind(now - REMEMBERED)}{lock})",
        parameters.values,
    )

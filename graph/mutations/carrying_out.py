"""What all mutations have in common: who may, how often, once, and what happens when it cannot be done."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

import orjson

from graph.context import Info
from graph.errors import invalid_argument
from graph.mutations.errors import Error
from graph.mutations.presenting import presented_failure
from resolvers.errors import PeerscoreError
from resolvers.viewers import Role, Viewer
from resolvers.writes.allowance import spend
from resolvers.writes.replays import Outcome, once

LONGEST_MUTATION_ID = 100

Result = TypeVar("Result")
"""The mutation's union, of which its success is a member and every error that it can meet."""

Work = Callable[[], Awaitable[Outcome]]
"""Does what is asked for, inside a transaction, and says what became of it."""


class Refusal(Exception):
    """Raised on the way to a mutation's work: the member of its result that says why it does nothing."""

    def __init__(self, error: Error) -> None:
        self.error = error
        super().__init__(error.message)


@dataclass(frozen=True, slots=True)
class Request:
    """A mutation as it was asked for.

    Attributes:
        mutation: its name.
        arguments: everything that says what is asked for, as JSON has it: with the same id of the client a mutation
            is the same only if these are.
        client_mutation_id: as the client gave it.
    """

    mutation: str
    arguments: Mapping[str, Any]
    client_mutation_id: str | None

    def digest(self) -> str:
        """SHA-256 of the arguments."""
        return hashlib.sha256(orjson.dumps(dict(self.arguments), option=orjson.OPT_SORT_KEYS)).hexdigest()


async def carried_out(
    info: Info,
    request: Request,
    require: Callable[[Viewer], int],
    plan: Callable[[Viewer, datetime], Awaitable[Work]],
    present: Callable[[Outcome], Awaitable[Result]],
) -> Result:
    """Do what a mutation asks for, once, and answer with its success or with an error.

    Args:
        info: of the field.
        request: what is asked for.
        require: lets only those go on who may, and says with which account; raises Refusal for the others.
        plan: checks the arguments, reads what is needed before the transaction, and answers with the work.
        present: makes the success of what the work said, now or when the same was asked for before.
    """
    viewer, now = info.context.viewer, info.context.loaders.now()
    _check_mutation_id(request.client_mutation_id)
    try:
        account_id = require(viewer)
        if viewer.writer is not None and viewer.role is not Role.MODERATOR:
            await spend(viewer.writer, info.context.settings.writes_per_hour, now)
        work = await plan(viewer, now)
        outcome = await once(account_id, request.client_mutation_id, request.mutation, request.digest(), work, now)
        info.context.forget()
        return await present(outcome)
    except Refusal as refusal:
        return cast("Result", refusal.error)
    except PeerscoreError as failure:
        error = presented_failure(failure, now)
        if error is None:
            raise
        return cast("Result", error)


def _check_mutation_id(text: str | None) -> None:
    if text is not None and not (1 <= len(text) <= LONGEST_MUTATION_ID and text.isprintable()):
        raise invalid_argument(
            f"`clientMutationId` takes 1 to {LONGEST_MUTATION_ID} printable characters; it had {len(text)}."
        )

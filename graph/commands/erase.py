"""`peerscore erase physician`."""

import asyncio
import base64
from typing import TYPE_CHECKING, Annotated

import typer

from graph.commands.options import DatabaseUrlOption, LogLevelOption, settings_from
from resolvers.errors import PeerscoreError

if TYPE_CHECKING:
    from resolvers.identity.erasing import Erased, NothingToErase

BIGGEST_ID = 2**31 - 1
"""Physicians' keys are 32 bits wide; a greater number names nobody."""

DIGITS = 10
"""Of the greatest of them."""


class InvalidPhysicianId(PeerscoreError):
    """What was given is neither a number nor an id that a moderator sees."""

    def __init__(self) -> None:
        super().__init__(
            "That is no physician's id: give the number, or the id of the type Physician as a moderator sees it."
        )


class NotConfirmed(PeerscoreError):
    """The person did not say yes."""

    def __init__(self) -> None:
        super().__init__("Nothing was erased.")


def physician(
    physician_id: Annotated[
        str,
        typer.Argument(metavar="ID", help="The number, or the id as a moderator sees it.", show_default=False),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database_url: DatabaseUrlOption = None,
    log_level: LogLevelOption = None,
) -> None:
    """Erase a physician for good: identity, account, ratings, comments and all else that leads to them.

    All counts are as if they had never rated. The audit log keeps the number, and that it was erased. Run again, it
    finds nothing and changes nothing.

    Exit code: 0, also if there was nothing to erase.

    Example: peerscore erase physician 42
    """
    from graph.clock import utc_now
    from graph.opening import open_migrated
    from resolvers.audit import COMMAND
    from resolvers.identity.erasing import NothingToErase, erase_physician

    settings = settings_from(database_url=database_url, log_level=log_level)

    async def find() -> int:
        async with open_migrated(settings.database_url):
            return await physician_number(physician_id)

    async def work(number: int) -> "Erased | NothingToErase":
        async with open_migrated(settings.database_url):
            return await erase_physician(number, COMMAND, utc_now())

    number = asyncio.run(find())
    if not yes and not typer.confirm(f"Erase physician {number}, with all ratings and comments, for good?"):
        raise NotConfirmed
    erased = asyncio.run(work(number))
    if isinstance(erased, NothingToErase):
        typer.echo(f"There is nothing to erase: no physician {number}.")
        return
    typer.echo(f"Erased physician {number}: ratings {erased.ratings:,}, comments {erased.comments:,}.")


async def physician_number(text: str) -> int:
    """The number of a physician, given as such or as the id of the type Physician that moderators see.

    Raises:
        InvalidPhysicianId: it is neither.
    """
    from resolvers.pseudonyms import MODERATORS, ForeignToken, physician_of, read_pseudonym_key

    if text.isascii() and text.isdigit():
        if len(text) > DIGITS or not 0 < int(text) <= BIGGEST_ID:
            raise InvalidPhysicianId
        return int(text)
    try:
        kind, _, token = base64.b64decode(text, validate=True).decode().partition(":")
        if kind != "Physician":
            raise InvalidPhysicianId
        return physician_of(token, MODERATORS, await read_pseudonym_key())
    except (ValueError, ForeignToken):
        raise InvalidPhysicianId from None

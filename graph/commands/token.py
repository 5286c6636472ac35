"""`peerscore token`."""

import re
from datetime import timedelta
from typing import Annotated

import typer

from graph.commands.options import settings_from
from resolvers.errors import PeerscoreError

DURATION = re.compile(r"([1-9][0-9]{0,4})([smhd])", re.ASCII)
"""A number that is not 0, of seconds, minutes, hours or days."""

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class NoTokenSecret(PeerscoreError):
    """There is nothing to sign a token with."""

    def __init__(self) -> None:
        super().__init__(
            "PEERSCORE_TOKEN_SECRET is not set. Set it to a text of at least 32 bytes, such as `openssl rand -hex 32` "
            "makes, for this command and for the server alike."
        )


def duration(text: str) -> timedelta:
    """A span of time such as 90s, 15m, 8h or 30d.

    Raises:
        BadParameter: it is none.
    """
    match = DURATION.fullmatch(text)
    if match is None:
        raise typer.BadParameter("takes a number and a unit, such as 90s, 15m, 8h or 30d", param_hint="--expires-in")
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def token(
    subject: Annotated[str, typer.Argument(help="Whose token it is: any name. The same name is the same person.")],
    moderator: Annotated[bool, typer.Option("--moderator", help="With the role that makes a moderator.")] = False,
    expires_in: Annotated[
        str, typer.Option("--expires-in", metavar="TIME", help="How long it is good: 90s, 15m, 8h, 30d.")
    ] = "8h",
) -> None:
    """Make a token for development and print it: it is signed with PEERSCORE_TOKEN_SECRET.

    Example: peerscore token alice --moderator --expires-in 15m
    """
    from graph.clock import utc_now
    from graph.signing_in.development import development_token

    if not subject.strip() or not subject.isprintable():
        raise typer.BadParameter("must be a name that can be printed", param_hint="SUBJECT")
    settings = settings_from()
    if not settings.token_secret:
        raise NoTokenSecret
    typer.echo(development_token(settings, subject, utc_now() + duration(expires_in), moderator=moderator))

"""Flags that several commands have, and the settings that come out of them."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from graph.settings import Settings

DatabaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        metavar="URL",
        help="The database: sqlite:///file or postgres://user:password@host/database. "
        "Otherwise PEERSCORE_DATABASE_URL.",
        show_default=False,
    ),
]

LogLevelOption = Annotated[
    str | None,
    typer.Option(
        "--log-level",
        metavar="LEVEL",
        help="debug, info, warning, error or critical. Otherwise PEERSCORE_LOG_LEVEL. "
        "With debug, a failure shows its traceback.",
        show_default=False,
    ),
]

HostOption = Annotated[
    str | None,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help="The address to listen on. Otherwise PEERSCORE_HOST, or 127.0.0.1.",
        show_default=False,
    ),
]

PortOption = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=1,
        max=65_535,
        metavar="NUMBER",
        help="The port to listen on. Otherwise PEERSCORE_PORT, or 8000.",
        show_default=False,
    ),
]

WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        metavar="NUMBER",
        help="How many processes serve there; more than one needs PostgreSQL. Otherwise PEERSCORE_WORKERS, or 1.",
        show_default=False,
    ),
]


def settings_from(**flags: str | int | None) -> "Settings":
    """The checked settings, where the flags that were given win; sets up the logs by them.

    Raises:
        InvalidSettings: naming each that cannot be used.
    """
    from graph.logs import configure_logging
    from graph.settings import load_settings

    settings = load_settings(flags).settings
    configure_logging(settings.log_level, settings.log_format)
    return settings

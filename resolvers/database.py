"""Opening, migrating and checking the database, SQLite or PostgreSQL."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext, require_context
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, SqliteSchemaEditor
from tortoise.transactions import in_transaction

from models import Installation
from resolvers.errors import DatabaseBehind, DatabaseUnreachable, InvalidDatabaseUrl, PeerscoreError

Dialect = Literal["sqlite", "postgres"]

SQLITE_BUSY_MILLISECONDS = 30_000
"""How long a writer waits for another process that is writing to the same SQLite file."""

DEFAULT_PORT = 5432
"""PostgreSQL's."""

DRIVER_CONNECTIONS = 8
"""The most connections that a process opens to PostgreSQL, unless the address has another `maxsize`."""

LISTENING_CONNECTIONS = 1
"""So many more may be open: a server that follows the feed listens on one and does nothing else with it."""

MIGRATION_LOCK = 7_337_001
"""PostgreSQL advisory lock that lets one process migrate at a time. The number means nothing."""

COUNTS_VERSION = 2
"""Which counts the code keeps of the ratings: 1 is cells of five kinds of segments, and head-to-heads; 2 is these and
released ratings. A database that is behind is brought up to date by `resolvers.counts.current`."""


class CountsBehind(DatabaseBehind):
    """The database has all migrations, but its ratings are not counted as this version of the code needs it."""

    def __init__(self) -> None:
        self.pending = ()
        PeerscoreError.__init__(
            self, "The ratings have to be counted anew for this version of Peerscore. Run `peerscore migrate` first."
        )


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """A checked database address: `sqlite:///file`, `sqlite:////absolute/file` or `postgres://…`."""

    text: str
    dialect: Dialect
    location: str

    @classmethod
    def parse(cls, text: str) -> "DatabaseUrl":
        """Read an address.

        Raises:
            InvalidDatabaseUrl: naming what is wrong, without repeating a password.
        """
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            # The error's own words may repeat a part of the password.
            raise InvalidDatabaseUrl("it cannot be read; a / or @ in a password is written %2F or %40") from error
        if parts.scheme == "sqlite":
            path = unquote(parts.path.removeprefix("/"))
            if parts.netloc or parts.query or parts.fragment or not path or path.endswith("/") or path == ":memory:":
                raise InvalidDatabaseUrl(
                    "an SQLite address is sqlite:/// and the name of a file, such as sqlite:///peerscore.sqlite3"
                )
            return cls(text, "sqlite", path)
        if parts.scheme in ("postgres", "postgresql"):
            name = parts.path.removeprefix("/")
            if not name or "/" in name or "@" in name:
                raise InvalidDatabaseUrl(
                    "a PostgreSQL address ends in / and the name of a database; "
                    "a / or @ in a password is written %2F or %40"
                )
            _check_numbers_of_connections(parts.query)
            return cls(text, "postgres", f"{name} on {parts.hostname or 'a local socket'}:{port or DEFAULT_PORT}")
        raise InvalidDatabaseUrl("it begins neither with sqlite:/// nor with postgres://")

    def tortoise_config(self) -> dict[str, Any]:
        """Tortoise's configuration for this address."""
        if self.dialect == "sqlite":
            connection: Any = {
                "engine": "resolvers.connections.sqlite",
                "credentials": {
                    "file_path": self.location,
                    "busy_timeout": SQLITE_BUSY_MILLISECONDS,
                    "journal_mode": "WAL",
                    "synchronous": "NORMAL",
                    "foreign_keys": "ON",
                    "cache_size": -65_536,  # 64 MiB
                    "temp_store": "MEMORY",
                },
            }
        else:
            connection = expand_db_url("asyncpg://" + self.text.split("://", 1)[1])
            credentials = connection["credentials"]
            connection["engine"] = "resolvers.connections.postgres"
            credentials["maxsize"] = int(credentials.get("maxsize", DRIVER_CONNECTIONS)) + LISTENING_CONNECTIONS
        return {
            "connections": {self.dialect: connection},
            "apps": _apps(self.dialect),
            "use_tz": True,
            "timezone": "UTC",
        }


def _check_numbers_of_connections(query: str) -> None:
    numbers = {"minsize": 1, "maxsize": DRIVER_CONNECTIONS}
    for option, values in parse_qs(query).items():
        if option in numbers:
            text = values[-1]
            if not (text.isascii() and text.isdecimal() and int(text) > 0):
                raise InvalidDatabaseUrl(f"{option} is a number of connections, at least 1")
            numbers[option] = int(text)
    if numbers["minsize"] > numbers["maxsize"]:
        raise InvalidDatabaseUrl(f"minsize is more than maxsize, which is {numbers['maxsize']}")


def _apps(dialect: Dialect) -> dict[str, dict[str, Any]]:
    # The connection is named after the dialect because Tortoise keeps prepared INSERTs for the whole process
    # under the connection's name: one name for both would send SQLite's placeholders to PostgreSQL.
    return {"models": {"models": ["models"], "migrations": "models.migrations", "default_connection": dialect}}


DEVELOPMENT_CONFIG = DatabaseUrl.parse("sqlite:///peerscore.sqlite3").tortoise_config()
"""What `tortoise makemigrations` reads; it compares models with migrations and opens no database."""


def database() -> BaseDBAsyncClient:
    """The connection of the database that is open here, or of the transaction that runs here."""
    return require_context().db()


def dialect_of(connection: BaseDBAsyncClient) -> Dialect:
    """Which SQL the connection speaks."""
    return "sqlite" if connection.capabilities.dialect == "sqlite" else "postgres"


@asynccontextmanager
async def open_database(url: DatabaseUrl, *, everywhere: bool = False) -> AsyncIterator[TortoiseContext]:
    """Open the database, and close it at the end.

    Args:
        url: which database.
        everywhere: make it the database of all tasks of the process, as a server needs, instead of only of
            the tasks started from here.

    Raises:
        DatabaseUnreachable: no connection can be made.
    """
    context = TortoiseContext()
    async with context:
        if url.dialect == "sqlite" and not Path(url.location).parent.is_dir():
            raise DatabaseUnreachable(f"the folder of {url.location} does not exist")
        await context.init(config=url.tortoise_config(), _enable_global_fallback=everywhere)
        try:
            await context.db().execute_query("SELECT 1")
        except Exception as error:
            raise DatabaseUnreachable(f"no connection to {url.location}: {error}") from error
        yield context


def _executor(connection: BaseDBAsyncClient) -> MigrationExecutor:
    return MigrationExecutor(connection, _apps(dialect_of(connection)))


async def pending_migrations() -> list[str]:
    """Names of the migrations that the open database has not had yet, in order. Changes nothing."""
    plan = await _executor(database()).plan()
    return [step.migration.name for step in plan]


async def migrate(report: Callable[[str], None] = lambda _: None) -> list[str]:
    """Bring the open database up to date; safe to call from several processes at once.

    Args:
        report: is told the name of each migration when it has been applied.

    Returns:
        The names of the migrations applied, in order; empty when there was nothing to do.
    """
    applied: list[str] = []

    def note(event: str, _app: str, name: str) -> None:
        if event == "apply_done":
            applied.append(name)
            report(name)

    connection = database()
    if dialect_of(connection) == "sqlite":
        await MigrationRecorder(connection).ensure_schema(SqliteSchemaEditor(connection, atomic=False))
    # One transaction for all: a second process waits for the lock and then finds nothing to do, and one that is
    # killed leaves nothing half done.
    async with in_transaction() as transaction:
        if dialect_of(connection) == "sqlite":
            # The first write takes SQLite's only lock.
            await transaction.execute_query("DELETE FROM tortoise_migrations WHERE 1 = 0")
        else:
            await transaction.execute_query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK])
            await MigrationRecorder(transaction).ensure_schema(AsyncpgSchemaEditor(transaction, atomic=False))
        executor = _executor(transaction)
        executor.recorder = _PreparedRecorder(transaction)
        await executor.migrate(progress=note, direction="forward")
        # A new database has no ratings, so nothing is to be counted.
        new = {"pseudonym_key": secrets.token_bytes(32), "counts_version": COUNTS_VERSION}
        await Installation.get_or_create(new, id=1, using_db=transaction)
    return applied


class _PreparedRecorder(MigrationRecorder):
    """A recorder for a transaction that has run into the table of migrations already."""

    async def ensure_schema(self, schema_editor: object) -> None:
        """Nothing to do; Tortoise's script would end SQLite's transaction here."""


async def counts_behind() -> bool:
    """Whether the open database, with all migrations, lacks counts that this version of the code keeps."""
    return (await Installation.get(id=1)).counts_version < COUNTS_VERSION


async def require_migrated() -> None:
    """Refuse a database that is behind the code.

    Raises:
        DatabaseBehind: with the names of the missing migrations.
        CountsBehind: the migrations are there, but the ratings are not counted as the code needs it.
    """
    if pending := await pending_migrations():
        raise DatabaseBehind(pending)
    if await counts_behind():
        raise CountsBehind

"""SQLite for Tortoise: one connection that writes, and several that read beside it."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from tortoise.backends.sqlite.client import SqliteClient
from tortoise.exceptions import OperationalError

from resolvers.connections.reading import DirectlyRead, Rows
from resolvers.connections.sqlite_readers import SqliteReaders

READERS = 4
"""The most statements that are read at the same time."""

OF_READERS = ("busy_timeout", "temp_store")
"""Settings that the readers share with the writer."""

READERS_CACHE_SIZE = -4_096
"""4 MiB for each of them; what is not in there is mostly in the operating system's memory. With four times as much no
read of `benchmarks.reads` was faster."""


class ReadersBesideWriter(SqliteClient, DirectlyRead):
    """Tortoise's client, whose connection writes, and on which transactions run."""

    def __init__(self, file_path: str, **settings: Any) -> None:  # noqa: ANN401 - Tortoise hands over a configuration
        super().__init__(file_path, **settings)
        pragmas = {name: settings[name] for name in OF_READERS}
        self._readers = SqliteReaders(file_path, {**pragmas, "cache_size": READERS_CACHE_SIZE}, READERS)

    async def read(self, sql: str, values: Sequence[Any]) -> Rows:
        """The rows of a SELECT; see `DirectlyRead`."""
        if self._connection is None:
            # It makes the file and puts it into WAL mode.
            async with self.acquire_connection():
                pass
        self.log.debug("%s: %s", sql, values)
        try:
            return await self._readers.fetch(sql, values)
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    async def close(self) -> None:
        """Close all connections, the writing one last: the last one brings the log into the file."""
        await self._readers.close()
        await super().close()


client_class = ReadersBesideWriter
"""By this name Tortoise looks for it."""

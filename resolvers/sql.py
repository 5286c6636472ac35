"""Small helpers for SQL that both databases take. Values are always bound, never written into the text."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, cast

import orjson

from resolvers.connections.reading import DirectlyRead, Rows
from resolvers.database import Dialect, database, dialect_of


class Parameters:
    """Collects the values of one statement and hands out their placeholders."""

    def __init__(self, dialect: Dialect | None = None) -> None:
        self.dialect = dialect or dialect_of(database())
        self.values: list[Any] = []

    def bind(self, value: object) -> str:
        """The placeholder of a value; an aware time is bound in UTC, as it is stored."""
        self.values.append(value.astimezone(UTC) if isinstance(value, datetime) else value)
        number = len(self.values)
        return f"?{number}" if self.dialect == "sqlite" else f"${number}"

    def member_of(self, column: str, values: Iterable[int] | Iterable[str], sql_type: str = "int") -> str:
        """A condition that the column is one of the values.

        The whole list is one parameter, so the text, and with it the prepared statement, stays the same
        whatever the number of values. `sql_type` is PostgreSQL's name of the column's type.
        """
        if self.dialect == "sqlite":
            return f"{column} IN (SELECT given.value FROM {self.table_of(values)})"
        return f"{column} = ANY({self.bind(list(values))}::{sql_type}[])"

    def table_of(self, values: Iterable[int] | Iterable[str], sql_type: str = "int") -> str:
        """The values as a table `given` with one column, `value`."""
        if self.dialect == "sqlite":
            self.values.append(orjson.dumps(list(values)).decode())
            return f"json_each(?{len(self.values)}) AS given"
        self.values.append(list(values))
        return f"unnest(${len(self.values)}::{sql_type}[]) AS given(value)"

    def table_of_pairs(self, pairs: Iterable[tuple[int, int]]) -> str:
        """The pairs as a table `given` with the columns `first` and `second`."""
        pairs = list(pairs)
        if self.dialect == "sqlite":
            self.values.append(orjson.dumps(pairs).decode())
            return f"(SELECT value ->> 0 AS first, value ->> 1 AS second FROM json_each(?{len(self.values)})) AS given"
        self.values.append([first for first, _ in pairs])
        self.values.append([second for _, second in pairs])
        number = len(self.values)
        return f"unnest(${number - 1}::int[], ${number}::int[]) AS given(first, second)"


async def fetch_rows(sql: str, parameters: Parameters | None = None) -> Rows:
    """The rows of a SELECT, each a sequence of its columns.

    Outside of a transaction it must neither change nor lock anything, and sees what was committed before.
    """
    connection = database()
    values = parameters.values if parameters else []
    if isinstance(connection, DirectlyRead):
        return await connection.read(sql, values)
    _, rows = await connection.execute_query(sql, values)
    # Tortoise declares dictionaries; both drivers hand over lists of rows that are sequences as well.
    return cast("Rows", rows)


async def fetch_returned(sql: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """The rows that an INSERT, UPDATE or DELETE with RETURNING hands back."""
    # On PostgreSQL Tortoise's `execute_query` says of these how many rows they changed, and nothing else.
    rows = await database().execute_query_dict(sql, parameters.values)
    return [tuple(row.values()) for row in rows]


def as_time(value: datetime | str) -> datetime:
    """A stored time as an aware datetime in UTC; SQLite hands over text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def containing(column: str, text: str, parameters: Parameters) -> str:
    """A condition that the column contains the text, ignoring case; wildcards in the text mean themselves."""
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"LOWER({column}) LIKE {parameters.bind(f'%{escaped}%')} ESCAPE '\\'"

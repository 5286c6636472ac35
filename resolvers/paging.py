"""Keyset paging: a page is what follows (or precedes) a row, so it stays right while rows are added."""

import base64
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import orjson

from resolvers.connections.reading import Rows
from resolvers.database import Dialect
from resolvers.errors import PeerscoreError
from resolvers.sql import Parameters, fetch_rows

Record = TypeVar("Record")

OfRows = Callable[[Rows], Sequence[Record]]
"""Makes the records of a page from rows, each of which has what a source selects."""

KeyValue = int | str | datetime
Key = tuple[KeyValue, ...]
"""Where a row stands in an order: the values of the order's columns."""

CHECKSUM_BYTES = 4
BIGGEST_INTEGER = 2**63

TEXTS = 256
"""So many parts of statements, which depend on nothing but orders and sources, are kept."""


class InvalidCursor(PeerscoreError):
    """A cursor that this list did not give out."""

    def __init__(self, argument: str) -> None:
        self.argument = argument
        super().__init__(
            f"`{argument}` is not a cursor of this list: pass one that was returned by the same field "
            "with the same order, unchanged."
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an order. `sql` may be an expression; it is never null."""

    sql: str
    kind: Literal["integer", "text", "time"]
    descending: bool = False

    def expression(self, dialect: Dialect) -> str:
        """The SQL to sort and compare by: text by code point, so that both databases sort alike."""
        return f'{self.sql} COLLATE "C"' if self.kind == "text" and dialect == "postgres" else self.sql

    def checked(self, value: object) -> KeyValue:
        """The value as this column may hold it; ValueError if it may not."""
        if self.kind == "integer" and type(value) is int and abs(value) < BIGGEST_INTEGER:
            return value
        if self.kind == "text" and isinstance(value, str) and "\0" not in value:
            return value
        if self.kind == "time" and isinstance(value, str):
            return datetime.fromisoformat(value).astimezone(UTC)
        raise ValueError(value)


@dataclass(frozen=True, slots=True)
class Order:
    """The columns by which a list is sorted, the last of them unique; `name` goes into its cursors."""

    name: str
    columns: tuple[Column, ...]

    def encode(self, key: Key) -> str:
        """The cursor of the row that has this key: opaque, and checked when it comes back."""
        values = [value.isoformat() if isinstance(value, datetime) else value for value in key]
        content = orjson.dumps([self.name, *values])
        return base64.urlsafe_b64encode(_checksum(content) + content).decode().rstrip("=")

    def decode(self, cursor: str, argument: str) -> Key:
        """The key in a cursor.

        Raises:
            InvalidCursor: the text was not made by `encode` of this order.
        """
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            checksum, content = raw[:CHECKSUM_BYTES], raw[CHECKSUM_BYTES:]
            if checksum != _checksum(content):
                raise InvalidCursor(argument)
            name, *values = orjson.loads(content)
            if name != self.name:
                raise InvalidCursor(argument)
            return tuple(column.checked(value) for column, value in zip(self.columns, values, strict=True))
        except (ValueError, TypeError, OverflowError) as error:
            raise InvalidCursor(argument) from error

    def precedes(self, first: Key, second: Key) -> bool:
        """Whether a row with the first key stands before a row with the second one."""
        for column, one, other in zip(self.columns, first, second, strict=True):
            if one != other:
                smaller: bool = one < other  # type: ignore[operator]  # values of one column are of one kind
                return smaller != column.descending
        return False


def _checksum(content: bytes) -> bytes:
    return blake2b(content, digest_size=CHECKSUM_BYTES).digest()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """At most `size` rows after `after` and before `before`; the last ones of these when `backward`.

    Unless `more` is true it need not be known whether there are more beyond them, and one row less is read.
    """

    size: int
    after: Key | None = None
    before: Key | None = None
    backward: bool = False
    more: bool = True

    @property
    def limit(self) -> int:
        """How many rows are read at most."""
        return self.size + self.more


@dataclass(slots=True)
class Page(Generic[Record]):
    """Rows in the list's order, where each stands in it, and whether there are more on either side.

    Attributes:
        records: what is listed.
        places: what each one's key is taken from when somebody asks for it; most who read lists do not.
        has_next: whether there are more behind; False where that need not be known.
        has_previous: whether there are more before; likewise.
        key_of: takes the key from a place.
    """

    records: Sequence[Record]
    places: Sequence[Any]
    has_next: bool
    has_previous: bool
    key_of: Callable[[Any], Key] = tuple


@dataclass(frozen=True, slots=True)
class Source:
    """What a list is read from.

    Args:
        tables: the FROM clause, joins included.
        id_column: names a row of it uniquely.
        columns: what to select for a record, in the record's order.
        parent_column: for lists below a parent, the column that holds the parent's id.
        ids_first: find the ids of the page before anything else of its rows, as is right where an index holds all
            that order and conditions need, and the rows are many.
        joined: what else is read with the rows once they have been found, as joins.
    """

    tables: str
    id_column: str
    columns: tuple[str, ...]
    parent_column: str = ""
    ids_first: bool = False
    joined: str = ""


@dataclass(slots=True)
class Conditions:
    """Conditions of a WHERE clause, and where their values are collected."""

    parameters: Parameters
    texts: list[str]

    def where(self) -> str:
        return " AND ".join(self.texts) or "1 = 1"


def new_conditions() -> Conditions:
    return Conditions(Parameters(), [])


def each(make: Callable[[Sequence[Any]], Record]) -> OfRows[Record]:
    """Makes each row's record by itself."""
    return lambda rows: list(map(make, rows))


async def read_page(
    source: Source,
    order: Order,
    request: PageRequest,
    conditions: Conditions,
    of_rows: OfRows[Record],
    parents: Sequence[int] | None = None,
) -> Page[Record]:
    """One page of a list without a parent, or of what is below any of the parents, in one list."""
    parameters = conditions.parameters
    given = None
    if parents is not None and parameters.dialect == "sqlite":
        conditions.texts.append(parameters.member_of(source.parent_column, parents))
    elif parents is not None:
        # Told to look for any of several parents, PostgreSQL may read the whole list until it has met enough.
        given = parameters.table_of(parents)
        conditions.texts.append(f"{source.parent_column} = given.value")
    _add_bounds(conditions, order, request)
    chosen = _chosen(source, order, request, conditions)
    columns = _columns(source, order)
    selected = f"SELECT {columns.selection} FROM {source.tables} {source.joined}"
    in_order = f"ORDER BY {_by_column(order, parameters.dialect, backward=request.backward)}"
    if given:
        ids = (
            f"SELECT chosen.id FROM {given} CROSS JOIN LATERAL ({chosen}) AS chosen "
            f"ORDER BY {_by_key(order, backward=request.backward)} LIMIT {request.limit}"
        )
        sql = f"{selected} WHERE {source.id_column} IN ({ids}) {in_order}"
    elif source.ids_first:
        ids = f"SELECT chosen.id FROM ({chosen}) AS chosen"
        sql = f"{selected} WHERE {source.id_column} IN ({ids}) {in_order}"
    else:
        sql = f"{selected} WHERE {conditions.where()} {in_order} LIMIT {request.limit}"
    return _page(await fetch_rows(sql, parameters), request, columns, of_rows, partial(_key_of, order, columns.keys))


async def read_pages(
    source: Source,
    order: Order,
    request: PageRequest,
    conditions: Conditions,
    of_rows: OfRows[Record],
    parents: Sequence[int],
) -> list[Page[Record]]:
    """The same page of the lists of many parents, in one statement; one page per parent, in their order."""
    parameters = conditions.parameters
    distinct = list(dict.fromkeys(parents))
    given = parameters.table_of(distinct)
    # Without conditions nothing is looked at but the rows of the pages, which are read on the way then.
    at_once = not conditions.texts and source.tables.isidentifier()
    conditions.texts.append(f"{source.parent_column} = given.value")
    _add_bounds(conditions, order, request)
    if parameters.dialect == "sqlite":
        # SQLite has no LATERAL; a correlated list of ids is answered from the same index.
        chosen = _chosen(source, order, request, conditions)
        tables = (
            f"{given} CROSS JOIN {source.tables} {source.joined} "
            f"WHERE {source.id_column} IN (SELECT id FROM ({chosen}))"
        )
    elif at_once:
        tables = (
            f"{given} CROSS JOIN LATERAL (SELECT * FROM {source.tables} WHERE {conditions.where()} "
            f"ORDER BY {_by_column(order, parameters.dialect, backward=request.backward)} LIMIT {request.limit}"
            f") AS {source.tables} {source.joined}"
        )
    else:
        chosen = _chosen(source, order, request, conditions)
        tables = (
            f"{given} CROSS JOIN LATERAL ({chosen}) AS chosen JOIN {source.tables} ON {source.id_column} = chosen.id "
            f"{source.joined}"
        )
    columns = _columns(source, order)
    rows = await fetch_rows(
        f"SELECT {columns.selection} FROM {tables} "
        f"ORDER BY given.value, {_by_column(order, parameters.dialect, backward=request.backward)}",
        parameters,
    )
    found = {parent: list(its) for parent, its in groupby(rows, itemgetter(columns.parent))}
    key_of = partial(_key_of, order, columns.keys)
    pages = {parent: _page(found.get(parent, []), request, columns, of_rows, key_of) for parent in distinct}
    return [pages[parent] for parent in parents]


def page_of(records: Sequence[Record], keys: Sequence[Key], order: Order, request: PageRequest) -> Page[Record]:
    """One page of a list that is at hand as a whole.

    Args:
        records: all of them, in the order.
        keys: where each stands in the order.
        order: the order.
        request: which page.
    """
    start, stop = 0, len(keys)
    after, before = request.after, request.before
    if after is not None:
        start = bisect_left(keys, True, key=lambda key: order.precedes(after, key))
    if before is not None:
        stop = max(start, bisect_left(keys, True, key=lambda key: not order.precedes(key, before)))
    if request.backward:
        start = max(start, stop - request.size)
    else:
        stop = min(stop, start + request.size)
    return Page(list(records[start:stop]), list(keys[start:stop]), stop < len(keys), start > 0)


def _chosen(source: Source, order: Order, request: PageRequest, conditions: Conditions) -> str:
    """The ids of a page's rows, and of one more to tell whether there are more, with the columns of the order."""
    return (
        f"SELECT {source.id_column} AS id, {_keys(order, conditions.parameters.dialect)} FROM {source.tables} "
        f"WHERE {conditions.where()} ORDER BY {_by_key(order, backward=request.backward)} LIMIT {request.limit}"
    )


@lru_cache(maxsize=TEXTS)
def _keys(order: Order, dialect: Dialect) -> str:
    return ", ".join(f"{column.expression(dialect)} AS key_{number}" for number, column in enumerate(order.columns))


class _Columns(NamedTuple):
    """What a statement selects: the columns of a record, and behind them what else a page needs that is not among them.

    Attributes:
        selection: for the SELECT clause.
        of_record: takes those of the record from a row; None: they are all.
        keys: where the values of the order's columns are.
        parent: where the parent's id is; -1 for a list without parents.
    """

    selection: str
    of_record: Callable[[Sequence[Any]], Sequence[Any]] | None
    keys: tuple[int, ...]
    parent: int


@lru_cache(maxsize=TEXTS)
def _columns(source: Source, order: Order) -> _Columns:
    parent = [source.parent_column] if source.parent_column else []
    # Each once: what is read for nothing is a good part of a long page.
    selected = list(dict.fromkeys((*source.columns, *(column.sql for column in order.columns), *parent)))
    return _Columns(
        selection=", ".join(selected),
        of_record=itemgetter(slice(len(source.columns))) if len(selected) > len(source.columns) else None,
        keys=tuple(selected.index(column.sql) for column in order.columns),
        parent=selected.index(source.parent_column) if parent else -1,
    )


@lru_cache(maxsize=TEXTS)
def _by_column(order: Order, dialect: Dialect, *, backward: bool) -> str:
    return ", ".join(
        f"{column.expression(dialect)} {_direction(column, backward=backward)}" for column in order.columns
    )


@lru_cache(maxsize=TEXTS)
def _by_key(order: Order, *, backward: bool) -> str:
    return ", ".join(
        f"key_{number} {_direction(column, backward=backward)}" for number, column in enumerate(order.columns)
    )


def _direction(column: Column, *, backward: bool) -> str:
    return "DESC" if column.descending != backward else "ASC"


def _add_bounds(conditions: Conditions, order: Order, request: PageRequest) -> None:
    if request.after is not None:
        conditions.texts.append(_beyond(conditions.parameters, order, request.after, forward=True))
    if request.before is not None:
        conditions.texts.append(_beyond(conditions.parameters, order, request.before, forward=False))


def _beyond(parameters: Parameters, order: Order, key: Key, *, forward: bool) -> str:
    """A condition that a row stands after the key (before it, unless forward)."""
    expressions = [column.expression(parameters.dialect) for column in order.columns]
    signs = [">" if column.descending != forward else "<" for column in order.columns]
    bound = [parameters.bind(value) for value in key]
    if len(set(signs)) == 1:
        # One row-value comparison, because that is what both databases answer from an index.
        return f"({', '.join(expressions)}) {signs[0]} ({', '.join(bound)})"
    alternatives = []
    for position, sign in enumerate(signs):
        equal = [f"{expressions[earlier]} = {bound[earlier]}" for earlier in range(position)]
        alternatives.append(" AND ".join((*equal, f"{expressions[position]} {sign} {bound[position]}")))
    return "(" + " OR ".join(f"({alternative})" for alternative in alternatives) + ")"


def _page(
    rows: list[Sequence[Any]],
    request: PageRequest,
    columns: _Columns,
    of_rows: OfRows[Record],
    key_of: Callable[[Any], Key],
) -> Page[Record]:
    """The page of rows; the list of rows is used up."""
    more = len(rows) > request.size
    if more:
        del rows[request.size :]
    if request.backward:
        rows.reverse()
    return Page(
        of_rows(list(map(columns.of_record, rows)) if columns.of_record else rows),
        rows,
        request.before is not None if request.backward else more,
        more if request.backward else request.after is not None,
        key_of,
    )


def _key_of(order: Order, places: tuple[int, ...], row: Sequence[Any]) -> Key:
    """The key in a row that has the values of the order's columns at these places; SQLite has times as texts."""
    values = [row[place] for place in places]
    return tuple(
        datetime.fromisoformat(value) if column.kind == "time" and isinstance(value, str) else value
        for column, value in zip(order.columns, values, strict=True)
    )

"""Lists that can grow, as Relay connections."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from graph.errors import invalid_argument
from graph.planning import Each, RecordsOfRows, computed, read
from resolvers.paging import Order, Page, PageRequest

Item = TypeVar("Item")
Value = TypeVar("Value")

ShownBy = Callable[..., Any]
"""Makes an entry of a list; called with a `record`."""

CursorOf = Callable[[Any], str]
"""Makes the cursor of a place, as `resolvers.paging.Page` has it."""

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
LARGEST_RATING_PAGE = 500

First = Annotated[
    int | None,
    strawberry.argument(
        description="How many from the start, 1 to 100 (ratings: to 500); 20 when neither `first` nor `last` is given."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Only what follows the edge with this cursor.")]
Last = Annotated[
    int | None,
    strawberry.argument(
        description="How many from the end instead, 1 to 100 (ratings: to 500). Not together with `first`."
    ),
]
Before = Annotated[str | None, strawberry.argument(description="Only what precedes the edge with this cursor.")]


def later(answer: Awaitable[Value]) -> Value:
    """An answer that is on its way; GraphQL waits for it. A plain `def` with this beats an `async def` fivefold."""
    return answer  # type: ignore[return-value]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = read("page.has_next", description="Whether there is more after this page.")
    has_previous_page: bool = read("page.has_previous", description="Whether there is more before this page.")
    page: strawberry.Private[Page[Any]]
    order: strawberry.Private[Order]

    @strawberry.field(description="Cursor of the first edge; null on an empty page.")
    def start_cursor(self) -> str | None:
        return self._cursor(0)

    @strawberry.field(description="Cursor of the last edge, for `after`; null on an empty page.")
    def end_cursor(self) -> str | None:
        return self._cursor(-1)

    def _cursor(self, position: int) -> str | None:
        places = self.page.places
        return self.order.encode(self.page.key_of(places[position])) if places else None


@strawberry.type(description="One entry of a list, and where it stands.")
class Edge(Generic[Item]):
    node: Item = strawberry.field(description="The entry.")
    place: strawberry.Private[Any]
    cursor_of: strawberry.Private[CursorOf]

    @strawberry.field(
        description="Give it back as `after` or `before` to go on from here; it stays valid while entries are added."
    )
    def cursor(self) -> str:
        return self.cursor_of(self.place)


def edges_field(rows: type[RecordsOfRows] | None = None) -> Any:  # noqa: ANN401 - stands for the annotated type
    """The edges of a connection.

    Args:
        rows: the class of the sequence of its records, if they are rows; None: it is a list.
    """
    return computed(
        lambda connection: edges_of(connection.page, connection.order, connection.shown_by),
        each=Each(records="page.records", shown_by="shown_by", field="node", record="record", rows=rows),
        description="The entries of this page, in the list's order.",
    )


@strawberry.type(description="One page of a list.")
class Connection(Generic[Item]):
    edges: list[Edge[Item]] = edges_field()
    page_info: PageInfo = computed(
        lambda page, order: PageInfo(page=page, order=order), of="page,order", description="Where this page stands."
    )
    page: strawberry.Private[Page[Any]]
    order: strawberry.Private[Order]
    shown_by: strawberry.Private[ShownBy]
    """Makes an entry of a record: its type, where an entry has nothing but the record."""
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="How many entries the whole list has, exactly, whatever the page.")
    def total_count(self) -> int:
        return later(self.count())


def page_request(
    order: Order,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    largest: int = LARGEST_PAGE,
    default: int = DEFAULT_PAGE,
) -> PageRequest:
    """What the four arguments of a connection ask for.

    Raises:
        InputError: an argument is out of range, or two do not go together.
        InvalidCursor: a cursor that this list did not give out.
    """
    if first is not None and last is not None:
        raise invalid_argument("`first` and `last` do not go together: pass one of them.")
    for name, value in (("first", first), ("last", last)):
        if value is not None and not 1 <= value <= largest:
            raise invalid_argument(f"`{name}` must be from 1 to {largest}; it was {value}.")
    return PageRequest(
        size=last or first or default,
        after=None if after is None else order.decode(after, "after"),
        before=None if before is None else order.decode(before, "before"),
        backward=last is not None,
    )


def edges_of(page: Page[Any], order: Order, shown_by: ShownBy) -> list[Edge[Any]]:
    """The edges of a page of records."""
    cursor_of = cursors_of(page, order)
    return [
        Edge(node=shown_by(record=record), place=place, cursor_of=cursor_of)
        for record, place in zip(page.records, page.places, strict=True)
    ]


def cursors_of(page: Page[Any], order: Order) -> CursorOf:
    """What makes cursors of the places of a page."""
    return lambda place: order.encode(page.key_of(place))

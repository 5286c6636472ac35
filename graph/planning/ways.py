"""How generated code reads attributes: off an object, off the record that it shows, or off a row."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from graph.planning.reading import RecordsOfRows
from graph.planning.selecting import at_hand_paths
from graph.planning.shapes import ObjectPlan

Way = Callable[[str], str]
"""From the path of an attribute to the code that reads it."""

Attributes = Callable[[str], str | None]
"""From the path of an attribute of a record to the code that reads it; None if there is none."""


def way_off_parent(plan: ObjectPlan, source: str, reads: list[str]) -> Way:
    """What gives the code that reads an attribute of the parent in `source`.

    What several attributes have in common, such as `record` of `record.name` and `record.id`, is read once; code for
    that is added to `reads`.
    """
    paths = [path for field in plan.fields for path in (*(field.paths or ()), *(at_hand_paths(field) or ()))]
    common: dict[str, str] = {}
    for prefix, times in Counter(path.rpartition(".")[0] for path in paths).items():
        if prefix and times > 1:
            common[prefix] = f"way_{plan.number}_{len(common)}"
            reads.append(f"{common[prefix]} = {source}.{prefix}")

    def way(path: str) -> str:
        prefix, _, name = path.rpartition(".")
        return f"{common[prefix]}.{name}" if prefix in common else f"{source}.{path}"

    return way


def way_to_record(plan: ObjectPlan, record: str, attributes: Attributes) -> Way | None:
    """How to read the attributes of an object that shows a record; None: it takes more than what its record has."""
    prefix = f"{record}."
    found: dict[str, str] = {}
    for field in plan.fields:
        if field.paths is None:
            return None
        for path in (*field.paths, *(at_hand_paths(field) or ())):
            way = attributes(path.removeprefix(prefix)) if path.startswith(prefix) else None
            if way is None:
                return None
            found[path] = way
    return found.__getitem__


class Listed(NamedTuple):
    """How the code for a list takes its records.

    Attributes:
        kind: the name of the class that the records' sequence has to have.
        rows: what is gone through.
        record: the record of one of these.
        attributes: how its attributes are read.
        names: what the code refers to.
        of_all: code that goes before the loop.
        of_each: code that goes before attributes are read.
    """

    kind: str
    rows: str
    record: str
    attributes: Attributes
    names: Mapping[str, Any] = {}
    of_all: Sequence[str] = ()
    of_each: Sequence[str] = ()


def in_list(records: str, one: str) -> Listed:
    """For a list of records, in a variable; `one` is that of each of them."""
    return Listed("list", records, one, lambda path: f"{one}.{path}")


def in_rows(rows: type[RecordsOfRows], records: str, one: str, value: str) -> Listed:
    """For records that are rows: each is taken apart at once, which beats reading off a record, and none is made.

    Args:
        rows: the class of the sequence.
        records: the variable that has it.
        one: the variable that gets each row.
        value: what the names of other variables end with.
    """
    of_row, of_rest = ({name: f"{name}_of_{value}" for name in names} for names in (rows.row_fields, rows.rest_fields))
    variables = of_row | of_rest

    def attributes(path: str) -> str | None:
        name, dot, further = path.partition(".")
        return f"{variables[name]}{dot}{further}" if name in variables else None

    return Listed(
        f"rows_of_{value}",
        f"{records}.rows",
        f"{records}.made({one})",
        attributes,
        {f"rows_of_{value}": rows},
        [f"{', '.join(of_rest.values())}, = {records}.rest"] if of_rest else [],
        [f"{', '.join(of_row.values())}, = {one}"],
    )

"""Finding out what a plan reads of the objects that a loader reads, and what is at hand already."""

from collections.abc import Iterator

from graph.planning.selections import EVERYTHING, Selection
from graph.planning.shapes import FieldPlan, Kind, ListShape, ObjectPlan, ObjectShape, Shape


def selected_below(field: FieldPlan) -> Selection:
    """What is read of the objects to which the path of a relation leads; what is selected there is planned already."""
    if field.relation is None or not field.relation.selects:
        return EVERYTHING
    found = [field]
    for name in field.relation.selects.split("."):
        found = [inner for one in found for inner in _fields_of(one) if inner.python_name == name]
    paths: set[str] = set()
    whole = False
    for read in (inner for one in found for inner in _fields_of(one)):
        if read.paths is None:
            whole = True
            continue
        paths.update(read.paths)
        paths.update(at_hand_paths(read) or ())
    beside = {one.python_name or "" for one in _fields_of(field)}
    return Selection(frozenset(paths), whole, frozenset(beside))


def at_hand_paths(field: FieldPlan) -> tuple[str, ...] | None:
    """The attributes of the parent that are all that is asked of a related object; None if it takes a loader."""
    if field.kind is not Kind.RELATION or field.relation is None or field.relation.at_hand is None:
        return None
    at_hand, plan = field.relation.at_hand, object_plan(field.shape)
    if plan is None:
        return None
    paths = [at_hand.known]
    for one in plan.fields:
        if one.paths is None or not at_hand.attributes.keys() >= set(one.paths):
            return None
        paths += [at_hand.attributes[path] for path in one.paths]
    return tuple(paths)


def object_plan(shape: Shape) -> ObjectPlan | None:
    """What is selected of objects whose type is known for certain; None for other values."""
    return shape.plan if isinstance(shape, ObjectShape) and not shape.plan.asks_type else None


def _fields_of(field: FieldPlan) -> Iterator[FieldPlan]:
    """The fields of a field's values, or of the items of their lists."""
    shape = field.shape
    while isinstance(shape, ListShape):
        shape = shape.item
    if isinstance(shape, ObjectShape):
        yield from shape.plan.fields

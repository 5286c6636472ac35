"""Generates the code of a plan's hot parts.

For each kind of object a function that reads all its attributes and makes the object of the answer, and for each field
that is not read at once a function that puts a whole list of values where they belong. They take what is as it should
be; whatever is not they leave to `graph.planning.running`, which knows all cases and gives the same answer.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from graph.planning.leaves import NAMES, leaf_code, list_test
from graph.planning.shapes import FieldPlan, Kind, LeafShape, ListShape, ObjectPlan, ObjectShape, Plan

Functions = tuple[Sequence[Callable[[Any], dict[str, Any]]], Sequence[Callable[..., None]]]

INDENT = "    "


def generate(plan: Plan) -> Callable[[Any], Functions]:
    """What makes the functions for one run: those of all objects, and those of all fields that are not read at once."""
    names: dict[str, Any] = dict(NAMES)
    lines = [
        "def bind(run):",
        "    slow_object, put, item, waiting = run.new_object, run.put, run.item, run.waiting",
        "    failures, awaited = run.failures, run.awaited",
    ]
    for one in plan.objects:
        lines += _indented(_object(one, names), 1)
    for field in plan.deferred:
        lines += _indented(_settle(field, names), 1)
    objects = "".join(f"object_{one.number}, " for one in plan.objects)
    settles = "".join(f"settle_{field.number}, " for field in plan.deferred)
    lines.append(f"    return ({objects}), ({settles})")
    exec(compile("\n".join(lines), "<planned execution>", "exec"), names)  # noqa: S102 - made of names of the schema and quoted keys
    bind: Callable[[Any], Functions] = names["bind"]
    return bind


def _object(plan: ObjectPlan, names: dict[str, Any]) -> Iterator[str]:
    """The function that makes the object of the answer for a value of a type."""
    names[f"plan_{plan.number}"] = plan
    names[f"classes_{plan.number}"] = plan.known_classes
    for field in plan.fields:
        if field.number is not None:
            yield f"append_answer_{field.number} = waiting[{field.number}][0].append"
            yield f"append_source_{field.number} = waiting[{field.number}][1].append"
    yield f"def object_{plan.number}(source):"
    reads: list[str] = []
    tests: list[str] = []
    entries: list[str] = []
    after: list[str] = []
    for place, field in enumerate(plan.fields):
        value = f"value_{place}"
        names[f"field_{plan.number}_{place}"] = field
        if field.kind is Kind.TYPENAME:
            entries.append(f"{field.name!r}: {field.parent_type.name!r}")
        elif field.number is None:
            names[f"compute_{plan.number}_{place}"] = field.method
            computed = f"compute_{plan.number}_{place}(source)"
            reads.append(f"{value} = source.{field.attribute}" if field.method is None else f"{value} = {computed}")
            entry = _attribute(field, value, f"field_{plan.number}_{place}", names, reads, tests, after)
            entries.append(f"{field.name!r}: {entry}")
        else:
            entries.append(f"{field.name!r}: None")
            source = "source"
            if field.relation is not None:
                source = value
                keys = ", ".join(f"source.{key}" for key in field.relation.keys)
                reads.append(f"{value} = {keys}")
            after += [f"append_answer_{field.number}(answer)", f"append_source_{field.number}({source})"]
    if reads:
        accepted = " and ".join(f"({test})" for test in tests) or "True"
        yield "    try:"
        yield from _indented([*reads, f"accepted = {accepted}"], 2)
        yield "    except Exception:"
        yield f"        return slow_object(plan_{plan.number}, source)"
        yield "    if not accepted:"
        yield f"        return slow_object(plan_{plan.number}, source)"
    yield f"    answer = {{{', '.join(entries)}}}"
    yield from _indented(after, 1)
    yield "    return answer"


def _attribute(
    field: FieldPlan,
    value: str,
    field_name: str,
    names: dict[str, Any],
    reads: list[str],
    tests: list[str],
    after: list[str],
) -> str:
    """Adds code for an attribute that has been read; what stands for it in the new object of the answer."""
    shape = field.shape
    if isinstance(shape, LeafShape):
        code = leaf_code(shape.type)
        names.update(code.names)
        completed = value
        if code.conversion:
            completed = f"{value}_converted"
            reads.append(f"{completed} = {code.conversion.format(value=value)}")
        tests.append(_if_nullable(field, value, code.test.format(value=completed)))
        return completed
    test = _list_test(field)
    if test is not None:
        tests.append(_if_nullable(field, value, test.format(value=value)))
        return value
    after += _place(field, value, field_name, names)
    return "None"


def _if_nullable(field: FieldPlan, value: str, test: str) -> str:
    return f"{value} is None or {test}" if field.nullable else test


def _list_test(field: FieldPlan) -> str | None:
    shape = field.shape
    if isinstance(shape, ListShape) and isinstance(shape.item, LeafShape):
        return list_test(shape.item.type, shape.item_nullable)
    return None


def _place(field: FieldPlan, value: str, field_name: str, names: dict[str, Any]) -> Iterator[str]:
    """Code that completes a value other than a leaf and puts it into `answer`."""
    shape = field.shape
    slow = f"put({field_name}, answer, {value})"
    if isinstance(shape, ObjectShape) and not shape.plan.asks_type:
        yield f"if {_is_of(shape.plan, value)}:"
        yield f"    answer[{field.name!r}] = object_{shape.plan.number}({value})"
        yield from _otherwise(field, value, slow)
    elif isinstance(shape, ListShape) and isinstance(shape.item, ObjectShape) and not shape.item.plan.asks_type:
        names[f"shape_of_{field_name}"] = shape
        yield f"if {value}.__class__ is list:"
        yield f"    answer[{field.name!r}] = items = []"
        yield f"    for one in {value}:"
        yield f"        if {_is_of(shape.item.plan, 'one')}:"
        yield f"            items.append(object_{shape.item.plan.number}(one))"
        yield "        else:"
        yield f"            item({field_name}, shape_of_{field_name}, items, one)"
        yield from _otherwise(field, value, slow)
    else:
        yield slow


def _otherwise(field: FieldPlan, value: str, slow: str) -> Iterator[str]:
    yield f"elif {value} is not None:" if field.nullable else "else:"
    yield f"    {slow}"


def _is_of(plan: ObjectPlan, value: str) -> str:
    """The test that a value is of the type that is expected."""
    known = f"{value}.__class__ in classes_{plan.number}"
    return f"{known} and not hasattr({value}, {TYPE_CAST_ATTRIBUTE!r})" if plan.checked else known


def _settle(field: FieldPlan, names: dict[str, Any]) -> Iterator[str]:
    """The function that completes the values of a field that is not read at once, and puts them where they belong."""
    field_name = f"deferred_{field.number}"
    names[field_name] = field
    yield f"def settle_{field.number}(answers, values):"
    shape = field.shape
    if isinstance(shape, ObjectShape) and field.kind is Kind.RELATION and _at_once(shape.plan) and shape.plan.fields:
        # Many parents share few of these, such as the ratings of a drug their indications.
        yield "    known = {}"
        yield "    for answer, value in zip(answers, values):"
        yield f"        if {_is_of(shape.plan, 'value')}:"
        yield "            completed = known.get(id(value))"
        yield "            if completed is None:"
        yield "                before = len(failures) + len(awaited)"
        yield f"                completed = object_{shape.plan.number}(value)"
        yield "                if len(failures) + len(awaited) == before:"
        yield "                    known[id(value)] = completed"
        yield f"            answer[{field.name!r}] = completed"
        yield from _indented(_otherwise(field, "value", f"put({field_name}, answer, value)"), 2)
        return
    yield "    for answer, value in zip(answers, values):"
    if isinstance(shape, LeafShape):
        code = leaf_code(shape.type)
        if code.conversion and "coerce_" in code.conversion:
            yield f"        put({field_name}, answer, value)"
            return
        names.update(code.names)
        yield f"        completed = {code.conversion.format(value='value') or 'value'}"
        yield f"        if {code.test.format(value='completed')}:"
        yield f"            answer[{field.name!r}] = completed"
        yield from _indented(_otherwise(field, "value", f"put({field_name}, answer, value)"), 2)
        return
    test = _list_test(field)
    if test is not None:
        yield f"        if {test.format(value='value')}:"
        yield f"            answer[{field.name!r}] = value"
        yield from _indented(_otherwise(field, "value", f"put({field_name}, answer, value)"), 2)
        return
    yield from _indented(_place(field, "value", field_name, names), 2)


def _at_once(plan: ObjectPlan) -> bool:
    """Whether objects are complete as soon as they have been made."""
    return all(
        field.kind is Kind.TYPENAME
        or (
            field.number is None
            and (
                isinstance(field.shape, LeafShape)
                or _list_test(field) is not None
                or (
                    isinstance(field.shape, ObjectShape)
                    and not field.shape.plan.asks_type
                    and _at_once(field.shape.plan)
                )
            )
        )
        for field in plan.fields
    )


def _indented(lines: Iterator[str] | Sequence[str], levels: int) -> list[str]:
    return [INDENT * levels + line for line in lines]

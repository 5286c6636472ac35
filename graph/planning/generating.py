"""Generates the code of a plan's hot parts.

For each field that is not read at once there is a function that puts a whole list of values where they belong, and for
objects a function that makes the object of the answer for a value. What a level holds is made within one of them as far
as that goes: the objects of a list, and what these have in turn. They take what is as it should be; whatever is not
they leave to `graph.planning.completing` and `running`, which know all cases and give the same answer.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from graph.planning.leaves import NAMES, leaf_code, list_test
from graph.planning.selecting import at_hand_paths, object_plan
from graph.planning.shapes import (
    AbstractShape,
    FieldPlan,
    Kind,
    LeafShape,
    ListShape,
    ObjectPlan,
    ObjectShape,
    Plan,
    Shape,
)
from graph.planning.ways import Way, in_list, in_rows, way_off_parent, way_to_record

Functions = tuple[Sequence[Callable[[Any], dict[str, Any]]], Sequence[Callable[..., None]]]

INDENT = "    "

DEEPEST = 8
"""So many objects are made within each other in one function: Python bounds how deep blocks go."""


def generate(plan: Plan) -> Callable[[Any], Functions]:
    """What makes the functions for one run: those of all objects, and those of all fields that are not read at once."""
    return _Generator(plan).generated()


class _Generator:
    """Writes the code for one plan.

    Args:
        plan: the plan.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._names: dict[str, Any] = dict(NAMES)
        self._within = _made_within_others(plan)

    def generated(self) -> Callable[[Any], Functions]:
        """What makes the functions for one run."""
        lines = [
            "def bind(run):",
            "    slow_object, put, item, waiting = run.new_object, run.put, run.item, run.waiting",
        ]
        for field in self._plan.deferred:
            lines.append(f"    append_answer_{field.number} = waiting[{field.number}][0].append")
            lines.append(f"    append_source_{field.number} = waiting[{field.number}][1].append")
        for one in self._plan.objects:
            lines += _indented(self._object_function(one), 1)
        for field in self._plan.deferred:
            lines += _indented(self._settle_function(field), 1)
        objects = "".join(f"object_{one.number}, " for one in self._plan.objects)
        settles = "".join(f"settle_{field.number}, " for field in self._plan.deferred)
        lines.append(f"    return ({objects}), ({settles})")
        code = compile("\n".join(lines), "<planned execution>", "exec")
        exec(code, self._names)  # noqa: S102 - made of names of the schema and quoted keys
        bind: Callable[[Any], Functions] = self._names["bind"]
        return bind

    def _object_function(self, plan: ObjectPlan) -> Iterator[str]:
        """The function that makes the object of the answer for a value of a type."""
        self._names[f"plan_{plan.number}"] = plan
        self._names[f"classes_{plan.number}"] = plan.known_classes
        yield f"def object_{plan.number}(source):"
        if plan.number in self._within:
            # Only values that are not as they should be come here.
            yield f"    return slow_object(plan_{plan.number}, source)"
            return
        yield from _indented(self._make(plan, "source", "answer", 1), 1)
        yield "    return answer"

    def _make(
        self,
        plan: ObjectPlan,
        source: str,
        target: str,
        depth: int,
        *,
        way: Way | None = None,
        first: Sequence[str] = (),
        then: Sequence[str] = (),
        otherwise: Sequence[str] = (),
    ) -> Iterator[str]:
        """Code that makes the object of the answer for a value of the right class.

        Args:
            plan: what is selected.
            source: the value; where there is a `way`, an expression that makes it.
            target: the variable that gets the object.
            depth: within how many others it is made.
            way: how to read an attribute without the value; None: off the value.
            first: code that goes before reading.
            then: code that follows if all is as it should be.
            otherwise: code if it is not; without any, the object is made field by field.
        """
        reads = list(first)
        tests: list[str] = []
        entries: list[str] = []
        after: list[str] = []
        accepted = f"accepted_{plan.number}"
        parent = way_off_parent(plan, source, reads) if way is None else way
        for place, field in enumerate(plan.fields):
            value = f"value_{plan.number}_{place}"
            if field.kind is Kind.TYPENAME:
                entries.append(f"{field.name!r}: {field.parent_type.name!r}")
            elif field.number is None:
                entry = self._read(field, value, source, parent, target, depth, reads, tests, after)
                entries.append(f"{field.name!r}: {entry}")
            else:
                entries.append(f"{field.name!r}: None")
                given = source
                if field.relation is not None:
                    given = value
                    reads.append(f"{value} = {', '.join(map(parent, field.relation.keys)) or '()'}")
                waits = [f"append_answer_{field.number}({target})", f"append_source_{field.number}({given})"]
                after += self._at_hand(field, value, parent, target, depth, reads, waits)
        made = [f"{target} = {{{', '.join(entries)}}}", *after, *then]
        if not reads:
            yield from made
            return
        yield "try:"
        # As a condition all tests take a third less time than as an expression whose value is kept.
        decided = [f"{accepted} = {not tests}"]
        if tests:
            decided += [f"if {' and '.join(f'({test})' for test in tests)}:", f"{INDENT}{accepted} = True"]
        yield from _indented([*reads, *decided], 1)
        yield "except Exception:"
        yield f"    {accepted} = False"
        yield f"if {accepted}:"
        yield from _indented(made, 1)
        yield "else:"
        yield from _indented(otherwise or [f"{target} = slow_object(plan_{plan.number}, {source})", *then], 1)

    def _read(
        self,
        field: FieldPlan,
        value: str,
        source: str,
        parent: Way,
        answer: str,
        depth: int,
        reads: list[str],
        tests: list[str],
        after: list[str],
    ) -> str:
        """Adds code for a field that is read at once; what stands for it in the new object of the answer."""
        field_name = f"field_{value.removeprefix('value_')}"
        if field.each is not None and (items := self._items(field, value, parent, answer, depth, reads)):
            self._names[field_name] = field
            compute = self._computing(field, value, source, parent)
            after += [*items, "else:", f"    put({field_name}, {answer}, {compute})"]
            return "None"
        reads.append(f"{value} = {self._computing(field, value, source, parent)}")
        return self._attribute(field, value, field_name, answer, depth, reads, tests, after)

    def _computing(self, field: FieldPlan, value: str, source: str, parent: Way) -> str:
        """An expression for a field that is read at once."""
        if field.computed is None:
            return parent(field.attribute)
        compute = f"compute_{value.removeprefix('value_')}"
        self._names[compute] = field.computed.value_of
        return f"{compute}({', '.join(map(parent, field.computed.paths)) or source})"

    def _at_hand(
        self,
        field: FieldPlan,
        value: str,
        parent: Way,
        answer: str,
        depth: int,
        reads: list[str],
        waits: list[str],
    ) -> Iterator[str]:
        """Code for a field that is not read at once: it waits, unless all that is asked of it is at hand."""
        plan = object_plan(field.shape)
        if at_hand_paths(field) is None or plan is None or depth >= DEEPEST:
            yield from waits
            return
        at_hand = field.relation.at_hand  # type: ignore[union-attr]
        assert at_hand is not None  # noqa: S101 - see above
        known, made = f"known_of_{value}", f"object_of_{value}"
        reads.append(f"{known} = {parent(at_hand.known)}")
        attributes = at_hand.attributes
        yield f"if {known} is not None:"
        code = self._make(
            plan,
            "",
            made,
            depth + 1,
            way=lambda path: parent(attributes[path]),
            then=[f"{answer}[{field.name!r}] = {made}"],
            otherwise=waits,
        )
        yield from _indented(code, 1)
        yield "else:"
        yield from _indented(waits, 1)

    def _items(
        self, field: FieldPlan, value: str, parent: Way, answer: str, depth: int, reads: list[str]
    ) -> list[str] | None:
        """Code for a list whose items wrap objects that show records; None if more is asked of an item."""
        each, shape = field.each, field.shape
        item = object_plan(shape.item) if isinstance(shape, ListShape) else None
        if each is None or item is None or depth >= DEEPEST:
            return None
        inner = [one for one in item.fields if one.kind is not Kind.TYPENAME]
        plan = object_plan(inner[0].shape) if len(inner) == 1 and inner[0].python_name == each.field else None
        if plan is None or plan.number not in self._within:
            return None
        records, shown_by, one, made = (f"{name}_of_{value}" for name in ("records", "shown_by", "one", "object"))
        reads += [f"{records} = {parent(each.records)}", f"{shown_by} = {parent(each.shown_by)}"]
        entries = ", ".join(
            f"{entry.name!r}: {entry.parent_type.name!r}" if entry.kind is Kind.TYPENAME else f"{entry.name!r}: {made}"
            for entry in item.fields
        )
        listed = in_list(records, one) if each.rows is None else in_rows(each.rows, records, one, value)
        self._names.update(listed.names)
        shown = f"{shown_by}({each.record}={listed.record})"
        before: list[str] = []
        way, first = way_to_record(plan, each.record, listed.attributes), listed.of_each
        if way is None:
            before, shown, first = [f"shown_of_{value} = {shown}"], f"shown_of_{value}", ()
        return [
            f"if type({records}) is {listed.kind} and {shown_by} in classes_{plan.number}:",
            f"    {answer}[{field.name!r}] = items_of_{value} = []",
            *_indented(listed.of_all, 1),
            f"    for {one} in {listed.rows}:",
            *_indented(before, 2),
            *_indented(self._make(plan, shown, made, depth + 1, way=way, first=first), 2),
            f"        items_of_{value}.append({{{entries}}})",
        ]

    def _attribute(
        self,
        field: FieldPlan,
        value: str,
        field_name: str,
        answer: str,
        depth: int,
        reads: list[str],
        tests: list[str],
        after: list[str],
    ) -> str:
        """Adds code for an attribute that has been read; what stands for it in the new object of the answer."""
        shape = field.shape
        if isinstance(shape, LeafShape):
            code = leaf_code(shape)
            self._names.update(code.names)
            completed = value
            if code.conversion:
                completed = f"{value}_converted"
                converted = code.conversion.format(value=value)
                reads.append(f"{completed} = {_null_or(field, value, converted)}")
            tests.append(_if_nullable(field, value, code.test.format(value=completed)))
            return completed
        test = _list_test(field)
        if test is not None:
            tests.append(_if_nullable(field, value, test.format(value=value)))
            return value
        after += self._place(field, value, field_name, answer, depth)
        return "None"

    def _place(self, field: FieldPlan, value: str, field_name: str, answer: str, depth: int) -> Iterator[str]:
        """Code that completes a value other than a leaf and puts it into an object of the answer."""
        self._names[field_name] = field
        shape = field.shape
        slow = f"put({field_name}, {answer}, {value})"
        if isinstance(shape, ObjectShape) and not shape.plan.asks_type:
            made = f"object_of_{field_name}"
            yield f"if {_is_of(shape.plan, value)}:"
            yield from _indented(self._made(shape.plan, value, made, depth), 1)
            yield f"    {answer}[{field.name!r}] = {made}"
            yield from _otherwise(field, value, slow)
        elif isinstance(shape, ListShape) and isinstance(shape.item, ObjectShape) and not shape.item.plan.asks_type:
            self._names[f"shape_of_{field_name}"] = shape
            items, one, made = f"items_of_{field_name}", f"one_of_{field_name}", f"object_of_{field_name}"
            yield f"if type({value}) is list:"
            yield f"    {answer}[{field.name!r}] = {items} = []"
            yield f"    for {one} in {value}:"
            yield f"        if {_is_of(shape.item.plan, one)}:"
            yield from _indented(self._made(shape.item.plan, one, made, depth), 3)
            yield f"            {items}.append({made})"
            yield "        else:"
            yield f"            item({field_name}, shape_of_{field_name}, {items}, {one})"
            yield from _otherwise(field, value, slow)
        else:
            yield slow

    def _made(self, plan: ObjectPlan, source: str, target: str, depth: int) -> Iterator[str]:
        """Code that makes an object of the answer into `target`, here or in a function of its own."""
        if plan.number in self._within and depth < DEEPEST:
            yield from self._make(plan, source, target, depth + 1)
        else:
            yield f"{target} = object_{plan.number}({source})"

    def _settle_function(self, field: FieldPlan) -> Iterator[str]:
        """The function that completes the values of a field that is not read at once, and puts them in their places.

        Those of a relation it gets by key.
        """
        field_name = f"deferred_{field.number}"
        self._names[field_name] = field
        shape = field.shape
        slow = f"put({field_name}, answer, value)"
        if isinstance(shape, ObjectShape) and _is_shared(field, shape.plan):
            yield f"def settle_{field.number}(answers, keys, found):"
            yield "    known = {}"
            yield "    for answer, key in zip(answers, keys):"
            yield "        completed = known.get(key)"
            yield "        if completed is None:"
            yield "            value = found[key]"
            yield f"            if {_is_of(shape.plan, 'value')}:"
            yield from _indented(self._make(shape.plan, "value", "completed", 1), 4)
            # What had to be looked at in detail may have failed, or have to be waited for.
            yield f"                if accepted_{shape.plan.number}:"
            yield "                    known[key] = completed"
            yield "            else:"
            yield f"                {'if value is not None: ' if field.nullable else ''}{slow}"
            yield "                continue"
            yield f"        answer[{field.name!r}] = completed"
            return
        if field.kind is Kind.RELATION:
            yield f"def settle_{field.number}(answers, keys, found):"
            yield "    for answer, key in zip(answers, keys):"
            yield "        value = found[key]"
        else:
            yield f"def settle_{field.number}(answers, values):"
            yield "    for answer, value in zip(answers, values):"
        if isinstance(shape, LeafShape):
            code = leaf_code(shape)
            if code.conversion and "coerce_" in code.conversion:
                yield f"        {slow}"
                return
            self._names.update(code.names)
            yield f"        completed = {code.conversion.format(value='value') or 'value'}"
            yield f"        if {code.test.format(value='completed')}:"
            yield f"            answer[{field.name!r}] = completed"
            yield from _indented(_otherwise(field, "value", slow), 2)
            return
        test = _list_test(field)
        if test is not None:
            yield f"        if {test.format(value='value')}:"
            yield f"            answer[{field.name!r}] = value"
            yield from _indented(_otherwise(field, "value", slow), 2)
            return
        yield from _indented(self._place(field, "value", field_name, "answer", 1), 2)


def _made_within_others(plan: Plan) -> set[int]:
    """The numbers of the objects that are made where their parents are, without a function of their own.

    Those that resolvers hand over come one by one, and perhaps have to be waited for; those of abstract types are
    chosen among several; and what is selected at several places has one function for all of them.
    """
    places: Counter[int] = Counter()
    by_resolvers = {plan.root.number}
    for one in plan.objects:
        for field in one.fields:
            inner = list(_plans_below(field))
            places.update(inner)
            if field.kind in (Kind.METHOD, Kind.RESOLVER) or not isinstance(_innermost(field), ObjectShape):
                by_resolvers.update(inner)
    return {number for number, times in places.items() if times == 1 and number not in by_resolvers}


def _plans_below(field: FieldPlan) -> Iterator[int]:
    """The numbers of the objects that a field's values are completed to."""
    shape = _innermost(field)
    if isinstance(shape, ObjectShape):
        yield shape.plan.number
    elif isinstance(shape, AbstractShape):
        for plan in shape.plans.values():
            yield plan.number


def _innermost(field: FieldPlan) -> Shape:
    """The shape of a field's values, or of what is in their lists."""
    shape = field.shape
    while isinstance(shape, ListShape):
        shape = shape.item
    return shape


def _is_shared(field: FieldPlan, plan: ObjectPlan) -> bool:
    """Whether many parents may have the same value, such as ratings of a drug their indications, which is made once."""
    return (
        field.kind is Kind.RELATION
        and any(one.kind is not Kind.TYPENAME for one in plan.fields)
        and all(
            one.kind is Kind.TYPENAME
            or (one.number is None and (isinstance(one.shape, LeafShape) or _list_test(one) is not None))
            for one in plan.fields
        )
    )


def _if_nullable(field: FieldPlan, value: str, test: str) -> str:
    return f"{value} is None or {test}" if field.nullable else test


def _null_or(field: FieldPlan, value: str, converted: str) -> str:
    return f"None if {value} is None else {converted}" if field.nullable else converted


def _list_test(field: FieldPlan) -> str | None:
    shape = field.shape
    if isinstance(shape, ListShape) and isinstance(shape.item, LeafShape):
        return list_test(shape.item.type, shape.item_nullable)
    return None


def _otherwise(field: FieldPlan, value: str, slow: str) -> Iterator[str]:
    yield f"elif {value} is not None:" if field.nullable else "else:"
    yield f"    {slow}"


def _is_of(plan: ObjectPlan, value: str) -> str:
    """The test that a value is of the type that is expected."""
    known = f"type({value}) in classes_{plan.number}"
    return f"{known} and not hasattr({value}, {TYPE_CAST_ATTRIBUTE!r})" if plan.checked else known


def _indented(lines: Iterator[str] | Sequence[str], levels: int) -> list[str]:
    return [INDENT * levels + line for line in lines]

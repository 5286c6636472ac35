"""Completing values: what resolvers and attributes give, as the answer has it."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from graphql import Executor, GraphQLError, GraphQLSchema, Undefined, default_type_resolver
from graphql.execution.executor import invalid_return_type_error
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, is_iterable

from graph.planning.awaitables import is_awaitable, may_be_awaitable
from graph.planning.infos import PlannedInfo, Roots, helpers, info_of
from graph.planning.places import Container, Key, Places
from graph.planning.shapes import AbstractShape, FieldPlan, LeafShape, ListShape, ObjectPlan, ObjectShape, Plan, Shape
from graph.planning.unfinished import Awaited, Failure, Undecided


class Completing:
    """The part of an execution that completes values and puts them where they belong.

    Objects of known types are made by `objects`. What fails, has to be waited for, or is of a type that has to be
    asked for is noted in `failures`, `awaited` and `undecided`, with the place that it belongs to.

    Args:
        plan: of the operation.
        roots: the root values.
        context: what the fields share.
        variables: the coerced variables.
    """

    objects: Sequence[Callable[[Any], dict[str, Any]]]
    """What makes the object of the answer for a value, by the number of the object's plan."""

    def __init__(self, plan: Plan, roots: Sequence[Any], context: object, variables: VariableValues) -> None:
        self.plan = plan
        self.roots = roots
        self.context = context
        self.variables = variables
        self.answers: list[Any] = []
        self.failures: list[Failure] = []
        self.awaited: list[Awaited] = []
        self.undecided: list[Undecided] = []
        self._chosen: dict[int, ObjectPlan] = {}
        # Objects are known by their `id`, so those of an abstract type have to stay.
        self._kept: list[dict[str, Any]] = []
        self._background: set[asyncio.Future[Any]] = set()

    def settle(self, field: FieldPlan, containers: list[dict[str, Any]], values: Sequence[Any]) -> None:
        """Complete the values of a field and put them where they belong."""
        for container, value in zip(containers, values, strict=True):
            self.put(field, container, value)

    def settle_found(
        self, field: FieldPlan, containers: list[dict[str, Any]], keys: Sequence[Any], found: Mapping[Any, Any]
    ) -> None:
        """The same with the values that have been found for keys."""
        self.settle(field, containers, [found[key] for key in keys])

    def put(self, field: FieldPlan, container: dict[str, Any], value: Any) -> None:  # noqa: ANN401 - whatever a resolver gives
        """Complete a value and put it where it belongs, or let it be waited for."""
        if is_awaitable(value):
            then = partial(self.completed, field, field.shape, field.nullable, container, field.name)
            self.awaited.append(Awaited(field, container, field.name, value, then))
        else:
            container[field.name] = self.completed(field, field.shape, field.nullable, container, field.name, value)

    def item(self, field: FieldPlan, shape: ListShape, items: list[Any], value: Any) -> None:  # noqa: ANN401 - likewise
        """Complete a value and add it to a list, or let it be waited for."""
        index = len(items)
        items.append(None)
        if is_awaitable(value):
            then = partial(self.completed, field, shape.item, shape.item_nullable, items, index)
            self.awaited.append(Awaited(field, items, index, value, then))
        else:
            items[index] = self.completed(field, shape.item, shape.item_nullable, items, index, value)

    def completed(
        self,
        field: FieldPlan,
        shape: Shape,
        nullable: bool,
        container: Container,
        key: Key,
        value: Any,  # noqa: ANN401 - whatever a resolver gives
    ) -> Any:  # noqa: ANN401 - any part of an answer
        """A value as the answer has it; None where it failed, which is noted."""
        try:
            if isinstance(value, Exception):
                raise value  # noqa: TRY301 - as any failure of the field
            if value is not None and value is not Undefined:
                return self._completed(field, shape, container, key, value)
            if not nullable:
                raise TypeError(f"Cannot return null for non-nullable field {field.coordinate}.")  # noqa: TRY301 - likewise
        except Exception as error:  # noqa: BLE001 - any failure is one of the field
            self.failures.append(Failure(field, container, key, error))
        return None

    def _completed(
        self,
        field: FieldPlan,
        shape: Shape,
        container: Container,
        key: Key,
        value: Any,  # noqa: ANN401 - whatever a resolver gives
    ) -> Any:  # noqa: ANN401 - any part of an answer
        if isinstance(shape, LeafShape):
            if shape.keeps_times and value.__class__ is datetime and value.tzinfo is UTC:
                return value
            return Executor.complete_leaf_value(shape.type, value)
        if isinstance(shape, ListShape):
            return self._list(field, shape, container, key, value)
        if isinstance(shape, ObjectShape):
            return self._object_of_type(field, shape, container, key, value)
        self.undecided.append(Undecided(field, shape, container, key, value))
        return None

    def _list(
        self, field: FieldPlan, shape: ListShape, container: Container, key: Key, value: object
    ) -> list[Any] | None:
        if isinstance(value, AsyncIterable):
            then = partial(self._list, field, shape, container, key)
            self.awaited.append(Awaited(field, container, key, _collected(value), then))
            return None
        if not is_iterable(value):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{field.coordinate}'.")
        items: list[Any] = []
        try:
            for item in value:
                self.item(field, shape, items, item)
        except Exception as error:  # noqa: BLE001 - any failure is one of the field
            # The items stay until it is known whether one of them has failed before.
            self.failures.append(Failure(field, container, key, error, (len(items),)))
        return items

    def _object_of_type(
        self,
        field: FieldPlan,
        shape: ObjectShape,
        container: Container,
        key: Key,
        value: Any,  # noqa: ANN401
    ) -> dict[str, Any] | None:
        plan = shape.plan
        kind = value.__class__
        if kind not in plan.known_classes:
            if plan.asks_type:
                self.undecided.append(Undecided(field, shape, container, key, value))
                return None
            if not plan.checked and not may_be_awaitable(kind):
                plan.known_classes.add(kind)
        if plan.checked and not plan.type.is_type_of(value, self._info(field, container, key)):  # type: ignore[misc]
            raise invalid_return_type_error(plan.type, value, field.details)
        return self.objects[plan.number](value)

    # What has to be asked for.

    def _decided(self, undecided: Undecided) -> dict[str, Any] | None:
        """The object of the answer for a value whose type has to be asked for; None if that takes waiting."""
        field, shape, container, key, value = undecided
        info = self._info(field, container, key)
        if isinstance(shape, ObjectShape):
            return self._if_of_type(undecided, shape.plan, info)
        resolve_type = shape.type.resolve_type or default_type_resolver
        name = resolve_type(value, info, shape.type)
        if is_awaitable(name):
            then = partial(self._of_named_type, undecided)
            self.awaited.append(Awaited(field, container, key, cast("Awaitable[Any]", name), then))
            return None
        return self._of_named_type(undecided, name)

    def put_decided(self, undecided: Undecided) -> None:
        """Put the object where it belongs, if its type can be told at once."""
        try:
            completed = self._decided(undecided)
        except Exception as error:  # noqa: BLE001 - any failure is one of the field
            self.failures.append(Failure(undecided.field, undecided.container, undecided.key, error))
            return
        undecided.container[undecided.key] = completed  # type: ignore[index]

    def _of_named_type(self, undecided: Undecided, name: object) -> dict[str, Any] | None:
        """The object of the answer, of a type that has been named for it."""
        field, shape, container, key, value = undecided
        assert isinstance(shape, AbstractShape)  # noqa: S101 - others are not asked for a name
        info = self._info(field, container, key)
        kind = Executor.ensure_valid_runtime_type(self, name, shape.type, field.details, info, value)  # type: ignore[arg-type]
        return self._if_of_type(undecided, shape.plans[kind.name], info)

    def _if_of_type(self, undecided: Undecided, plan: ObjectPlan, info: PlannedInfo) -> dict[str, Any] | None:
        if not plan.checked:
            return self._chosen_object(undecided, plan, of_type=True)
        of_type = plan.type.is_type_of(undecided.value, info)  # type: ignore[misc]
        then = partial(self._chosen_object, undecided, plan)
        if is_awaitable(of_type):
            later = cast("Awaitable[Any]", of_type)
            self.awaited.append(Awaited(undecided.field, undecided.container, undecided.key, later, then))
            return None
        return then(of_type=of_type)

    def _chosen_object(self, undecided: Undecided, plan: ObjectPlan, of_type: object) -> dict[str, Any]:
        """The object of the answer for a value, if it is of the type after all."""
        if not of_type:
            raise invalid_return_type_error(plan.type, undecided.value, undecided.field.details)
        answer = self.objects[plan.number](undecided.value)
        if isinstance(undecided.shape, AbstractShape):
            self._chosen[id(answer)] = plan
            self._kept.append(answer)
        return answer

    # What resolvers are told.

    def _info(self, field: FieldPlan, container: Container, key: Key) -> PlannedInfo:
        return info_of(
            self.plan,
            field,
            partial(self._response_path, container, key),
            self.roots[0]
            if len(self.roots) == 1
            else Roots(self.roots, lambda: self.number_of_answer(self.places(), container)),
            self.variables,
            self.context,
            helpers(self._track),
        )

    def _response_path(self, container: Container, key: Key) -> Path:
        return self.places().response_path(container, key)

    def number_of_answer(self, places: Places, container: Container) -> int:
        """Which root value a part of the answers belongs to."""
        number = places.path(container)[0]
        assert isinstance(number, int)  # noqa: S101 - that of the answer
        return number

    def places(self) -> Places:
        return Places(self.answers, self.plan.root, self._chosen)

    def _track(self, values: Sequence[Any]) -> None:
        """Let work go on that a resolver does not wait for."""
        waiting = [value for value in values if is_awaitable(value)]
        if waiting:
            future = asyncio.gather(*waiting, return_exceptions=True)
            self._background.add(future)
            future.add_done_callback(self._background.discard)

    @property
    def schema(self) -> GraphQLSchema:
        """graphql-core's schema."""
        return self.plan.schema


async def _collected(values: AsyncIterable[Any]) -> list[Any]:
    return [value async for value in values]

"""Executing a plan, level by level."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple, cast

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLSchema,
    Undefined,
    default_field_resolver,
    default_type_resolver,
    get_argument_values,
)
from graphql.error import located_error
from graphql.execution.executor import invalid_return_type_error
from graphql.execution.values import VariableValues
from graphql.pyutils import Path, is_iterable

from graph.planning.awaitables import is_awaitable, may_be_awaitable
from graph.planning.infos import PlannedInfo, Roots, helpers, info_of
from graph.planning.places import Container, Key, Places
from graph.planning.relations import Asked, beside
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


class Failure(NamedTuple):
    """Something that failed at a place of the answer.

    Attributes:
        field: that it belongs to.
        container: what holds the place.
        key: of the place.
        error: what happened.
        behind: of a list whose iterator failed, how many items it had given: these come before.
    """

    field: FieldPlan
    container: Container
    key: Key
    error: Exception
    behind: tuple[int, ...] = ()


class Awaited(NamedTuple):
    """A value that has to be waited for, where it belongs, and what is then made of it."""

    field: FieldPlan
    container: Container
    key: Key
    value: Awaitable[Any]
    then: Callable[[Any], Any]


class Undecided(NamedTuple):
    """An object whose type has to be asked for, and where it belongs."""

    field: FieldPlan
    shape: ObjectShape | AbstractShape
    container: Container
    key: Key
    value: Any


class Run:
    """One execution of a plan, for one root value or for several, which are answered together.

    What is read at once, attributes, is completed depth first. Everything else waits in `waiting`, in the order of the
    answer: for each field that is not read at once, the objects of the answer that its values belong to, and beside
    each the parent, or of a relation the key.

    Args:
        plan: of the operation.
        roots: the root values.
        context: what the fields share.
        variables: the coerced variables.
    """

    def __init__(self, plan: Plan, roots: Sequence[Any], context: object, variables: VariableValues) -> None:
        self._plan = plan
        self._roots = roots
        self._context = context
        self._variables = variables
        self.waiting: list[tuple[list[dict[str, Any]], list[Any]]] = [([], []) for _ in plan.deferred]
        self.answers: list[Any] = []
        self._errors: list[list[GraphQLError]] = [[] for _ in roots]
        self.failures: list[Failure] = []
        self.awaited: list[Awaited] = []
        self._undecided: list[Undecided] = []
        self._chosen: dict[int, ObjectPlan] = {}
        # Objects are known by their `id`, so those of an abstract type have to stay.
        self._kept: list[dict[str, Any]] = []
        self._arguments: dict[FieldPlan, Mapping[str, Any]] = {}
        self._asks: dict[FieldPlan, Asked] = {}
        self._background: set[asyncio.Future[Any]] = set()
        if plan.generated is None:
            self.objects: Sequence[Callable[[Any], dict[str, Any]]] = [
                partial(self.new_object, one) for one in plan.objects
            ]
            self._settle: Sequence[Callable[..., None]] = [partial(self.settle, one) for one in plan.deferred]
        else:
            self.objects, self._settle = plan.generated(self)

    async def results(self) -> list[ExecutionResult]:
        """Execute the plan; a result for each root value."""
        try:
            await self._execute(self._plan.root)
        finally:
            # They refer to the run: without this only the collector of garbage could free it, and the answers with it.
            self.objects = self._settle = ()
        return [
            ExecutionResult(answer, errors or None) for answer, errors in zip(self.answers, self._errors, strict=True)
        ]

    async def _execute(self, root: ObjectPlan) -> None:
        if self._plan.serially:
            for value in self._roots:
                await self._in_turn(root, value)
        else:
            self.answers.extend(self.objects[root.number](value) for value in self._roots)
            await self._finish()

    async def _in_turn(self, root: ObjectPlan, value: object) -> None:
        """Execute the fields of a root one after the other, until one makes the whole answer null."""
        answer: dict[str, Any] = {field.name: None for field in root.fields}
        self.answers.append(answer)
        for field in root.fields:
            self._begin(field, answer, value)
            await self._finish()
            if self.answers[-1] is None:
                break

    async def _finish(self) -> None:
        """Complete all that waits."""
        while True:
            self._without_waiting()
            if not await self._wait():
                break

    def _without_waiting(self) -> None:
        """Call what is to be called, until only values are left that have to be waited for."""
        busy = True
        while busy:
            busy = False
            for field in self._plan.called:
                containers, sources = self._taken(field)
                if containers:
                    busy = True
                    self._settle[self._number(field)](containers, self._called(field, containers, sources))
            # Wrong arguments are found out before anything is waited for, as by whoever calls resolvers.
            refused = [field for field in self._plan.asking if self._is_refused(field)]
            busy = busy or bool(refused)
            if self._undecided:
                busy = True
                undecided, self._undecided = self._undecided, []
                for one in undecided:
                    self._put_decided(one)
        if self.failures:
            self._fail()

    async def _wait(self) -> bool:
        """Load relations and wait for values, all together; False: there were none."""
        loaders: list[Any] = []
        groups: list[list[tuple[FieldPlan, list[dict[str, Any]], int]]] = []
        by_loader: dict[int, int] = {}
        keys_of_job: list[list[Any]] = []
        settled = False
        for field in self._plan.relations:
            containers, keys = self._taken(field)
            if not containers:
                continue
            try:
                asked = self._asked(field)
                loader = field.relation.loader(self._context, asked)  # type: ignore[union-attr]
            except Exception as error:  # noqa: BLE001 - any failure is one of the field
                self._settle[self._number(field)](containers, [error] * len(containers))
                settled = True
                continue
            if asked is not None and asked.beside is not None:
                keys = [beside(key, asked) for key in keys]
            job = by_loader.setdefault(id(loader), len(loaders))
            if job == len(loaders):
                loaders.append(loader)
                groups.append([])
                keys_of_job.append([])
            groups[job].append((field, containers, len(keys)))
            keys_of_job[job] += keys
        awaited = self.awaited[:]
        self.awaited.clear()
        if not loaders and not awaited:
            return settled
        outcomes = await _all_of(
            [loader.load_all(keys) for loader, keys in zip(loaders, keys_of_job, strict=True)],
            [one.value for one in awaited],
        )
        for group, outcome in zip(groups, outcomes, strict=False):
            start = 0
            for field, containers, size in group:
                values = [outcome] * size if isinstance(outcome, Exception) else outcome[start : start + size]
                start += size
                self._settle[self._number(field)](containers, values)
        for one, value in zip(awaited, outcomes[len(groups) :], strict=True):
            self._put(one, value)
        return True

    def _taken(self, field: FieldPlan) -> tuple[list[dict[str, Any]], list[Any]]:
        """What waits for a field, which is then gone from there."""
        containers, sources = self.waiting[self._number(field)]
        taken = containers[:], sources[:]
        containers.clear()
        sources.clear()
        return taken

    def _number(self, field: FieldPlan) -> int:
        assert field.number is not None  # noqa: S101 - it is one of those that have one
        return field.number

    # Objects, field by field: what generated code leaves to this, and what it has to agree with.

    def new_object(self, plan: ObjectPlan, source: object) -> dict[str, Any]:
        """The object of the answer for a value of a known type."""
        answer: dict[str, Any] = {field.name: None for field in plan.fields}
        for field in plan.fields:
            self._begin(field, answer, source)
        return answer

    def _begin(self, field: FieldPlan, answer: dict[str, Any], source: object) -> None:
        if field.kind is Kind.TYPENAME:
            answer[field.name] = field.parent_type.name
        elif field.kind is Kind.ATTRIBUTE or field.kind is Kind.COMPUTED:
            try:
                value = field.read(source)
            except Exception as error:  # noqa: BLE001 - any failure is one of the field
                value = error
            self.put(field, answer, value)
        else:
            containers, sources = self.waiting[self._number(field)]
            if field.kind is Kind.RELATION:
                try:
                    source = field.relation.key_of(source)  # type: ignore[union-attr]
                except Exception as error:  # noqa: BLE001 - likewise
                    self.failures.append(Failure(field, answer, field.name, error))
                    return
            containers.append(answer)
            sources.append(source)

    def settle(self, field: FieldPlan, containers: list[dict[str, Any]], values: Sequence[Any]) -> None:
        """Complete the values of a field and put them where they belong."""
        for container, value in zip(containers, values, strict=True):
            self.put(field, container, value)

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
        self._undecided.append(Undecided(field, shape, container, key, value))
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
                self._undecided.append(Undecided(field, shape, container, key, value))
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

    def _put_decided(self, undecided: Undecided) -> None:
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

    # Calling resolvers.

    def _called(self, field: FieldPlan, containers: list[dict[str, Any]], sources: list[Any]) -> list[Any]:
        """What the resolver of a field gives for each of these parents; an exception where it failed."""
        values: list[Any] = []
        if field.kind is Kind.METHOD:
            method = field.method
            assert method is not None  # noqa: S101 - a method has one
            for source in sources:
                try:
                    values.append(method(source))
                except Exception as error:  # noqa: BLE001 - any failure is one of the field
                    values.append(error)
            return values
        try:
            arguments = self._arguments_of(field)
        except Exception as error:  # noqa: BLE001 - likewise
            return [error] * len(sources)
        resolve = field.definition.resolve or default_field_resolver
        for container, source in zip(containers, sources, strict=True):
            try:
                values.append(resolve(source, self._info(field, container, field.name), **arguments))
            except Exception as error:  # noqa: BLE001 - likewise
                values.append(error)
        return values

    def _arguments_of(self, field: FieldPlan) -> Mapping[str, Any]:
        """The coerced arguments of a field."""
        if field.arguments is not None:
            return field.arguments
        found = self._arguments.get(field)
        if found is None:
            found = get_argument_values(field.definition, field.details[0].node, self._variables)
            self._arguments[field] = found
        return found

    def _is_refused(self, field: FieldPlan) -> bool:
        """Whether a relation is waited for whose arguments cannot be used; all who wait for it have failed then."""
        if not self.waiting[self._number(field)][0]:
            return False
        try:
            self._asked(field)
        except Exception as error:  # noqa: BLE001 - any failure is one of the field
            containers, _ = self._taken(field)
            self._settle[self._number(field)](containers, [error] * len(containers))
            return True
        return False

    def _asked(self, field: FieldPlan) -> Asked | None:
        """What the arguments of a relation ask for."""
        assert field.relation is not None  # noqa: S101 - a relation has one
        if field.relation.asked is None:
            return None
        asked = field.asked or self._asks.get(field)
        if asked is not None:
            return asked
        asked = field.relation.asked(**self._plan.convert(field, dict(self._arguments_of(field))))
        if field.arguments is not None:
            # The same for every request.
            field.asked = asked
        self._asks[field] = asked
        return asked

    def _info(self, field: FieldPlan, container: Container, key: Key) -> PlannedInfo:
        return info_of(
            self._plan,
            field,
            partial(self._response_path, container, key),
            self._roots[0] if len(self._roots) == 1 else Roots(self._roots, partial(self._number_of_answer, container)),
            self._variables,
            self._context,
            helpers(self._track),
        )

    def _response_path(self, container: Container, key: Key) -> Path:
        return self._places().response_path(container, key)

    def _number_of_answer(self, container: Container) -> int:
        number = self._places().path(container)[0]
        assert isinstance(number, int)  # noqa: S101 - that of the answer
        return number

    def _places(self) -> Places:
        return Places(self.answers, self._plan.root, self._chosen)

    # Failures.

    def _fail(self) -> None:
        """Put null where something has failed, or above, and note the errors; what is below is no longer looked for."""
        places = self._places()
        # What happened at the same time is told in the order of the answer, as if fields had been completed one by one.
        failures = sorted(
            (failure for failure in self.failures if places.holds(failure.container)),
            key=lambda failure: (*places.order(failure.container, failure.key), *failure.behind),
        )
        self.failures.clear()
        for failure in failures:
            if not places.holds(failure.container):
                continue
            number, *path = places.path(failure.container)
            assert isinstance(number, int)  # noqa: S101 - that of the answer
            error = located_error(failure.error, failure.field.nodes, [*path, failure.key])
            self._errors[number].append(error)
            places.become_null(failure.container, failure.key)
        for containers, sources in self.waiting:
            held = [
                (container, source)
                for container, source in zip(containers, sources, strict=True)
                if places.holds(container)
            ]
            containers[:] = [container for container, _ in held]
            sources[:] = [source for _, source in held]

    def _put(self, awaited: Awaited, value: Any) -> None:  # noqa: ANN401 - whatever came of it
        """Complete a value that has been waited for, and put it where it belongs."""
        field, container, key = awaited.field, awaited.container, awaited.key
        completed = None
        try:
            if isinstance(value, Exception):
                raise value  # noqa: TRY301 - as a failure of what is made of it
            completed = awaited.then(value)
        except Exception as error:  # noqa: BLE001 - any failure is one of the field
            self.failures.append(Failure(field, container, key, error))
        container[key] = completed  # type: ignore[index]

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
        return self._plan.schema


async def _all_of(jobs: list[Awaitable[Any]], values: list[Awaitable[Any]]) -> list[Any]:
    """The outcomes of all; exceptions as values."""
    if len(jobs) == 1 and not values:
        try:
            return [await jobs[0]]
        except Exception as error:  # noqa: BLE001 - a failure of all its keys
            return [error]
    outcomes = await asyncio.gather(*jobs, *values, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
            raise outcome
    return outcomes


async def _collected(values: AsyncIterable[Any]) -> list[Any]:
    return [value async for value in values]

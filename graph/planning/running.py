"""Executing a plan, level by level."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from graphql import ExecutionResult, GraphQLError
from graphql.error import located_error
from graphql.execution.values import VariableValues

from graph.planning.calling import Calling
from graph.planning.loading import BatchLoader
from graph.planning.relations import Asked, Relation, beside, of_operation
from graph.planning.shapes import FieldPlan, Kind, ObjectPlan, Plan
from graph.planning.unfinished import Awaited, Failure


class Run(Calling):
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
        super().__init__(plan, roots, context, variables)
        self.waiting: list[tuple[list[dict[str, Any]], list[Any]]] = [([], []) for _ in plan.deferred]
        self._errors: list[list[GraphQLError]] = [[] for _ in roots]
        self._unasked = list(plan.asking)
        if plan.generated is None:
            self.objects = [partial(self.new_object, one) for one in plan.objects]
            self._settle: Sequence[Callable[..., None]] = [
                partial(self.settle_found if one.kind is Kind.RELATION else self.settle, one) for one in plan.deferred
            ]
        else:
            self.objects, self._settle = plan.generated(self)

    async def results(self) -> list[ExecutionResult]:
        """Execute the plan; a result for each root value."""
        try:
            await self._execute(self.plan.root)
        finally:
            # They refer to the run: without this only the collector of garbage could free it, and the answers with it.
            self.objects = self._settle = ()
        return [
            ExecutionResult(answer, errors or None) for answer, errors in zip(self.answers, self._errors, strict=True)
        ]

    async def _execute(self, root: ObjectPlan) -> None:
        if self.plan.serially:
            for value in self.roots:
                await self._in_turn(root, value)
        else:
            self.answers.extend(self.objects[root.number](value) for value in self.roots)
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
            for field in self.plan.called:
                if self._is_waited_for(field):
                    busy = True
                    containers, sources = self._taken(field)
                    self._settle[self._number(field)](containers, self.called(field, containers, sources))
            # Wrong arguments are found out before anything is waited for, as by whoever calls resolvers.
            if self._unasked:
                busy = self._ask() or busy
            if self.undecided:
                busy = True
                undecided, self.undecided = self.undecided, []
                for one in undecided:
                    self.put_decided(one)
        if self.failures:
            self._fail()

    async def _wait(self) -> bool:
        """Load relations and wait for values, all together; False: there were none."""
        loaders: list[BatchLoader[Any, Any]] = []
        groups: list[list[tuple[FieldPlan, list[dict[str, Any]], list[Any]]]] = []
        by_loader: dict[int, int] = {}
        keys_of_job: list[list[Any]] = []
        settled = False
        for field in self.plan.relations:
            if not self._is_waited_for(field):
                continue
            containers, keys = self._taken(field)
            try:
                asked = self.asked(field)
                loader = field.relation.loader(self.context, asked)  # type: ignore[union-attr]
            except Exception as error:  # noqa: BLE001 - any failure is one of the field
                self.settle(field, containers, [error] * len(containers))
                settled = True
                continue
            keys = self._wanted(field.relation, asked, containers, keys)  # type: ignore[arg-type]
            job = by_loader.setdefault(id(loader), len(loaders))
            if job == len(loaders):
                loaders.append(loader)
                groups.append([])
                keys_of_job.append([])
            groups[job].append((field, containers, keys))
            keys_of_job[job] += keys
        awaited = self.awaited[:]
        self.awaited.clear()
        if not loaders and not awaited:
            return settled
        outcomes = await _all_of(loaders, keys_of_job, [one.value for one in awaited])
        for group, outcome in zip(groups, outcomes, strict=False):
            for field, containers, keys in group:
                found = dict.fromkeys(keys, outcome) if isinstance(outcome, Exception) else outcome
                self._settle[self._number(field)](containers, keys, found)
        for one, value in zip(awaited, outcomes[len(groups) :], strict=True):
            self._put(one, value)
        return True

    def _wanted(
        self, relation: Relation, asked: Asked | None, containers: list[dict[str, Any]], keys: list[Any]
    ) -> list[Any]:
        """The keys as the loader of a relation has them."""
        if asked is not None and asked.beside is not None:
            keys = [beside(key, asked) for key in keys]
        if not relation.by_operation:
            return keys
        if len(self.roots) == 1:
            return [of_operation(key, self.roots[0]) for key in keys]
        places = self.places()
        return [
            of_operation(key, self.roots[self.number_of_answer(places, container)])
            for container, key in zip(containers, keys, strict=True)
        ]

    def _is_waited_for(self, field: FieldPlan) -> bool:
        """Whether anything waits for a field."""
        return bool(self.waiting[field.number][0])  # type: ignore[index]  # it is one of those that have a number

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

    def _ask(self) -> bool:
        """Find out what relations ask for that something waits for; whether the arguments of one cannot be used.

        All who wait for such a one have failed then.
        """
        refused = False
        for field in list(self._unasked):
            if not self._is_waited_for(field):
                continue
            try:
                self.asked(field)
            except Exception as error:  # noqa: BLE001 - any failure is one of the field
                containers, _ = self._taken(field)
                self.settle(field, containers, [error] * len(containers))
                refused = True
            else:
                self._unasked.remove(field)
        return refused

    # Failures.

    def _fail(self) -> None:
        """Put null where something has failed, or above, and note the errors; what is below is no longer looked for."""
        places = self.places()
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


async def _all_of(
    loaders: list[BatchLoader[Any, Any]], keys: list[list[Any]], values: list[Awaitable[Any]]
) -> list[Any]:
    """What all loaders find, and then all values; exceptions as values."""
    if not values:
        return await _all_found(loaders, keys)
    # Whoever gives up in the middle must not leave values behind that nobody has begun to wait for.
    return await _gathered([*(loader.find_all(its) for loader, its in zip(loaders, keys, strict=True)), *values])


async def _all_found(loaders: list[BatchLoader[Any, Any]], keys: list[list[Any]]) -> list[Any]:
    outcomes: list[Any] = [None] * len(loaders)
    others = []
    for number, loader in enumerate(loaders):
        if loader.seldom_waits:
            outcomes[number] = await _found(loader, keys[number])
        else:
            others.append(number)
    if len(others) == 1:
        outcomes[others[0]] = await _found(loaders[others[0]], keys[others[0]])
    elif others:
        found = await _gathered([loaders[number].find_all(keys[number]) for number in others])
        for number, outcome in zip(others, found, strict=True):
            outcomes[number] = outcome
    return outcomes


async def _gathered(jobs: list[Awaitable[Any]]) -> list[Any]:
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
            raise outcome
    return outcomes


async def _found(loader: BatchLoader[Any, Any], keys: list[Any]) -> Any:  # noqa: ANN401 - what is found, or the failure
    try:
        return await loader.find_all(keys)
    except Exception as error:  # noqa: BLE001 - a failure of all its keys
        return error

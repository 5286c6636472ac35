"""Calling resolvers, and finding out what the arguments of relations ask for."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import default_field_resolver, get_argument_values
from graphql.execution.values import VariableValues

from graph.planning.completing import Completing
from graph.planning.relations import Asked
from graph.planning.shapes import FieldPlan, Kind, Plan


class Calling(Completing):
    """The part of an execution that calls resolvers. Arguments are coerced once for each selection."""

    def __init__(self, plan: Plan, roots: Sequence[Any], context: object, variables: VariableValues) -> None:
        super().__init__(plan, roots, context, variables)
        self._arguments: dict[FieldPlan, Mapping[str, Any]] = {}
        self._asks: dict[FieldPlan, Asked] = {}

    def called(self, field: FieldPlan, containers: list[dict[str, Any]], sources: list[Any]) -> list[Any]:
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
            found = get_argument_values(field.definition, field.details[0].node, self.variables)
            self._arguments[field] = found
        return found

    def asked(self, field: FieldPlan) -> Asked | None:
        """What the arguments of a relation ask for."""
        assert field.relation is not None  # noqa: S101 - a relation has one
        if field.relation.asked is None:
            return None
        asked = field.asked or self._asks.get(field)
        if asked is not None:
            return asked
        asked = field.relation.asked_for(self._arguments_of_relation(field), field.selected)
        assert asked is not None  # noqa: S101 - it has arguments
        if field.arguments is not None:
            # The same for every request.
            field.asked = asked
        self._asks[field] = asked
        return asked

    def _arguments_of_relation(self, field: FieldPlan) -> dict[str, Any]:
        """The arguments of a relation, as resolvers take them."""
        plain = None if field.plain is None else field.plain.values(self.variables)
        return self.plan.convert(field, dict(self._arguments_of(field))) if plain is None else plain

"""All that fails in an operation, and where the execution had to wait: what answers can be judged by.

graphql-core does not report every failure: what goes wrong below a position that is null already is dropped, and so is
what was cancelled. With the directive that stops errors from propagating it reports each, since each then makes nothing
null but its own position.
"""

from dataclasses import dataclass
from typing import Any

from graphql import DirectiveNode, DocumentNode, GraphQLSchema, NameNode, OperationDefinitionNode
from graphql.error import located_error
from graphql.execution.execute import execute_root_selection_set
from graphql.execution.executor import Executor
from graphql.type import is_non_null_type
from graphql.type.directives import GraphQLDisableErrorPropagationDirective

from tests.executors.answers import error_text

Position = tuple[str | int, ...]
"""A place in an answer; () is `data` itself."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure.

    Attributes:
        text: the error, as `error_text` gives it.
        at: where.
        absorbed: the position that becomes null: that one, or the nearest above that may be null.
        run: the last position down to `at` whose value was waited for. What has the same one is met without waiting in
            between, and so in a fixed order.
        absorbing_run: the same for `absorbed`. If it is `run`, nothing was waited for in between.
    """

    text: str
    at: Position
    absorbed: Position
    run: Position
    absorbing_run: Position


class WitnessingExecutor(Executor):
    """graphql-core's executor, which keeps what it sees."""

    def watch(self) -> None:
        """Keep from now on what happens."""
        self.non_null: dict[Position, bool] = {}
        self.awaited: set[Position] = set()
        self.seen: list[tuple[Position, str]] = []

    def handle_field_error(self, raw_error: Exception, return_type: Any, field_details_list: Any, path: Any) -> None:
        position = tuple(path.as_list())
        self.non_null.setdefault(position, is_non_null_type(return_type))
        nodes = [details.node for details in field_details_list]
        error = located_error(raw_error, nodes, path.as_list())
        self.seen.append((position, error_text(error)))
        super().handle_field_error(raw_error, return_type, field_details_list, path)

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        # The type without its "not null" is completed next, at the same position.
        self.non_null.setdefault(tuple(path.as_list()), is_non_null_type(return_type))
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    async def complete_awaitable_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        self.awaited.add(tuple(path.as_list()))
        return await super().complete_awaitable_value(
            return_type, field_details_list, info, path, result, position_context
        )

    async def complete_awaitable_list_item_value(
        self, item: Any, item_type: Any, field_details_list: Any, info: Any, item_path: Any, position_context: Any
    ) -> Any:
        self.awaited.add(tuple(item_path.as_list()))
        return await super().complete_awaitable_list_item_value(
            item, item_type, field_details_list, info, item_path, position_context
        )

    async def complete_async_iterator_value(
        self, item_type: Any, field_details_list: Any, info: Any, path: Any, async_iterator: Any, position_context: Any
    ) -> list[Any]:
        self.awaited.add(tuple(path.as_list()))
        return await super().complete_async_iterator_value(
            item_type, field_details_list, info, path, async_iterator, position_context
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation as it is sent.

    Attributes:
        query: the document.
        variables: the values of its variables.
        operation_name: which of its operations; None where it has one.
    """

    query: str
    variables: dict[str, Any]
    operation_name: str | None = None


async def failures_of(
    schema: GraphQLSchema,
    document: DocumentNode,
    asked: Asked,
    context: object,
    root_value: object = None,
) -> list[Failure]:
    """Every failure that executing an operation can meet, in the order in which graphql-core meets them."""
    executor = WitnessingExecutor.build(
        schema,
        _without_propagation(document),
        root_value,
        context,
        asked.variables,
        asked.operation_name,
    )
    assert isinstance(executor, WitnessingExecutor)
    executor.watch()
    outcome = execute_root_selection_set(executor)
    if executor.is_awaitable(outcome):
        await outcome
    return [
        Failure(
            text,
            position,
            absorbed := _absorbing(position, executor.non_null),
            _last_awaited(position, executor.awaited),
            _last_awaited(absorbed, executor.awaited),
        )
        for position, text in executor.seen
    ]


def _without_propagation(document: DocumentNode) -> DocumentNode:
    directive = DirectiveNode(name=NameNode(value=GraphQLDisableErrorPropagationDirective.name), arguments=())
    return DocumentNode(
        definitions=tuple(
            OperationDefinitionNode(
                operation=one.operation,
                name=one.name,
                variable_definitions=one.variable_definitions,
                directives=(*(one.directives or ()), directive),
                selection_set=one.selection_set,
                loc=one.loc,
            )
            if isinstance(one, OperationDefinitionNode)
            else one
            for one in document.definitions
        ),
        loc=document.loc,
    )


def _absorbing(position: Position, non_null: dict[Position, bool]) -> Position:
    while position and non_null[position]:
        position = position[:-1]
    return position


def _last_awaited(position: Position, awaited: set[Position]) -> Position:
    while position and position not in awaited:
        position = position[:-1]
    return position

"""The schema, put together."""

from functools import partial

import strawberry

from graph.planning import PlannedExecution
from tests.executors.knowing import KnowsValid
from tests.executors.menagerie.beings import Cat, Dog, Rock
from tests.executors.menagerie.kinds import CONFIG
from tests.executors.menagerie.roots import Mutation, Query, Subscription, loud


def build_menagerie(*, planned: bool, directives: bool = False) -> strawberry.Schema:
    """The schema, executed by plan or by graphql-core.

    Args:
        planned: whether by plan.
        directives: whether operations may use a directive of its own. Strawberry then wraps every field so that
            graphql-core waits for it, which leaves most of what it reports to chance.
    """
    return Quiet(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Cat, Dog, Rock],
        directives=[loud] if directives else [],
        config=CONFIG,
        extensions=[KnowsValid, *([partial(PlannedExecution, tells=True)] if planned else [])],
    )


class Quiet(strawberry.Schema):
    """Its fields fail on purpose, so nothing is logged."""

    def process_errors(self, errors: object, execution_context: object = None) -> None:
        """Nothing is logged."""

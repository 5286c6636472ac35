"""Planned execution of GraphQL operations for Strawberry; README.md says what it is."""

from graph.planning.documents import PlannedOperation
from graph.planning.extension import PlannedExecution, planned_operation
from graph.planning.loading import BatchLoader, LoaderFamily
from graph.planning.reading import computed, read
from graph.planning.relations import Asked, related
from graph.planning.running import Run

__all__ = [
    "Asked",
    "BatchLoader",
    "LoaderFamily",
    "PlannedExecution",
    "PlannedOperation",
    "Run",
    "computed",
    "planned_operation",
    "read",
    "related",
]

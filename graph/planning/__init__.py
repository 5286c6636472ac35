"""Planned execution of GraphQL operations for Strawberry; README.md says what it is."""

from graph.planning.documents import PlannedOperation
from graph.planning.extension import PlannedExecution, planned_operation
from graph.planning.loading import BatchLoader, LoaderFamily
from graph.planning.reading import Each, RecordsOfRows, computed, read
from graph.planning.relations import Asked, AtHand, related
from graph.planning.running import Run
from graph.planning.selections import Selecting, Selection

__all__ = [
    "Asked",
    "AtHand",
    "BatchLoader",
    "Each",
    "LoaderFamily",
    "PlannedExecution",
    "PlannedOperation",
    "RecordsOfRows",
    "Run",
    "Selecting",
    "Selection",
    "computed",
    "planned_operation",
    "read",
    "related",
]

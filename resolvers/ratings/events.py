"""The log of what happened to ratings, one at a time; bulk imports leave no trace in it."""

from datetime import datetime
from enum import Enum

from models.activity import ADDED, GONE, REVISED
from resolvers.database import database
from resolvers.sql import Parameters


class EventKind(Enum):
    """What happened to a rating; the values are those of `models.activity`."""

    ADDED = ADDED
    REVISED = REVISED
    GONE = GONE


async def note_event(kind: EventKind, rating_id: int, drug_id: int, indication_id: int, at: datetime) -> None:
    """Write an event; to be called inside the transaction that makes it happen."""
    parameters = Parameters()
    values = [parameters.bind(value) for value in (kind.value, rating_id, drug_id, indication_id, at)]
    await database().execute_query(
        f"INSERT INTO rating_event (kind, rating_id, drug_id, indication_id, at) VALUES ({', '.join(values)})",
        parameters.values,
    )

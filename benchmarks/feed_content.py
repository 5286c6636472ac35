"""What subscribers of the benchmarks ask for, and what they are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from benchmarks.feed_sockets import Kept, subscription_id
from graph.global_ids import global_id
from models.ratings import CRITERIA
from resolvers.database import DatabaseUrl, open_database
from resolvers.sql import fetch_rows

QUERY = """subscription ($drugs: [ID!]!) {
  ratings(filter: {drugIds: $drugs}) {
    __typename
    cursor
    at
    ... on RatingAdded {
      rating { id efficacy safety tolerability accessibility adherence preference comment }
      drug { name }
      indication { name }
    }
  }
}"""

CURSOR = "{:032d}"
"""As long as ours."""

AT = "2026-01-01T00:00:00.{:06d}+00:00"

MOST_RATED = "SELECT drug_id FROM rating GROUP BY drug_id ORDER BY COUNT(*) DESC, drug_id LIMIT {}"

RATINGS = f"""
    SELECT rating.id, {", ".join(f"rating.{criterion}" for criterion in CRITERIA)}, rating.comment,
        drug.name, indication.name
    FROM rating JOIN drug ON drug.id = rating.drug_id JOIN indication ON indication.id = rating.indication_id
    WHERE rating.drug_id = {{}} ORDER BY rating.id
"""


class WrongDelivery(Exception):
    """A subscriber has got something else than was published, or not all of it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A drug that is subscribed to.

    Attributes:
        drug_id: its key.
        answers: what the execution of the subscription gives for an event about each of its ratings, as JSON text.
    """

    drug_id: int
    answers: Sequence[bytes]

    def variables(self) -> dict[str, list[str]]:
        """With which one subscribes to it."""
        return {"drugs": [global_id("Drug", self.drug_id)]}

    def events(self, number: int) -> list[bytes]:
        """So many answers, from the first on and round again."""
        return [self.answers[place % len(self.answers)] for place in range(number)]


async def most_rated(url: str, number: int) -> list[Subject]:
    """So many drugs, those with the most ratings first."""
    async with open_database(DatabaseUrl.parse(url)):
        keys = [key for (key,) in await fetch_rows(MOST_RATED.format(number))]
        return [
            Subject(key, [_answer(place, row) for place, row in enumerate(await fetch_rows(RATINGS.format(key)))])
            for key in keys
        ]


def check_messages(kept: Kept, answers: Sequence[bytes]) -> None:
    """Compare what a socket has got with what was published.

    Raises:
        WrongDelivery: they differ by more than what each server makes itself.
    """
    messages = [orjson.loads(text) for text in kept.texts]
    ids = {message["id"] for message in messages}
    found = [_without_place(message["payload"]) for message in messages]
    if ids != {subscription_id(kept.number)} or found != [_without_place(orjson.loads(answer)) for answer in answers]:
        raise WrongDelivery(f"Socket {kept.number} has got {messages} and should have got {answers}.")


def _without_place(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without its cursor and its time."""
    return {name: value for name, value in answer["data"]["ratings"].items() if name not in ("cursor", "at")}


def _answer(place: int, row: Sequence[Any]) -> bytes:
    rating = {"id": global_id("Rating", row[0]), **dict(zip(CRITERIA, row[1:7], strict=True)), "comment": row[7]}
    event = {
        "__typename": "RatingAdded",
        "cursor": CURSOR.format(place),
        "at": AT.format(place),
        "rating": rating,
        "drug": {"name": row[8]},
        "indication": {"name": row[9]},
    }
    return orjson.dumps({"data": {"ratings": event}})

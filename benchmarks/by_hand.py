"""The limit to compare with: the same answers from Starlette and SQL written by hand, without GraphQL or ORM.

Started by benchmarks.drug_page as a process of its own: python -m benchmarks.by_hand DATABASE_URL PORT
"""

import base64
import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.by_hand_stores import Store, open_store
from models.ratings import CRITERIA, LEVELS
from resolvers.database import DatabaseUrl
from resolvers.pseudonyms import MODERATORS, handle_of
from scoring.experience import band_of
from scoring.levels import raw_mean

LEVEL_COLUMNS = [f"{criterion}_{level}" for criterion in CRITERIA for level in LEVELS]
SUMS = ", ".join(f"SUM({column})" for column in ("rating_count", *LEVEL_COLUMNS))

DRUG_COLUMNS = "drug.id, drug.slug, drug.name, drug.brand_names, drug.drug_class"
OWN_COLUMNS = f"""
    rating.drug_id, rating.id, {", ".join(f"rating.{criterion}" for criterion in CRITERIA)},
    rating.comment, rating.created_at
"""
PHYSICIAN_COLUMNS = "physician.id, specialty.name, physician.country, physician.years_in_practice"
RATING_COLUMNS = f"{OWN_COLUMNS}, indication.slug, indication.name, {PHYSICIAN_COLUMNS}"
RELATED = """
    JOIN indication ON indication.id = rating.indication_id
    JOIN physician ON physician.id = rating.physician_id
    JOIN specialty ON specialty.id = physician.specialty_id
"""

MOST_RATED_DRUGS = f"""
    SELECT {DRUG_COLUMNS} FROM drug
    LEFT JOIN (
        SELECT drug_id, SUM(rating_count) AS rating_count FROM cell
        WHERE segment_kind = 0 AND segment_value = '' GROUP BY drug_id
    ) AS rated ON rated.drug_id = drug.id
    ORDER BY COALESCE(rated.rating_count, 0) DESC, drug.id DESC LIMIT $1
"""
DRUG_BY_SLUG = f"SELECT {DRUG_COLUMNS} FROM drug WHERE slug = $1"
NEWEST_RATINGS = f"""
    SELECT {OWN_COLUMNS}, rating.indication_id, rating.physician_id
    FROM rating ORDER BY rating.created_at DESC, rating.id DESC LIMIT $1
"""
SCORE_FOR_INDICATION = f"""
    SELECT {SUMS} FROM cell
    WHERE drug_id = $1 AND indication_id = (SELECT id FROM indication WHERE slug = $2)
    AND segment_kind = 0 AND segment_value = ''
"""


class Answers:
    """What the three paths answer with."""

    def __init__(self, store: Store, pseudonym_key: bytes) -> None:
        self.store = store
        self.pseudonym_key = pseudonym_key
        self.codes = (
            "SELECT drug_id, system, value FROM drug_code "
            f"WHERE {store.any_of('drug_id')} ORDER BY drug_id, system, value"
        )
        self.scores = (
            f"SELECT drug_id, {SUMS} FROM cell WHERE {store.any_of('drug_id')} "
            "AND segment_kind = 0 AND segment_value = '' GROUP BY drug_id"
        )
        self.newest_of_each = store.newest_of_each(RATING_COLUMNS, RELATED)
        self.drug_names = f"SELECT id, slug, name FROM drug WHERE {store.any_of('id')}"
        self.indication_names = f"SELECT id, slug, name FROM indication WHERE {store.any_of('id')}"
        self.physicians = (
            f"SELECT {PHYSICIAN_COLUMNS} FROM physician JOIN specialty ON specialty.id = physician.specialty_id "
            f"WHERE {store.any_of('physician.id')}"
        )

    async def drug_page(self, request: Request) -> Response:
        """`first` drugs, the most rated first, each with codes, score and its 5 newest ratings."""
        found = await self.store.rows(MOST_RATED_DRUGS, int(request.query_params["first"]))
        ids = [row[0] for row in found]
        scores = {row[0]: _score(row[1:]) for row in await self.store.rows(self.scores, self.store.array(ids))}
        drugs = await self._drugs(found, scores)
        return _answer({"drugs": {"edges": [{"node": drug} for drug in drugs]}})

    async def drug_card(self, request: Request) -> Response:
        """One drug with codes, its score for one indication and its 5 newest ratings."""
        found = await self.store.rows(DRUG_BY_SLUG, request.query_params["drug"])
        key = found[0][0]
        counts = await self.store.rows(SCORE_FOR_INDICATION, key, request.query_params["indication"])
        (drug,) = await self._drugs(found, {key: _score(counts[0])})
        return _answer({"drug": drug})

    async def ratings(self, request: Request) -> Response:
        """The `first` newest ratings with drug, indication and physician."""
        # With joins, PostgreSQL reads all physicians and indications to find those of 500 ratings.
        rows = await self.store.rows(NEWEST_RATINGS, int(request.query_params["first"]))
        drugs = await self._by_id(self.drug_names, {row[0] for row in rows})
        indications = await self._by_id(self.indication_names, {row[10] for row in rows})
        physicians = await self._by_id(self.physicians, {row[11] for row in rows})
        edges = []
        for row in rows:
            _, slug, name = drugs[row[0]]
            rating = self._rating((*row[:10], *indications[row[10]][1:], *physicians[row[11]]))
            rating["drug"] = {"slug": slug, "name": name}
            edges.append({"node": rating})
        return _answer({"ratings": {"edges": edges}})

    async def _by_id(self, sql: str, ids: set[int]) -> dict[int, tuple[Any, ...]]:
        return {row[0]: tuple(row) for row in await self.store.rows(sql, self.store.array(list(ids)))}

    async def _drugs(self, rows: Sequence[Sequence[Any]], scores: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
        ids = self.store.array([row[0] for row in rows])
        codes = {
            key: [{"system": system, "value": value} for _, system, value in of_drug]
            for key, of_drug in groupby(await self.store.rows(self.codes, ids), itemgetter(0))
        }
        ratings = {
            key: [{"node": self._rating(row)} for row in of_drug]
            for key, of_drug in groupby(await self.store.rows(self.newest_of_each, ids, 5), itemgetter(0))
        }
        return [
            {
                "id": _global_id("Drug", key),
                "slug": slug,
                "name": name,
                "brandNames": orjson.Fragment(brand_names),
                "drugClass": drug_class,
                "codes": codes.get(key, []),
                "score": scores.get(key, NO_SCORE),
                "ratings": {"edges": ratings.get(key, [])},
            }
            for key, slug, name, brand_names, drug_class in rows
        ]

    def _rating(self, row: Sequence[Any]) -> dict[str, Any]:
        created_at = row[9]
        return {
            "id": _global_id("Rating", row[1]),
            **dict(zip(CRITERIA, row[2:8], strict=True)),
            "comment": row[8],
            # SQLite stores text with a blank in the middle.
            "createdAt": created_at if isinstance(created_at, datetime) else created_at.replace(" ", "T"),
            "indication": {"slug": row[10], "name": row[11]},
            "physician": {
                "handle": handle_of(row[12], MODERATORS, self.pseudonym_key),
                "specialty": row[13],
                "country": row[14],
                "experience": band_of(row[15]).name,
            },
        }


def _global_id(type_name: str, key: int) -> str:
    return base64.b64encode(f"{type_name}:{key}".encode()).decode()


def _score(counts: Sequence[Any]) -> dict[str, Any]:
    criteria = []
    for number, criterion in enumerate(CRITERIA):
        distribution = [count or 0 for count in counts[1 + number * len(LEVELS) : 1 + (number + 1) * len(LEVELS)]]
        criteria.append(
            {
                "criterion": criterion.upper(),
                "ratingCount": sum(distribution),
                "rawMean": raw_mean(distribution),
                "distribution": distribution,
            }
        )
    return {"ratingCount": counts[0] or 0, "criteria": criteria}


NO_SCORE = _score((0,) * (1 + len(LEVEL_COLUMNS)))


def _answer(data: dict[str, Any]) -> Response:
    return Response(orjson.dumps({"data": data}), media_type="application/json")


async def serve(url: DatabaseUrl, port: int) -> None:
    """Answer on the loopback address until a signal; the database is migrated."""
    async with open_store(url) as store:
        rows = await store.rows("SELECT pseudonym_key FROM installation WHERE id = 1")
        answers = Answers(store, rows[0][0])
        app = Starlette(
            routes=[
                Route("/drug-page", answers.drug_page),
                Route("/drug-card", answers.drug_card),
                Route("/ratings", answers.ratings),
            ]
        )
        config = uvicorn.Config(app, port=port, http="httptools", access_log=False, log_level="warning")
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    database_url, port_number = sys.argv[1:]
    uvloop.run(serve(DatabaseUrl.parse(database_url), int(port_number)))

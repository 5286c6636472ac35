"""The limit to compare with: the same answers from Starlette and SQL written by hand, without GraphQL or ORM.

Started by benchmarks.reads as a process of its own: python -m benchmarks.by_hand DATABASE_URL PORT

Each route sends one statement, asks for the columns that it shows and works out nothing else.
"""

import gc
import sys
from collections.abc import Sequence
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

from benchmarks.by_hand_scores import COUNTS, EVERYBODYS, NO_SCORE, Answer, Priors, ranking_of, scores_of
from benchmarks.by_hand_stores import Store, open_store
from benchmarks.reads_documents import CARD_TREATMENTS, NEWEST, RANKED, RATINGS
from graph.global_ids import global_id
from resolvers.database import DatabaseUrl
from resolvers.pseudonyms import MODERATORS, Pseudonyms
from scoring.experience import BANDS
from scoring.prior import Prior

LEAST_RATINGS = 5
"""Of a drug that is ranked, as long as nobody asks for another number."""

MILLIONTHS = 1_000_000
"""Of a level: to which treatments are ordered by their scores, as in the API."""

COLLECTING = (10_000, 10, 100)
"""When garbage is collected, as in our server."""

DRUG_CARD = f"""
    SELECT installation.prior_version, drug.slug, drug.name, drug.brand_names, drug.drug_class,
        treatment.id, indication.id, indication.slug, indication.name, {COUNTS}
    FROM drug CROSS JOIN installation
    LEFT JOIN treatment ON treatment.drug_id = drug.id
    LEFT JOIN indication ON indication.id = treatment.indication_id
    LEFT JOIN cell ON cell.drug_id = drug.id AND {EVERYBODYS} AND cell.indication_id = treatment.indication_id
    WHERE drug.id = $1
"""
RANKING = f"""
    SELECT installation.prior_version, drug.slug, drug.name, {COUNTS}
    FROM cell JOIN drug ON drug.id = cell.drug_id
    JOIN treatment ON treatment.drug_id = cell.drug_id AND treatment.indication_id = cell.indication_id
    CROSS JOIN installation
    WHERE cell.indication_id = $1 AND {EVERYBODYS} AND cell.rating_count >= {LEAST_RATINGS} ORDER BY treatment.id
"""
EXPERIENCE = [band.name for band in BANDS for _ in range(band.first, band.last + 1)]
"""By years in practice."""


class Answers:
    """What the paths answer with."""

    def __init__(self, store: Store, pseudonym_key: bytes) -> None:
        self.store = store
        self.priors = Priors(store)
        self.pseudonyms = Pseudonyms(MODERATORS, pseudonym_key)
        self.newest_of_each, self.ratings_of_one = map(store.newest_ratings, (NEWEST, RATINGS))

    async def drug_card(self, request: Request) -> Response:
        """One drug with its score for each of its indications, the highest first."""
        rows = await self.store.rows(DRUG_CARD, request.path_params["drug"])
        prior_version, slug, name, brand_names, drug_class, *_ = rows[0]
        priors = await self.priors.version(prior_version)
        rated = [row for row in rows if row[9] is not None]
        prior = Prior.at_each([priors.prior_for(row[6]) for row in rated])
        scored = list(zip(rated, scores_of([row[9:] for row in rated], prior), strict=True))
        scored.sort(key=lambda one: (-round(one[1]["overall"]["value"] * MILLIONTHS), one[0][5]))
        unrated = [row for row in rows if row[9] is None and row[5] is not None]
        scored += [(row, NO_SCORE) for row in sorted(unrated, key=itemgetter(5))]
        treatments = [
            {"node": {"indication": {"slug": row[7], "name": row[8]}, "score": score}}
            for row, score in scored[:CARD_TREATMENTS]
        ]
        drug = {
            "slug": slug,
            "name": name,
            # The database has it as JSON.
            "brandNames": orjson.Fragment(brand_names),
            "drugClass": drug_class,
            "treatments": {"edges": treatments},
        }
        return _answer({"drug": drug})

    async def ranking(self, request: Request) -> Response:
        """The best drugs for an indication, with their places and scores."""
        indication = request.path_params["indication"]
        rows = await self.store.rows(RANKING, indication)
        edges = []
        if rows:
            prior = (await self.priors.version(rows[0][0])).prior_for(indication)
            for position, edge in ranking_of([row[3:] for row in rows], prior)[:RANKED]:
                _, slug, name, *_ = rows[position]
                score = {"ratingCount": edge["ratingCount"], "overall": edge["estimate"]}
                edge["node"] = {"drug": {"slug": slug, "name": name}, "score": score}
                edges.append(edge)
        return _answer({"indication": {"ranking": {"edges": edges}}})

    async def newest_ratings(self, request: Request) -> Response:
        """Some drugs with the newest ratings of each."""
        ids = [int(key) for key in request.query_params["drugs"].split(",")]
        rows = await self.store.rows(self.newest_of_each, self.store.array(ids))
        drugs = [self._rated_drug(list(of_drug)) for _, of_drug in groupby(rows, itemgetter(0))]
        return _answer({"drugs": {"edges": [{"node": drug} for drug in drugs]}})

    async def ratings(self, request: Request) -> Response:
        """One drug with many ratings."""
        ids = [request.path_params["drug"]]
        rows = await self.store.rows(self.ratings_of_one, self.store.array(ids))
        return _answer({"drug": self._rated_drug(rows)})

    async def constant(self, _: Request) -> Response:
        """Nothing but transport."""
        return _answer({})

    def _rated_drug(self, rows: Sequence[Sequence[Any]]) -> Answer:
        _, slug, name, *_ = rows[0]
        ratings = [] if rows[0][3] is None else [{"node": self._rating(row)} for row in rows]
        return {"slug": slug, "name": name, "ratings": {"edges": ratings}}

    def _rating(self, row: Sequence[Any]) -> Answer:
        (
            _,
            _,
            _,
            key,
            efficacy,
            safety,
            tolerability,
            accessibility,
            adherence,
            preference,
            comment,
            created_at,
            physician,
            specialty,
            country,
            years,
        ) = row
        return {
            "id": global_id("Rating", key),
            "efficacy": efficacy,
            "safety": safety,
            "tolerability": tolerability,
            "accessibility": accessibility,
            "adherence": adherence,
            "preference": preference,
            "comment": comment,
            "createdAt": self.store.time(created_at),
            "physician": {
                "handle": self.pseudonyms.handle(physician),
                "specialty": specialty,
                "country": country,
                "experience": EXPERIENCE[years],
            },
        }


def _answer(data: Answer) -> Response:
    return Response(orjson.dumps({"data": data}), media_type="application/json")


async def serve(url: DatabaseUrl, port: int) -> None:
    """Answer on the loopback address until a signal; the database is migrated."""
    async with open_store(url) as store:
        rows = await store.rows("SELECT pseudonym_key FROM installation WHERE id = 1")
        answers = Answers(store, rows[0][0])
        app = Starlette(
            routes=[
                Route("/drug-card/{drug:int}", answers.drug_card),
                Route("/ranking/{indication:int}", answers.ranking),
                Route("/newest-ratings", answers.newest_ratings),
                Route("/ratings/{drug:int}", answers.ratings),
                Route("/constant", answers.constant),
            ]
        )
        # All as in graph.server and graph.app.
        config = uvicorn.Config(
            app,
            port=port,
            loop="uvloop",
            http="httptools",
            log_config=None,
            access_log=False,
            server_header=False,
        )
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECTING)
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    database_url, port_number = sys.argv[1:]
    uvloop.run(serve(DatabaseUrl.parse(database_url), int(port_number)))

"""Which reads are measured, and what about: drawn at random from what has ratings, but the same for every server."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.reads_documents import (
    DRUG_CARD,
    NEWEST,
    NEWEST_RATINGS,
    PAGE,
    RANKED,
    RANKING,
    RATINGS,
    RATINGS_OF_DRUG,
)
from benchmarks.reads_other_documents import (
    COMPARISON,
    FILTERED_RATINGS,
    INDICATIONS,
    META,
    MIXED_PAGE,
    SCORECARD,
    SCORED_PAGE,
    SEARCH,
    TREND,
)
from graph.global_ids import global_id
from models.cells import EVERYBODY
from resolvers.database import DatabaseUrl, open_database
from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import prior_in_use, use_prior
from resolvers.sql import fetch_rows
from scoring.method import NO_PRIOR

MEASURED = ("card", "ranking", "newest", "ratings")
OTHERS = (
    "comparison",
    "search",
    "mixed",
    "scorecard",
    "trend",
    "indications",
    "filtered",
    "scored",
    "meta",
)
"""The keys of `measured_reads` and of `other_reads`."""

SEED = 1

DRAWN = 1_000
"""Different requests of each read; then they begin again."""

LEAST_RANKED = 5
"""Ratings that a drug needs to be ranked."""

COMPARED = 10

RATED = f"SELECT drug_id, SUM(rating_count) FROM cell WHERE segment_kind = {EVERYBODY} GROUP BY drug_id"
TREATED = (
    "SELECT cell.drug_id, cell.indication_id, cell.rating_count, drug.name FROM cell "
    f"JOIN drug ON drug.id = cell.drug_id WHERE cell.segment_kind = {EVERYBODY} "
    "ORDER BY cell.indication_id, cell.rating_count DESC, cell.drug_id"
)

Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Read:
    """A kind of request.

    Attributes:
        key: what the command line calls it.
        name: what tables call it.
        document: in GraphQL.
        variables: of each request.
        paths: of each request at the limit; empty where the limit has no such route.
        scored: whether an answer holds estimates.
    """

    key: str
    name: str
    document: str
    variables: Sequence[Variables]
    paths: Sequence[str] = ()
    scored: bool = True


@dataclass(frozen=True, slots=True)
class Rated:
    """What has ratings.

    Attributes:
        drugs: how many ratings each drug has, by its key.
        ranked: the drugs that are ranked for each indication, by its key, the most rated first.
        names: of drugs, by their keys.
    """

    drugs: Mapping[int, int]
    ranked: Mapping[int, Sequence[int]]
    names: Mapping[int, str]

    def with_ratings(self, least: int) -> list[int]:
        """The drugs with at least so many ratings."""
        return [key for key, ratings in self.drugs.items() if ratings >= least]

    def with_ranked(self, least: int) -> list[int]:
        """The indications with at least so many ranked drugs."""
        return [key for key, drugs in self.ranked.items() if len(drugs) >= least]


async def read_rated(url: str) -> Rated:
    """What has ratings; priors are fitted before, unless there are some, since a service would have them."""
    async with open_database(DatabaseUrl.parse(url)):
        if await prior_in_use() == NO_PRIOR:
            await use_prior((await refit_prior()).version)
        drugs = {key: int(ratings) for key, ratings in await fetch_rows(f"{RATED} ORDER BY drug_id")}
        ranked: dict[int, list[int]] = {}
        names = {}
        for drug, indication, ratings, name in await fetch_rows(TREATED):
            names[drug] = name
            if ratings >= LEAST_RANKED:
                ranked.setdefault(indication, []).append(drug)
        return Rated(drugs, ranked, names)


def measured_reads(rated: Rated) -> list[Read]:
    """Those that the limit answers as well."""
    drawing = random.Random(SEED)  # noqa: S311 - no secrets
    cards = drawing.choices(rated.with_ratings(1), k=DRAWN)
    rankings = drawing.choices(rated.with_ranked(RANKED), k=DRAWN)
    newest_of = rated.with_ratings(NEWEST)
    pages = [drawing.sample(newest_of, min(PAGE, len(newest_of))) for _ in range(DRAWN)]
    much_rated = drawing.choices(rated.with_ratings(RATINGS), k=DRAWN)
    return [
        Read(
            "card",
            "drug card, all indications",
            DRUG_CARD,
            [{"drug": _drug(key)} for key in cards],
            [f"/drug-card/{key}" for key in cards],
        ),
        Read(
            "ranking",
            f"ranking of {RANKED} with scores",
            RANKING,
            [{"indication": _indication(key)} for key in rankings],
            [f"/ranking/{key}" for key in rankings],
        ),
        Read(
            "newest",
            f"{PAGE} drugs with {NEWEST} newest ratings",
            NEWEST_RATINGS,
            [{"drugs": [_drug(key) for key in page]} for page in pages],
            [f"/newest-ratings?drugs={','.join(map(str, page))}" for page in pages],
            scored=False,
        ),
        Read(
            "ratings",
            f"{RATINGS} ratings of a drug",
            RATINGS_OF_DRUG,
            [{"drug": _drug(key)} for key in much_rated],
            [f"/ratings/{key}" for key in much_rated],
            scored=False,
        ),
    ]


def other_reads(rated: Rated) -> list[Read]:
    """Those that nobody has tuned anything for; the limit does not answer them."""
    drawing = random.Random(SEED)  # noqa: S311 - no secrets
    indications = drawing.choices(rated.with_ranked(COMPARED), k=DRAWN)
    named: list[Variables] = [
        {"drug": _drug(rated.ranked[key][0]), "indication": _indication(key)} for key in indications
    ]
    compared: list[Variables] = [
        {"drugs": [_drug(drug) for drug in rated.ranked[key][:COMPARED]], "indication": _indication(key)}
        for key in indications
    ]
    words = [{"text": rated.names[key]} for key in drawing.choices(rated.with_ratings(1), k=DRAWN)]
    nothing: list[Variables] = [{}]
    return [
        Read("comparison", f"comparison of {COMPARED} drugs, all pairs", COMPARISON, compared),
        Read("search", "search, codes of what is found", SEARCH, words),
        Read(
            "mixed",
            "page with aliases, fragments and directives",
            MIXED_PAGE,
            [{**one, "withRatings": bool(number % 2)} for number, one in enumerate(named)],
        ),
        Read("scorecard", "scorecard", SCORECARD, named),
        Read("trend", "trend of 60 months", TREND, named),
        Read("indications", "50 indications, parents and children", INDICATIONS, nothing),
        Read("filtered", "100 ratings by a filter", FILTERED_RATINGS, [{"drugs": one["drugs"]} for one in compared]),
        Read("scored", "50 drugs with codes, scores and treatments", SCORED_PAGE, nothing),
        Read("meta", "facts about the database", META, nothing),
    ]


def _drug(key: int) -> str:
    return global_id("Drug", key)


def _indication(key: int) -> str:
    return global_id("Indication", key)

"""Scores for the hand-written limit: the arithmetic of `scoring`, and nothing of it that its answers do not show."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.by_hand_stores import Store
from models.cells import COUNT_COLUMNS, EVERYBODY
from scoring.composite import EQUAL_WEIGHTS
from scoring.counts import CellCounts
from scoring.estimates import estimate
from scoring.evidence import evidence_of
from scoring.method import NO_PRIOR
from scoring.posterior import Posterior, credible_interval
from scoring.prior import UNIFORM_VERSION, Prior, PriorVersion
from scoring.ranking import rank

COUNTS = ", ".join(f"cell.{column}" for column in COUNT_COLUMNS)
"""The counts of a cell; a row has them last."""

EVERYBODYS = f"cell.segment_kind = {EVERYBODY} AND cell.segment_value = ''"

Answer = dict[str, Any]

NO_SCORE: Answer = {"ratingCount": 0, "evidence": "NONE", "overall": None}


class Priors:
    """The versions of the priors, which never change; which one is in use is for each statement to say."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[int, PriorVersion] = {NO_PRIOR: UNIFORM_VERSION}

    async def version(self, number: int) -> PriorVersion:
        """One of them."""
        if number not in self._kept:
            rows = await self._store.rows("SELECT content FROM prior WHERE version = $1", number)
            self._kept[number] = PriorVersion.from_json(rows[0][0])
        return self._kept[number]


class Overall:
    """The overall scores of some cells.

    Args:
        counts: of each cell; each has ratings, and each rating answers something.
        prior: of each cell, or one for all.
    """

    def __init__(self, counts: Sequence[Sequence[int]], prior: Prior) -> None:
        cells = CellCounts.of(np.array(counts, dtype=np.int64))
        self.ratings = cells.ratings
        self.scores: Posterior = estimate(cells, prior).overall(EQUAL_WEIGHTS)
        self._interval = credible_interval(self.scores.mean, self.scores.variance, cells.ratings)

    def answers(self) -> list[Answer]:
        """The value of each with its interval."""
        lower, upper = self._interval
        return [
            {"value": value, "lower": low, "upper": high}
            for value, low, high in zip(self.scores.mean.tolist(), lower.tolist(), upper.tolist(), strict=True)
        ]


def scores_of(counts: Sequence[Sequence[int]], prior: Prior) -> Iterator[Answer]:
    """The score of each cell."""
    overall = Overall(counts, prior)
    for ratings, value in zip(overall.ratings.tolist(), overall.answers(), strict=True):
        evidence = evidence_of(ratings, value["upper"] - value["lower"])
        yield {"ratingCount": ratings, "evidence": evidence.name, "overall": value}


def ranking_of(counts: Sequence[Sequence[int]], prior: Prior) -> list[tuple[int, Answer]]:
    """The positions of the cells from the best to the worst, each with its place and its score."""
    overall = Overall(counts, prior)
    places = rank(overall.scores.mean, overall.scores.variance)
    values, ratings = overall.answers(), overall.ratings.tolist()
    ranks, lowest, highest = places.rank.tolist(), places.rank_lower.tolist(), places.rank_upper.tolist()
    p_scores, best = places.p_score.tolist(), places.probability_best.tolist()
    return [
        (
            position,
            {
                "rank": ranks[position],
                "rankLower": lowest[position],
                "rankUpper": highest[position],
                "pScore": p_scores[position],
                "probabilityBest": best[position],
                "group": places.group[position].name,
                "ratingCount": ratings[position],
                "estimate": values[position],
            },
        )
        for position in places.order.tolist()
    ]

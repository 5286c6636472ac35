"""About how many bytes of memory answers take."""

from resolvers.reads.drug_treatments import OrderedTreatments
from resolvers.reads.rankings import RankingRecord
from resolvers.reads.rated_drugs import RatedDrugs
from resolvers.reads.scores import ScoreRecord

NUMBER = 50

SCORE = 2_500
"""A score with the scores of its criteria, or with what these are made from."""

ANSWER = 300
RANKED = 800
ORDERED = 400
RATED = 150
"""A ranking or a list of treatments or drugs without its entries; an entry of each."""


def size_of_number(_: int) -> int:
    """Of one number."""
    return NUMBER


def size_of_score(_: ScoreRecord) -> int:
    """Of a score."""
    return SCORE


def size_of_ranking(ranking: RankingRecord) -> int:
    """Of a ranking."""
    return ANSWER + RANKED * len(ranking.ranked)


def size_of_treatments(treatments: OrderedTreatments) -> int:
    """Of the treatments of a drug."""
    return ANSWER + ORDERED * len(treatments.records)


def size_of_rated(rated: RatedDrugs) -> int:
    """Of the drugs that have ratings."""
    return ANSWER + RATED * len(rated.ids)

"""The GraphQL operations that read scores, ranks and comparisons, over drugs that every database has ratings of."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from benchmarks.operations import DRUG, RATING, Operation

ESTIMATE = "{ value lower upper outOf100 }"
PLACE = "rank rankLower rankUpper pScore probabilityBest group"
WHOLE_SCORE = f"""
    ratingCount evidence overall {ESTIMATE} segment {{ kind fallback }} methodVersion priorVersion
    criteria {{ criterion ratingCount rawMean divided distribution estimate {ESTIMATE} }}
"""
HEAD_TO_HEAD = "physicians wins losses ties meanDifference lower upper winShare winShareLower winShareUpper"

LARGEST_PAGE = 100
"""More than the catalogue's largest indication has drugs."""

TREND_MONTHS = 60
"""The five years over which simulated ratings are spread."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked about, by slugs: an indication, drugs to compare for it, and the first of these for a card."""

    indication: str
    drugs: tuple[str, ...]

    @property
    def card(self) -> str:
        return self.drugs[0]


def score_operations(choice: Choice) -> tuple[Operation, ...]:
    """Everything that is measured, in the order of the table."""
    return (
        ranking(choice.indication, LARGEST_PAGE),
        ranking(choice.indication, 20),
        comparison(choice.indication, choice.drugs),
        comparison(choice.indication, choice.drugs, pairs=True),
        _card(choice),
        _scorecard(choice),
        _trend(choice),
    )


def ranking(indication: str, size: int) -> Operation:
    """A ranking with the least asked of each drug: what it is called, its place and its score."""
    return Operation(
        "ranking: all drugs" if size == LARGEST_PAGE else f"ranking: first {size}",
        f"""{{ indication(id: {_quoted(indication)}) {{ ranking(minRatings: 1, first: {size}) {{
            totalCount priorVersion segment {{ kind fallback }}
            edges {{ {PLACE} ratingCount estimate {ESTIMATE} node {{ drug {{ slug name }} }} }}
        }} }} }}""",
    )


def comparison(indication: str, drugs: Sequence[str], *, pairs: bool = False) -> Operation:
    """Drugs side by side with their overall scores, or every pair of them as well."""
    every_pair = f"""pairs {{
        first {{ slug }} second {{ slug }} difference {ESTIMATE} probabilityFirstBetter superiority
        headToHead {{ {HEAD_TO_HEAD} }}
    }}"""
    return Operation(
        f"compare {len(drugs)} drugs" + (", all pairs" if pairs else ""),
        f"""{{ compare(drugIds: {_quoted(drugs)}, indicationId: {_quoted(indication)}) {{
            priorVersion drugs {{ {PLACE} estimate {ESTIMATE} drug {{ slug name }} score {{ ratingCount evidence }} }}
            {every_pair if pairs else ""}
        }} }}""",
    )


def _card(choice: Choice) -> Operation:
    return Operation(
        "drug card",
        f"""{{ drug(id: {_quoted(choice.card)}) {{
            {DRUG} score(indicationId: {_quoted(choice.indication)}) {{ {WHOLE_SCORE} }}
            ratings(first: 5) {{ edges {{ node {{ {RATING} }} }} }}
            treatments(first: 20) {{ edges {{ node {{
                indication {{ slug name }} score {{ ratingCount overall {ESTIMATE} }}
            }} }} }}
        }} }}""",
    )


def _scorecard(choice: Choice) -> Operation:
    finding = "{ criterion difference probability strong }"
    return Operation(
        "scorecard",
        f"""{{ drug(id: {_quoted(choice.card)}) {{ scorecard(indicationId: {_quoted(choice.indication)}) {{
            strengths {finding} weaknesses {finding} competitors {{ slug name }}
        }} }} }}""",
    )


def _trend(choice: Choice) -> Operation:
    period = f"{{ from before ratingCount estimate {ESTIMATE} }}"
    return Operation(
        f"trend of {TREND_MONTHS} months",
        f"""{{ drug(id: {_quoted(choice.card)}) {{
            trend(indicationId: {_quoted(choice.indication)}, months: {TREND_MONTHS}) {{
                points {{ month ratingCount estimate {ESTIMATE} }} recent {period} earlier {period}
                change {{ difference {ESTIMATE} probability adjustedProbability comparedDrugs differs }}
            }}
        }} }}""",
    )


def _quoted(value: str | Sequence[str]) -> str:
    """A slug or a list of slugs as GraphQL writes it, which for these is as JSON does."""
    return orjson.dumps(value).decode()

"""Scores that several readers ask for at the same moment are read together, and are those that each alone gets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import pytest

from resolvers.database import DatabaseUrl, open_database
from resolvers.disclosure import Disclosure
from resolvers.paging import PageRequest
from resolvers.priors.current import PriorVersions
from resolvers.reads.estimates import IMPARTIAL, Priors
from resolvers.reads.rankings import RankingQuestion
from resolvers.reads.scores import ScoreQuestion
from resolvers.reads.scores_at_hand import ScoresAtHand
from resolvers.reads.segments import SegmentRequest
from resolvers.score_cache.cache import Filling, ScoreCache
from resolvers.score_cache.reads import ScoreReads
from resolvers.score_cache.sharing import LARGEST_SHARED, SharedReads
from resolvers.sql import fetch_rows
from scoring.prior import PriorVersion
from tests.cached_scores import DISCLOSURES, plain
from tests.statements import recorded_statements

Ask = Callable[[ScoreReads, Any, Disclosure, Priors], Awaitable[object]]
"""Asks for something of a group, as somebody who sees so much."""

FITTED = 1

GERMAN = SegmentRequest("COUNTRY", "DE")


@pytest.fixture(autouse=True)
async def _rated(refitted_template: str) -> AsyncIterator[None]:
    async with open_database(DatabaseUrl.parse(refitted_template), everywhere=True):
        yield


def nothing_kept() -> ScoreReads:
    return ScoreReads(ScoreCache(0))


class Known:
    """The prior in use, known without waiting, so that all ask at the same moment."""

    def __init__(self, version: PriorVersion) -> None:
        self._version = version

    async def get(self, version: int | None) -> tuple[int, PriorVersion]:
        """It."""
        assert version in (None, FITTED)
        return FITTED, self._version


async def known() -> Known:
    number, version = await PriorVersions().get(None)
    assert number == FITTED
    return Known(version)


async def most_rated(columns: str, number: int) -> list[Any]:
    """The drugs, indications or treatments with the most ratings."""
    rows = await fetch_rows(
        f"SELECT {columns} FROM cell WHERE segment_kind = 0 GROUP BY {columns}"
        f" ORDER BY SUM(rating_count) DESC, {columns} LIMIT {number}"
    )
    return [tuple(row) if "," in columns else row[0] for row in rows]


async def scores_of_treatments(
    reads: ScoreReads, pairs: Sequence[Any], disclosure: Disclosure, priors: Known
) -> object:
    found = await reads.scores_of_treatments(pairs, ScoreQuestion(GERMAN), priors, disclosure)
    return [plain(score) for score in found]


async def scores_of_drugs(reads: ScoreReads, drug_ids: Sequence[Any], disclosure: Disclosure, priors: Priors) -> object:
    return [plain(score) for score in await reads.scores_of_drugs(drug_ids, ScoreQuestion(), priors, disclosure)]


async def rankings(reads: ScoreReads, indication_ids: Sequence[Any], disclosure: Disclosure, priors: Priors) -> object:
    """With the scores that are at hand then."""
    at_hand = ScoresAtHand[Filling]()
    question = RankingQuestion(None, 1, GERMAN)
    records = await reads.rankings(indication_ids, question, priors, disclosure, at_hand)
    pairs = [(one.treatment.drug_id, one.treatment.indication_id) for record in records for one in record.ranked]
    scores = at_hand.scores(pairs, IMPARTIAL, FITTED)
    return records, {pair: plain(score) for pair, (score, _) in scores.items()}


async def ordered(reads: ScoreReads, drug_ids: Sequence[Any], disclosure: Disclosure, priors: Priors) -> object:
    """With the scores that are at hand then."""
    at_hand = ScoresAtHand[Filling]()
    pages = await reads.treatment_pages_by_score(drug_ids, 2, PageRequest(100), priors, disclosure, at_hand)
    pairs = [(one.drug_id, one.indication_id) for page in pages for one in page.records]
    scores = at_hand.scores(pairs, IMPARTIAL, FITTED)
    assert set(scores) == set(pairs)
    return list(pages), [plain(scores[pair][0]) for pair in pairs]


@pytest.mark.parametrize("disclosure", DISCLOSURES)
@pytest.mark.parametrize(
    ("ask", "columns"),
    [
        (scores_of_treatments, "drug_id, indication_id"),
        (scores_of_drugs, "drug_id"),
        (rankings, "indication_id"),
        (ordered, "drug_id"),
    ],
)
async def test_to_the_last_bit(ask: Ask, columns: str, disclosure: Disclosure) -> None:
    keys = await most_rated(columns, 12)
    groups = [keys[:1], keys[1:6], keys[3:9], keys[:1], keys[8:]]
    priors, reads = await known(), nothing_kept()
    alone = [await ask(nothing_kept(), group, disclosure, priors) for group in groups]
    with recorded_statements() as statements:
        together = await asyncio.gather(*(ask(reads, group, disclosure, priors) for group in groups))
    assert together == alone
    assert len([one for one in statements if "AS cell" in one]) == 1


async def test_whoever_asks_later_reads_what_was_written_meanwhile() -> None:
    priors, reads, keys = await known(), nothing_kept(), await most_rated("drug_id", 1)
    for _ in range(2):
        with recorded_statements() as statements:
            await scores_of_drugs(reads, keys, DISCLOSURES[0], priors)
        assert len([one for one in statements if "AS cell" in one]) == 1


async def test_different_questions_and_different_readers_share_nothing() -> None:
    priors, reads, keys = await known(), nothing_kept(), await most_rated("drug_id", 3)
    with recorded_statements() as statements:
        await asyncio.gather(
            *(scores_of_drugs(reads, keys, disclosure, priors) for disclosure in DISCLOSURES),
            reads.scores_of_drugs(keys, ScoreQuestion(GERMAN), priors, DISCLOSURES[0]),
        )
    assert len([one for one in statements if "AS cell" in one]) == len(DISCLOSURES) + 1


async def test_whoever_asks_for_much_waits_for_nobody_and_lets_nobody_wait() -> None:
    priors, reads, keys = await known(), nothing_kept(), await most_rated("drug_id", LARGEST_SHARED + 1)
    with recorded_statements() as statements:
        await asyncio.gather(
            *(scores_of_drugs(reads, group, DISCLOSURES[0], priors) for group in (keys, keys[1:], keys[:2]))
        )
    assert len([one for one in statements if "AS cell" in one]) == 2


async def test_a_failure_is_that_of_all_who_asked_the_same() -> None:
    priors, reads, keys = await known(), nothing_kept(), await most_rated("drug_id", 2)
    unknown = ScoreQuestion(SegmentRequest("SPECIALTY", "Astrology"))
    outcomes = await asyncio.gather(
        *(reads.scores_of_drugs([key], unknown, priors, DISCLOSURES[0]) for key in keys),
        scores_of_drugs(reads, keys, DISCLOSURES[0], priors),
        return_exceptions=True,
    )
    assert [type(outcome).__name__ for outcome in outcomes] == ["UnknownSpecialty", "UnknownSpecialty", "list"]


async def test_nothing_stays_of_a_question_that_nobody_asks_any_more() -> None:
    shared = SharedReads(ScoreCache(0).begin_filling)

    async def refuse(groups: Sequence[object]) -> list[object]:
        assert len(shared) == 1
        raise KeyError(groups)

    async def count(groups: Sequence[object]) -> list[int]:
        return [len(groups)] * len(groups)

    for read, expected in ((refuse, [KeyError] * 3), (count, [tuple] * 3)):
        asking = [shared.read("question", (key,), read) for key in (1, 2, 1)]
        outcomes = await asyncio.gather(*asking, return_exceptions=True)
        assert [*map(type, outcomes)] == expected
        assert len(shared) == 0

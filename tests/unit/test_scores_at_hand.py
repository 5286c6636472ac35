"""Scores from the cells that an order or a ranking was made from are those that a read of their own gives."""

from collections.abc import AsyncIterator, Sequence

import pytest

from models import Drug, Indication
from resolvers.database import DatabaseUrl, open_database
from resolvers.disclosure import EXACT, FROM_FIVE, RELEASED, Disclosure
from resolvers.feed.waking import OwnEvent
from resolvers.feed.writing import EventKind
from resolvers.priors.current import PriorVersions
from resolvers.reads import scores_at_hand
from resolvers.reads.drug_treatments import ordered_treatments
from resolvers.reads.estimates import IMPARTIAL, Perspective
from resolvers.reads.rankings import RankingQuestion, RankingRecord, rankings
from resolvers.reads.scores import ScoreQuestion, scores_of_treatments
from resolvers.reads.scores_at_hand import ScoresAtHand
from resolvers.reads.segments import EVERYBODYS, SegmentRequest
from resolvers.score_cache.cache import Filling, ScoreCache
from resolvers.score_cache.reads import ScoreReads
from resolvers.sql import fetch_rows
from tests.cached_scores import DISCLOSURES, PLENTY, SAFETY, plain
from tests.statements import recorded_statements

Pair = tuple[int, int]

FITTED = 1

FEW = SegmentRequest("COUNTRY", "VA")
"""A country from which nobody has rated anything."""

MANY = SegmentRequest("COUNTRY", "US")


@pytest.fixture(autouse=True)
async def _rated(refitted_template: str) -> AsyncIterator[None]:
    async with open_database(DatabaseUrl.parse(refitted_template), everywhere=True):
        yield


async def keys(column: str) -> list[int]:
    """Some drugs or indications with many ratings, and some with few."""
    rows = await fetch_rows(
        f"SELECT {column} FROM cell WHERE segment_kind = 0 GROUP BY {column} ORDER BY SUM(rating_count) DESC, {column}"
    )
    found = [key for (key,) in rows]
    return found[:20] + found[-20:]


READ = "the read"
"""Stands for what the memory of the process knows of a read."""


async def read_anew(pairs: Sequence[Pair], perspective: Perspective, disclosure: Disclosure) -> list[dict[str, object]]:
    question = ScoreQuestion(None, perspective)
    return [plain(score) for score in (await scores_of_treatments([pairs], question, PriorVersions(), disclosure))[0]]


def given(at_hand: ScoresAtHand[str], pairs: Sequence[Pair], perspective: Perspective) -> list[dict[str, object]]:
    """All that is at hand of these pairs, found without any statement."""
    with recorded_statements() as statements:
        found = at_hand.scores(pairs, perspective, FITTED)
    assert statements == []
    assert set(found) == set(pairs)
    assert {read for _, read in found.values()} == {READ}
    return [plain(found[pair][0]) for pair in pairs]


@pytest.mark.parametrize("disclosure", DISCLOSURES)
@pytest.mark.parametrize("by", [None, 2])
async def test_of_treatments_in_the_order_of_their_scores(by: int | None, disclosure: Disclosure) -> None:
    drug_ids = await keys("drug_id")
    number, version = await PriorVersions().get(None)
    assert number == FITTED
    with recorded_statements() as statements:
        [(ordered, treatments)] = await ordered_treatments([drug_ids], by, number, version, disclosure)
    assert len(statements) == 1
    at_hand = ScoresAtHand[str]()
    at_hand.add([treatments], READ)
    pairs = [(one.drug_id, one.indication_id) for of_drug in ordered for one in of_drug.records]
    counts = [score["rating_count"] for score in await read_anew(pairs, IMPARTIAL, disclosure)]
    # All kinds are there: shown, too few to be shown, and none.
    assert {count >= disclosure.least for count in counts if count} == (
        {True, False} if disclosure is FROM_FIVE else {True}
    )
    assert 0 in counts
    for perspective in (IMPARTIAL, SAFETY, Perspective(SAFETY.weights, FITTED)):
        for asked in (pairs, pairs[3:4], pairs[::-2]):
            assert given(at_hand, asked, perspective) == await read_anew(asked, perspective, disclosure)


async def ranked(question: RankingQuestion, disclosure: Disclosure) -> tuple[list[RankingRecord], ScoresAtHand[str]]:
    made = await rankings(await keys("indication_id"), question, PriorVersions(), disclosure)
    at_hand = ScoresAtHand[str]()
    at_hand.add([treatments for record, treatments in made if record.segment is EVERYBODYS], READ)
    return [record for record, _ in made], at_hand


def pairs_of(records: Sequence[RankingRecord]) -> list[Pair]:
    return [(one.treatment.drug_id, one.treatment.indication_id) for record in records for one in record.ranked]


@pytest.mark.parametrize("disclosure", DISCLOSURES)
@pytest.mark.parametrize(
    ("by", "perspective", "segment"),
    [
        (None, IMPARTIAL, None),
        (1, IMPARTIAL, None),
        (None, SAFETY, None),
        (2, Perspective(SAFETY.weights, FITTED), None),
        (None, SAFETY, FEW),
        (1, IMPARTIAL, FEW),
    ],
)
async def test_of_ranked_treatments(
    by: int | None, perspective: Perspective, segment: SegmentRequest | None, disclosure: Disclosure
) -> None:
    records, at_hand = await ranked(RankingQuestion(by, 1, segment, perspective), disclosure)
    assert all(record.fallback is (segment is not None) for record in records)
    pairs = pairs_of(records)
    assert len(pairs) > 20
    for asked in (pairs, pairs[5:6], pairs[::-2]):
        for one in (perspective, IMPARTIAL):
            assert given(at_hand, asked, one) == await read_anew(asked, one, disclosure)


async def test_a_ranking_by_a_segment_has_no_scores_of_everybody() -> None:
    records, at_hand = await ranked(RankingQuestion(None, 1, MANY), EXACT)
    own = [record for record in records if not record.fallback]
    assert pairs_of(own)
    assert at_hand.scores(pairs_of(own), IMPARTIAL, FITTED) == {}
    others = [record for record in records if record.fallback]
    assert list(at_hand.scores(pairs_of(others), IMPARTIAL, FITTED)) == pairs_of(others)


async def test_what_was_made_under_another_prior_is_not_at_hand() -> None:
    builtin = Perspective(prior_version=0)
    records, at_hand = await ranked(RankingQuestion(None, 1, None, builtin), RELEASED)
    pairs = pairs_of(records)
    assert at_hand.scores(pairs, IMPARTIAL, FITTED) == {}
    found = at_hand.scores(pairs, IMPARTIAL, 0)
    assert [plain(found[pair][0]) for pair in pairs] == await read_anew(pairs, builtin, RELEASED)


async def test_nothing_is_worked_out_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[int] = []

    def score_records(estimates: object, *_: object) -> list[object]:
        worked_out.append(len(estimates.counts))  # type: ignore[attr-defined]  # of any kind
        return [object()] * worked_out[-1]

    monkeypatch.setattr(scores_at_hand, "score_records", score_records)
    records, at_hand = await ranked(RankingQuestion(None, 1), EXACT)
    assert worked_out == []
    drug = await Drug.get(slug="colchicine")
    assert at_hand.scores([(drug.id, 0)], IMPARTIAL, FITTED) == {}
    assert worked_out == []
    pairs = [(one.treatment.drug_id, one.treatment.indication_id) for one in records[0].ranked[:2]]
    assert list(at_hand.scores(pairs, IMPARTIAL, FITTED)) == pairs
    assert worked_out == [2]


async def test_the_same_treatment_twice() -> None:
    """A ranking by another criterion has read the same cells."""
    records, at_hand = await ranked(RankingQuestion(None, 1), EXACT)
    [(_, treatments)] = await rankings(
        [(await Indication.get(slug="gout")).id], RankingQuestion(1, 3), PriorVersions(), EXACT
    )
    at_hand.add([treatments], READ)
    pairs = pairs_of(records)
    assert given(at_hand, [*pairs, *pairs[:2]], IMPARTIAL)[: len(pairs)] == await read_anew(pairs, IMPARTIAL, EXACT)


async def test_they_are_kept_like_what_was_read_when_they_were() -> None:
    cache = ScoreCache(PLENTY, lambda: 0.0)
    cache.confirm(0.0)
    reads, priors = ScoreReads(cache), PriorVersions()
    indication = (await Indication.get(slug="gout")).id
    drug = (await Drug.get(slug="colchicine")).id
    answers, numbers = [], []
    for changed in (True, False, False):
        at_hand = ScoresAtHand[Filling]()
        [record] = await reads.rankings([indication], RankingQuestion(None, 1), priors, FROM_FIVE, at_hand)
        if changed:
            # After the ranking was read, and before its scores are asked for: one of them is not kept, nor is it.
            cache.heed([OwnEvent(EventKind.REVISED, drug, indication)])
        pairs = [(one.treatment.drug_id, indication) for one in record.ranked]
        with recorded_statements() as statements:
            scores = await reads.scores_of_treatments(pairs, ScoreQuestion(), priors, FROM_FIVE, at_hand)
        answers.append([plain(score) for score in scores])
        numbers.append((len([one for one in statements if "cell" in one]), len(cache)))
    assert answers == [await read_anew(pairs, IMPARTIAL, FROM_FIVE)] * 3
    kept = len(pairs) + 1
    assert numbers == [(0, kept - 2), (0, kept), (0, kept)]

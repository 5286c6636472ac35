"""Reading scores and rankings through the memory of the process."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Generic, TypeVar

from resolvers.disclosure import Disclosure
from resolvers.paging import Page, PageRequest
from resolvers.priors.stored import prior_in_use
from resolvers.reads.drug_treatments import OrderedTreatments, ordered_treatments
from resolvers.reads.estimates import Perspective, Priors
from resolvers.reads.rankings import RankingQuestion, RankingRecord, rankings
from resolvers.reads.rated_drugs import RatedDrugs, rated_drugs
from resolvers.reads.scores import ScoreQuestion, ScoreRecord, scores_of_drugs, scores_of_treatments
from resolvers.reads.scores_at_hand import EstimatedTreatments, ScoresAtHand
from resolvers.reads.segments import EVERYBODYS, SegmentRequest
from resolvers.reads.treatments import TreatmentRecord
from resolvers.score_cache.cache import Filling, ScoreCache
from resolvers.score_cache.changes import NOTHING, Subject
from resolvers.score_cache.sharing import SharedReads
from resolvers.score_cache.sizes import (
    size_of_number,
    size_of_ranking,
    size_of_rated,
    size_of_score,
    size_of_treatments,
)

Asked = TypeVar("Asked", bound=Hashable)
Answer = TypeVar("Answer")
Question = TypeVar("Question", ScoreQuestion, RankingQuestion)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Asked, Answer]):
    """One kind of answers that are kept.

    Attributes:
        name: tells its keys from those of others.
        subject: what an answer is about, from whether it is made from all ratings and what was asked.
        kept: the form in which an answer is kept; it must hold on to nothing but itself.
        size: about how many bytes that takes.
    """

    name: str
    subject: Callable[[bool, Asked], Subject]
    kept: Callable[[Answer], Answer]
    size: Callable[[Answer], int]


def _as_it_is(answer: Answer) -> Answer:
    return answer


def _of_treatment(from_ratings: bool, pair: tuple[int, int]) -> Subject:
    return Subject(from_ratings, *pair)


def _of_drug(from_ratings: bool, drug_id: int) -> Subject:
    return Subject(from_ratings, drug_id, None)


def _of_indication(from_ratings: bool, indication_id: int) -> Subject:
    return Subject(from_ratings, None, indication_id)


def _of_all_drugs(from_ratings: bool, _asked: None) -> Subject:
    return Subject(from_ratings, None, None)


def _of_no_rating(_from_ratings: bool, _asked: None) -> Subject:
    return NOTHING


TREATMENT_SCORES: Kind[tuple[int, int], ScoreRecord] = Kind(
    "treatment", _of_treatment, ScoreRecord.alone, size_of_score
)
DRUG_SCORES: Kind[int, ScoreRecord] = Kind("drug", _of_drug, ScoreRecord.alone, size_of_score)
ORDERED: Kind[int, OrderedTreatments] = Kind("ordered", _of_drug, _as_it_is, size_of_treatments)
RANKINGS: Kind[int, RankingRecord] = Kind("ranking", _of_indication, _as_it_is, size_of_ranking)
RATED: Kind[None, RatedDrugs] = Kind("rated drugs", _of_all_drugs, _as_it_is, size_of_rated)
IN_USE: Kind[None, int] = Kind("prior in use", _of_no_rating, _as_it_is, size_of_number)


@dataclass(frozen=True, slots=True)
class Found(Generic[Answer]):
    """The answers to what one reader asks for together, and what of everybody's ratings they were made from."""

    answers: Sequence[Answer]
    treatments: Sequence[EstimatedTreatments] = ()


class ScoreReads:
    """The reads whose answers are kept. Each answers, and fails, as the function of the same name does.

    What is at hand is kept when it is asked for, under the changes since it was read. What several readers ask for at
    the same moment is read together, whether it is kept or not.

    `about`, where it is given, is told what the answers are about, but for what is at hand: whoever reads that has read
    the order or the ranking that it comes from, which changes with it.

    Args:
        cache: where answers are kept. While it is not current everything is read from the database, and nothing kept.
    """

    def __init__(self, cache: ScoreCache) -> None:
        self.cache = cache
        self._shared = SharedReads(cache.begin_filling)

    async def prior_in_use(self) -> int:
        """The number of the version of the priors by which scores are made."""

        async def read(groups: Sequence[Sequence[None]]) -> list[Found[int]]:
            version = await prior_in_use()
            return [Found([version]) for _ in groups]

        [version] = await self._answers(IN_USE, (), [None], read, None, from_ratings=False)
        return version

    async def scores_of_treatments(
        self,
        pairs: Sequence[tuple[int, int]],
        question: ScoreQuestion,
        priors: Priors,
        disclosure: Disclosure,
        at_hand: ScoresAtHand[Filling] | None = None,
        about: set[Subject] | None = None,
    ) -> list[ScoreRecord]:
        """The score of each pair of drug and indication; `at_hand`: what may have some of them already."""
        if not at_hand or question.segment is not None:
            return await self._scores_of_treatments(pairs, question, priors, disclosure, about)
        number, _ = await priors.get(question.perspective.prior_version)
        ready = at_hand.scores(pairs, question.perspective, number)
        if self.cache.is_current:
            key = _key(ScoreQuestion(perspective=Perspective(question.perspective.weights, number)), disclosure)
            for pair, (score, filling) in ready.items():
                _keep(filling, TREATMENT_SCORES, key, pair, score, from_ratings=disclosure.from_ratings)
        found = {pair: score for pair, (score, _) in ready.items()}
        missing = [pair for pair in dict.fromkeys(pairs) if pair not in found]
        if missing:
            read = await self._scores_of_treatments(missing, question, priors, disclosure, about)
            found.update(zip(missing, read, strict=True))
        return [found[pair] for pair in pairs]

    async def _scores_of_treatments(
        self,
        pairs: Sequence[tuple[int, int]],
        question: ScoreQuestion,
        priors: Priors,
        disclosure: Disclosure,
        about: set[Subject] | None,
    ) -> list[ScoreRecord]:
        numbered = await _numbered(question, priors)

        async def read(groups: Sequence[Sequence[tuple[int, int]]]) -> list[Found[ScoreRecord]]:
            return [Found(scores) for scores in await scores_of_treatments(groups, numbered, priors, disclosure)]

        return await self._answers(
            TREATMENT_SCORES, _key(numbered, disclosure), pairs, read, about, from_ratings=disclosure.from_ratings
        )

    async def scores_of_drugs(
        self,
        drug_ids: Sequence[int],
        question: ScoreQuestion,
        priors: Priors,
        disclosure: Disclosure,
        about: set[Subject] | None = None,
    ) -> list[ScoreRecord]:
        """The score of each drug over all its indications."""
        numbered = await _numbered(question, priors)

        async def read(groups: Sequence[Sequence[int]]) -> list[Found[ScoreRecord]]:
            return [Found(scores) for scores in await scores_of_drugs(groups, numbered, priors, disclosure)]

        return await self._answers(
            DRUG_SCORES, _key(numbered, disclosure), drug_ids, read, about, from_ratings=disclosure.from_ratings
        )

    async def rankings(
        self,
        indication_ids: Sequence[int],
        question: RankingQuestion,
        priors: Priors,
        disclosure: Disclosure,
        at_hand: ScoresAtHand[Filling] | None = None,
        about: set[Subject] | None = None,
    ) -> list[RankingRecord]:
        """The ranking of each indication; `at_hand`: what has the scores of the ranked treatments from then on."""
        numbered = await _numbered(question, priors)

        async def read(groups: Sequence[Sequence[int]]) -> list[Found[RankingRecord]]:
            # Several readers may ask for the same one.
            asked = list(dict.fromkeys(chain.from_iterable(groups)))
            made = dict(zip(asked, await rankings(asked, numbered, priors, disclosure), strict=True))
            return [
                Found(
                    [made[indication_id][0] for indication_id in group],
                    # Whose scores a segment's ranking was made from are not everybody's.
                    [treatments for record, treatments in map(made.__getitem__, group) if record.segment is EVERYBODYS],
                )
                for group in groups
            ]

        key = (*_key(numbered, disclosure), question.by, question.minimum)
        return await self._answers(
            RANKINGS, key, indication_ids, read, about, from_ratings=disclosure.from_ratings, at_hand=at_hand
        )

    async def treatment_pages_by_score(
        self,
        drug_ids: Sequence[int],
        by: int | None,
        request: PageRequest,
        priors: Priors,
        disclosure: Disclosure,
        at_hand: ScoresAtHand[Filling] | None = None,
        about: set[Subject] | None = None,
    ) -> list[Page[TreatmentRecord]]:
        """The same page of the treatments of each drug, by a criterion's position or overall (None).

        `at_hand`: what has the scores of all these treatments from then on.
        """
        number, version = await priors.get(None)

        async def read(groups: Sequence[Sequence[int]]) -> list[Found[OrderedTreatments]]:
            found = await ordered_treatments(groups, by, number, version, disclosure)
            return [Found(ordered, [treatments]) for ordered, treatments in found]

        key = (by, number, disclosure.table, disclosure.least)
        found = await self._answers(
            ORDERED, key, drug_ids, read, about, from_ratings=disclosure.from_ratings, at_hand=at_hand
        )
        return [treatments.page(by, request) for treatments in found]

    async def rated_drugs(self, disclosure: Disclosure) -> RatedDrugs:
        """The drugs with ratings, the most rated first."""

        async def read(groups: Sequence[Sequence[None]]) -> list[Found[RatedDrugs]]:
            found = Found([await rated_drugs(disclosure)])
            return [found for _ in groups]

        key = (disclosure.table, disclosure.least_counted)
        [found] = await self._answers(RATED, key, [None], read, None, from_ratings=disclosure.from_ratings)
        return found

    async def _answers(
        self,
        kind: Kind[Asked, Answer],
        key: tuple[Hashable, ...],
        asked: Sequence[Asked],
        read: Callable[[Sequence[Sequence[Asked]]], Awaitable[list[Found[Answer]]]],
        about: set[Subject] | None,
        *,
        from_ratings: bool,
        at_hand: ScoresAtHand[Filling] | None = None,
    ) -> list[Answer]:
        """Answers that are kept, and of the others those that are read now; `at_hand`: what has these from then on."""
        if about is not None:
            about.update(kind.subject(from_ratings, one) for one in asked)
        cache = self.cache
        kept = cache.is_current
        found: dict[Asked, Any] = {}
        missing = []
        for one in dict.fromkeys(asked):
            answer = cache.get((kind.name, key, one)) if kept else None
            if answer is None:
                missing.append(one)
            else:
                found[one] = answer
        if missing:
            new, filling = await self._shared.read((kind.name, key), tuple(missing), read)
            for one, answer in zip(missing, new.answers, strict=True):
                found[one] = answer
                if kept:
                    _keep(filling, kind, key, one, answer, from_ratings=from_ratings)
            if at_hand is not None:
                at_hand.add(new.treatments, filling)
        return [found[one] for one in asked]


async def _numbered(question: Question, priors: Priors) -> Question:
    """The question with the number of the version in use, which answers are asked for by, instead of None."""
    perspective = question.perspective
    if perspective.prior_version is not None:
        return question
    number, _ = await priors.get(None)
    return replace(question, perspective=Perspective(perspective.weights, number))


def _keep(
    filling: Filling,
    kind: Kind[Asked, Answer],
    key: tuple[Hashable, ...],
    asked: Asked,
    answer: Answer,
    *,
    from_ratings: bool,
) -> None:
    """Keep an answer to what was asked, unless it may be wrong by now."""
    kept = kind.kept(answer)
    filling.keep((kind.name, key, asked), kept, kind.size(kept), kind.subject(from_ratings, asked))


UNCACHED = ScoreReads(ScoreCache(0))
"""Keeps nothing."""


def _key(question: ScoreQuestion | RankingQuestion, disclosure: Disclosure) -> tuple[Hashable, ...]:
    """What answers differ by, besides what they are about."""
    segment, perspective = question.segment, question.perspective
    if segment is not None and segment.kind == "SPECIALTY":
        # Names of specialties are asked for in any letter case.
        segment = SegmentRequest(segment.kind, segment.value.casefold())
    return segment, perspective.weights, perspective.prior_version, disclosure.table, disclosure.least

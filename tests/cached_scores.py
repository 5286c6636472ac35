"""A process that keeps scores in its memory, and what the database says of the same scores."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from models import Drug, Indication
from resolvers.disclosure import EXACT, FROM_FIVE, RELEASED, Disclosure
from resolvers.feed.follower import POLL_EVERY, Follower
from resolvers.feed.reading import EventRecord
from resolvers.paging import PageRequest
from resolvers.priors.current import PriorVersions
from resolvers.reads.estimates import Perspective
from resolvers.reads.rankings import RankingQuestion
from resolvers.reads.scores import ScoreQuestion, ScoreRecord
from resolvers.reads.segments import SegmentRequest
from resolvers.score_cache.cache import ScoreCache
from resolvers.score_cache.reads import UNCACHED, ScoreReads
from tests.feed_events import until

PLENTY = 10_000_000

SEGMENTS = (None, SegmentRequest("COUNTRY", "DE"), SegmentRequest("SPECIALTY", "rheumatology"))

SAFETY = Perspective((0.25, 0.5, 0.25, 0.0, 0.0, 0.0))

DISCLOSURES = (EXACT, FROM_FIVE, RELEASED)

Answers = dict[tuple[str, object], Any]


class Scores:
    """Everything that can be asked about some drugs and indications, through a cache or without one."""

    def __init__(self, drugs: Sequence[int], indications: Sequence[int], reads: ScoreReads = UNCACHED) -> None:
        self.drugs, self.indications, self.reads = drugs, indications, reads
        self._priors = PriorVersions(reads.prior_in_use)

    @classmethod
    async def of(cls, drugs: Sequence[str], indications: Sequence[str], reads: ScoreReads = UNCACHED) -> "Scores":
        """Of drugs and indications by their slugs."""
        return cls(
            [(await Drug.get(slug=slug)).id for slug in drugs],
            [(await Indication.get(slug=slug)).id for slug in indications],
            reads,
        )

    async def all(self) -> Answers:
        """The answers to all questions."""
        answers: Answers = {("prior", None): await self.reads.prior_in_use()}
        for disclosure in DISCLOSURES:
            answers |= {(name, (disclosure, key)): value for (name, key), value in (await self.as_(disclosure)).items()}
        return answers

    async def as_(self, disclosure: Disclosure) -> Answers:
        """The answers that one kind of readers gets."""
        pairs = [(drug, indication) for drug in self.drugs for indication in self.indications]
        answers: Answers = {("rated", None): await self.reads.rated_drugs(disclosure)}
        for segment in SEGMENTS:
            question = ScoreQuestion(segment, SAFETY) if segment else ScoreQuestion()
            of_pairs = await self.reads.scores_of_treatments(pairs, question, self._priors, disclosure)
            of_drugs = await self.reads.scores_of_drugs(self.drugs, question, self._priors, disclosure)
            ranking = RankingQuestion(None if segment else 1, 1, segment, question.perspective)
            rankings = await self.reads.rankings(self.indications, ranking, self._priors, disclosure)
            answers[("treatments", segment)] = [plain(score) for score in of_pairs]
            answers[("drugs", segment)] = [plain(score) for score in of_drugs]
            answers[("rankings", segment)] = list(rankings)
        for by in (None, 2):
            pages = await self.reads.treatment_pages_by_score(
                self.drugs, by, PageRequest(100), self._priors, disclosure
            )
            answers[("ordered", by)] = list(pages)
        return answers


def plain(score: ScoreRecord) -> dict[str, object]:
    """All that a score says, to the last bit."""
    return score._asdict() | {
        "criteria": score.criteria(),
        "distributions": [*map(list, score.criteria.distributions())],
    }


@asynccontextmanager
async def followed(cache: ScoreCache, poll_every: float = POLL_EVERY) -> AsyncIterator[Follower]:
    """A follower that keeps the cache right; the cache may be used when the block begins."""

    async def deliver(events: Sequence[EventRecord]) -> None:
        """Nobody subscribes."""

    async with Follower(deliver, mirror=cache, poll_every=poll_every) as follower:
        await current(cache)
        yield follower


async def current(cache: ScoreCache) -> None:
    """Wait until the cache may be used."""

    async def is_current() -> bool:
        # Lets the follower go on.
        await asyncio.sleep(0)
        return cache.is_current

    await until(is_current)

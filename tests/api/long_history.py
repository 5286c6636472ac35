"""Seventy-two writes of all kinds, one at a time, that come as close to the thresholds of releases as they can."""

import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from models import Physician, Rating
from resolvers.audit import COMMAND
from resolvers.identity.erasing import erase_physician
from resolvers.ratings.retiring import exclude_rating
from resolvers.ratings.withdrawing import withdraw_rating
from tests.api.eavesdropper import CRITERIA, Counts, Watched
from tests.raters import Rater, add_rater, submit

Levels = tuple[int | None, ...]

RHEUMATOLOGISTS, NEPHROLOGISTS = range(22), range(22, 34)
"""By their numbers: the first are German and in practice for ten years, the others American and for one or two."""

ANSWERED = (0.95, 0.95, 0.6, 0.4, 0.9, 0.95)
"""How likely each criterion is answered."""


@dataclass
class History:
    """Writes in the open database; the same seed makes the same ones."""

    watched: Watched
    choose: random.Random
    raters: list[Rater] = field(default_factory=list)

    @classmethod
    async def of(cls, watched: Watched, seed: int) -> "History":
        """The history, with the physicians who will write."""
        history = cls(watched, random.Random(seed))
        for number in (*RHEUMATOLOGISTS, *NEPHROLOGISTS):
            german = number in RHEUMATOLOGISTS
            history.raters.append(
                await add_rater(
                    f"r{number}.",
                    specialty="Rheumatology" if german else "Nephrology",
                    country="DE" if german else "US",
                    practising_since=2016 if german else 2024,
                )
            )
        return history

    def writes(self) -> Iterator[tuple[str, Callable[[datetime], Awaitable[Counts | None]]]]:
        """What is done, in words, and what does it; of a rating that is new it returns the counts."""
        first, second, off_label = self.watched.treatments
        waiting = [(number, second) for number in range(6, 17)] + [(number, off_label) for number in range(4, 15)]
        others = iter(waiting)
        # One after two, so that the treatments reach their thresholds at different times.
        for place, (words, write) in enumerate(self._of_one_treatment(*first)):
            yield words, write
            if place % 2 and (other := next(others, None)):
                number, treatment = other
                yield "new", self._rate(number, *treatment)

    def _of_one_treatment(
        self, drug: str, indication: str
    ) -> Iterator[tuple[str, Callable[[datetime], Awaitable[Counts | None]]]]:
        for number in (*range(11), *range(22, 33)):
            yield "new", self._rate(number, drug, indication)
        yield "revised", self._rate(0, drug, indication)
        yield "withdrawn", self._withdraw(1, drug, indication)
        yield "excluded", self._exclude(2, drug, indication)
        for number in range(11, 22):
            yield "new", self._rate(number, drug, indication)
        yield "erased", self._erase(3)
        for number in range(4, 15):
            yield "revised", self._rate(number, drug, indication)
        yield "withdrawn", self._withdraw(22, drug, indication)
        yield "new", self._rate(33, drug, indication)

    def _rate(self, number: int, drug: str, indication: str) -> Callable[[datetime], Awaitable[Counts | None]]:
        async def write(now: datetime) -> Counts | None:
            levels = tuple(self.choose.randint(1, 5) if self.choose.random() < likely else None for likely in ANSWERED)
            levels = (levels[0] or 3, *levels[1:])
            created = (await submit(self.raters[number], drug, indication, levels=levels, at=now)).created
            return counts_by_hand([levels]) if created else None

        return write

    def _withdraw(self, number: int, drug: str, indication: str) -> Callable[[datetime], Awaitable[None]]:
        async def write(now: datetime) -> None:
            rating_id = await self._rating(number, drug, indication)
            async with in_transaction():
                await withdraw_rating(self.raters[number].physician_id, rating_id, now)

        return write

    def _exclude(self, number: int, drug: str, indication: str) -> Callable[[datetime], Awaitable[None]]:
        async def write(now: datetime) -> None:
            rating_id = await self._rating(number, drug, indication)
            async with in_transaction():
                await exclude_rating(rating_id, None, now)

        return write

    def _erase(self, number: int) -> Callable[[datetime], Awaitable[None]]:
        async def write(now: datetime) -> None:
            await erase_physician(self.raters[number].physician_id, COMMAND, now)
            assert not await Physician.exists(id=self.raters[number].physician_id)

        return write

    async def _rating(self, number: int, drug: str, indication: str) -> int:
        rating = await Rating.get(
            physician_id=self.raters[number].physician_id, drug__slug=drug, indication__slug=indication
        )
        key: int = rating.id
        return key


def counts_by_hand(ratings: list[Levels]) -> Counts:
    """The counts of these ratings."""
    counts: Counts = {"ratings": len(ratings)}
    for levels in ratings:
        for criterion, level in zip(CRITERIA, levels, strict=True):
            if level is not None:
                counts[f"{criterion} {level}"] = counts.get(f"{criterion} {level}", 0) + 1
    return counts


STEP = timedelta(minutes=1)
"""Between two writes."""

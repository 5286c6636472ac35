"""Random changes of ratings: of few physicians, drugs and indications, so that they meet often."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from tortoise.transactions import in_transaction

from models import Drug, Indication, Rating, Specialty
from models.ratings import CRITERIA
from resolvers.ratings.revising import RatingUnknown, Revision, erase_rating, revise_rating
from resolvers.ratings.rows import RatingRow
from resolvers.ratings.writing import write_ratings

PHYSICIANS = 5

ERASED_AT = datetime(2026, 1, 1, tzinfo=UTC)

Entry = TypeVar("Entry", Drug, Indication, Specialty)


@dataclass(frozen=True)
class RandomChanges:
    """Makes changes in the open database, each in a transaction of its own; the same seed makes the same choices."""

    choose: random.Random
    drugs: Sequence[int]
    indications: Sequence[int]
    specialties: Sequence[int]

    @classmethod
    async def of(cls, seed: int) -> "RandomChanges":
        return cls(random.Random(seed), await _first(Drug, 4), await _first(Indication, 2), await _first(Specialty, 3))

    async def make(self) -> None:
        """Add one rating or a dozen, revise one or erase one."""
        await self.choose.choice((self.add, self.add, self._revise, self._erase))()

    async def add(self) -> None:
        """Add one rating or a dozen."""
        rows = [
            RatingRow(
                number,
                f"p{self.choose.randrange(PHYSICIANS)}",
                *self._person(),
                self.choose.choice(self.drugs),
                self.choose.choice(self.indications),
                *self._levels(),
                None,
                self._moment(),
            )
            for number in range(self.choose.choice((1, 1, 1, 12)))
        ]
        async with in_transaction():
            await write_ratings(rows)

    async def _revise(self) -> None:
        revision = Revision(self._levels(), None, *self._person(), self._moment())
        if rating := await self._any_rating():
            try:
                async with in_transaction():
                    await revise_rating(rating, revision)
            except RatingUnknown:
                """Another writer has erased it in the meantime."""

    async def _erase(self) -> None:
        if rating := await self._any_rating():
            try:
                async with in_transaction():
                    await erase_rating(rating, ERASED_AT)
            except RatingUnknown:
                """Another writer has erased it in the meantime."""

    async def _any_rating(self) -> int | None:
        ids = await Rating.all().order_by("id").values_list("id", flat=True)
        return self.choose.choice(ids) if ids else None  # type: ignore[arg-type]

    def _levels(self) -> tuple[int | None, ...]:
        return tuple(self.choose.choice((None, 1, 2, 3, 4, 5)) for _ in CRITERIA)

    def _person(self) -> tuple[int, str, int]:
        return self.choose.choice(self.specialties), self.choose.choice(("US", "DE", "FR")), self.choose.randrange(81)

    def _moment(self) -> datetime:
        return datetime(2025, self.choose.randint(1, 12), self.choose.randint(1, 28), tzinfo=UTC)


async def _first(model: type[Entry], count: int) -> list[int]:
    return [entry.id for entry in await model.all().order_by("id").limit(count)]

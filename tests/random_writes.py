"""Random writes of all kinds, of few physicians and treatments, so that they meet often."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from tortoise.transactions import in_transaction

from models import Rating
from models.moderation import EXCLUDED, RetiredRating
from resolvers.errors import PeerscoreError
from resolvers.ratings.retiring import exclude_rating, reinstate_rating
from resolvers.ratings.submitting import submit_rating
from resolvers.ratings.withdrawing import withdraw_rating
from tests.random_changes import RandomChanges
from tests.raters import Rater, submission_of

COMMENTS = ((None, ()), ("Works fast.", ()), ("Write to me@example.org.", ("EMAIL",)), ("Call 1234567.", ("PHONE",)))


Entry = TypeVar("Entry", Rating, RetiredRating)


class NothingThere(PeerscoreError):
    """There is no rating to choose."""


@dataclass(frozen=True)
class RandomWrites:
    """Writes in the open database, each in a transaction of its own; the same seed makes the same choices."""

    choose: random.Random
    raters: Sequence[Rater]
    imports: RandomChanges

    @classmethod
    async def of(cls, seed: int, raters: Sequence[Rater]) -> "RandomWrites":
        return cls(random.Random(seed), raters, await RandomChanges.of(seed))

    async def make(self) -> None:
        """Submit, withdraw, exclude, reinstate or import; what is not possible any more is refused."""
        kinds = (*[self._submit] * 6, self._withdraw, self._withdraw, self._exclude, *[self._reinstate] * 2)
        try:
            await self.choose.choice((*kinds, self.imports.add))()
        except PeerscoreError:
            """Another writer has been there before, or a moderator has excluded the rating."""

    async def _submit(self) -> None:
        comment, findings = self.choose.choice(COMMENTS)
        submission = replace(
            await submission_of(self.choose.choice(self.raters)),
            drug_id=self.choose.choice(self.imports.drugs),
            indication_id=self.choose.choice(self.imports.indications),
            levels=tuple(self.choose.choice((None, 1, 2, 3, 4, 5)) for _ in range(6)),
            comment=comment,
            findings=findings,
            at=self._moment(),
        )
        async with in_transaction():
            await submit_rating(submission)

    async def _withdraw(self) -> None:
        rating = self._one_of(await Rating.all().order_by("id"))
        async with in_transaction():
            await withdraw_rating(rating.physician_id, rating.id, self._moment())

    async def _exclude(self) -> None:
        rating = self._one_of(await Rating.all().order_by("id"))
        async with in_transaction():
            await exclude_rating(rating.id, None, self._moment())

    async def _reinstate(self) -> None:
        retired = self._one_of(await RetiredRating.filter(state=EXCLUDED).order_by("rating_id"))
        async with in_transaction():
            await reinstate_rating(retired.rating_id, self._moment())

    def _one_of(self, entries: Sequence[Entry]) -> Entry:
        if not entries:
            raise NothingThere
        return self.choose.choice(entries)

    def _moment(self) -> datetime:
        return datetime(2026, self.choose.randint(1, 12), self.choose.randint(1, 28), tzinfo=UTC)

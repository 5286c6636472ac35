"""What physicians write in the benchmark of submissions: the simulation's ratings, some revised or withdrawn later."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from operator import attrgetter

from resolvers.ratings.rows import RatingRow
from resolvers.simulation.catalogue import SimulatedCatalogue
from resolvers.simulation.generating import generate

SEED = 2
"""Another one than that of the ratings that the database has before: these are other physicians."""

MOST_RATINGS = 40
"""Of one physician, who writes one thing after the other: with more, the end of a run would wait for a few of them."""

REVISED_SHARE = 0.2
WITHDRAWN_SHARE = 0.06
GIVEN_AGAIN_SHARE = 0.5
HELD_SHARE = 0.03
"""After a new rating, how likely the physician revises one of theirs, withdraws one, and gives that one again; and how
likely the comment of a rating is one that is held. Assumptions, not observations."""

HELD_COMMENTS = (
    "Two patients of mine did well; write to me@example.org for details.",
    "Worked at once, call 555 0147 233 if you want to know more.",
    "One patient developed anaphylaxis and was hospitalised after the second dose.",
)
"""Each has something in it for which the screening holds a comment."""

Treatment = tuple[int, int]
"""Keys of a drug and an indication."""

Levels = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """One write about a treatment; without levels the rating is withdrawn."""

    treatment: Treatment
    levels: Levels | None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Rater:
    """A physician and what they write, in this order."""

    number: int
    specialty: str
    country: str
    years_in_practice: int
    writes: tuple[Write, ...]

    @property
    def subject(self) -> str:
        """Whose token it is."""
        return f"benchmark-{self.number}"


def make_raters(catalogue: SimulatedCatalogue, writes: int) -> list[Rater]:
    """Physicians who write so many times altogether; the same ones for the same arguments."""
    choose = random.Random(SEED)  # noqa: S311 - no secret
    specialties = {specialty.id: specialty.name for specialty in catalogue.specialties}
    raters: list[Rater] = []
    left = writes
    # No more ratings than writes, so the series is long enough; what each physician has beyond MOST_RATINGS is made up
    # for by those who follow.
    for _, given in groupby(generate(catalogue, 2 * writes, SEED), key=attrgetter("physician")):
        rows = list(given)[:MOST_RATINGS]
        planned = tuple(islice(_writes(rows, choose), left))
        raters.append(
            Rater(len(raters), specialties[rows[0].specialty_id], rows[0].country, rows[0].years_in_practice, planned)
        )
        left -= len(planned)
        if not left:
            break
    return raters


def in_random_order(raters: Sequence[Rater]) -> list[int]:
    """Who writes next: each physician's number as often as they write."""
    order = [rater.number for rater in raters for _ in rater.writes]
    random.Random(SEED).shuffle(order)  # noqa: S311
    return order


def _writes(rows: Sequence[RatingRow], choose: random.Random) -> Iterator[Write]:
    given: list[Treatment] = []
    for row in rows:
        treatment = (row.drug_id, row.indication_id)
        yield _rating(treatment, row, choose)
        given.append(treatment)
        if choose.random() < REVISED_SHARE:
            yield _rating(choose.choice(given), choose.choice(rows), choose)
        if choose.random() < WITHDRAWN_SHARE:
            withdrawn = given.pop(choose.randrange(len(given)))
            yield Write(withdrawn, None)
            if choose.random() < GIVEN_AGAIN_SHARE:
                yield _rating(withdrawn, choose.choice(rows), choose)
                given.append(withdrawn)


def _rating(treatment: Treatment, content: RatingRow, choose: random.Random) -> Write:
    comment = choose.choice(HELD_COMMENTS) if choose.random() < HELD_SHARE else content.comment
    return Write(treatment, tuple(content[7:13]), comment)

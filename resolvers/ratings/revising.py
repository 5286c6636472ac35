"""Revising and erasing single ratings, with the counts that they are part of."""

from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from models.ratings import CRITERIA
from resolvers.counts.adding import add_counts
from resolvers.counts.cells import cells_of
from resolvers.counts.counted import CountedRatings
from resolvers.counts.earlier import COUNTED_COLUMNS, counted_ratings, month_of
from resolvers.counts.head_to_heads import head_to_heads_of
from resolvers.counts.tables import CELLS, HEAD_TO_HEADS
from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.ratings.physicians import Profile, lock_physicians, update_profiles
from resolvers.ratings.writing import begin_writing
from resolvers.releases.releasing import note_changes, release_due
from resolvers.sql import Parameters, fetch_rows

REVISED_COLUMNS = ("specialty_id", "country", "years_in_practice", *CRITERIA, "comment", "updated_at")
"""What a revision replaces."""


class RatingUnknown(PeerscoreError):
    """There is no such rating, or it has been erased."""

    def __init__(self, rating_id: int) -> None:
        self.rating_id = rating_id
        super().__init__(f"There is no rating {rating_id}.")


@dataclass(frozen=True, slots=True)
class Revision:
    """What a physician thinks now, and who they are now; `at` is an aware time.

    `levels` are 1 to 5 in the order of the criteria, or None for not answered.
    """

    levels: tuple[int | None, ...]
    comment: str | None
    specialty_id: int
    country: str
    years_in_practice: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredRating:
    """A rating as it is counted now, and the physician's other ratings for the same indication."""

    rating: CountedRatings
    others: CountedRatings


async def revise_rating(rating_id: int, revision: Revision) -> None:
    """Replace what a rating says; to be called inside a transaction, before it has read anything.

    The rating is counted as what it says now, in the month of the revision, and no longer as what it said. The
    physician's profile becomes that of the revision, unless a newer rating has described them already.

    Raises:
        RatingUnknown: there is no such rating.
    """
    connection = database()
    stored = await _locked(connection, rating_id)
    at = revision.at.astimezone(UTC)
    parameters = Parameters()
    values = (
        revision.specialty_id,
        revision.country,
        revision.years_in_practice,
        *revision.levels,
        revision.comment,
        at,
    )
    changes = ", ".join(
        f"{column} = {parameters.bind(value)}" for column, value in zip(REVISED_COLUMNS, values, strict=True)
    )
    await connection.execute_query(
        f"UPDATE rating SET {changes} WHERE id = {parameters.bind(rating_id)}", parameters.values
    )
    [physician_id] = stored.rating.physicians.tolist()
    await update_profiles(
        connection,
        [Profile(physician_id, revision.specialty_id, revision.country, revision.years_in_practice, at)],
    )
    revised = CountedRatings.of(
        [physician_id],
        stored.rating.drugs.tolist(),
        stored.rating.indications.tolist(),
        [revision.specialty_id],
        [revision.country],
        [revision.years_in_practice],
        [month_of(at)],
        [revision.levels],
    )
    # One change for the old and the new version: what is the same in both is not touched, and all rows that are
    # touched are taken in one order.
    await add_counts(CELLS, cells_of(revised).joined(cells_of(stored.rating).negative()))
    await add_counts(
        HEAD_TO_HEADS,
        head_to_heads_of(revised, stored.others).joined(head_to_heads_of(stored.rating, stored.others).negative()),
    )
    if (revised.levels != stored.rating.levels).any():
        await release_change(rating_id, stored.rating, at)


async def erase_rating(rating_id: int, now: datetime) -> None:
    """Delete a rating; to be called inside a transaction, before it has read anything.

    It counts nowhere any more. A cell or head-to-head without any rating stays, with counts of zero. The physician's
    profile stays as well: they are no other person without this rating.

    Raises:
        RatingUnknown: there is no such rating.
    """
    connection = database()
    stored = await _locked(connection, rating_id)
    parameters = Parameters()
    await connection.execute_query(f"DELETE FROM rating WHERE id = {parameters.bind(rating_id)}", parameters.values)
    await add_counts(CELLS, cells_of(stored.rating).negative())
    await add_counts(HEAD_TO_HEADS, head_to_heads_of(stored.rating, stored.others).negative())
    await release_change(rating_id, stored.rating, now)


async def release_change(rating_id: int, rating: CountedRatings, now: datetime) -> None:
    """Note that the rating has changed, now that it is counted as it is, and release what is due then."""
    [drug_id], [indication_id] = rating.drugs.tolist(), rating.indications.tolist()
    await note_changes({(drug_id, indication_id): [rating_id]})
    await release_due([(drug_id, indication_id)], now)


async def _locked(connection: BaseDBAsyncClient, rating_id: int) -> StoredRating:
    """Lock the rating's physician, and only then read what two changes at once must not both take away."""
    await begin_writing(connection)
    parameters = Parameters()
    # A rating never changes hands, so its physician can be read without a lock.
    physicians = await fetch_rows(
        f"SELECT physician_id FROM rating WHERE id = {parameters.bind(rating_id)}", parameters
    )
    await lock_physicians(connection, [physician for (physician,) in physicians])
    return await stored_rating(rating_id)


async def stored_rating(rating_id: int) -> StoredRating:
    """What counts of a rating; its physician has to be locked.

    Raises:
        RatingUnknown: there is no such rating.
    """
    parameters = Parameters()
    rows = await fetch_rows(
        f"SELECT id, {', '.join(COUNTED_COLUMNS)} FROM rating WHERE (physician_id, indication_id)"
        f" = (SELECT physician_id, indication_id FROM rating WHERE id = {parameters.bind(rating_id)})",
        parameters,
    )
    if not rows:
        raise RatingUnknown(rating_id)
    return StoredRating(
        counted_ratings([row[1:] for row in rows if row[0] == rating_id]),
        counted_ratings([row[1:] for row in rows if row[0] != rating_id]),
    )

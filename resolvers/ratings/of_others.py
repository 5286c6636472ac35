"""Ratings of others, which readers say something about."""

from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.ratings.revising import RatingUnknown
from resolvers.ratings.writing import begin_writing
from resolvers.sql import Parameters, fetch_rows


class OwnRating(PeerscoreError):
    """The rating is one's own."""

    def __init__(self, rating_id: int) -> None:
        self.rating_id = rating_id
        super().__init__("This is your own rating.")


async def keep_rating_of_another(rating_id: int, physician_id: int | None) -> None:
    """Let a rating of somebody else stay until this transaction, which has read nothing yet, ends.

    Without it, what is said about the rating could be written after the rating, with everything about it, has gone.

    Args:
        rating_id: the rating.
        physician_id: the physician who asks, if they are one.

    Raises:
        RatingUnknown: there is no such rating.
        OwnRating: it is that physician's.
    """
    await begin_writing(database())
    parameters = Parameters()
    # The rating can be revised meanwhile, but not deleted.
    lock = "" if parameters.dialect == "sqlite" else " FOR KEY SHARE"
    rows = await fetch_rows(
        f"SELECT physician_id FROM rating WHERE id = {parameters.bind(rating_id)}{lock}", parameters
    )
    if not rows:
        raise RatingUnknown(rating_id)
    if rows[0][0] == physician_id:
        raise OwnRating(rating_id)

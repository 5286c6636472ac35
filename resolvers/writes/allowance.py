"""How much somebody may write: so many writes at once, which come back one by one over an hour.

The generic cell rate algorithm of ITU-T Recommendation I.371, as a virtual scheduling: of each writer one number is
kept, the time at which the whole allowance will be there again. Each write moves it on by the interval in which one
write comes back; a write that would move it beyond a full allowance from now is refused.
"""

from datetime import UTC, datetime, timedelta

from tortoise.transactions import in_transaction

from resolvers.database import database
from resolvers.errors import PeerscoreError
from resolvers.sql import Parameters, fetch_returned, fetch_rows

HOUR = 3_600_000
"""In milliseconds."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class WritesUsedUp(PeerscoreError):
    """The writer has used their allowance up; `retry_at` is when the next write is possible."""

    def __init__(self, retry_at: datetime) -> None:
        self.retry_at = retry_at
        super().__init__(f"Too many writes. The next one is possible at {retry_at.isoformat(timespec='milliseconds')}.")


async def spend(writer: str, per_hour: int, now: datetime) -> None:
    """Take one write from the writer's allowance, in a transaction of its own.

    Args:
        writer: a kind and a number, such as `account:7`.
        per_hour: how many writes come back in an hour, and how many can be spent at once; at least 1.
        now: the current time.

    Raises:
        WritesUsedUp: nothing is left; nothing was taken.
    """
    # Whole milliseconds, rounded up, so that no more than `per_hour` come back in an hour.
    interval = -(-HOUR // per_hour)
    time = (now - EPOCH) // timedelta(milliseconds=1)
    latest = time + (per_hour - 1) * interval
    async with in_transaction():
        if await _taken(writer, time, interval, latest):
            return
        await _add_writer(writer, time)
        if await _taken(writer, time, interval, latest):
            return
        used_until = await _used_until(writer)
    raise WritesUsedUp(EPOCH + timedelta(milliseconds=used_until - (per_hour - 1) * interval))


async def _taken(writer: str, time: int, interval: int, latest: int) -> bool:
    """Move the time on if it is not later than `latest`; a concurrent change is waited for, and then counts."""
    parameters = Parameters()
    greatest = "MAX" if parameters.dialect == "sqlite" else "GREATEST"
    now = parameters.bind(time)
    rows = await fetch_returned(
        f"UPDATE write_allowance SET used_until = {greatest}(used_until, {now}) + {parameters.bind(interval)}"
        f" WHERE writer = {parameters.bind(writer)} AND used_until <= {parameters.bind(latest)} RETURNING used_until",
        parameters,
    )
    return bool(rows)


async def _add_writer(writer: str, time: int) -> None:
    parameters = Parameters()
    who, now = parameters.bind(writer), parameters.bind(time)
    # Asking first only spares numbers of PostgreSQL's sequence; it is the unique key that decides.
    cast = "" if parameters.dialect == "sqlite" else "::varchar"
    await database().execute_query(
        f"INSERT INTO write_allowance (writer, used_until) SELECT {who}{cast}, {now}"
        f" WHERE NOT EXISTS (SELECT 1 FROM write_allowance WHERE writer = {who}{cast})"
        " ON CONFLICT (writer) DO NOTHING",
        parameters.values,
    )


async def _used_until(writer: str) -> int:
    parameters = Parameters()
    [(used_until,)] = await fetch_rows(
        f"SELECT used_until FROM write_allowance WHERE writer = {parameters.bind(writer)}", parameters
    )
    return int(used_until)

"""Giving committed events their positions on PostgreSQL, in the order in which their transactions were committed.

A sequence would number events when they are written: one with a lower number can be committed later, and a reader
that has passed its number never sees it. Here events are numbered after their commit. Whoever does it locks the only
row of `feed_state` and looks for events without position afterwards, by a statement of its own, which sees all that
had been committed by then. The positions become visible together, after all lower ones. So what can be seen of the
feed has no gaps at any time, and grows at its end only. Nobody waits for transactions that are still open.
"""

from resolvers.database import database, dialect_of

NUMBERED_AT_ONCE = 1_000
"""Events that get their positions in one transaction, while others who want to number wait."""

TRANSACTIONS_AT_MOST = 100
"""So many transactions one call makes at most, however fast others write; the next call goes on."""

CHANNEL = "peerscore_feed"
"""Where PostgreSQL tells of new positions; the payload is the last one."""

# A block sees with each statement what was committed before that statement, and may commit between them.
_GIVE_POSITIONS = f"""
DO $block$
DECLARE
    last bigint;
    given bigint;
BEGIN
    FOR number IN 1..{TRANSACTIONS_AT_MOST} LOOP
        PERFORM FROM feed_event WHERE position IS NULL LIMIT 1;
        EXIT WHEN NOT FOUND;
        SELECT last_position INTO STRICT last FROM feed_state WHERE id = 1 FOR UPDATE;
        WITH waiting AS MATERIALIZED (
            SELECT id FROM feed_event WHERE position IS NULL ORDER BY id LIMIT {NUMBERED_AT_ONCE}
        ), numbered AS (
            SELECT id, last + ROW_NUMBER() OVER (ORDER BY id) AS place FROM waiting
        )
        UPDATE feed_event SET position = numbered.place FROM numbered WHERE feed_event.id = numbered.id;
        GET DIAGNOSTICS given = ROW_COUNT;
        IF given > 0 THEN
            UPDATE feed_state SET last_position = last + given WHERE id = 1;
            PERFORM pg_notify('{CHANNEL}', (last + given)::text);
        END IF;
        COMMIT;
    END LOOP;
END
$block$
"""


async def give_positions() -> None:
    """Number the events that have been committed and have no position yet, and tell those who listen.

    Costs next to nothing when there are none. Any number of processes may do this at the same time. On SQLite events
    have their positions already. To be called outside of any transaction.
    """
    connection = database()
    if dialect_of(connection) == "postgres":
        await connection.execute_query(_GIVE_POSITIONS)

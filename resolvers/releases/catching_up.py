"""Marking and releasing what earlier writers have not: after a migration, or after a repair."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.transactions import in_transaction

from resolvers.counts.locking import keep_writers_out
from resolvers.counts.recounting import COUNT_KINDS, Part, parts_of
from resolvers.feed.waking import wake_followers
from resolvers.releases.marking import mark_part, marked_treatments
from resolvers.releases.releasing import release_due


@dataclass(frozen=True, slots=True)
class MarksOutcome:
    """How many marks were missing and are there now, and how many should not have been there and are gone."""

    added: int
    removed: int


async def parts_to_release() -> list[Part]:
    """Parts that together are all drugs, whatever is added meanwhile."""
    [by_drug] = [kind for kind in COUNT_KINDS if kind.table.name == "cell"]
    return await parts_of(by_drug)


async def catch_up(parts: list[Part], done: Callable[[Part], None]) -> MarksOutcome:
    """Mark what is unreleased, and release what is due.

    Each part is one transaction that keeps other writers out and lets readers read. Interrupted and called again, it
    finds nothing to do in the parts that were done.

    Args:
        parts: those of `parts_to_release`.
        done: is told each part when it is done.
    """
    added = removed = 0
    for part in parts:
        async with in_transaction():
            await keep_writers_out()
            of_part = await mark_part(part.first, part.last)
            await release_due(await marked_treatments(part.first, part.last), datetime.now(UTC))
        wake_followers()
        added += of_part[0]
        removed += of_part[1]
        done(part)
    return MarksOutcome(added, removed)

"""Making the counts that a database of an earlier version lacks."""

from models import Installation
from resolvers.counts.rebuilding import RELEASES, rebuild_counts
from resolvers.counts.recounting import Part
from resolvers.database import COUNTS_VERSION, counts_behind
from resolvers.progress import Progress, Report, unreported
from resolvers.releases.catching_up import catch_up, parts_to_release

RELEASES_VERSION = 2
"""The first version of the counts that includes released ratings; all other counts are as they were before it."""


async def bring_counts_up_to_date(report: Report = unreported) -> None:
    """Count the ratings of the open database anew if that has not been done for this version of the code.

    Where only released ratings are missing, all that is due is released, and nothing is counted anew. Interrupted at
    any moment and called again, it completes; several processes may do so at once.

    Args:
        report: is told how many rows have been compared, if there is anything to do.
    """
    if not await counts_behind():
        return
    if (await Installation.get(id=1)).counts_version < RELEASES_VERSION - 1:
        await rebuild_counts(report)
    else:
        await _release(report)
    await Installation.filter(id=1, counts_version__lt=COUNTS_VERSION).update(counts_version=COUNTS_VERSION)


async def _release(report: Report) -> None:
    parts = await parts_to_release()
    total = sum(part.rows for part in parts)
    done = 0
    report(Progress(done, total, "rows"))

    def released(part: Part) -> None:
        nonlocal done
        done += part.rows
        report(Progress(done, total, "rows", RELEASES))

    await catch_up(parts, released)

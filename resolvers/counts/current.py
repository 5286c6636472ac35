"""Making the counts that a database of an earlier version lacks."""

from models import Installation
from resolvers.counts.rebuilding import rebuild_counts
from resolvers.database import COUNTS_VERSION, counts_behind
from resolvers.progress import Report, unreported


async def bring_counts_up_to_date(report: Report = unreported) -> None:
    """Count the ratings of the open database anew if that has not been done for this version of the code.

    Interrupted at any moment and called again, it completes; several processes may do so at once.

    Args:
        report: is told how many rows have been compared, if there is anything to do.
    """
    if await counts_behind():
        await rebuild_counts(report)
        await Installation.filter(id=1, counts_version__lt=COUNTS_VERSION).update(counts_version=COUNTS_VERSION)

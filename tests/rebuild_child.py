"""A process that rebuilds the counts drug by drug and stops, to be killed, where it is told to.

Arguments: address of the database; where to stop: "after 2" the second part, "within 2" it, just before its commit,
or "never"; and "migrated" when the counts are those that a migration has left to be made.
"""

import asyncio
import signal
import sys
from unittest.mock import patch

from resolvers.counts import rebuilding, recounting
from resolvers.counts.current import bring_counts_up_to_date
from resolvers.database import DatabaseUrl, open_database
from resolvers.progress import Progress


def main(url: str, stop: str, *migrated: str) -> None:
    when, _, number = stop.partition(" ")
    left = {when: int(number or 0)}

    def pass_by(place: str) -> None:
        left[place] = left.get(place, 0) - 1
        if left[place] == 0:
            print("stopped", flush=True)  # noqa: T201
            signal.pause()

    delete = rebuilding._delete  # noqa: SLF001 - the last step before a commit

    async def delete_and_pass_by(*arguments: object) -> None:
        await delete(*arguments)  # type: ignore[arg-type]
        pass_by("within")

    def report(progress: Progress) -> None:
        if progress.done:
            pass_by("after")

    async def work() -> None:
        async with open_database(DatabaseUrl.parse(url)):
            if migrated:
                await bring_counts_up_to_date(report)
            else:
                await rebuilding.rebuild_counts(report)

    with patch.object(rebuilding, "_delete", delete_and_pass_by), patch.object(recounting, "PART_ROWS", 1):
        asyncio.run(work())


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A process that imports ratings and stops, to be killed, where it is told to.

Arguments: address of the database; file, or - for standard input; file for rejects; rows in a batch; where to stop:
"after 2" the second batch, "within 2" it, just before its commit, or "never".
"""

import asyncio
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from unittest.mock import patch

import orjson

from resolvers.database import DatabaseUrl, open_database
from resolvers.ratings.importing import import_ratings
from resolvers.ratings.rejects import RejectsFile
from resolvers.ratings.sources import RatingSource


def main(url: str, file: str, rejects: str, batch_rows: str, stop: str) -> None:
    when, _, number = stop.partition(" ")
    left = {when: int(number or 0)}

    def pass_by(place: str) -> None:
        left[place] = left.get(place, 0) - 1
        if left[place] == 0:
            print("stopped", flush=True)  # noqa: T201
            signal.pause()

    write = RejectsFile.write

    def write_and_pass_by(*arguments: object) -> int:
        size = write(*arguments)  # type: ignore[arg-type]
        pass_by("within")
        return size

    async def work() -> None:
        async with open_database(DatabaseUrl.parse(url)):
            outcome = await import_ratings(
                RatingSource(None if file == "-" else Path(file)),
                Path(rejects),
                lambda _: pass_by("after"),
                batch_rows=int(batch_rows),
            )
        print(orjson.dumps(asdict(outcome), default=str).decode())  # noqa: T201

    with patch.object(RejectsFile, "write", write_and_pass_by):
        asyncio.run(work())


if __name__ == "__main__":
    main(*sys.argv[1:])

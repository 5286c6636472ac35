"""Measures search in a warm process: what somebody types letter by letter, typing errors, and the worst there is.

python -m benchmarks.search
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from resolvers.catalogue.importing import import_own_catalogue
from resolvers.catalogue.records import CatalogueRecords, load_records
from resolvers.database import DatabaseUrl, migrate, open_database
from resolvers.search.index import SearchIndex, index_of

EVERY_NAME = 40
"""Of the catalogue's names, sorted, every so many-th is typed letter by letter."""

WORST = ("a s c d t p", "a b c d e f g h", "carcinoma of cell typ", "disease syndrome type of the in", "x y" * 60)


def main() -> None:
    """Print milliseconds of one search, for each kind of text."""
    records = asyncio.run(_records())
    started = time.perf_counter()
    index = index_of(records)
    print(f"Building the index: {time.perf_counter() - started:.2f} s\n")
    names = sorted({drug.name for drug in records.drugs} | {indication.name for indication in records.indications})
    chosen = names[::EVERY_NAME]
    kinds = {
        "every beginning of a name": [name[:length] for name in chosen for length in range(1, len(name) + 1)],
        "a name with a letter missing": [name[: len(name) // 2] + name[len(name) // 2 + 1 :] for name in chosen],
        "a name with two letters swapped": [_swapped(name) for name in chosen],
        "the worst known": list(WORST),
    }
    print("| searched | texts | median ms | 99th percentile ms | worst ms |\n| --- | --- | --- | --- | --- |")
    for kind, texts in kinds.items():
        times = sorted(_milliseconds(index, texts))
        high = times[len(times) * 99 // 100]
        print(f"| {kind} | {len(texts)} | {statistics.median(times):.2f} | {high:.2f} | {times[-1]:.2f} |")


async def _records() -> CatalogueRecords:
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(DatabaseUrl.parse(f"sqlite:///{Path(folder) / 'catalogue.sqlite3'}")):
            await migrate()
            await import_own_catalogue()
            return await load_records()


def _swapped(name: str) -> str:
    middle = len(name) // 2
    return name[: middle - 1] + name[middle : middle + 1] + name[middle - 1 : middle] + name[middle + 1 :]


def _milliseconds(index: SearchIndex, texts: Sequence[str]) -> list[float]:
    times = []
    for text in texts:
        started = time.perf_counter()
        index.search(text)
        times.append((time.perf_counter() - started) * 1000)
    return times


if __name__ == "__main__":
    main()

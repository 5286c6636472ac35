"""An import that is killed continues with nothing twice and nothing missing."""

import asyncio
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from models import RatingImport
from resolvers.database import DatabaseUrl, open_database
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.rating_files import contents_of, csv_file, many_ratings, ndjson_file, rating

BATCH_ROWS = 20
ROWS = [*many_ratings(110), rating(physician="p1", drug="allopurinol"), rating(physician="p1", drug="allopurinol")]


def start(url: str, source: Path, rejects: Path, stop: str, *, piped: bool) -> subprocess.Popen[str]:
    standard_input: IO[bytes] | int = source.open("rb") if piped else subprocess.DEVNULL
    name = "-" if piped else str(source)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.import_child", url, name, str(rejects), str(BATCH_ROWS), stop],
        stdin=standard_input,
        stdout=subprocess.PIPE,
        text=True,
    )
    if piped:
        standard_input.close()  # type: ignore[union-attr]
    return process


def kill_when_stopped(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    with process, process.stdout:
        assert process.stdout.readline() == "stopped\n"
        process.kill()


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    output, _ = process.communicate()
    assert process.returncode == 0
    outcome: dict[str, int] = json.loads(output)
    return outcome


async def batches_done(url: str) -> tuple[int, int]:
    async with open_database(DatabaseUrl.parse(url)):
        journal = await RatingImport.get()
        return journal.accepted, journal.rejected


@pytest.mark.parametrize(
    ("name", "content", "piped"),
    [
        ("ratings.csv", csv_file(ROWS), False),
        ("ratings.ndjson.gz", gzip.compress(ndjson_file(ROWS)), False),
        ("ratings.csv", csv_file(ROWS), True),
        ("ratings.csv.gz", gzip.compress(csv_file(ROWS)), True),
    ],
    ids=["file", "compressed file", "standard input", "compressed standard input"],
)
def test_killed_imports_end_like_one_that_was_left_alone(
    databases: SqliteDatabases | PostgresDatabases,
    catalogue_template: str,
    tmp_path: Path,
    name: str,
    content: bytes,
    piped: bool,
) -> None:
    source, rejects, other_rejects = tmp_path / name, tmp_path / "rejects.csv", tmp_path / "other.csv"
    source.write_bytes(content)
    killed, left_alone = databases.create(catalogue_template), databases.create(catalogue_template)
    expected = finish(start(left_alone, source, other_rejects, "never", piped=piped))

    done = []
    for stop in ("within 1", "after 1", "within 2", "after 1"):
        kill_when_stopped(start(killed, source, rejects, stop, piped=piped))
        done.append(sum(asyncio.run(batches_done(killed))))
    outcome = finish(start(killed, source, rejects, "never", piped=piped))

    assert done == [0, 20, 40, 60]
    assert (expected["accepted"], expected["rejected"], expected["already"]) == (103, 9, 0)
    assert (outcome["accepted"], outcome["rejected"], outcome["already"]) == (103, 9, 60)
    assert rejects.read_bytes() == other_rejects.read_bytes()
    assert contents_of(killed) == contents_of(left_alone)
    assert finish(start(killed, source, rejects, "never", piped=piped))["already"] == 112

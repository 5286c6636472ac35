"""Ctrl-C and SIGTERM while a command works."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models import Rating
from resolvers.simulation.simulating import BATCH_SIZE
from tests.databases import prepare

PATIENCE = 60
"""Seconds after which a process that does not end fails the test."""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_stops_between_batches_and_says_how_to_go_on(
    number: signal.Signals, code: int, catalogue_url: str, repository: Path, tmp_path: Path
) -> None:
    ratings = str(4 * BATCH_SIZE)
    process = subprocess.Popen(
        [sys.executable, "-m", "graph.command", "simulate", "--ratings", ratings, "--database-url", catalogue_url],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repository)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Simulating: ")
        process.send_signal(number)
        output, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, output) == (code, "")
    assert errors.splitlines()[-1] == "Stopped. The same command, run again, continues where this one ended."
    counts: list[int] = []

    async def count() -> None:
        counts.append(await Rating.all().count())

    prepare(catalogue_url, count)
    assert counts[0] in {BATCH_SIZE, 2 * BATCH_SIZE, 3 * BATCH_SIZE}

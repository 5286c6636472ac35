"""Runs all benchmarks one after the other, as `make benchmark` does."""

import tempfile
from collections.abc import Callable

from benchmarks import (
    calibration,
    connections,
    feed_crash,
    feed_fan_out,
    feed_idle,
    import_ratings,
    one_rating,
    rank_coverage,
    reads,
    rebuild,
    score_reads,
    search,
    submissions,
)

with tempfile.TemporaryDirectory() as folder:
    # Those that read a database share it: making one of a million ratings takes minutes.
    keep = ("--keep", folder)
    scripts: dict[str, Callable[[], None]] = {
        "import_ratings": import_ratings.main,
        "reads": lambda: reads.main(keep),
        "connections": connections.main,
        "search": search.main,
        "score_reads": lambda: score_reads.main(keep),
        "one_rating": lambda: one_rating.main(keep),
        "rebuild": lambda: rebuild.main(keep),
        "submissions": lambda: submissions.main(keep),
        "feed_fan_out": lambda: feed_fan_out.main(keep),
        "feed_idle": lambda: feed_idle.main(keep),
        "feed_crash": lambda: feed_crash.main(keep),
        "calibration": calibration.main,
        "rank_coverage": rank_coverage.main,
    }
    for name, run in scripts.items():
        print(f"\n## benchmarks.{name}\n", flush=True)
        run()

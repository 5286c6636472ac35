"""What the scripts have in common on their command lines and in what they print."""

import argparse
import os
from collections.abc import Callable, Sequence

from resolvers.database import Dialect

DIALECTS: dict[str, tuple[Dialect, ...]] = {
    "sqlite": ("sqlite",),
    "postgres": ("postgres",),
    "both": ("sqlite", "postgres"),
}
"""What `--database` takes."""


def at_least(least: int) -> Callable[[str], int]:
    """A type of argument: an integer of at least `least`."""

    def number(text: str) -> int:
        if (value := int(text)) < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}")
        return value

    return number


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table in Markdown; all but the first column are aligned to the right."""
    print(f"| {' | '.join(heads)} |")
    print(f"| --- |{' ---: |' * (len(heads) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def load_average() -> str:
    """How busy the machine was in the last minute."""
    return f"{os.getloadavg()[0]:.2f}"

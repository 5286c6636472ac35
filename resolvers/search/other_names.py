"""Common names of drugs and conditions that the catalogue knows under another name only.

The catalogue's sources write "Hypertension" and "acetylsalicylic acid"; people also say "high blood pressure" and
"aspirin". The table in other_names.csv holds a few dozen such names: for drugs the United States' name where the
catalogue has the international one, for conditions the everyday word, each meaning exactly that entry.
"""

import csv
from pathlib import Path

from resolvers.search.kinds import SearchKind

OTHER_NAMES = Path(__file__).parent / "other_names.csv"


def read_other_names() -> list[tuple[SearchKind, str, str]]:
    """Per other name: the kind of what it means, the other name itself, and the catalogue's exact name."""
    with OTHER_NAMES.open(encoding="utf-8", newline="") as file:
        return [(SearchKind(row["kind"]), row["other_name"], row["name"]) for row in csv.DictReader(file)]

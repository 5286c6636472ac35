"""The files that docs/subscriptions.md shows."""

import re
from pathlib import Path

CLIENTS = Path(__file__).parent

DOCUMENT = (CLIENTS.parent.parent / "docs" / "subscriptions.md").read_text(encoding="utf-8")

SHOWN_FILE = re.compile(r"^```(?:js|python)\n(?://|#) ([\w.-]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A block of code whose first line is a comment with its name."""


def shown_files() -> dict[str, str]:
    """Name and content of each file."""
    return dict(SHOWN_FILE.findall(DOCUMENT))


def write_examples(folder: Path) -> None:
    """Write every file that the document shows into a folder, with the Node packages at hand."""
    for name, content in shown_files().items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "node_modules").symlink_to(CLIENTS / "node_modules")


def blocks(language: str) -> list[str]:
    """The contents of the document's blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)


def chapter(heading: str) -> str:
    """What stands below a heading of the second level."""
    return DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def table(heading: str) -> list[list[str]]:
    """The rows of the only table of a chapter, without its head; the cells without backticks around them."""
    lines = [line for line in chapter(heading).splitlines() if line.startswith("|")]
    return [[cell.strip("` ") for cell in line.strip("|").split(" | ")] for line in lines[2:]]

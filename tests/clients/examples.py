"""The files that docs/subscriptions.md shows."""

import re
from pathlib import Path

CLIENTS = Path(__file__).parent

DOCUMENT = (CLIENTS.parent.parent / "docs" / "subscriptions.md").read_text(encoding="utf-8")

SHOWN_FILE = re.compile(r"^```(?:js|python)\n(?://|#) ([\w.-]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A block of code whose first line is a comment with its name."""


def write_examples(folder: Path) -> list[str]:
    """Write every file that the document shows into a folder, with the Node packages at hand; their names."""
    files = SHOWN_FILE.findall(DOCUMENT)
    for name, content in files:
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "node_modules").symlink_to(CLIENTS / "node_modules")
    return [name for name, _ in files]


def blocks(language: str) -> list[str]:
    """The contents of the document's blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)

"""What a server does not import: it would cost each of its processes memory, and every start time."""

import subprocess
import sys
from pathlib import Path

HEAVY = {
    *("scipy.fft", "scipy.integrate", "scipy.interpolate", "scipy.linalg", "scipy.ndimage", "scipy.optimize"),
    *("scipy.sparse.csgraph", "scipy.sparse.linalg", "scipy.spatial", "scipy.stats"),
    *("choix", "matplotlib", "networkx", "pandas", "sympy"),
}
"""Whole parts of scipy, and libraries that some other one may bring. docs/decisions/0032-memory.md has figures."""


def test_a_server_starts_without_what_is_heavy(repository: Path) -> None:
    code = "import sys, graph.app, graph.command, graph.commands.demonstration, graph.server; print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert not HEAVY & set(imported.stdout.split())

"""Planned execution could be published alone."""

import ast
from pathlib import Path

ROOMS = ("graph", "models", "resolvers", "scoring", "tests")


def test_it_imports_nothing_of_the_rest(repository: Path) -> None:
    imported = {
        name
        for file in (repository / "graph" / "planning").glob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        for name in _imported(node)
    }

    assert "strawberry" in {name.split(".")[0] for name in imported}
    assert {name for name in imported if name.split(".")[0] in ROOMS and not name.startswith("graph.planning")} == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []

"""The four top-level packages are ours: nothing that is installed may stand in their place."""

from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.mark.parametrize("name", ["graph", "models", "resolvers", "scoring"])
def test_a_package_comes_from_this_checkout(repository: Path, name: str) -> None:
    spec = find_spec(name)
    assert spec is not None
    assert spec.origin == str(repository / name / "__init__.py")

"""What the document of planned execution shows is what it does."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import graph.planning

README = Path(graph.planning.__file__).with_name("README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
MODULE = "planning_readme"


def test_the_examples_print_what_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(EXAMPLES) == README.count("```python\n") == 5
    # Strawberry looks the names in annotations up in the module of a type.
    module = ModuleType(MODULE)
    monkeypatch.setitem(sys.modules, MODULE, module)

    # They build on each other.
    for code, shown in EXAMPLES:
        exec(compile(code, MODULE, "exec"), vars(module))  # noqa: S102 - it is our own
        assert capsys.readouterr().out == shown

"""What `make setup` says when it cannot work, each tried for real in a copy of the checkout."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def copy(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the setting up of an environment reads, and no trace of a make that runs these tests."""
    for variable in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTHON"):
        monkeypatch.delenv(variable, raising=False)
    for name in ("Makefile", "requirements-dev.txt", "pyproject.toml"):
        shutil.copy(repository / name, tmp_path)
    return tmp_path


def interpreter(folder: Path, answers: str) -> Path:
    """A Python that is a real one but for the case statement's `answers`, by what it is asked."""
    path = folder / "fake-python"
    path.write_text(f'#!/bin/sh\ncase "$*" in {answers} esac\nexec {sys.executable} "$@"\n')
    path.chmod(0o755)
    return path


def make(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *arguments], cwd=copy, capture_output=True, text=True, check=False)  # noqa: S607 - as a user runs it


def set_up(copy: Path, *arguments: str) -> str:
    """Run `make setup`, which must fail, and return its own words without those that make adds."""
    result = make(copy, "setup", *arguments)
    assert result.returncode != 0
    return "\n".join(line for line in result.stderr.splitlines() if not line.startswith("make: "))


def test_an_old_python_is_named_with_its_version(copy: Path) -> None:
    old = interpreter(copy, '*exit*) exit 1;; *print*) echo "Python 3.10.13"; exit 0;;')

    said = set_up(copy, f"PYTHON={old}")

    assert said == (
        f"Peerscore needs Python 3.11 or newer, and {old} is Python 3.10.13: "
        "name another with make PYTHON=/path/to/python3.12"
    )


def test_an_interpreter_that_does_not_exist_is_named(copy: Path) -> None:
    said = set_up(copy, "PYTHON=/nowhere/python3")

    assert said == (
        "Peerscore needs Python 3.11 or newer, and /nowhere/python3 is no Python that runs: "
        "name another with make PYTHON=/path/to/python3.12"
    )


def test_no_python_at_all(copy: Path) -> None:
    said = set_up(copy, "CANDIDATES=/nowhere/python3 /nowhere/python3.12")

    assert said == (
        "Peerscore needs Python 3.11 or newer, and none was found: "
        "install it, or name it with make PYTHON=/path/to/python3.12"
    )


def test_a_missing_venv_module_is_named_with_the_package_to_install(copy: Path) -> None:
    bare = interpreter(copy, "*ensurepip*) exit 1;;")

    said = set_up(copy, f"PYTHON={bare}")

    assert said == (
        f"{bare} lacks its venv module: install it (on Debian and Ubuntu: apt install python3-venv) and try again."
    )
    assert not (copy / ".venv").exists()


def test_without_a_network_one_sentence_says_so(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(copy))

    said = set_up(copy, f"PYTHON={sys.executable}")

    assert said == (
        "The packages could not be installed: is there a network connection? What pip said is in .venv/install.log."
    )
    assert not (copy / ".venv" / ".installed").exists()


def test_help_lists_every_target(copy: Path) -> None:
    shown = make(copy, "help").stdout

    names = [line.split()[1] for line in shown.splitlines()]
    expected = ["help", "setup", "demo", "dev", "test", "check", "schema", "lock", "benchmark", "clean"]
    assert names == expected


def test_the_locks_name_no_registry_and_every_requirement_has_hashes(repository: Path) -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (repository / name).read_text()
        assert "://" not in text
        for requirement in text.replace("\\\n", "").splitlines():
            assert requirement.startswith("#") or " --hash=sha256:" in requirement

"""Node packages that only the tests need: when they are installed, and what is said when they cannot be."""

import os
import shutil
import subprocess
from pathlib import Path

import orjson
import pytest

PACKAGES = ("package.json", "package-lock.json", ".npmrc")


@pytest.fixture
def copy(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What `make setup` reads, with Python's part done, and no trace of a make that runs these tests."""
    for variable in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PYTHON"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path / 'first'}{os.pathsep}{os.environ['PATH']}")
    for name in ("Makefile", "requirements-dev.txt", "pyproject.toml", *(f"tests/clients/{name}" for name in PACKAGES)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(repository / name, tmp_path / name)
    for folder in (".venv", "first"):
        (tmp_path / folder).mkdir()
    (tmp_path / ".venv" / ".installed").touch()
    return tmp_path


def put_first(copy: Path, name: str, script: str) -> None:
    """Let a command be this script."""
    path = copy / "first" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def make(copy: Path, target: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", target], cwd=copy, capture_output=True, text=True, check=False)  # noqa: S607 - as a user runs it


def refused(copy: Path) -> str:
    """Run `make setup`, which must fail, and return its own words without those that make adds."""
    result = make(copy, "setup")
    assert result.returncode != 0
    return "\n".join(line for line in result.stderr.splitlines() if not line.startswith("make: "))


def test_an_old_node_is_named_with_its_version(copy: Path) -> None:
    put_first(copy, "node", 'case "$*" in --version) echo v18.20.4;; *) exit 1;; esac')

    assert refused(copy) == (
        "The tests need Node.js 20 or newer, and node is v18.20.4: install it (nothing else needs it) and try again."
    )


def test_no_node_at_all(copy: Path) -> None:
    put_first(copy, "node", "exit 127")

    assert refused(copy) == (
        "The tests need Node.js 20 or newer, and none was found: install it (nothing else needs it) and try again."
    )


def test_a_missing_npm_is_named_with_the_package_to_install(copy: Path) -> None:
    put_first(copy, "npm", "exit 127")

    assert refused(copy) == (
        "The tests need npm, which is a package of its own on some systems (on Debian and Ubuntu: apt install npm): "
        "install it and try again."
    )


def test_without_a_network_one_sentence_says_so(copy: Path) -> None:
    put_first(copy, "npm", 'case "$1" in --version) ;; *) echo "no network"; exit 1;; esac')

    assert refused(copy) == (
        "The JavaScript packages could not be installed: is there a network connection? "
        "What npm said is in tests/clients/npm.log."
    )
    assert (copy / "tests" / "clients" / "npm.log").read_text() == "no network\n"


def test_packages_are_installed_once_and_again_when_the_lock_has_changed(copy: Path) -> None:
    put_first(copy, "npm", 'echo "$@" >> npm-was-called; mkdir -p tests/clients/node_modules')
    called = copy / "npm-was-called"

    def installations() -> int:
        assert make(copy, "setup").returncode == 0
        return called.read_text().count("ci --prefix tests/clients")

    assert installations() == 1
    assert installations() == 1
    installed = (copy / "tests" / "clients" / "node_modules" / ".installed").stat().st_mtime
    os.utime(copy / "tests" / "clients" / "package-lock.json", (installed + 1, installed + 1))
    assert installations() == 2


def test_the_demonstration_needs_no_node(copy: Path) -> None:
    for name in ("node", "npm"):
        put_first(copy, name, f"echo called >> {copy / 'called'}; exit 1")
    (copy / ".venv" / "bin").mkdir()
    peerscore = copy / ".venv" / "bin" / "peerscore"
    peerscore.write_text('#!/bin/sh\necho "$@"\n')
    peerscore.chmod(0o755)

    shown = make(copy, "demo")

    assert (shown.returncode, shown.stdout) == (0, "serve --demo\n")
    assert not (copy / "called").exists()


def test_the_lock_names_no_registry_and_every_package_has_a_hash(repository: Path) -> None:
    lock = orjson.loads((repository / "tests" / "clients" / "package-lock.json").read_bytes())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert {"node_modules/graphql-ws", "node_modules/@apollo/client"} <= packages.keys()
    for package in packages.values():
        assert "resolved" not in package
        assert package["integrity"].startswith("sha512-")

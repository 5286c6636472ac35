"""`peerscore import licences` and `peerscore erase`: what they print, and their exit codes."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from graph.global_ids import global_id
from models import AuditEntry, Physician, PhysicianSource, Rating, Registration, RegistryLicence
from resolvers.counts.verifying import verify_counts
from resolvers.database import DatabaseUrl, open_database
from resolvers.identity.key import check_identity_key
from resolvers.pseudonyms import MODERATORS, read_pseudonym_key, token_of
from resolvers.viewers import Status
from tests.gout import add_gout
from tests.registrations import BOB, KEY, NPI, register
from tests.unit import test_command
from tests.unit.test_command import Peerscore

peerscore = test_command.peerscore

REGISTRY = f"country,authority,number\nUS,,{NPI}\n"


def within(url: str, work: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever the work returns
    """Do something with the database, while no command has it open."""

    async def opened() -> object:
        async with open_database(DatabaseUrl.parse(url)):
            return await work()

    return asyncio.run(opened())


@pytest.fixture
def key_variable(monkeypatch: pytest.MonkeyPatch, peerscore: Peerscore) -> None:
    """The commands have the key of `tests.registrations`."""
    assert peerscore
    monkeypatch.setenv("PEERSCORE_IDENTITY_KEY", base64.b64encode(bytes(range(32))).decode())


@pytest.mark.parametrize("command", [("import", "licences"), ("erase", "physician")])
def test_the_help_of_each_command_has_an_example(command: tuple[str, ...], peerscore: Peerscore) -> None:
    result = peerscore(*command, "--help")

    assert result.code == 0
    assert " ".join(["peerscore", *command]) in result.output.split("Example: ")[1]


@pytest.mark.usefixtures("key_variable")
def test_a_registry_verifies_a_physician_who_waits(peerscore: Peerscore, catalogue_url: str, tmp_path: Path) -> None:
    within(catalogue_url, lambda: register("bob", BOB))
    (tmp_path / "registry.csv").write_text(REGISTRY)

    result = peerscore("import", "licences", "registry.csv", "--database-url", catalogue_url)

    assert (result.code, result.output) == (0, "Imported 1 licence; rejected 0; physicians verified: 1.\n")

    async def status() -> int:
        return (await Registration.get()).status

    assert within(catalogue_url, status) == Status.VERIFIED.value


@pytest.mark.usefixtures("key_variable")
def test_rejected_lines_are_told_without_their_numbers(
    peerscore: Peerscore, catalogue_url: str, tmp_path: Path
) -> None:
    (tmp_path / "registry.csv").write_text(REGISTRY + "US,,1234567890\n")

    result = peerscore("import", "licences", "registry.csv", "--database-url", catalogue_url)

    assert result.code == 3
    assert result.output == ("Imported 1 licence; rejected 1 (see registry.csv.rejects.csv); physicians verified: 0.\n")
    assert (tmp_path / "registry.csv.rejects.csv").read_text() == (
        'line,reason\n3,"number is not an NPI: ten digits, of which the last checks the others"\n'
    )
    assert "1234567890" not in result.output + result.errors


def test_the_key_file_is_made_when_it_is_first_needed(peerscore: Peerscore, catalogue_url: str, tmp_path: Path) -> None:
    (tmp_path / "registry.csv").write_text(REGISTRY)

    assert peerscore("import", "licences", "registry.csv", "--database-url", catalogue_url).code == 0

    assert (tmp_path / "var" / "identity.key").stat().st_mode & 0o777 == 0o600


def test_another_key_is_refused_in_one_sentence(peerscore: Peerscore, catalogue_url: str, tmp_path: Path) -> None:
    within(catalogue_url, lambda: check_identity_key(KEY))
    (tmp_path / "registry.csv").write_text(REGISTRY)

    result = peerscore("import", "licences", "registry.csv", "--database-url", catalogue_url)

    assert (result.code, result.output) == (1, "")
    assert "PEERSCORE_IDENTITY_KEY" in result.errors
    assert "Traceback" not in result.errors
    assert within(catalogue_url, lambda: RegistryLicence.all().count()) == 0


def test_a_physician_is_erased_and_the_second_time_there_is_nothing(peerscore: Peerscore, catalogue_url: str) -> None:
    within(catalogue_url, add_gout)

    async def first() -> int:
        return int((await PhysicianSource.get(key="p1")).physician_id)  # type: ignore[attr-defined]

    number = within(catalogue_url, first)

    result = peerscore("erase", "physician", str(number), "--yes", "--database-url", catalogue_url)
    again = peerscore("erase", "physician", str(number), "--yes", "--database-url", catalogue_url)

    assert (result.code, result.output) == (0, f"Erased physician {number}: ratings 3, comments 2.\n")
    assert (again.code, again.output) == (0, f"There is nothing to erase: no physician {number}.\n")
    assert peerscore("scores", "verify", "--database-url", catalogue_url).code == 0
    assert within(catalogue_url, verify_counts).rows == 0
    assert within(catalogue_url, lambda: Rating.all().count()) == 7
    assert within(catalogue_url, lambda: AuditEntry.all().count()) == 1


def test_a_physician_is_erased_by_the_id_that_moderators_see(peerscore: Peerscore, catalogue_url: str) -> None:
    within(catalogue_url, add_gout)

    async def seen(reader: str) -> str:
        physician = await PhysicianSource.get(key="p1")
        number = physician.physician_id  # type: ignore[attr-defined]
        return global_id("Physician", token_of(number, reader, await read_pseudonym_key()))

    others = peerscore(
        "erase",
        "physician",
        within(catalogue_url, lambda: seen("physician:1")),
        "--yes",
        "--database-url",
        catalogue_url,
    )
    assert others.code == 1
    assert within(catalogue_url, lambda: Physician.all().count()) == 5

    result = peerscore(
        "erase", "physician", within(catalogue_url, lambda: seen(MODERATORS)), "--yes", "--database-url", catalogue_url
    )

    assert result.code == 0
    assert within(catalogue_url, lambda: Physician.all().count()) == 4


@pytest.mark.parametrize("given", ["0", "99999999999", "9" * 5000, "ann", "UmF0aW5nOjE=", "²", ""])
def test_what_is_no_id_is_one_sentence(given: str, peerscore: Peerscore, catalogue_url: str) -> None:
    result = peerscore("erase", "physician", given, "--yes", "--database-url", catalogue_url)

    assert (result.code, result.output) == (1, "")
    assert result.errors.startswith("That is no physician's id")


def test_without_a_yes_nothing_is_erased(
    peerscore: Peerscore, catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    within(catalogue_url, add_gout)
    monkeypatch.setattr("typer.confirm", lambda _: False)

    result = peerscore("erase", "physician", "1", "--database-url", catalogue_url)

    assert result.code == 1
    assert "Nothing was erased." in result.errors
    assert within(catalogue_url, lambda: Physician.all().count()) == 5

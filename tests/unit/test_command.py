"""The `peerscore` command: what it prints, and its exit codes."""

import gzip
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from strawberry.printer import print_schema

from graph.command import run
from graph.schema import schema
from graph.settings import Settings, variable_name

HEADER = (
    "physician,specialty,country,years_in_practice,drug,indication,"
    "efficacy,safety,tolerability,accessibility,adherence,preference,comment,rated_at\n"
)
GOOD = "p1,Rheumatology,DE,12,colchicine,gout,4,5,,3,,4,,2024-05-01T12:00:00Z\n"
BAD = "p2,Rheumatology,DE,12,colchicine,gout,9,5,,3,,4,,2024-05-01T12:00:00Z\n"


@dataclass(frozen=True)
class Result:
    """What a command did."""

    code: int
    output: str
    errors: str


Peerscore = Callable[..., Result]


@pytest.fixture
def peerscore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Peerscore]:
    """Runs the command in an empty folder, without variables of ours; the logs are as before afterwards."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable_name(name), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def call(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["peerscore", *arguments])
        with pytest.raises(SystemExit) as ended:
            run()
        output, errors = capfd.readouterr()
        return Result(int(ended.value.code or 0), output, errors)

    yield call
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "command",
    [
        ("serve",),
        ("migrate",),
        ("import", "catalogue"),
        ("import", "ratings"),
        ("export", "ratings"),
        ("simulate",),
        ("schema",),
        ("config",),
    ],
)
def test_the_help_of_each_command_has_an_example(command: tuple[str, ...], peerscore: Peerscore) -> None:
    result = peerscore(*command, "--help")

    assert result.code == 0
    assert "Example: " in result.output
    assert f"peerscore {' '.join(command)}" in result.output.split("Example: ")[1]


def test_the_version_is_that_of_the_distribution(peerscore: Peerscore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.command.version", {"peerscore": "1.2.3"}.get)

    assert peerscore("--version").output == "peerscore 1.2.3\n"


def test_schema_prints_the_schema_and_needs_no_database(peerscore: Peerscore, tmp_path: Path) -> None:
    expected = print_schema(schema) + "\n"

    assert peerscore("schema").output == expected
    peerscore("schema", "--output", "schema.graphql")

    assert (tmp_path / "schema.graphql").read_text() == expected
    assert [path.name for path in tmp_path.iterdir()] == ["schema.graphql"]


def test_config_shows_values_and_origins_with_the_password_hidden(
    peerscore: Peerscore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERSCORE_DATABASE_URL", "postgres://peer:hunter2@host/db")

    result = peerscore("config", "--port", "9000")

    assert result.code == 0
    lines = result.output.splitlines()
    assert lines[0] == "PEERSCORE_DATABASE_URL\tpostgres://peer:***@host/db\tvariable"
    assert lines[2] == "PEERSCORE_PORT\t9000\tflag"
    assert "PEERSCORE_LOG_LEVEL\tinfo\tdefault" in lines


def test_a_person_sees_settings_as_a_table_that_says_what_each_takes(
    peerscore: Peerscore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert "The port to listen on: a whole number from 1 to 65535" in peerscore("config").output


def test_a_foreseen_failure_is_one_sentence(peerscore: Peerscore) -> None:
    result = peerscore("migrate", "--database-url", "sqlite:///missing/file.sqlite3")

    assert (result.code, result.output) == (1, "")
    assert result.errors == "The database cannot be reached: the folder of missing/file.sqlite3 does not exist.\n"


def test_debugging_shows_the_traceback_before_the_sentence(peerscore: Peerscore) -> None:
    result = peerscore("migrate", "--database-url", "sqlite:///missing/file.sqlite3", "--log-level", "debug")

    assert result.code == 1
    assert "Traceback" in result.errors
    assert result.errors.endswith("the folder of missing/file.sqlite3 does not exist.\n")


def test_a_file_that_cannot_be_written_is_named(peerscore: Peerscore) -> None:
    result = peerscore("schema", "--output", "missing/schema.graphql")

    assert (result.code, result.errors) == (1, "missing/schema.graphql: No such file or directory.\n")


def test_wrong_usage_has_exit_code_2(peerscore: Peerscore) -> None:
    assert peerscore("serve", "--port", "70000").code == 2
    assert peerscore("import", "catalogue", "missing").code == 2


def test_the_default_database_is_made_with_its_folder(peerscore: Peerscore, tmp_path: Path) -> None:
    assert peerscore("migrate").output.endswith("The database is up to date.\n")
    assert (tmp_path / "var" / "peerscore.sqlite3").is_file()
    assert peerscore("migrate").output == "The database is up to date.\n"


def test_sqlite_migrates_itself_and_postgres_waits_for_migrate(peerscore: Peerscore, unmigrated_url: str) -> None:
    simulate = ("simulate", "--ratings", "5", "--database-url", unmigrated_url)

    refused = peerscore(*simulate)

    assert refused.code == 1
    if unmigrated_url.startswith("sqlite"):
        assert refused.errors.endswith("Run `peerscore import catalogue` first.\n")
    else:
        assert refused.errors.endswith("Run `peerscore migrate` first.\n")


def test_catalogue_and_simulation_then_export_and_import_elsewhere(
    peerscore: Peerscore, migrated_url: str, tmp_path: Path
) -> None:
    here = ("--database-url", migrated_url)

    assert peerscore("import", "catalogue", *here).output.startswith("Drugs: 2,383 added, 0 updated.\n")
    assert peerscore("import", "catalogue", *here).output.startswith("Drugs: 0 added, 0 updated.\n")
    assert peerscore("simulate", "--ratings", "50", *here).output == (
        "Added 50 simulated ratings; 0 were there already. No physician said any of this.\n"
    )
    exported = peerscore("export", "ratings", "ratings.csv.gz", *here)
    peerscore("import", "catalogue")
    imported = peerscore("import", "ratings", "ratings.csv.gz")

    assert exported.errors.endswith("Exported 50 ratings.\n")
    assert (imported.code, imported.output) == (0, "Imported 50 ratings; rejected 0.\n")
    assert peerscore("export", "ratings").output == gzip.decompress((tmp_path / "ratings.csv.gz").read_bytes()).decode()
    assert not list(tmp_path.glob(".*.partial"))


def test_an_import_with_rejects_says_where_they_are_and_has_exit_code_3(
    peerscore: Peerscore, catalogue_url: str, tmp_path: Path
) -> None:
    (tmp_path / "ratings.csv").write_text(HEADER + GOOD + BAD)

    result = peerscore("import", "ratings", "ratings.csv", "--database-url", catalogue_url)

    assert result.code == 3
    assert result.output == "Imported 1 rating; rejected 1 (see ratings.csv.rejects.csv).\n"
    again = peerscore("import", "ratings", "ratings.csv", "--database-url", catalogue_url)
    assert (again.code, again.output) == (
        3,
        "An earlier run had dealt with 2 of the rows; the counts include them.\n" + result.output,
    )
    assert (tmp_path / "ratings.csv.rejects.csv").is_file()

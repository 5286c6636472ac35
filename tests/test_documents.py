"""What the documents show is what the product does."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph.app import API_PATH
from graph.command import app
from graph.commands.demonstration import fill_empty_database
from graph.settings import Settings, shown_value, variable_name
from resolvers.database import DatabaseUrl, open_database
from resolvers.ratings.importing import import_ratings
from resolvers.ratings.sources import RatingSource
from tests.api.conftest import client_of
from tests.databases import PostgresDatabases, SqliteDatabases

REPOSITORY = Path(__file__).parent.parent
DOCUMENTS = sorted([REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *(REPOSITORY / "docs").rglob("*.md")])
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
API = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
DATA = (REPOSITORY / "docs" / "data.md").read_text(encoding="utf-8")
OPERATIONS = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The contents of the fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def code_spans(text: str) -> list[str]:
    """What stands between single backticks outside of fenced blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))


def table_rows(text: str, first_cell: str) -> list[list[str]]:
    """The cells of the rows whose first cell is code that matches."""
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return [row for row in rows if re.fullmatch(first_cell, row[0].strip("`"))]


def rounded(answer: object) -> object:
    """An answer as the README shows it: numbers to three decimals."""
    if isinstance(answer, dict):
        return {name: rounded(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [rounded(value) for value in answer]
    return round(answer, 3) if isinstance(answer, float) else answer


@pytest.fixture(scope="session")
def demonstration_url(databases: SqliteDatabases | PostgresDatabases, migrated_template: str) -> str:
    """A database that `make demo` has filled, for tests that only read."""
    url = databases.create(migrated_template)
    fill_empty_database(url)
    return url


async def test_the_first_query_of_the_readme_has_the_answer_that_it_shows(demonstration_url: str) -> None:
    command = shlex.split(next(block for block in blocks(README, "sh") if block.startswith("curl ")))
    name, query = command[-1].split("=", maxsplit=1)
    assert (command[:-1], name) == (["curl", "-G", f"http://127.0.0.1:8000{API_PATH}", "--data-urlencode"], "query")

    async with client_of(demonstration_url) as client:
        response = await client.http.get(API_PATH, params={"query": query})

    assert rounded(response.json()) == json.loads(blocks(README, "json")[0])


async def test_every_query_of_the_api_document_is_answered_without_errors(demonstration_url: str) -> None:
    queries = blocks(API, "graphql")
    assert len(queries) >= 10

    async with client_of(demonstration_url) as client:
        for query in queries:
            await client.data(query)


async def test_the_curl_line_of_the_api_document_is_answered(demonstration_url: str) -> None:
    [line] = [block for block in blocks(API, "sh") if block.startswith("curl ")]
    request = json.loads(shlex.split(line)[-1])

    async with client_of(demonstration_url) as client:
        assert await client.data(request["query"], **request["variables"]) == {"drug": {"name": "colchicine"}}


async def test_the_examples_of_errors_have_the_codes_that_the_table_says(demonstration_url: str) -> None:
    examples = {row[0].strip("`"): row[2].strip("`") for row in table_rows(API, "[A-Z_]+") if row[2].startswith("`")}
    assert len(examples) == 12

    async with client_of(demonstration_url) as client:
        found = {code: (await client.error(query))[0] for code, query in examples.items()}
        shown = json.loads(blocks(API, "json")[0])
        answer = await client.answer(examples["INVALID_ID"])

    assert found == {code: code for code in examples}
    assert answer == shown


def test_every_code_is_in_the_table_of_errors() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "graph").glob("*.py"))
    codes = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', sources))

    assert {row[0].strip("`") for row in table_rows(API, "[A-Z_]+")} == codes


async def test_the_example_of_ratings_is_imported_and_refused_as_shown(catalogue_url: str, tmp_path: Path) -> None:
    ratings, refused = blocks(DATA, "csv")
    source, rejects = tmp_path / "ratings.csv", tmp_path / "rejects.csv"
    source.write_text(ratings, encoding="utf-8")

    async with open_database(DatabaseUrl.parse(catalogue_url)):
        outcome = await import_ratings(RatingSource(source), rejects)

    assert rejects.read_text(encoding="utf-8") == refused
    assert (outcome.accepted, outcome.rejected) == (2, len(refused.splitlines()) - 1)


def test_the_table_of_settings_has_every_setting_and_its_default() -> None:
    shown = {row[0].strip("`"): row[1].strip("`") for row in table_rows(OPERATIONS, "PEERSCORE_[A-Z_]+")}
    defaults = Settings.model_construct()

    assert shown == {variable_name(name): shown_value(defaults, name) for name in Settings.model_fields}


def links() -> Iterator[tuple[Path, str]]:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                yield document, target


def anchors(document: Path) -> set[str]:
    """The headings of a document as a link names them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_somewhere() -> None:
    for document, target in links():
        path, _, anchor = target.partition("#")
        file = (document.parent / path).resolve() if path else document
        assert file.exists(), f"{document.name}: {target}"
        assert not anchor or anchor in anchors(file), f"{document.name}: {target}"


def shown_commands(text: str) -> Iterator[list[str]]:
    """The words after `peerscore` of every command in the text's code, as a shell splits them."""
    lines = [line for block in blocks(text, "sh") for line in block.replace("\\\n", " ").splitlines()]
    for line in [*lines, *code_spans(text)]:
        if found := re.search(r"(?:^|[ /])peerscore (?=[a-z-])([^|><;&#]*)", line):
            yield shlex.split(found[1])


def test_every_command_shown_exists_with_its_options() -> None:
    commands = {
        tuple(words) for document in DOCUMENTS for words in shown_commands(document.read_text(encoding="utf-8"))
    }
    assert len(commands) >= 10
    for words in commands:
        names = [word for word in words if not word.startswith("-")]
        options = [word.split("=")[0] for word in words if word.startswith("--")]

        result = CliRunner().invoke(app, [*names, "--help"], env={"COLUMNS": "200"})

        assert result.exit_code == 0, words
        for option in options:
            assert option in result.output, words


def test_every_make_target_shown_exists() -> None:
    targets = re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
        for line in [*lines, *code_spans(text)]:
            if found := re.match(r"make ([a-z]+)", line):
                assert found[1] in targets, f"{document.name}: {line}"

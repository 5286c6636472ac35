"""What the documents show is what the product does."""

import base64
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from graphql import GraphQLEnumType
from typer.testing import CliRunner

from graph.app import API_PATH
from graph.command import app
from graph.commands.demonstration import fill_empty_database
from graph.mutations.errors import Error
from graph.schema import schema
from graph.settings import Settings, shown_value, variable_name
from graph.signing_in import refusals, sockets
from resolvers.database import DatabaseUrl, open_database
from resolvers.ratings.importing import import_ratings
from resolvers.ratings.sources import RatingSource
from resolvers.viewers import ANONYMOUS
from tests.api.conftest import client_of
from tests.api.streams import EVENTS
from tests.api.test_sockets import PATIENCE, serving
from tests.databases import PostgresDatabases, SqliteDatabases, keep
from tests.signing import bearer
from tests.viewers import MODERATOR, verified

REPOSITORY = Path(__file__).parent.parent
DOCUMENTS = sorted(
    [
        REPOSITORY / "README.md",
        REPOSITORY / "CHANGELOG.md",
        *(REPOSITORY / "docs").rglob("*.md"),
        REPOSITORY / "graph" / "planning" / "README.md",
    ]
)
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
API = (REPOSITORY / "docs" / "api.md").read_text(encoding="utf-8")
DATA = (REPOSITORY / "docs" / "data.md").read_text(encoding="utf-8")
OPERATIONS = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")

WRITING = API.partition("\n## Writing\n")[2].partition("\n## ")[0]
READING = API.replace(WRITING, "")
"""The API document without its chapter on writing, whose examples build on each other."""

READERS = {None: ANONYMOUS, "a verified physician": verified(1), "a moderator": MODERATOR}
"""As whom an example is sent, by what its first line says: `# as a verified physician`."""

WRITERS = {
    None: {},
    "somebody who has signed in": bearer("the one who registers"),
    "a verified physician": bearer("the one who registers"),
    "a moderator": bearer("a moderator", moderator=True),
}
"""The headers likewise, in the chapter on writing."""

TODAY = datetime(2026, 11, 22, 10, tzinfo=UTC)
"""In the chapter on writing."""


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


@dataclass(frozen=True, slots=True)
class Example:
    """A query, who sends it, and the answer that the document shows, if it shows one."""

    query: str
    asker: str | None
    answer: str | None


def examples(text: str) -> list[Example]:
    """The queries in a text, in order."""
    found = re.findall(r"^```graphql\n(.*?)^```\n(?:\n```json\n(.*?)^```$)?", text, re.DOTALL | re.MULTILINE)
    askers = [re.match(r"# as (.+)\n", query) for query, _ in found]
    return [
        Example(query, asker and asker[1], answer or None) for (query, answer), asker in zip(found, askers, strict=True)
    ]


def shown_requests(text: str) -> list[list[str]]:
    """The words of the curl commands in a text that send a query in the address."""
    commands = [block.partition("curl -G ")[2] for block in blocks(text, "sh")]
    return [shlex.split(command) for command in commands if command]


def rounded(answer: object) -> object:
    """An answer as the README shows it: numbers to three decimals."""
    if isinstance(answer, dict):
        return {name: rounded(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [rounded(value) for value in answer]
    return round(answer, 3) if isinstance(answer, float) else answer


def ids(answer: object) -> Iterator[tuple[str, str]]:
    """The type and the id of everything in an answer that has one."""
    if isinstance(answer, dict):
        if isinstance(answer.get("id"), str):
            yield base64.b64decode(answer["id"]).decode().partition(":")[0].lower(), answer["id"]
        for value in answer.values():
            yield from ids(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from ids(value)


def without_ids(answer: object) -> object:
    """An answer with the type in place of each id: those of ratings depend on the database."""
    text = json.dumps(answer)
    for kind, found in ids(answer):
        text = text.replace(found, kind)
    return json.loads(text)


@pytest.fixture(scope="session")
def demonstration_url(databases: SqliteDatabases | PostgresDatabases, migrated_template: str) -> str:
    """A database that `make demo` has filled, for tests that only read."""
    url = databases.create(migrated_template)
    fill_empty_database(url)
    return keep(url)


@pytest.mark.parametrize(("place", "asker"), [(0, None), (1, "a verified physician")])
async def test_the_queries_of_the_readme_have_the_answers_that_it_shows(
    demonstration_url: str, place: int, asker: str | None
) -> None:
    address, *more, last = shown_requests(README)[place]
    header = [] if asker is None else ["-H", "Authorization: Bearer $TOKEN"]
    name, query = last.split("=", maxsplit=1)
    assert (address, more, name) == (f"http://127.0.0.1:8000{API_PATH}", [*header, "--data-urlencode"], "query")

    async with client_of(demonstration_url, viewer=READERS[asker]) as client:
        response = await client.http.get(API_PATH, params={"query": query})

    assert rounded(response.json()) == json.loads(blocks(README, "json")[place])


async def test_the_subscription_of_the_readme_begins_as_it_shows(demonstration_url: str) -> None:
    address, *options, last = shown_requests(README)[2]
    name, query = last.split("=", maxsplit=1)
    assert address == f"http://127.0.0.1:8000{API_PATH}"
    assert (options, name) == (["-N", "-H", "Accept: text/event-stream", "--data-urlencode"], "query")
    (shown,) = [block for block in blocks(README, "text") if "event: next" in block]

    async with (
        serving(demonstration_url) as server,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=PATIENCE) as http,
        http.stream("GET", API_PATH, params={"query": query}, headers=EVENTS) as response,
    ):
        lines = response.aiter_lines()
        assert [await anext(lines) for _ in shown.splitlines()] == shown.splitlines()


async def test_every_query_of_the_api_document_is_answered_without_errors(demonstration_url: str) -> None:
    found = examples(READING)
    assert len(found) >= 20
    assert not any("mutation" in example.query for example in found)

    for asker in {example.asker for example in found}:
        async with client_of(demonstration_url, viewer=READERS[asker]) as client:
            for example in found:
                if example.asker == asker:
                    await client.data(example.query)


@pytest.fixture
def written_url(databases: SqliteDatabases | PostgresDatabases, demonstration_url: str) -> str:
    """A database of the test's own with the same content."""
    return databases.create(demonstration_url)


async def test_the_chapter_on_writing_has_the_answers_that_it_shows(written_url: str) -> None:
    found = examples(WRITING)
    assert len(found) >= 10
    known: dict[str, str] = {}

    async with client_of(written_url, lambda: TODAY) as client:
        del client.http.headers["Authorization"]
        for example in found:
            variables = {name: known[name] for name in re.findall(r"\$([a-z]+): ID!", example.query)}
            body = {"query": example.query, "variables": variables}
            response = await client.http.post(API_PATH, json=body, headers=WRITERS[example.asker])
            answer: dict[str, Any] = response.json()
            assert "errors" not in answer, answer["errors"]
            if example.answer is None:
                assert outcome(answer) in (None, "Success"), answer
            else:
                assert without_ids(answer) == without_ids(json.loads(example.answer))
            known.update(ids(answer))


def outcome(answer: dict[str, Any]) -> str | None:
    """What became of a mutation: `Success`, or the type of the error; None for a query."""
    (name,) = (value.get("__typename") for value in answer["data"].values())
    return None if name is None else re.sub(r".+Success$", "Success", name)


async def test_the_curl_line_of_the_api_document_is_answered(demonstration_url: str) -> None:
    [line] = [block for block in blocks(API, "sh") if block.startswith("curl ")]
    request = json.loads(shlex.split(line)[-1])

    async with client_of(demonstration_url, viewer=ANONYMOUS) as client:
        assert await client.data(request["query"], **request["variables"]) == {"drug": {"name": "colchicine"}}


async def test_the_examples_of_errors_have_the_codes_that_the_table_says(demonstration_url: str) -> None:
    wrong = {row[0].strip("`"): row[2].strip("`") for row in table_rows(API, "[A-Z_]+") if row[2].startswith("`")}
    assert len(wrong) == 13

    async with client_of(demonstration_url, viewer=ANONYMOUS) as client:
        found = {code: (await client.error(query))[0] for code, query in wrong.items()}
        [shown] = [json.loads(block) for block in blocks(READING, "json")]
        answer = await client.answer(wrong["INVALID_ID"])

    assert found == {code: code for code in wrong}
    assert answer == shown


def test_every_code_is_in_the_table_of_errors() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "graph").rglob("*.py"))
    codes = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', sources)) | {sockets.SUSPENDED}
    codes |= {refused.code for refused in refusals.SignInRefused.__subclasses__()}
    shown = {row[0].strip("`") for row in table_rows(API, "[A-Z_]+")}
    # What looks like a code in the sources can be the value of an enum instead, or as well.
    kinds = schema._schema.type_map.values()  # noqa: SLF001 - Strawberry has no other way to them
    values = {value for kind in kinds if isinstance(kind, GraphQLEnumType) for value in kind.values}

    assert codes - values <= shown
    assert shown <= codes


def test_every_error_of_mutations_is_in_the_table() -> None:
    rows = WRITING.partition("| Type | Meaning |")[2].splitlines()[2:]
    shown = [name for row in rows if row.startswith("|") for name in row.split("|")[1].strip().split(", ")]

    assert sorted(shown) == sorted(error.__name__ for error in Error.__subclasses__())


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

"""What answers say about how they were made, where the settings ask for it, and documents that are not kept."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

from graph.app import create_app
from graph.settings import ExecutorName, Settings

TYPENAME = "{ __typename }"
DEEP = "{ drugs { edges { node { name } } } }"


@contextmanager
def serving(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


@pytest.mark.parametrize("executor", ["planned", "graphql-core"])
def test_without_debugging_nothing_is_said(migrated_url: str, executor: ExecutorName) -> None:
    with serving(Settings(database_url=migrated_url, executor=executor)) as client:
        answer = client.post("/graphql", json={"query": TYPENAME})

    assert answer.json() == {"data": {"__typename": "Query"}}


def test_with_debugging_an_answer_says_what_has_carried_it_out(migrated_url: str) -> None:
    with serving(Settings(database_url=migrated_url, debug=True, executor="graphql-core")) as client:
        answer = client.post("/graphql", json={"query": TYPENAME})

    assert answer.json() == {"data": {"__typename": "Query"}, "extensions": {"executor": "graphql-core"}}


@pytest.mark.parametrize(
    ("query", "code"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"), (DEEP, "TOO_DEEP")],
)
def test_nothing_has_carried_out_what_is_refused(migrated_url: str, query: str, code: str) -> None:
    with serving(Settings(database_url=migrated_url, debug=True, max_depth=3)) as client:
        answer = client.post("/graphql", json={"query": query}).json()

    assert [error["extensions"]["code"] for error in answer["errors"]] == [code]
    assert "extensions" not in answer


def test_documents_that_are_not_kept_are_answered_and_refused_alike(migrated_url: str) -> None:
    with serving(Settings(database_url=migrated_url, document_cache=0)) as client:
        answers = [client.post("/graphql", json={"query": query}).json() for query in (TYPENAME, "{ nothing }") * 2]

    assert answers[0] == answers[2] == {"data": {"__typename": "Query"}}
    assert answers[1] == answers[3]
    assert answers[1]["errors"][0]["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}

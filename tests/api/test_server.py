"""What surrounds every request: health, request ids, limits, websites, and failures that nobody foresaw."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from graph.app import create_app
from graph.middleware import BodyLimit, RequestLog, UnexpectedErrors
from graph.settings import Settings
from resolvers.database import database

TYPENAME = {"query": "{ __typename }"}


def settings(url: str, cors_origins: tuple[str, ...] = ()) -> Settings:
    return Settings(database_url=url, max_body_bytes=1_000, cors_origins=cors_origins)


@pytest.fixture
def client(migrated_url: str) -> Iterator[TestClient]:
    with TestClient(create_app(settings(migrated_url))) as client:
        yield client


def test_it_answers_graphql(client: TestClient) -> None:
    answer = client.post("/graphql", json=TYPENAME)

    assert answer.status_code == 200
    assert answer.json() == {"data": {"__typename": "Query"}}


def test_it_is_alive_and_ready(client: TestClient) -> None:
    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


def test_it_is_not_ready_while_the_database_is_behind(client: TestClient) -> None:
    assert client.portal is not None
    client.portal.call(database().execute_query, "DELETE FROM tortoise_migrations")

    ready = client.get("/readyz")

    assert ready.status_code == 503
    assert ready.json()["reason"].endswith("Run `peerscore migrate` first.")
    assert client.get("/healthz").status_code == 200


def test_it_is_not_ready_without_a_database_and_does_not_say_where_that_is(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> None:
        raise ConnectionRefusedError("postgres://peer:hunter2@secret-host/db")

    monkeypatch.setattr(type(database()), "execute_query", refused)

    ready = client.get("/readyz")

    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "not ready", "reason": "The database cannot be reached."},
    )


def test_the_root_leads_to_the_api(client: TestClient) -> None:
    answer = client.get("/", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (307, "/graphql")


def test_unknown_paths_and_methods_are_errors_in_json(client: TestClient) -> None:
    missing, refused = client.get("/rest"), client.delete("/healthz")

    assert (missing.status_code, missing.json()["errors"][0]["extensions"]) == (404, {"code": "NOT_FOUND"})
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]) == (405, {"code": "METHOD_NOT_ALLOWED"})


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_above_the_limit_is_refused_announced_or_not(client: TestClient, chunked: bool) -> None:
    body = b'{"query": "{ __typename }"}'.ljust(1_001)
    content = iter([body[:600], body[600:]]) if chunked else body

    answer = client.post("/graphql", content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == 413
    assert answer.json() == {
        "errors": [
            {
                "message": "The request body is larger than 1,000 bytes.",
                "extensions": {"code": "REQUEST_TOO_LARGE"},
            }
        ]
    }


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_at_the_limit_is_answered(client: TestClient, chunked: bool) -> None:
    body = b'{"query": "{ __typename }"}'.ljust(1_000)
    content = iter([body[:600], body[600:]]) if chunked else body

    answer = client.post("/graphql", content=content, headers={"Content-Type": "application/json"})

    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_client_that_leaves_in_the_middle_of_its_body_gets_no_answer() -> None:
    async def unreachable(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError

    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[object] = []

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: object) -> None:
        sent.append(message)

    await BodyLimit(unreachable, 1_000)({"type": "http", "headers": []}, receive, send)

    assert sent == []


@pytest.mark.parametrize("sane", ["abc-1_2.3", "A" * 64])
def test_a_request_id_is_taken_over(client: TestClient, sane: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": sane}).headers["x-request-id"] == sane


@pytest.mark.parametrize("insane", ["", "A" * 65, "a b", 'x","level":"critical'])
def test_a_request_id_is_made_where_none_can_be_taken(client: TestClient, insane: str) -> None:
    made = {client.get("/healthz", headers={"X-Request-ID": insane}).headers["x-request-id"] for _ in range(2)}

    assert len(made) == 2
    assert all(len(request_id) == 32 and request_id.isalnum() for request_id in made)


def test_each_request_has_one_log_line_without_what_the_client_sent(client: TestClient) -> None:
    with capture_logs([merge_contextvars]) as lines:
        client.post(
            "/graphql?secret=1",
            json={"query": "query Q($text: String!) { search(text: $text) { exact } }", "variables": {"text": "hiv\0"}},
            headers={"X-Request-ID": "r1"},
        )
        client.get("/a%0Ab")

    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in requests] == [
        ("POST", "/graphql", 200),
        ("GET", "/a%0Ab", 404),
    ]
    assert requests[0]["request_id"] == "r1"
    assert requests[0]["milliseconds"] > 0
    assert "secret" not in str(lines)
    assert "hiv" not in str(lines)


def test_an_unforeseen_failure_is_masked_and_logged_under_the_request_id() -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("password hunter2")

    client = TestClient(RequestLog(UnexpectedErrors(broken)))
    with capture_logs([merge_contextvars]) as lines:
        answer = client.get("/", headers={"X-Request-ID": "r1"})

    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "r1")
    assert answer.json()["errors"][0]["extensions"] == {"code": "INTERNAL_ERROR"}
    assert "hunter2" not in answer.text
    assert [(line["event"], line["request_id"]) for line in lines] == [("unexpected error", "r1"), ("request", "r1")]
    assert lines[0]["exc_info"]


def test_only_websites_from_the_setting_may_read_answers(migrated_url: str) -> None:
    app = create_app(settings(migrated_url, cors_origins=("https://a.example",)))
    with TestClient(app) as client:
        allowed = client.post("/graphql", json=TYPENAME, headers={"Origin": "https://a.example"})
        other = client.post("/graphql", json=TYPENAME, headers={"Origin": "https://b.example"})
        preflight = client.options(
            "/graphql",
            headers={
                "Origin": "https://a.example",
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "content-type",
            },
        )

    assert allowed.headers["access-control-allow-origin"] == "https://a.example"
    assert "access-control-allow-origin" not in other.headers
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, "https://a.example")


def test_without_the_setting_no_website_may(client: TestClient) -> None:
    answer = client.post("/graphql", json=TYPENAME, headers={"Origin": "https://a.example"})

    assert not [name for name in answer.headers if name.startswith("access-control")]

"""Plain requests skip much of Strawberry's way, and are answered byte for byte as by it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import strawberry
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from graph import view
from graph.app import API_PATH, create_app
from graph.schema import PeerscoreSchema, build_schema
from graph.settings import Settings
from tests.databases import PostgresDatabases, SqliteDatabases, keep
from tests.signing import SIGNING, bearer

JSON = "application/json"
CODE = re.compile(rb'"code":"(\w+)"')
POST = ("POST", "", {"Content-Type": JSON})

TWO = "query A { __typename } query B { meta { methodVersion } }"
SEARCH = "query($text: String!, $n: Int) { search(text: $text, first: $n) { exact } }"
CREATES = 'mutation { markHelpful(input: {ratingId: "no such"}) { __typename } }'


def body(query: object, **more: object) -> bytes:
    return json.dumps({"query": query, **more}).encode()


BODIES = {
    "a query": body("{ __typename meta { methodVersion } }"),
    "an alias and a fragment": body("{ one: meta { ...m } } fragment m on Meta { methodVersion }"),
    "introspection": body('{ __type(name: "Drug") { name kind } }'),
    "a list": body("{ drugs(first: 2) { totalCount edges { node { id name } } } }"),
    "null": body('{ drug(id: "no-such-drug") { name } }'),
    "the first of two": body(TWO),
    "the second of two": body(TWO, operationName="B"),
    "an unknown operation": body(TWO, operationName="C"),
    "an empty operation name": body(TWO, operationName=""),
    "variables": body(SEARCH, variables={"text": "colchicine", "n": 1}),
    "a variable too few": body(SEARCH, variables={}),
    "a variable of the wrong type": body(SEARCH, variables={"text": 1}),
    "null for variables": body("{ __typename }", variables=None, extensions=None, operationName=None),
    "extensions": body("{ __typename }", extensions={"a": 1}),
    "more than is known": body("{ __typename }", other=1),
    "a mutation": body(CREATES),
    "a subscription": body("subscription { ratings { cursor } }"),
    "an error of a field": body('{ drug(id: "a b") { name } }'),
    "an error and data": body('{ __typename drug(id: "a b") { name } }'),
    "no GraphQL": body("{"),
    "an unknown field": body("{ nothing }"),
    "nested too deep for the parser": body("{ drugs " * 200 + "}" * 200),
    "nested too deep": body("{ drugs { edges { node { treatments { edges { node { drug { name } } } } } } } }"),
    "too costly": body("query($n: Int) { drugs(first: $n) { edges { node { id } } } }", variables={"n": 90}),
    "too many tokens": body("{" + "a " * 10_001 + "}"),
    "an empty document": body(""),
    "only blanks": body("  "),
    "no document": body(None),
    "no query": b"{}",
    "a number for a query": body(1),
    "a list of variables": body("{ __typename }", variables=[1]),
    "a text of variables": body("{ __typename }", variables="{}"),
    "a list of extensions": body("{ __typename }", extensions=[1]),
    "a number for an operation name": body("{ __typename }", operationName=1),
    "a batch": b"[" + body("{ __typename }") + b"]",
    "a number": b"1",
    "null alone": b"null",
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"query": "\xff"}',
    "half a surrogate pair": b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
    "not a number": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
}

REQUESTS = {
    **{name: (*POST, content) for name, content in BODIES.items()},
    "a character set": ("POST", "", {"Content-Type": f"{JSON}; charset=utf-8"}, BODIES["a query"]),
    "a blank before the parameter": ("POST", "", {"Content-Type": f"{JSON} ; charset=utf-8"}, BODIES["a query"]),
    "capital letters": ("POST", "", {"Content-Type": "Application/JSON"}, BODIES["a query"]),
    "GraphQL as content": ("POST", "", {"Content-Type": "application/graphql"}, b"{ __typename }"),
    "another type that begins so": ("POST", "", {"Content-Type": "application/jsonx"}, BODIES["a query"]),
    "no content type": ("POST", "", {}, BODIES["a query"]),
    "a form": ("POST", "", {"Content-Type": "multipart/form-data; boundary=b"}, b"--b--"),
    "a body that is too large": (*POST, b" " * 25_001),
    **{
        f"{accept} is taken": ("POST", "", {"Content-Type": JSON, "Accept": accept}, BODIES["a query"])
        for accept in ("*/*", JSON, "application/graphql-response+json", "text/html", "", "multipart/mixed")
    },
    **{
        f"{accept} and a subscription": ("POST", "", {"Content-Type": JSON, "Accept": accept}, BODIES["a subscription"])
        for accept in ("*/*", JSON, "multipart/mixed", "text/html")
    },
    "parts or JSON": (
        "POST",
        "",
        {"Content-Type": JSON, "Accept": "multipart/mixed;subscriptionSpec=1.0, application/json"},
        BODIES["a query"],
    ),
    "an answer to no event": (
        "POST",
        "",
        {"Content-Type": JSON, "Accept": "text/event-stream, application/json"},
        BODIES["no GraphQL"],
    ),
    "a good token": ("POST", "", {"Content-Type": JSON, **bearer("somebody")}, body("{ viewer { role } }")),
    "a bad token": ("POST", "", {"Content-Type": JSON, "Authorization": "Bearer a.b.c"}, BODIES["a query"]),
    "a bad token and no JSON": ("POST", "", {"Content-Type": JSON, "Authorization": "Bearer a.b.c"}, b"{"),
    "no bearer": ("POST", "", {"Content-Type": JSON, "Authorization": "Basic abc"}, BODIES["a query"]),
    "an unknown key": ("POST", "", {"Content-Type": JSON, "Authorization": "Bearer peerscore_x"}, BODIES["a query"]),
    "GET": ("GET", "?query={__typename}", {}, b""),
    "GET and a mutation": ("GET", f"?query={CREATES}", {}, b""),
    "GET and variables": ("GET", f'?query={SEARCH}&variables={{"text": "gout"}}', {}, b""),
    "GET without a query": ("GET", "", {"Accept": JSON}, b""),
    "the editor": ("GET", "", {"Accept": "text/html"}, b""),
    "POST with a query in the address": ("POST", "?query={__typename}", {"Content-Type": JSON}, BODIES["no query"]),
    "PUT": ("PUT", "", {"Content-Type": JSON}, BODIES["a query"]),
    "DELETE": ("DELETE", "", {}, b""),
    "HEAD": ("HEAD", "", {}, b""),
    "a website": ("POST", "", {"Content-Type": JSON, "Origin": "https://a.example"}, BODIES["a query"]),
}


@pytest.fixture(scope="module")
def client(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> Iterator[TestClient]:
    settings = Settings(
        database_url=keep(databases.create(catalogue_template)),
        max_nodes=80,
        max_depth=6,
        max_body_bytes=25_000,
        cors_origins=("https://a.example",),
        **SIGNING,
    )
    with TestClient(create_app(settings)) as client:
        yield client


def view_of(client: TestClient) -> view.PeerscoreView:
    assert isinstance(client.app, Starlette)
    (found,) = (route.app for route in client.app.routes if isinstance(route, Route) and route.path == API_PATH)
    assert isinstance(found, view.PeerscoreView)
    return found


def told(client: TestClient, request: tuple[str, str, dict[str, str], bytes]) -> tuple[int, list[Any], bytes]:
    method, address, headers, content = request
    given = {"X-Request-ID": "r1", **headers}
    answer = client.request(method, f"/graphql{address}", content=content, headers=given)
    return answer.status_code, answer.headers.raw, answer.content


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_answered_as_by_strawberry(
    client: TestClient, request_: tuple[str, str, dict[str, str], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again = told(client, request_), told(client, request_)

    # Now no request is plain, Strawberry runs the extensions itself, and no document is kept.
    monkeypatch.setattr(view, "is_plain", lambda _: False)
    monkeypatch.setattr(view_of(client), "schema", build_schema(known_documents=0))
    monkeypatch.setattr(PeerscoreSchema, "create_extensions_runner", strawberry.Schema.create_extensions_runner)

    assert first == again == told(client, request_)


def test_the_requests_are_answered_in_many_ways(client: TestClient) -> None:
    answers = {name: told(client, request) for name, request in REQUESTS.items()}

    assert {status for status, _, _ in answers.values()} == {200, 400, 401, 405, 406, 413}
    assert {code for _, _, content in answers.values() for code in CODE.findall(content)} == {
        b"BAD_REQUEST",
        b"BAD_USER_INPUT",
        b"GRAPHQL_PARSE_FAILED",
        b"GRAPHQL_VALIDATION_FAILED",
        b"INVALID_API_KEY",
        b"INVALID_ID",
        b"INVALID_TOKEN",
        b"METHOD_NOT_ALLOWED",
        b"NOT_ACCEPTABLE",
        b"REQUEST_TOO_LARGE",
        b"TOO_COSTLY",
        b"TOO_DEEP",
    }
    assert len({content for _, _, content in answers.values()}) > len(REQUESTS) // 2

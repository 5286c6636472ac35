"""Whatever is asked, and whatever is written meanwhile, a server that keeps answers gives those that are right."""

import random
from collections.abc import AsyncIterator, Collection

import httpx2
import pytest
from graphql import (
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    OperationType,
    Visitor,
    build_ast_schema,
    parse,
    print_schema,
    visit,
)
from hypothesis import given

from graph.app import create_app
from graph.kept_answers import KeptAnswers
from graph.schema import build_schema
from graph.settings import Settings
from tests.api.people import LEVELS, Person, submit
from tests.api.test_kept_answers import KEPT, NOT_KEPT
from tests.clients.serving import LiveServer, live_server
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.executors.examples import drawn, wanted
from tests.executors.failures import Asked
from tests.executors.generating import operations
from tests.executors.peerscore.corpus import CORPUS
from tests.executors.peerscore.suggesting import DRUGS, SCALARS, Suggestions
from tests.signing import SIGNING

AGAIN = 0.85
"""How often an operation is asked that has been asked before."""

WRITE = 0.3
"""How often somebody rates."""

ROOTS = ("drug", "indication")
NEVER_KEPT = frozenset(
    {"codes", "followerCount", "viewerFollows", "ratings", "trend", "scorecard", "firstRatedAt", "parents", "children"}
)
"""What is read from where nobody tells of changes."""

TELLING = (
    '{ drug(id: "colchicine") { ratings(first: 500) { edges { node { efficacy } } } } }',
    '{ drug(id: "colchicine") { trend(months: 120) { points { estimate { value } } } } }',
    '{ drugs(ids: ["colchicine", "allopurinol"]) { edges { node { score { overall { value } } } } } }',
    '{ indication(id: "gout") { ratings(first: 500) { edges { node { drug { slug } safety } } } } }',
    "{ ratings(first: 500) { edges { node { efficacy drug { slug } } } } }",
)
"""Answers in which each write can be seen."""

LIMITS = {"max_nodes": "1000000", "max_depth": "1000", "writes_per_hour": "1000000"}


@pytest.fixture
def filled_url(databases: SqliteDatabases | PostgresDatabases, filled_template: str) -> str:
    """A database of the test's own with the same content."""
    return databases.create(filled_template)


@pytest.fixture
async def server(filled_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(filled_url, **LIMITS) as server:
        yield server


class Narrower(Visitor):
    """Leaves of a schema what begins at certain fields of the root, without certain fields below."""

    def __init__(self, without: Collection[str]) -> None:
        super().__init__()
        self._without = without

    def leave_object_type_definition(self, node: ObjectTypeDefinitionNode, *_: object) -> ObjectTypeDefinitionNode:
        """Leave fields out."""
        fields = [
            field
            for field in node.fields or ()
            if (field.name.value in ROOTS if node.name.value == "Query" else field.name.value not in self._without)
        ]
        return ObjectTypeDefinitionNode(name=node.name, fields=tuple(fields), interfaces=node.interfaces)


def drawn_queries(schema: GraphQLSchema, number: int, suggestions: Suggestions) -> list[Asked]:
    """Queries that are valid for a schema, about so many."""
    found: list[Asked] = []

    @drawn(number)
    @given(operations(schema, OperationType.QUERY, suggestions, SCALARS))
    def collect(asked: list[Asked]) -> None:
        found.extend(asked)

    collect()
    return found


async def asked_of(http: httpx2.AsyncClient, person: Person, asked: Asked) -> tuple[int, bytes]:
    body = {"query": asked.query, "variables": asked.variables, "operationName": asked.operation_name}
    response = await http.post("/graphql", json=body, headers=dict(person.headers))
    return response.status_code, response.content


async def test_any_queries_between_any_ratings(server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bytes] = []
    find = KeptAnswers.find

    async def noted(self: KeptAnswers, *arguments: object) -> bytes | None:
        answer = await find(self, *arguments)  # type: ignore[arg-type]
        if answer is not None:
            kept.append(answer)
        return answer

    monkeypatch.setattr(KeptAnswers, "find", noted)
    choose = random.Random(1)
    physician = server.person("a physician")
    readers = (
        physician,
        physician,
        physician,
        server.moderator(),
        server.anonymous(),
        await server.integrator("catalogue"),
    )
    whole = parse(print_schema(build_schema()._schema))
    # Of the first ones about half are kept, of the second ones nearly all.
    schemas = [build_ast_schema(visit(whole, Narrower(without))) for without in ((), NEVER_KEPT)]
    suggestions = await Suggestions.of_open_database()
    queries = [
        *(Asked(query, variables) for query, variables in CORPUS.values()),
        *(Asked(query, {}) for query in (*KEPT, *NOT_KEPT, *(TELLING * 3))),
        *(query for schema in schemas for query in drawn_queries(schema, wanted(20), suggestions)),
    ]
    choose.shuffle(queries)
    # Nobody tells it of changes, so it keeps nothing.
    app = create_app(Settings(**{"database_url": server.url, **SIGNING, **LIMITS}), server.clock)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as plain:
        before: list[Asked] = []
        for query in queries:
            before.append(query)
            while choose.random() < AGAIN:
                if choose.random() < WRITE:
                    levels = {criterion: choose.randint(1, 5) for criterion in LEVELS}
                    written = await submit(physician, choose.choice(DRUGS[:2]), **levels)
                    assert written["__typename"] == "SubmitRatingSuccess"
                person, again = choose.choice(readers), choose.choice(before[-3:])
                assert await asked_of(server.http, person, again) == await asked_of(plain, person, again), again
    assert len(kept) > len(queries) / 2

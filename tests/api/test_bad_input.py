"""Whatever a client sends, it is told what was wrong, with a code, and never in Python's words."""

import base64
import json

import orjson
import pytest

from resolvers.paging import Order
from tests.api.conftest import Client

DRUG = "query($id: ID!) { drug(id: $id) { name } }"


def id_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("no such slug", "INVALID_ID", "`id`: 'no such slug' is neither an id nor a slug."),
        ("", "INVALID_ID", "`id`: '' is neither an id nor a slug."),
        ("'; DROP TABLE drug; --", "INVALID_ID", "`id`: ''; DROP TABLE drug; --' is neither an id nor a slug."),
        ("a\0b", "INVALID_ID", "`id`: 'a�b' is neither an id nor a slug."),
        ("x" * 10_000, "INVALID_ID", f"`id`: '{'x' * 60}…' is neither an id nor a slug."),
        (id_of("Drug:abc"), "INVALID_ID", "`id`: 'RHJ1ZzphYmM=' is neither an id nor a slug."),
        (id_of("Drug:-1"), "INVALID_ID", "`id`: 'RHJ1ZzotMQ==' is neither an id nor a slug."),
        (
            id_of("Indication:1"),
            "WRONG_ID_TYPE",
            f"`id`: '{id_of('Indication:1')}' is the id of an Indication, not of a Drug.",
        ),
    ],
)
async def test_an_id_that_is_none(client: Client, text: str, code: str, message: str) -> None:
    assert await client.error(DRUG, id=text) == (code, message)


@pytest.mark.parametrize(
    "text", ["no-such-drug", id_of("Drug:999999"), id_of("Drug:2147483648"), id_of(f"Drug:{10**18}")]
)
async def test_an_unknown_id_is_null(client: Client, text: str) -> None:
    assert await client.data(DRUG, id=text) == {"drug": None}


@pytest.mark.parametrize("type_name", ["Drug", "Indication", "Treatment", "Rating"])
async def test_an_unknown_node_is_null(client: Client, type_name: str) -> None:
    text = id_of(f"{type_name}:{9 * 10**18}")
    query = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    assert await client.data(query, id=text) == {"node": None, "nodes": [None]}


async def test_node_takes_no_slug_and_no_foreign_type(client: Client) -> None:
    query = "query($id: ID!) { node(id: $id) { id } }"
    assert await client.error(query, id="colchicine") == ("INVALID_ID", "`id`: 'colchicine' is not an id of this API.")
    assert (await client.error(query, id=id_of("Meta:1")))[0] == "INVALID_ID"


async def test_drugs_by_ids_keep_their_order_and_name_the_unknown(client: Client) -> None:
    data = await client.data(
        '{ drugs(ids: ["febuxostat", "no-such", "colchicine", "febuxostat"]) '
        "{ totalCount unknownIds edges { node { slug } } } }"
    )
    assert data["drugs"] == {
        "totalCount": 2,
        "unknownIds": ["no-such"],
        "edges": [{"node": {"slug": "febuxostat"}}, {"node": {"slug": "colchicine"}}],
    }


async def test_drugs_by_ids_stand_alone(client: Client) -> None:
    assert await client.error('{ drugs(ids: ["gout"], orderBy: NAME) { totalCount } }') == (
        "INVALID_ARGUMENT",
        "`ids` does not go together with `filter` or `orderBy`.",
    )
    too_many = json.dumps(["colchicine"] * 101)
    assert await client.error(f"{{ drugs(ids: {too_many}) {{ totalCount }} }}") == (
        "INVALID_ARGUMENT",
        "`ids` may have at most 100 values; it had 101.",
    )


PAGED = [
    ("{ drugs(%s) { totalCount } }", 100),
    ("{ indications(%s) { totalCount } }", 100),
    ("{ ratings(%s) { totalCount } }", 500),
    ('{ drug(id: "colchicine") { treatments(%s) { totalCount } } }', 100),
    ('{ drug(id: "colchicine") { ratings(%s) { totalCount } } }', 500),
    ('{ indication(id: "gout") { treatments(%s) { totalCount } } }', 100),
    ('{ indication(id: "gout") { ratings(%s) { totalCount } } }', 500),
    ('{ indication(id: "gout") { children(%s) { totalCount } } }', 100),
    ('{ drugs(ids: ["colchicine"], %s) { totalCount } }', 100),
]


@pytest.mark.parametrize(("query", "largest"), PAGED)
async def test_page_sizes_out_of_range(client: Client, query: str, largest: int) -> None:
    for argument in ("first", "last"):
        for size in (0, -1, largest + 1):
            assert await client.error(query % f"{argument}: {size}") == (
                "INVALID_ARGUMENT",
                f"`{argument}` must be from 1 to {largest}; it was {size}.",
            )
    assert await client.error(query % "first: 1, last: 1") == (
        "INVALID_ARGUMENT",
        "`first` and `last` do not go together: pass one of them.",
    )
    await client.data(query % f"first: {largest}")


FORGED = Order("drug.name", ())


@pytest.mark.parametrize(("query", "largest"), PAGED)
@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        id_of("arrayconnection:5"),
        "x" * 10_000,
        "\0",
        "é",
        FORGED.encode((1,)),
        FORGED.encode(()),
        Order("rating.newest", ()).encode(("2026-13-45", 1)),
        Order("rating.newest", ()).encode(("2026-01-01T00:00:00+00:00", 2**63)),
        Order("treatment.most-rated", ()).encode((1.5, True)),
    ],
)
async def test_a_cursor_that_this_list_did_not_give(client: Client, query: str, largest: int, cursor: str) -> None:
    del largest
    for argument in ("after", "before"):
        code, message = await client.error(query % f"{argument}: {json.dumps(cursor)}")
        assert (code, message[: len(argument) + 2]) == ("INVALID_CURSOR", f"`{argument}`")


async def test_a_truncated_cursor_and_one_of_another_order(client: Client) -> None:
    query = "query($after: String) { ratings(first: 2, after: $after) { pageInfo { endCursor } } }"
    cursor = (await client.data(query))["ratings"]["pageInfo"]["endCursor"]
    for length in range(len(cursor)):
        assert (await client.error(query, after=cursor[:length]))[0] == "INVALID_CURSOR"
    other = "query($after: String) { ratings(orderBy: OLDEST, after: $after) { totalCount } }"
    assert (await client.error(other, after=cursor))[0] == "INVALID_CURSOR"


FILTER = "query($filter: RatingFilter) { ratings(filter: $filter) { totalCount edges { node { id } } } }"


@pytest.mark.parametrize(
    ("rating_filter", "code", "message"),
    [
        ({"drugIds": ["no-such"]}, "UNKNOWN_ID", "There is no drug no-such in the catalogue."),
        ({"indicationIds": ["gout", "no-such"]}, "UNKNOWN_ID", "There is no indication no-such in the catalogue."),
        ({"drugIds": ["%"]}, "INVALID_ID", "`filter.drugIds`: '%' is neither an id nor a slug."),
        (
            {"indicationIds": [id_of("Drug:1")]},
            "WRONG_ID_TYPE",
            f"`filter.indicationIds`: '{id_of('Drug:1')}' is the id of a Drug, not of an Indication.",
        ),
        ({"specialties": ["Astrology"]}, "INVALID_ARGUMENT", "The catalogue has no specialty 'Astrology'."),
        (
            {"specialties": ["x\0"]},
            "INVALID_ARGUMENT",
            "`filter.specialties` holds a NUL or half of a surrogate pair: 'x�'.",
        ),
        (
            {"countries": ["XX"]},
            "INVALID_ARGUMENT",
            "`filter.countries`: 'XX' is not a country's code of ISO 3166-1 alpha-2, such as DE.",
        ),
        (
            {"ratedFrom": "2026-01-01T00:00:00"},
            "INVALID_ARGUMENT",
            "`filter.ratedFrom` needs a time zone, such as 2026-01-31T12:00:00Z.",
        ),
        (
            {"ratedBefore": "0001-01-01T00:00:00+14:00"},
            "INVALID_ARGUMENT",
            "`filter.ratedBefore` is outside the years 1 to 9999.",
        ),
    ],
)
async def test_a_filter_of_ratings_that_cannot_be_used(
    client: Client, rating_filter: dict[str, object], code: str, message: str
) -> None:
    assert await client.error(FILTER, filter=rating_filter) == (code, message)


async def test_a_score_for_an_indication_that_is_none(client: Client) -> None:
    query = 'query($for: ID!) { drug(id: "colchicine") { score(indicationId: $for) { ratingCount } } }'
    assert await client.error(query, **{"for": "no-such"}) == (
        "UNKNOWN_ID",
        "There is no indication no-such in the catalogue.",
    )
    assert (await client.error(query, **{"for": "§"}))[0] == "INVALID_ID"


@pytest.mark.parametrize(
    "query",
    [
        "query($text: String!) { search(text: $text) { exact } }",
        "query($text: String!) { resolveCodes(codes: [{value: $text}]) { outcome } }",
        "query($text: String!) { drugs(filter: {nameContains: $text}) { totalCount } }",
        "query($text: String!) { drugs(filter: {drugClass: $text}) { totalCount } }",
        "query($text: String!) { indications(filter: {nameContains: $text}) { totalCount } }",
    ],
)
async def test_texts(client: Client, query: str) -> None:
    for text in ("", " \t ", "x" * 10_000, "a\0b"):
        code, message = await client.error(query, text=text)
        assert code == "INVALID_ARGUMENT"
        assert message.startswith("`")
    for harmless in ("%", "_", "\\", "'", '"; --', "' OR 1=1 --", "😀", "ß", "x" * 200):
        await client.data(query, text=harmless)


async def test_wildcards_mean_themselves(client: Client) -> None:
    query = "query($text: String!) { drugs(filter: {nameContains: $text}) { totalCount } }"
    for text in ("%", "_", "\\"):
        assert await client.data(query, text=text) == {"drugs": {"totalCount": 0}}


async def test_integers_beyond_32_bits(client: Client) -> None:
    code, message = await client.error("{ drugs(first: 99999999999) { totalCount } }")
    assert (code, message) == (
        "GRAPHQL_VALIDATION_FAILED",
        "Int cannot represent non 32-bit signed integer value: 99999999999",
    )
    query = "query($first: Int) { drugs(first: $first) { totalCount } }"
    code, message = await client.error(query, first=99999999999)
    assert code == "BAD_USER_INPUT"
    assert "99999999999" in message


async def test_operations_that_ask_for_too_much(client: Client) -> None:
    code, message = await client.error(
        "{ drugs(first: 100) { edges { node { ratings(first: 500) { edges { node { id } } } } } } }"
    )
    assert (code, message) == (
        "TOO_COSTLY",
        "The operation asks for up to 50100 entries; 50000 are the most. Ask for smaller pages.",
    )
    code, _ = await client.error('{ indication(id: "gout") { parents ' + "{ parents " * 12 + "{ id }" + " }" * 14)
    assert code == "TOO_DEEP"
    for document in ("{" * 9_000, "{ a " * 4_000, "{ a(b: " + "[" * 4_000, "{ a(b: " + "{c: " * 4_000):
        assert await client.error(document) == ("TOO_DEEP", "The document is nested deeper than 100 brackets.")


RATINGS_OF_DRUGS = "drugs(first: 100) { edges { node { ratings(first: $n) { edges { cursor } } } } }"
FRAGMENTS = (
    "{ drugs(first: 100) { ...a } } fragment a on DrugConnection { edges { node { ...b } } } "
    "fragment b on Drug { x: ratings(first: 300) { ...c } y: ratings(first: 300) { ...c } } "
    "fragment c on RatingConnection { edges { cursor } }"
)
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Drug { ratings(last: 500) { edges { cursor } } } } }"


@pytest.mark.parametrize(
    ("query", "variables", "entries"),
    [
        (f"query($n: Int) {{ {RATINGS_OF_DRUGS} }}", {"n": 499}, 0),
        (f"query($n: Int) {{ {RATINGS_OF_DRUGS} }}", {"n": 500}, 50_100),
        (f"query($n: Int = 500) {{ {RATINGS_OF_DRUGS} }}", {}, 50_100),
        (NODES, {"ids": [id_of("Drug:1")] * 100}, 50_100),
        (FRAGMENTS, {}, 60_100),
    ],
)
async def test_entries_are_counted_wherever_the_number_stands(
    client: Client, query: str, variables: dict[str, object], entries: int
) -> None:
    answer = await client.answer(query, **variables)
    expected = f"The operation asks for up to {entries} entries; 50000 are the most. Ask for smaller pages."
    assert [error["message"] for error in answer.get("errors", [])] == ([expected] if entries else [])


async def test_documents_that_are_no_graphql(client: Client) -> None:
    assert (await client.error("{ drug(id: "))[0] == "GRAPHQL_PARSE_FAILED"
    assert (await client.error('{ drug(id: "\\uD800") { id } }'))[0] == "GRAPHQL_PARSE_FAILED"
    assert (await client.error("{ nothing }"))[0] == "GRAPHQL_VALIDATION_FAILED"
    assert (await client.error("{ drug { id } }"))[0] == "GRAPHQL_VALIDATION_FAILED"
    assert (await client.error(DRUG))[0] == "BAD_USER_INPUT"
    assert (await client.error("{ __typename" + " __typename" * 10_001 + "}"))[0] == "GRAPHQL_PARSE_FAILED"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"42",
        b'"text"',
        b"{}",
        b'{"query": null}',
        b'{"query": 5}',
        b'{"query": ["{ meta { simulated } }"]}',
        b'{"query": "{ meta { simulated } }", "variables": 5}',
        b'{"query": "{ meta { simulated } }", "variables": [1]}',
        b'{"query": "{ meta { simulated } }", "operationName": 5}',
        b'{"query": "{ meta { simulated } }", "operationName": "Other"}',
        b'{"query": "{ meta { simulated } }", "extensions": 5}',
        b'[{"query": "{ meta { simulated } }"}]',
        b'{"query": "query($t: String!) { search(text: $t) { exact } }", "variables": {"t": "\\ud800"}}',
        b'{"query": "\xff"}',
        b"\x00" * 100,
    ],
)
async def test_bodies_that_are_no_request(client: Client, body: bytes) -> None:
    response = await client.http.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (200, 400)
    assert response.headers["content-type"] == "application/json"
    (error,) = orjson.loads(response.content)["errors"]
    assert error["message"]
    assert error["extensions"]["code"] in ("BAD_REQUEST", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT")


async def test_other_ways_to_ask(client: Client) -> None:
    response = await client.http.get("/graphql", params={"query": "{ meta { simulated } }"})
    assert response.json() == {"data": {"meta": {"simulated": False}}}
    for method, headers in (("PUT", {}), ("POST", {"content-type": "text/plain"})):
        response = await client.http.request(method, "/graphql", content=b"{}", headers=headers)
        assert response.status_code in (400, 405, 415)
        assert response.json()["errors"][0]["extensions"]["code"] in ("BAD_REQUEST", "METHOD_NOT_ALLOWED")


# Scores, rankings, comparisons and trends.

WEIGHED = {
    "a drug's score": 'drug(id: "colchicine") { score(weights: %s) { ratingCount } }',
    "an unrated drug's score": 'drug(id: "lisinopril") { score(indicationId: "gout", weights: %s) { ratingCount } }',
    "a treatment's score": 'drug(id: "colchicine") { treatments(first: 1) { edges { node { '
    "score(weights: %s) { ratingCount } } } } }",
    "a ranking": 'indication(id: "gout") { ranking(weights: %s) { totalCount } }',
    "a ranking by a criterion": 'indication(id: "gout") { ranking(by: SAFETY, weights: %s) { totalCount } }',
    "a comparison": 'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout", weights: %s) '
    "{ priorVersion }",
    "a trend": 'drug(id: "colchicine") { trend(weights: %s) { priorVersion } }',
}
ALL_ZERO = "`weights`: All weights are zero, so there is nothing to weigh by."


@pytest.mark.parametrize("field", WEIGHED)
async def test_weights_that_weigh_nothing(client: Client, field: str) -> None:
    """As variables and as literals."""
    query = f"query($weights: CriterionWeights) {{ {WEIGHED[field] % '$weights'} }}"
    for weights, message in (
        ({}, ALL_ZERO),
        ({"efficacy": 0}, ALL_ZERO),
        ({"efficacy": None, "safety": None}, ALL_ZERO),
        ({"efficacy": -0.0, "safety": 0.0}, ALL_ZERO),
        ({"efficacy": -1}, "`weights`: The weight of efficacy is negative."),
        ({"efficacy": 3, "tolerability": -5e-324}, "`weights`: The weight of tolerability is negative."),
        ({"preference": -1e308, "safety": 1e308}, "`weights`: The weight of preference is negative."),
    ):
        assert await client.error(query, weights=weights) == ("INVALID_ARGUMENT", message)
    for literal, message in (
        ("{}", ALL_ZERO),
        ("{adherence: 1e-999}", ALL_ZERO),
        ("{adherence: -1}", "`weights`: The weight of adherence is negative."),
        ("{adherence: 1e999}", "`weights`: The weight of adherence is not a finite number."),
        ("{efficacy: 1, accessibility: -1e999}", "`weights`: The weight of accessibility is not a finite number."),
        (f"{{safety: {'9' * 400}}}", "`weights`: The weight of safety is not a finite number."),
    ):
        assert await client.error(f"{{ {WEIGHED[field] % literal} }}") == ("INVALID_ARGUMENT", message)
    for literal in ("{efficacy: NaN}", "{efficacy: Infinity}", '{efficacy: "1"}', "{efficacy: [1]}", "{price: 1}", "5"):
        code, _ = await client.error(f"{{ {WEIGHED[field] % literal} }}")
        assert code == "GRAPHQL_VALIDATION_FAILED"
    for value in ({"efficacy": "NaN"}, {"efficacy": "1"}, {"efficacy": True}, {"price": 1}, [1, 2], "equal"):
        code, message = await client.error(query, weights=value)
        assert code == "BAD_USER_INPUT"
        assert "$weights" in message


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
async def test_numbers_that_json_does_not_have(client: Client, number: str) -> None:
    query = f"query($weights: CriterionWeights) {{ {WEIGHED['a ranking'] % '$weights'} }}"
    body = json.dumps({"query": query, "variables": {"weights": {"efficacy": "HERE"}}}).replace('"HERE"', number)
    response = await client.http.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "field",
    [
        'drug(id: "colchicine") { score(priorVersion: %s) { ratingCount } }',
        'drug(id: "colchicine") { scorecard(indicationId: "gout", priorVersion: %s) { priorVersion } }',
        'drug(id: "colchicine") { trend(months: %s) { priorVersion } }',
        'indication(id: "gout") { ranking(minRatings: %s) { totalCount } }',
        'indication(id: "gout") { ranking(last: %s) { totalCount } }',
        'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout", priorVersion: %s) { priorVersion }',
    ],
)
async def test_scores_and_integers_beyond_32_bits(client: Client, field: str) -> None:
    for number in (2**31, -(2**31) - 1, 2**63, 10**30):
        assert await client.error(f"{{ {field % number} }}") == (
            "GRAPHQL_VALIDATION_FAILED",
            f"Int cannot represent non 32-bit signed integer value: {number}",
        )
        code, message = await client.error(f"query($number: Int) {{ {field % '$number'} }}", number=min(number, 2**62))
        assert code == "BAD_USER_INPUT"
        assert "$number" in message


async def test_criteria_that_there_are_not(client: Client) -> None:
    for field in (
        'indication(id: "gout") { ranking(by: PRICE) { totalCount } }',
        'drug(id: "colchicine") { trend(criterion: "SAFETY") { priorVersion } }',
        'drug(id: "colchicine") { score { criterion(name: OVERALL) { ratingCount } } }',
        'drug(id: "colchicine") { treatments(by: MOST_RATED) { totalCount } }',
        'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout") { bestFor { rank } }',
        'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout") { bestFor(criterion: null) { rank } }',
        'compare(drugIds: ["colchicine", null], indicationId: "gout") { priorVersion }',
        'compare(drugIds: null, indicationId: "gout") { priorVersion }',
        'compare(drugIds: ["colchicine", "allopurinol"]) { priorVersion }',
        'drug(id: "colchicine") { scorecard { priorVersion } }',
    ):
        code, _ = await client.error(f"{{ {field} }}")
        assert code == "GRAPHQL_VALIDATION_FAILED"


SCORE_PAGES = [
    ('{ indication(id: "gout") { ranking(%s) { totalCount } } }', "treatment.ranking.overall"),
    ('{ indication(id: "gout") { ranking(by: SAFETY, %s) { totalCount } } }', "treatment.ranking.1"),
    ('{ drug(id: "colchicine") { treatments(%s) { totalCount } } }', "treatment.score.overall"),
    ('{ drug(id: "colchicine") { treatments(by: PREFERENCE, %s) { totalCount } } }', "treatment.score.5"),
]


@pytest.mark.parametrize(("query", "order"), SCORE_PAGES)
async def test_pages_by_score_that_there_are_not(client: Client, query: str, order: str) -> None:
    for argument in ("first", "last"):
        for size in (0, -1, 101):
            assert await client.error(query % f"{argument}: {size}") == (
                "INVALID_ARGUMENT",
                f"`{argument}` must be from 1 to 100; it was {size}.",
            )
    assert (await client.error(query % "first: 1, last: 1"))[0] == "INVALID_ARGUMENT"
    forged = [Order(order, ()).encode(key) for key in ((), (1,), (1, 2, 3), ("1", 2), (1.5, 2), (True, 1), (1, 2**63))]
    others = [
        Order(name, ()).encode((1, 2))
        for name in ("treatment.ranking.2", "treatment.score.2", "treatment.score", "treatment.most-rated")
    ]
    for cursor in ("", "nonsense", "\0", *forged, *others):
        for argument in ("after", "before"):
            code, _ = await client.error(query % f"{argument}: {json.dumps(cursor)}")
            assert code == "INVALID_CURSOR"
    # What a list might have given out is taken, wherever it points.
    for key in ((0, 0), (-(2**62), 1), (2**62, 2**62)):
        await client.data(query % f"after: {json.dumps(Order(order, ()).encode(key))}")


TWO_COMPARED = 'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout")'
SHORT_PAIRS = "pairs { first { slug } second { slug } }"
SCORECARDS = (
    'drug(id: "colchicine") { scorecard(indicationId: "gout") { competitors { scorecard(indicationId: "gout") '
    "{ priorVersion } } } }"
)
RANKINGS = (
    'drug(id: "colchicine") { treatments(first: 100) { edges { node { indication { ranking(first: 100) { edges { '
    "node { drug { codes { value } } score { overall { value } criteria { estimate { value } } } } } } } } } } }"
)
WHOLE_PAIRS = "pairs { first { slug } second { slug } difference { value } headToHead { wins } }"


@pytest.mark.parametrize(
    ("times", "field", "entries"),
    [
        # A comparison counts as if it were of 20 drugs: itself, and 190 pairs of two drugs, a difference and a
        # head-to-head each.
        (1, f"{TWO_COMPARED} {{ {WHOLE_PAIRS} }}", 1 + 190 * 5),
        (52, f"{TWO_COMPARED} {{ {WHOLE_PAIRS} }}", 52 * (1 + 190 * 5)),
        (53, f"{TWO_COMPARED} {{ {WHOLE_PAIRS} }}", 53 * (1 + 190 * 5)),
        (100, f"{TWO_COMPARED} {{ {WHOLE_PAIRS} }}", 100 * (1 + 190 * 5)),
        # An order of 20 drugs with a code each, and 190 pairs of two drugs.
        (
            100,
            f"{TWO_COMPARED} {{ preferenceOrder {{ drug {{ codes {{ value }} }} }} {SHORT_PAIRS} }}",
            100 * (1 + 20 * 3 + 190 * 3),
        ),
        (
            100,
            'drug(id: "colchicine") { trend { points { ratingCount estimate { value } } recent { from } } }',
            100 * (2 + 120 * 2 + 1),
        ),
        (
            250,
            'drug(id: "colchicine") { trend { points { ratingCount estimate { value } } recent { from } } }',
            250 * (2 + 120 * 2 + 1),
        ),
        # The drug and its scorecard, then a hundred competitors with their scorecards.
        (300, SCORECARDS, 300 * (2 + 100 * 2)),
        # A hundred treatments, their indications, and for each a ranking of a hundred with drugs, codes and scores.
        (1, RANKINGS, 1 + 100 * (2 + 100 * 7)),
    ],
)
async def test_scores_that_ask_for_too_much(client: Client, times: int, field: str, entries: int) -> None:
    fields = " ".join(f"a{number}: {field}" for number in range(times))
    answer = await client.answer(f"{{ {fields} }}")
    expected = f"The operation asks for up to {entries} entries; 50000 are the most. Ask for smaller pages."
    if entries > 50_000:
        assert [(error["extensions"]["code"], error["message"]) for error in answer["errors"]] == [
            ("TOO_COSTLY", expected)
        ]
    else:
        assert "errors" not in answer

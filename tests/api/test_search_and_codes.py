"""Search and the resolution of codes, as a client asks for them."""

import pytest

from graph.explorer.examples import EXAMPLES, Example
from tests.api.conftest import Client

SEARCH = (
    "query($text: String!, $kinds: [SearchKind!], $first: Int! = 10) { "
    "search(text: $text, kinds: $kinds, first: $first) "
    "{ kind exact matchedText node { __typename ... on Drug { slug } ... on Indication { slug } } } }"
)


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("colchicine", ("DRUG", True, "colchicine", "colchicine")),
        ("colchisine", ("DRUG", False, "colchicine", "colchicine")),
        ("humira", ("DRUG", True, "HUMIRA", "adalimumab")),
        ("Gout", ("INDICATION", True, "Gout", "gout")),
        ("RXNORM:2683", ("DRUG", True, "RXNORM 2683", "colchicine")),
        ("M10", ("INDICATION", True, "ICD10CM M10", "gout")),
    ],
)
async def test_what_is_meant_comes_first(client: Client, text: str, hit: tuple[str, bool, str, str]) -> None:
    kind, exact, matched_text, slug = hit
    data = await client.data(SEARCH, text=text)
    assert data["search"][0] == {
        "kind": kind,
        "exact": exact,
        "matchedText": matched_text,
        "node": {"__typename": kind.title(), "slug": slug},
    }


async def test_high_blood_pressure_in_a_patients_words(client: Client) -> None:
    data = await client.data(SEARCH, text="high blood presure")
    first = data["search"][0]
    assert (first["exact"], first["node"]["slug"]) == (False, "hypertension")


async def test_nothing_is_meant(client: Client) -> None:
    assert await client.data(SEARCH, text="zzzzqqq") == {"search": []}


async def test_kinds_and_number(client: Client) -> None:
    data = await client.data(SEARCH, text="gout", kinds=["DRUG"])
    assert {hit["kind"] for hit in data["search"]} <= {"DRUG"}
    data = await client.data(SEARCH, text="a", first=3)
    assert len(data["search"]) == 3
    assert await client.data(SEARCH, text="gout", kinds=[]) == {"search": []}
    assert await client.error(SEARCH, text="gout", first=101) == (
        "INVALID_ARGUMENT",
        "`first` must be from 1 to 100; it was 101.",
    )


RESOLVE = (
    "query($codes: [CodeInput!]!) { resolveCodes(codes: $codes) { system value outcome "
    "nodes { __typename ... on Drug { slug } ... on Indication { slug } } } }"
)


async def test_codes_and_names_from_outside(client: Client) -> None:
    data = await client.data(
        RESOLVE,
        codes=[
            {"system": "RXNORM", "value": "2683"},
            {"system": "DOID", "value": "13189"},
            {"system": "UNII", "value": "2683"},
            {"value": "HUMIRA"},
            {"value": "no such thing"},
        ],
    )
    colchicine, gout, nothing, humira, unknown = data["resolveCodes"]
    assert colchicine == {
        "system": "RXNORM",
        "value": "2683",
        "outcome": "ONE",
        "nodes": [{"__typename": "Drug", "slug": "colchicine"}],
    }
    assert (gout["outcome"], [node["slug"] for node in gout["nodes"]]) == ("SEVERAL", ["gout", "gouty-arthritis"])
    assert nothing == {"system": "UNII", "value": "2683", "outcome": "NONE", "nodes": []}
    assert (humira["system"], humira["outcome"], humira["nodes"][0]["slug"]) == (None, "ONE", "adalimumab")
    assert (unknown["outcome"], unknown["nodes"]) == ("NONE", [])


async def test_too_many_codes(client: Client) -> None:
    assert await client.error(RESOLVE, codes=[{"value": "x"}] * 101) == (
        "INVALID_ARGUMENT",
        "`codes` may have at most 100 values; it had 101.",
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
async def test_the_editors_examples_work(simulated_client: Client, example: Example) -> None:
    data = await simulated_client.data(example.query, **example.variables)
    assert all(data.values())

"""Lists are Relay connections: both ways, exact totals, and right while entries are added."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Client
from tests.gout import GOUT, NEWEST_FIRST, add
from tests.written import written

PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } }"
ARGUMENTS = "first: $first, after: $after, last: $last, before: $before"
LISTS = {
    "drugs by name": f'drugs({ARGUMENTS}, filter: {{nameContains: "ibu"}})',
    "drugs most rated": f'drugs({ARGUMENTS}, filter: {{nameContains: "nap"}}, orderBy: MOST_RATED)',
    "drugs newest approval": f'drugs({ARGUMENTS}, filter: {{nameContains: "coxib"}}, orderBy: NEWEST_APPROVAL)',
    "drugs by ids": f'drugs({ARGUMENTS}, ids: ["naproxen", "colchicine", "febuxostat", "allopurinol", "abacavir"])',
    "indications": f'indications({ARGUMENTS}, filter: {{nameContains: "gout"}})',
    "ratings newest": f"ratings({ARGUMENTS})",
    "ratings oldest": f"ratings({ARGUMENTS}, orderBy: OLDEST)",
    "ratings filtered": f'ratings({ARGUMENTS}, filter: {{specialties: ["rheumatology"]}})',
    "a drug's ratings": f'drug(id: "colchicine") {{ list: ratings({ARGUMENTS}) {{ {PAGE} }} }}',
    "an indication's ratings": f'indication(id: "gout") {{ list: ratings({ARGUMENTS}) {{ {PAGE} }} }}',
    "a drug's treatments": f'drug(id: "colchicine") {{ list: treatments({ARGUMENTS}) {{ {PAGE} }} }}',
    "a drug's treatments by name": (
        f'drug(id: "colchicine") {{ list: treatments({ARGUMENTS}, orderBy: NAME) {{ {PAGE} }} }}'
    ),
    "an indication's treatments": f'indication(id: "gout") {{ list: treatments({ARGUMENTS}) {{ {PAGE} }} }}',
    "an indication's treatments by name": (
        f'indication(id: "gout") {{ list: treatments({ARGUMENTS}, orderBy: NAME) {{ {PAGE} }} }}'
    ),
    "a drug's treatments by safety": (
        f'drug(id: "colchicine") {{ list: treatments({ARGUMENTS}, by: SAFETY) {{ {PAGE} }} }}'
    ),
    "an indication's ranking": f'indication(id: "gout") {{ list: ranking({ARGUMENTS}, minRatings: 1) {{ {PAGE} }} }}',
    "an indication's ranking by safety": (
        f'indication(id: "gout") {{ list: ranking({ARGUMENTS}, minRatings: 1, by: SAFETY) {{ {PAGE} }} }}'
    ),
    "an indication's children": f'indication(id: "arthritis") {{ list: children({ARGUMENTS}) {{ {PAGE} }} }}',
}


async def page(client: Client, name: str, **arguments: object) -> dict[str, Any]:
    field = LISTS[name]
    selection = field if "list:" in field else f"list: {field} {{ {PAGE} }}"
    query = f"query($first: Int, $after: String, $last: Int, $before: String) {{ {selection} }}"
    data = await client.data(query, **arguments)
    found: dict[str, Any] = data.get("list") or next(iter(data.values()))["list"]
    return found


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("size", [1, 2, 3])
async def test_walking_a_list_both_ways_meets_every_entry_once(client: Client, name: str, size: int) -> None:
    whole = await page(client, name, first=100)
    expected = [edge["node"]["id"] for edge in whole["edges"]]
    assert len(expected) == whole["totalCount"] == len(set(expected))
    assert len(expected) > size

    forwards: list[str] = []
    cursor: str | None = None
    while True:
        found = await page(client, name, first=size, after=cursor)
        assert found["totalCount"] == len(expected)
        assert found["pageInfo"]["hasPreviousPage"] == bool(forwards)
        forwards += [edge["node"]["id"] for edge in found["edges"]]
        assert found["pageInfo"]["startCursor"] == found["edges"][0]["cursor"]
        cursor = found["pageInfo"]["endCursor"]
        assert cursor == found["edges"][-1]["cursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert forwards == expected

    backwards: list[str] = []
    cursor = None
    while True:
        found = await page(client, name, last=size, before=cursor)
        assert found["pageInfo"]["hasNextPage"] == bool(backwards)
        backwards = [edge["node"]["id"] for edge in found["edges"]] + backwards
        cursor = found["pageInfo"]["startCursor"]
        if not found["pageInfo"]["hasPreviousPage"]:
            break
    assert backwards == expected


@pytest.mark.parametrize("name", LISTS)
async def test_a_page_between_two_cursors(client: Client, name: str) -> None:
    whole = (await page(client, name, first=100))["edges"]
    first, *middle, last = whole
    between = await page(client, name, first=100, after=first["cursor"], before=last["cursor"])
    assert between["edges"] == middle
    nothing = await page(client, name, first=5, after=last["cursor"])
    assert nothing["edges"] == []
    assert nothing["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


async def test_without_a_size_a_page_has_twenty(client: Client) -> None:
    data = await client.data("{ drugs { edges { cursor } } indications { edges { cursor } } }")
    assert [len(found["edges"]) for found in data.values()] == [20, 20]


async def test_a_walk_goes_on_while_ratings_are_added(writing_client: Client) -> None:
    query = (
        'query($after: String) { drug(id: "colchicine") { ratings(first: 2, after: $after) '
        "{ totalCount pageInfo { endCursor } edges { node { createdAt } } } } }"
    )
    expected = [rating.rated_at.isoformat() for rating in NEWEST_FIRST if rating.drug == "colchicine"]

    first = (await writing_client.data(query))["drug"]["ratings"]
    newer = replace(GOUT[0], physician="p8", rated_at=datetime(2026, 6, 1, tzinfo=UTC))
    older = replace(GOUT[0], physician="p9", rated_at=GOUT[0].rated_at - timedelta(days=1))
    await add([newer, older])
    second = (await writing_client.data(query, after=first["pageInfo"]["endCursor"]))["drug"]["ratings"]
    third = (await writing_client.data(query, after=second["pageInfo"]["endCursor"]))["drug"]["ratings"]

    seen = [edge["node"]["createdAt"] for found in (first, second, third) for edge in found["edges"]]
    assert seen == [*expected, older.rated_at.isoformat()]
    assert (first["totalCount"], second["totalCount"]) == (4, 6)


RANKED = """query($first: Int, $after: String, $last: Int, $before: String) { indication(id: "gout") {
  ranking(minRatings: 1, first: $first, after: $after, last: $last, before: $before) { totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { rank node { drug { slug } } } } } }"""


async def ranked(client: Client, **arguments: object) -> tuple[dict[str, Any], list[tuple[int, str]]]:
    """A page of the ranking, and the ranks and drugs on it."""
    found = (await client.data(RANKED, **arguments))["indication"]["ranking"]
    return found, [(edge["rank"], edge["node"]["drug"]["slug"]) for edge in found["edges"]]


async def test_a_walk_through_a_ranking_goes_on_while_ratings_are_added(writing_client: Client) -> None:
    """The ten ratings rank allopurinol, colchicine, febuxostat, naproxen; a new drug that is loved becomes the first.

    A cursor stands for a place. Who goes on after the second place then meets those at the third and further back:
    colchicine, which has moved there, for a second time, and nobody is left out.
    """
    first, drugs = await ranked(writing_client, first=2)
    assert drugs == [(1, "allopurinol"), (2, "colchicine")]
    loved = (written(f"new-{number}", "azapropazone", [5] * 6) for number in range(10))
    await add(loved)
    assert (await ranked(writing_client))[1] == [
        (1, "azapropazone"),
        (2, "allopurinol"),
        (3, "colchicine"),
        (4, "febuxostat"),
        (5, "naproxen"),
    ]
    following, drugs = await ranked(writing_client, first=10, after=first["pageInfo"]["endCursor"])
    assert drugs[-3:] == [(3, "colchicine"), (4, "febuxostat"), (5, "naproxen")]
    assert (first["totalCount"], following["totalCount"], following["pageInfo"]["hasPreviousPage"]) == (4, 5, True)
    _, drugs = await ranked(writing_client, last=10, before=first["pageInfo"]["endCursor"])
    assert drugs[0] == (1, "azapropazone")


async def test_a_walk_through_treatments_goes_on_while_ratings_are_added(writing_client: Client) -> None:
    """Colchicine's treatments by score: a cursor holds a score, so what stands below it stays below it."""
    query = (
        'query($first: Int, $after: String, $last: Int, $before: String) { drug(id: "colchicine") { '
        "treatments(first: $first, after: $after, last: $last, before: $before) { totalCount "
        "pageInfo { hasNextPage hasPreviousPage startCursor endCursor } "
        "edges { node { indication { slug } score { overall { value } } } } } } }"
    )

    async def treatments(**arguments: object) -> tuple[dict[str, Any], list[str]]:
        found = (await writing_client.data(query, **arguments))["drug"]["treatments"]
        return found, [edge["node"]["indication"]["slug"] for edge in found["edges"]]

    whole, before = await treatments(first=100)
    assert before[:2] == ["gout", "gout-prevention"]
    rated = [edge for edge in whole["edges"] if edge["node"]["score"]["overall"]]
    assert rated == whole["edges"][: len(rated)]
    first, _ = await treatments(first=1)
    # One that comes before the cursor, and one that follows it among the rated ones.
    await add(written(f"new-{number}", "colchicine", [5] * 6, indication="hypertension") for number in range(10))
    await add(written(f"new-{number}", "colchicine", [1] * 6, indication="arthritis") for number in range(10))
    second, after = await treatments(first=2, after=first["pageInfo"]["endCursor"])
    assert after == ["gout-prevention", "arthritis"]
    assert (second["totalCount"], second["pageInfo"]["hasPreviousPage"]) == (first["totalCount"] + 2, True)
    _, earlier = await treatments(last=5, before=first["pageInfo"]["startCursor"])
    assert earlier == ["hypertension"]
    values = [edge["node"]["score"]["overall"]["value"] for edge in (await treatments(first=4))[0]["edges"]]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    ("rating_filter", "chosen"),
    [
        ({}, lambda _: True),
        ({"drugIds": ["colchicine", "naproxen"]}, lambda rating: rating.drug in ("colchicine", "naproxen")),
        ({"drugIds": []}, lambda _: False),
        ({"indicationIds": ["gout-prevention"]}, lambda rating: rating.indication == "gout-prevention"),
        (
            {"specialties": ["RHEUMATOLOGY", "nephrology"]},
            lambda rating: rating.specialty in ("Rheumatology", "Nephrology"),
        ),
        ({"countries": ["us", "IN"]}, lambda rating: rating.country in ("US", "IN")),
        ({"experience": ["EARLY", "SENIOR"]}, lambda rating: rating.years < 5 or rating.years >= 25),
        ({"experience": []}, lambda _: False),
        ({"withComment": True}, lambda rating: rating.comment is not None),
        ({"withComment": False}, lambda rating: rating.comment is None),
        (
            {"ratedFrom": "2026-02-01T10:30:00Z", "ratedBefore": "2026-03-01T01:00:00+01:00"},
            lambda rating: (
                datetime(2026, 2, 1, 10, 30, tzinfo=UTC) <= rating.rated_at < datetime(2026, 3, 1, tzinfo=UTC)
            ),
        ),
        (
            {"drugIds": ["colchicine"], "specialties": ["Rheumatology"], "withComment": True},
            lambda rating: rating.drug == "colchicine" and rating.specialty == "Rheumatology" and rating.comment,
        ),
    ],
)
async def test_filters_choose_and_count(client: Client, rating_filter: dict[str, object], chosen: Any) -> None:  # noqa: ANN401
    expected = [rating for rating in NEWEST_FIRST if chosen(rating)]
    query = (
        "query($filter: RatingFilter) { ratings(filter: $filter) { totalCount edges { node { createdAt } } } "
        'indication(id: "gout") { ratings(filter: $filter) { totalCount edges { node { createdAt } } } } '
        'drug(id: "colchicine") { ratings(filter: $filter) { totalCount edges { node { createdAt } } } } }'
    )
    data = await client.data(query, filter=rating_filter)
    lists = {
        "ratings": (data["ratings"], expected),
        "gout": (data["indication"]["ratings"], [rating for rating in expected if rating.indication == "gout"]),
        "colchicine": (data["drug"]["ratings"], [rating for rating in expected if rating.drug == "colchicine"]),
    }
    for found, of_list in lists.values():
        assert [edge["node"]["createdAt"] for edge in found["edges"]] == [
            rating.rated_at.isoformat() for rating in of_list
        ]
        assert found["totalCount"] == len(of_list)


async def test_drugs_asked_for_by_id_come_all_at_once(client: Client) -> None:
    data = await client.data("{ drugs(first: 30) { edges { node { id } } } }")
    ids = [edge["node"]["id"] for edge in data["drugs"]["edges"]]
    ids.reverse()
    data = await client.data("query($ids: [ID!]!) { drugs(ids: $ids) { edges { node { id } } } }", ids=ids)
    assert [edge["node"]["id"] for edge in data["drugs"]["edges"]] == ids


async def test_null_stands_for_the_default(client: Client) -> None:
    with_null = "first: null, last: null, after: null, before: null, orderBy: null"
    data = await client.data(
        f"{{ ratings({with_null}, filter: null) {{ ...ratings }} plain: ratings {{ ...ratings }} "
        f'indication(id: "gout") {{ '
        f"treatments({with_null}) {{ edges {{ cursor }} }} plain: treatments {{ edges {{ cursor }} }} }} }} "
        "fragment ratings on RatingConnection { edges { cursor } }"
    )
    assert data["ratings"] == data["plain"]
    assert data["indication"]["treatments"] == data["indication"]["plain"]

"""Scores, rankings and comparisons as one specialty, country or experience band sees them, if it has enough ratings."""

from functools import partial
from typing import Any

import pytest

from tests.api.conftest import Client, close
from tests.gout import GoutRating, add
from tests.reckoning import Levels, overall
from tests.written import levels_of, written

by_rheumatologist = partial(written, specialty="Rheumatology", country="DE", years=3)
by_nephrologist = partial(written, specialty="Nephrology", country="US", years=12)

# Five rheumatologists, early in their careers and in Germany, and four nephrologists in the USA rate colchicine;
# allopurinol has five of each, febuxostat four and five.
SEEN: dict[str, list[GoutRating]] = {
    drug: [
        *(by_rheumatologist(f"r{number}", drug, [level] * 6) for number, level in enumerate(rheumatologists)),
        *(by_nephrologist(f"n{number}", drug, [level] * 6) for number, level in enumerate(nephrologists)),
    ]
    for drug, rheumatologists, nephrologists in (
        ("colchicine", (5, 5, 4, 5, 4), (1, 2, 1, 2)),
        ("allopurinol", (3, 2, 3, 3, 2), (5, 5, 4, 5, 5)),
        ("febuxostat", (5, 5, 5, 5), (2, 2, 3, 2, 3)),
    )
}


def seen_by(drug: str, specialty: str | None = None) -> list[Levels]:
    return [levels_of(rating) for rating in SEEN[drug] if specialty in (rating.specialty, None)]


def segment(kind: str, value: str | None, *, fallback: bool = False) -> dict[str, object]:
    return {"kind": kind, "value": value, "fallback": fallback}


EVERYBODY_INSTEAD = segment("EVERYBODY", None, fallback=True)


@pytest.fixture
async def seen_client(empty_client: Client) -> Client:
    for ratings in SEEN.values():
        await add(ratings)
    return empty_client


async def score(client: Client, drug: str, asked: dict[str, str] | None) -> dict[str, Any]:
    data = await client.data(
        """query($drug: ID!, $segment: SegmentInput) { drug(id: $drug) {
          all: score(segment: $segment) { ...seen }
          score(indicationId: "gout", segment: $segment) { ...seen }
          treatments(first: 1) { edges { node { score(segment: $segment) { ...seen } } } } } }
        fragment seen on Score { ratingCount segment { kind value fallback } overall { value } }""",
        drug=drug,
        segment=asked,
    )
    found: dict[str, Any] = data["drug"]["score"]
    # All these ratings are about gout, so the drug's score over all indications is the same.
    assert data["drug"]["all"] == close(found)
    assert data["drug"]["treatments"]["edges"] == [{"node": {"score": close(found)}}]
    return found


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        ({"specialty": "Rheumatology"}, segment("SPECIALTY", "Rheumatology")),
        ({"specialty": "rheumatology"}, segment("SPECIALTY", "Rheumatology")),
        ({"specialty": "RHEUMATOLOGY"}, segment("SPECIALTY", "Rheumatology")),
        ({"specialty": "  Rheumatology "}, segment("SPECIALTY", "Rheumatology")),
        ({"country": "DE"}, segment("COUNTRY", "DE")),
        ({"country": "de"}, segment("COUNTRY", "DE")),
        ({"experience": "EARLY"}, segment("EXPERIENCE", "EARLY")),
    ],
)
async def test_a_segment_of_five_ratings_stands_alone(
    seen_client: Client, asked: dict[str, str], used: dict[str, object]
) -> None:
    found = await score(seen_client, "colchicine", asked)
    mean, _ = overall(seen_by("colchicine", "Rheumatology"))
    assert found == {"ratingCount": 5, "segment": used, "overall": {"value": pytest.approx(mean)}}


@pytest.mark.parametrize(
    "asked",
    [
        {"specialty": "Nephrology"},
        {"country": "US"},
        {"experience": "ESTABLISHED"},
        {"specialty": "Family Practice"},
        {"country": "JP"},
        {"experience": "SENIOR"},
    ],
)
async def test_a_segment_of_fewer_falls_back_to_everybody_and_says_so(
    seen_client: Client, asked: dict[str, str]
) -> None:
    """Four ratings of nephrologists are too few, and so are none of family doctors."""
    found = await score(seen_client, "colchicine", asked)
    mean, _ = overall(seen_by("colchicine"))
    assert found == {"ratingCount": 9, "segment": EVERYBODY_INSTEAD, "overall": {"value": pytest.approx(mean)}}


async def test_a_segment_is_the_physician_at_the_time_of_the_rating(seen_client: Client) -> None:
    """Who moves from Germany to France and rates another drug has rated colchicine in Germany."""
    await add([written("r0", "naproxen", [3] * 6, specialty="Nephrology", country="FR", years=20)])
    found = await score(seen_client, "colchicine", {"country": "DE"})
    assert (found["ratingCount"], found["segment"]) == (5, segment("COUNTRY", "DE"))


async def test_the_fifth_rating_makes_a_segment(seen_client: Client) -> None:
    await add([by_nephrologist("n9", "colchicine", [1] * 6)])
    found = await score(seen_client, "colchicine", {"specialty": "Nephrology"})
    mean, _ = overall([*seen_by("colchicine", "Nephrology"), [1] * 6])
    assert found == {
        "ratingCount": 5,
        "segment": segment("SPECIALTY", "Nephrology"),
        "overall": {"value": pytest.approx(mean)},
    }


async def test_null_is_everybody_and_no_fallback(seen_client: Client) -> None:
    found = await score(seen_client, "colchicine", None)
    assert (found["ratingCount"], found["segment"]) == (9, segment("EVERYBODY", None))


RANKING = """query($segment: SegmentInput, $minimum: Int) { indication(id: "gout") {
  ranking(segment: $segment, minRatings: $minimum) { totalCount segment { kind value fallback }
    suppressed { reason threshold } edges { ratingCount node { drug { slug } } estimate { value } } } } }"""


async def ranked(client: Client, asked: dict[str, str], minimum: int) -> tuple[dict[str, object], dict[str, int]]:
    """The segment used, and the drugs from best to worst with their counts; the scores are checked."""
    ranking = (await client.data(RANKING, segment=asked, minimum=minimum))["indication"]["ranking"]
    assert ranking["suppressed"] is None
    for edge in ranking["edges"]:
        specialty = None if ranking["segment"]["fallback"] else "Rheumatology"
        mean, _ = overall(seen_by(edge["node"]["drug"]["slug"], specialty))
        assert edge["estimate"]["value"] == pytest.approx(mean)
    assert ranking["totalCount"] == len(ranking["edges"])
    return ranking["segment"], {edge["node"]["drug"]["slug"]: edge["ratingCount"] for edge in ranking["edges"]}


async def test_a_ranking_in_a_segment(seen_client: Client) -> None:
    """Rheumatologists put colchicine first and allopurinol last; febuxostat has only four ratings of theirs."""
    used, drugs = await ranked(seen_client, {"specialty": "rheumatology"}, 5)
    assert used == segment("SPECIALTY", "Rheumatology")
    assert list(drugs.items()) == [("colchicine", 5), ("allopurinol", 5)]
    used, drugs = await ranked(seen_client, {"country": "DE"}, 4)
    assert used == segment("COUNTRY", "DE")
    assert list(drugs.items()) == [("febuxostat", 4), ("colchicine", 5), ("allopurinol", 5)]


async def test_a_ranking_falls_back_as_a_whole(seen_client: Client) -> None:
    """Of six ratings no drug has enough among rheumatologists, so all drugs are ranked by everybody's."""
    used, drugs = await ranked(seen_client, {"specialty": "Rheumatology"}, 6)
    assert used == EVERYBODY_INSTEAD
    assert drugs == {"colchicine": 9, "allopurinol": 10, "febuxostat": 9}
    assert next(iter(drugs)) == "allopurinol"


async def test_one_drug_with_enough_ratings_in_a_segment_is_no_ranking(seen_client: Client) -> None:
    await add([by_rheumatologist("r9", "colchicine", [4] * 6)])
    ranking = (await seen_client.data(RANKING, segment={"specialty": "Rheumatology"}, minimum=6))["indication"][
        "ranking"
    ]
    assert ranking["segment"] == EVERYBODY_INSTEAD
    assert {edge["node"]["drug"]["slug"]: edge["ratingCount"] for edge in ranking["edges"]} == {
        "colchicine": 10,
        "allopurinol": 10,
        "febuxostat": 9,
    }


async def test_an_empty_ranking_of_a_segment_says_why(seen_client: Client) -> None:
    data = await seen_client.data(RANKING, segment={"specialty": "Rheumatology"}, minimum=11)
    assert data["indication"]["ranking"] == {
        "totalCount": 0,
        "segment": EVERYBODY_INSTEAD,
        "suppressed": {"reason": "TOO_FEW_RATINGS", "threshold": 11},
        "edges": [],
    }


COMPARE = """query($drugs: [ID!]!, $segment: SegmentInput) {
  compare(drugIds: $drugs, indicationId: "gout", segment: $segment) { segment { kind value fallback }
    drugs { drug { slug } estimate { value }
      score { ratingCount segment { kind value fallback } overall { value } } } } }"""


@pytest.mark.parametrize(
    ("drugs", "asked", "used"),
    [
        (["allopurinol", "colchicine"], "Rheumatology", segment("SPECIALTY", "Rheumatology")),
        (["colchicine", "allopurinol"], "Nephrology", EVERYBODY_INSTEAD),
        (["colchicine", "allopurinol", "febuxostat"], "Rheumatology", EVERYBODY_INSTEAD),
    ],
)
async def test_a_comparison_is_of_one_segment_or_falls_back_as_a_whole(
    seen_client: Client, drugs: list[str], asked: str, used: dict[str, object]
) -> None:
    """Colchicine is thin among nephrologists; compared there, allopurinol is seen by everybody too."""
    specialty = None if used["fallback"] else asked
    comparison = (await seen_client.data(COMPARE, drugs=drugs, segment={"specialty": asked}))["compare"]
    expected = {drug: overall(seen_by(drug, specialty))[0] for drug in drugs}
    assert comparison["segment"] == used
    assert [found["drug"]["slug"] for found in comparison["drugs"]] == sorted(
        drugs, key=lambda drug: expected[drug], reverse=True
    )
    for found in comparison["drugs"]:
        slug = found["drug"]["slug"]
        assert found["score"] == {
            "ratingCount": len(seen_by(slug, specialty)),
            "segment": used,
            "overall": {"value": pytest.approx(expected[slug])},
        }
        assert found["estimate"]["value"] == pytest.approx(expected[slug])


async def test_head_to_heads_are_of_all_physicians(seen_client: Client) -> None:
    """Five rheumatologists prefer colchicine, by 2, 3, 1, 2 and 2; four nephrologists allopurinol, by 4, 3, 3 and 3."""
    data = await seen_client.data(
        """{ compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout",
             segment: {specialty: "Rheumatology"}) { segment { kind }
             pairs { first { slug } superiority headToHead { physicians wins losses ties meanDifference } } } }"""
    )
    comparison = data["compare"]
    assert comparison["segment"] == {"kind": "SPECIALTY"}
    assert comparison["pairs"] == [
        {
            "first": {"slug": "colchicine"},
            "superiority": 1.0,
            "headToHead": {
                "physicians": 9,
                "wins": 5,
                "losses": 4,
                "ties": 0,
                "meanDifference": pytest.approx((10 - 13) / 9),
            },
        }
    ]


ONE_OF = "`segment` takes exactly one of `specialty`, `country` and `experience`; it had "
REFUSED: list[tuple[dict[str, object], str]] = [
    ({}, ONE_OF + "none."),
    ({"specialty": None}, ONE_OF + "none."),
    ({"specialty": "Rheumatology", "country": "DE"}, ONE_OF + "`specialty` and `country`."),
    ({"country": "DE", "experience": "EARLY"}, ONE_OF + "`country` and `experience`."),
    (
        {"specialty": "Rheumatology", "country": "DE", "experience": "EARLY"},
        ONE_OF + "`specialty` and `country` and `experience`.",
    ),
    ({"specialty": "Astrology"}, "The catalogue has no specialty 'Astrology'."),
    ({"specialty": "Rheumatolog"}, "The catalogue has no specialty 'Rheumatolog'."),
    ({"specialty": "%"}, "The catalogue has no specialty '%'."),
    ({"specialty": ""}, "`segment.specialty` is empty."),
    ({"specialty": " \t"}, "`segment.specialty` is empty."),
    ({"specialty": "x" * 201}, "`segment.specialty` may have at most 200 characters; it had 201."),
    ({"specialty": "a\0b"}, "`segment.specialty` holds a NUL or half of a surrogate pair: 'a�b'."),
    (
        {"country": "XX"},
        "`segment.country`: 'XX' is not a country's code of ISO 3166-1 alpha-2, such as DE.",
    ),
    ({"country": ""}, "`segment.country`: '' is not a country's code of ISO 3166-1 alpha-2, such as DE."),
    (
        {"country": "Germany"},
        "`segment.country`: 'GERMANY' is not a country's code of ISO 3166-1 alpha-2, such as DE.",
    ),
]
SCORE_OF_A_DRUG = "a drug's score"
ASKING = {
    SCORE_OF_A_DRUG: 'drug(id: "colchicine") { score(segment: $segment) { ratingCount } }',
    "a treatment's score": 'drug(id: "colchicine") { treatments(first: 1) { edges { node { '
    "score(segment: $segment) { ratingCount } } } } }",
    "a ranking": 'indication(id: "gout") { ranking(segment: $segment) { totalCount } }',
    "a comparison": 'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout", segment: $segment) '
    "{ priorVersion }",
}


@pytest.mark.parametrize("asking", ASKING)
async def test_a_segment_that_there_is_not(client: Client, asking: str) -> None:
    query = f"query($segment: SegmentInput) {{ {ASKING[asking]} }}"
    for asked, message in REFUSED:
        assert await client.error(query, segment=asked) == ("INVALID_ARGUMENT", message)


async def test_a_band_or_a_field_that_there_is_not(client: Client) -> None:
    query = f"query($segment: SegmentInput) {{ {ASKING[SCORE_OF_A_DRUG]} }}"
    for asked in ({"experience": "ANCIENT"}, {"experience": 3}, {"hospital": "x"}, "Rheumatology", {"country": 5}):
        code, message = await client.error(query, segment=asked)
        assert code == "BAD_USER_INPUT"
        assert message.startswith("Variable '$segment' ")

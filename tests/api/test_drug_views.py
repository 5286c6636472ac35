"""Flexible views of drugs, indications, treatments, ratings and physicians, with exact answers."""

import base64
from typing import Any

from graph.global_ids import global_id
from tests.api.conftest import Client
from tests.gout import CRITERIA, GOUT, NEWEST_FIRST, GoutRating, add


def expected_criteria(ratings: list[GoutRating]) -> list[dict[str, Any]]:
    """The six criterion scores, counted one answer at a time."""
    scores = []
    for criterion in CRITERIA:
        answers = [rating.levels[criterion] for rating in ratings if rating.levels[criterion] is not None]
        scores.append(
            {
                "criterion": criterion.upper(),
                "ratingCount": len(answers),
                "rawMean": sum(answers) / len(answers) if answers else None,
                "distribution": [answers.count(level) for level in (1, 2, 3, 4, 5)],
            }
        )
    return scores


async def test_a_page_of_gout_treatments(client: Client) -> None:
    data = await client.data(
        """{ drugs(ids: ["colchicine", "allopurinol", "febuxostat"]) { edges { node {
          name brandNames codes { system value } score(indicationId: "gout") { ratingCount }
          ratings(first: 2) { totalCount edges { node { efficacy comment indication { slug } } } } } } } }"""
    )

    colchicine, allopurinol, febuxostat = (edge["node"] for edge in data["drugs"]["edges"])
    assert colchicine == {
        "name": "colchicine",
        "brandNames": ["COLCRYS", "GLOPERBA", "LODOCO", "MITIGARE"],
        "codes": [
            {"system": "CHEMBL", "value": "CHEMBL107"},
            {"system": "DRUGCENTRAL", "value": "726"},
            {"system": "RXNORM", "value": "2683"},
            {"system": "UNII", "value": "SML2Y3J35T"},
        ],
        "score": {"ratingCount": 3},
        "ratings": {
            "totalCount": 4,
            "edges": [
                {"node": {"efficacy": 2, "comment": "Not my first choice.", "indication": {"slug": "gout-prevention"}}},
                {"node": {"efficacy": 3, "comment": None, "indication": {"slug": "gout"}}},
            ],
        },
    }
    assert allopurinol["score"] == {"ratingCount": 3}
    assert allopurinol["ratings"]["edges"][0]["node"] == {
        "efficacy": None,
        "comment": None,
        "indication": {"slug": "gout"},
    }
    assert febuxostat["brandNames"] == ["ULORIC"]
    assert febuxostat["score"] == {"ratingCount": 2}


async def test_a_score_for_one_indication_and_over_all(client: Client) -> None:
    data = await client.data(
        """{ drug(id: "colchicine") {
          gout: score(indicationId: "gout") { ...counts }
          all: score { ...counts }
          none: score(indicationId: "hypertension") { ...counts }
        } } fragment counts on Score { ratingCount criteria { criterion ratingCount rawMean distribution } }"""
    )

    colchicine = [rating for rating in GOUT if rating.drug == "colchicine"]
    gout = [rating for rating in colchicine if rating.indication == "gout"]
    assert data["drug"] == {
        "gout": {"ratingCount": 3, "criteria": expected_criteria(gout)},
        "all": {"ratingCount": 4, "criteria": expected_criteria(colchicine)},
        "none": {"ratingCount": 0, "criteria": expected_criteria([])},
    }
    # By hand: colchicine's efficacy for gout was judged 5, 4 and 3.
    assert data["drug"]["gout"]["criteria"][0] == {
        "criterion": "EFFICACY",
        "ratingCount": 3,
        "rawMean": 4.0,
        "distribution": [0, 0, 1, 1, 1],
    }


async def test_one_criterion(client: Client) -> None:
    data = await client.data(
        '{ drug(id: "colchicine") { score(indicationId: "gout") { '
        "criterion(name: SAFETY) { criterion ratingCount rawMean distribution } } } }"
    )
    assert data["drug"]["score"]["criterion"] == {
        "criterion": "SAFETY",
        "ratingCount": 2,
        "rawMean": 3.5,
        "distribution": [0, 0, 1, 1, 0],
    }


async def test_an_indication_with_its_treatments(client: Client) -> None:
    data = await client.data(
        """{ indication(id: "gout") { slug name codes { system value } parents { name }
          treatments(first: 3) { totalCount edges { node { source firstRatedAt drug { slug } indication { slug }
            score { ratingCount criterion(name: PREFERENCE) { rawMean } } } } }
          byName: treatments(first: 3, orderBy: NAME) { edges { node { drug { slug } } } } } }"""
    )

    indication = data["indication"]
    assert indication["codes"] == [
        {"system": "DOID", "value": "DOID:13189"},
        {"system": "ICD10CM", "value": "M10"},
        {"system": "UMLS", "value": "C0018099"},
    ]
    assert [parent["name"] for parent in indication["parents"]] == ["Arthritis"]
    # Five from the catalogue, and febuxostat, which the catalogue does not list for gout but physicians rated.
    assert indication["treatments"]["totalCount"] == 6
    first, second, third = (edge["node"] for edge in indication["treatments"]["edges"])
    assert {first["drug"]["slug"], second["drug"]["slug"]} == {"colchicine", "allopurinol"}
    assert third == {
        "source": "physicians' ratings",
        "firstRatedAt": "2026-01-07T08:00:00+00:00",
        "drug": {"slug": "febuxostat"},
        "indication": {"slug": "gout"},
        "score": {"ratingCount": 2, "criterion": {"rawMean": 4.0}},
    }
    assert [edge["node"]["drug"]["slug"] for edge in indication["byName"]["edges"]] == [
        "allopurinol",
        "azapropazone",
        "colchicine",
    ]


async def test_a_treatment_without_ratings_says_so(client: Client) -> None:
    data = await client.data(
        '{ drug(id: "lisinopril") { treatments(first: 1) { edges { node { firstRatedAt score { ratingCount } } } } } }'
    )
    (edge,) = data["drug"]["treatments"]["edges"]
    assert edge["node"] == {"firstRatedAt": None, "score": {"ratingCount": 0}}


async def test_ratings_with_everything(client: Client) -> None:
    data = await client.data(
        """{ ratings(first: 3) { edges { node { efficacy safety tolerability accessibility adherence preference comment
          createdAt updatedAt drug { slug } indication { slug }
          physician { specialty country experience verified ratingCount } } } } }"""
    )

    bands = {"p4": "ESTABLISHED", "p3": "SENIOR"}
    counts = {"p4": 2, "p3": 2}
    assert [edge["node"] for edge in data["ratings"]["edges"]] == [
        {
            **rating.levels,
            "comment": rating.comment,
            "createdAt": rating.rated_at.isoformat(),
            "updatedAt": rating.rated_at.isoformat(),
            "drug": {"slug": rating.drug},
            "indication": {"slug": rating.indication},
            "physician": {
                "specialty": rating.specialty,
                "country": rating.country,
                "experience": bands[rating.physician],
                "verified": False,
                "ratingCount": counts[rating.physician],
            },
        }
        for rating in NEWEST_FIRST[:3]
    ]


async def test_a_physician_is_a_stable_pseudonym(client: Client) -> None:
    data = await client.data(
        '{ drug(id: "colchicine") { ratings(orderBy: OLDEST) { ...physicians } } '
        'allopurinol: drug(id: "allopurinol") { ratings(orderBy: OLDEST) { ...physicians } } } '
        "fragment physicians on RatingConnection { edges { node { physician { id handle } } } }"
    )
    colchicine = [edge["node"]["physician"] for edge in data["drug"]["ratings"]["edges"]]
    allopurinol = [edge["node"]["physician"] for edge in data["allopurinol"]["ratings"]["edges"]]
    assert colchicine[0] == allopurinol[0]
    assert len({physician["handle"] for physician in colchicine + allopurinol}) == 4
    # Neither by the key of the source nor by ours.
    plain = {global_id("Physician", key) for key in ("p1", "p2", "p3", "p4", *range(1, 10))}
    for physician in colchicine:
        assert physician["handle"].startswith("Physician ")
        assert base64.b64decode(physician["id"]).startswith(b"Physician:")
        assert physician["id"] not in plain


async def test_ids_lead_back_to_the_same_entry(client: Client) -> None:
    data = await client.data(
        """{ drug(id: "colchicine") { id treatments(first: 1) { edges { node { id } } }
          ratings(first: 1) { edges { node { id physician { id } indication { id } } } } } }"""
    )
    rating = data["drug"]["ratings"]["edges"][0]["node"]
    ids = {
        "Drug": data["drug"]["id"],
        "Treatment": data["drug"]["treatments"]["edges"][0]["node"]["id"],
        "Rating": rating["id"],
        "Physician": rating["physician"]["id"],
        "Indication": rating["indication"]["id"],
    }
    answer = await client.data("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=list(ids.values()))
    assert answer["nodes"] == [{"__typename": name, "id": text} for name, text in ids.items()]
    for text in ids.values():
        found = await client.data("query($id: ID!) { node(id: $id) { id } }", id=text)
        assert found == {"node": {"id": text}}
    by_id = await client.data(
        "query($drug: ID!, $indication: ID!, $rating: ID!) { drug(id: $drug) { slug } "
        "indication(id: $indication) { slug } rating(id: $rating) { id } }",
        drug=ids["Drug"],
        indication=ids["Indication"],
        rating=ids["Rating"],
    )
    assert by_id == {
        "drug": {"slug": "colchicine"},
        "indication": {"slug": "gout-prevention"},
        "rating": {"id": ids["Rating"]},
    }


async def test_meta(client: Client) -> None:
    data = await client.data(
        "{ meta { simulated drugCount indicationCount treatmentCount physicianCount ratingCount dataVersion "
        "methodVersion priorVersion "
        "specialties attributions { name provides licence } } }"
    )
    meta = data["meta"]
    # The catalogue's numbers are those of its sources; one treatment was brought in by ratings alone.
    assert (meta["drugCount"], meta["indicationCount"], meta["treatmentCount"]) == (2383, 13842, 12196)
    assert (meta["physicianCount"], meta["ratingCount"], meta["simulated"]) == (5, 10, False)
    assert (meta["methodVersion"], meta["priorVersion"]) == ("dirichlet-1", 0)
    assert len(meta["specialties"]) == 59
    assert "Rheumatology" in meta["specialties"]
    assert "DrugCentral (2016 extract)" in {source["name"] for source in meta["attributions"]}


async def test_the_data_version_changes_with_a_rating(writing_client: Client) -> None:
    query = "{ meta { dataVersion ratingCount } }"
    before = await writing_client.data(query)
    (first, *_) = GOUT
    await add([GoutRating(**{**vars(first), "physician": "p9"})])
    after = await writing_client.data(query)
    assert before["meta"]["dataVersion"] != after["meta"]["dataVersion"]
    assert after["meta"]["ratingCount"] == before["meta"]["ratingCount"] + 1

"""Who sees single ratings, and under which names their authors."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from models import Physician, PhysicianSource, Rating
from resolvers.database import DatabaseUrl, open_database
from resolvers.viewers import Viewer
from tests.api.conftest import Client, client_of
from tests.gout import GOUT, NEWEST_FIRST
from tests.viewers import INTEGRATOR, MODERATOR, READERS_OF_RELEASED, UNREGISTERED, pending, suspended, verified

ONLY_PHYSICIANS = (
    "NOT_PERMITTED",
    "Single ratings are shown to verified physicians, and to the physician who gave them.",
)
PHYSICIANS_HIDDEN = (
    "NOT_PERMITTED",
    "Physicians are shown, under pseudonyms, to verified physicians, and each to themselves.",
)
NO_SCORES = (
    "Scores, and lists sorted by them or by numbers of ratings, take a key with the scope `scores`, "
    "which this key does not have."
)
LEFT_OUT = {"reason": "NOT_PERMITTED", "threshold": None}

LISTS = """{ ratings { ...all } drug(id: "colchicine") { ratings { ...all } }
  indication(id: "gout") { ratings(filter: {withComment: true}) { ...all } } }
  fragment all on RatingConnection { totalCount suppressed { reason threshold } pageInfo { hasNextPage hasPreviousPage }
  edges { node { id comment drug { slug } physician { id handle specialty country experience ratingCount } } } }"""


async def physician(key: str) -> int:
    """The number of one of the physicians of `tests.gout`, in the open database."""
    found: int = (await PhysicianSource.get(key=key)).physician_id  # type: ignore[attr-defined]
    return found


@pytest.fixture
async def physicians(gout_template: str) -> dict[str, int]:
    """The numbers of all of them."""
    async with open_database(DatabaseUrl.parse(gout_template)):
        return {key: await physician(key) for key in ("p1", "p2", "p3", "p4", "p5")}


def given_by(key: str) -> list[str]:
    """The drugs that a physician has rated, the newest rating first."""
    return [rating.drug for rating in NEWEST_FIRST if rating.physician == key]


def drugs_of(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["drug"]["slug"] for edge in connection["edges"]]


@pytest.mark.parametrize("reader", READERS_OF_RELEASED)
async def test_who_is_no_physician_sees_no_rating(gout_template: str, reader: str) -> None:
    async with client_of(gout_template, viewer=READERS_OF_RELEASED[reader]) as client:
        data = await client.data(LISTS)
    empty = {
        "totalCount": 0,
        "suppressed": LEFT_OUT,
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False},
        "edges": [],
    }
    assert data == {"ratings": empty, "drug": {"ratings": empty}, "indication": {"ratings": empty}}


@pytest.mark.parametrize("status", [pending, suspended])
async def test_who_is_not_verified_sees_their_own(gout_template: str, physicians: dict[str, int], status: Any) -> None:  # noqa: ANN401 - either of two functions
    async with client_of(gout_template, viewer=status(physicians["p1"])) as client:
        data = await client.data(LISTS)
    assert drugs_of(data["ratings"]) == given_by("p1") == ["febuxostat", "allopurinol", "colchicine"]
    assert data["ratings"]["totalCount"] == 3
    assert drugs_of(data["drug"]["ratings"]) == ["colchicine"]
    assert data["drug"]["ratings"]["totalCount"] == 1
    assert drugs_of(data["indication"]["ratings"]) == ["febuxostat", "colchicine"]
    assert data["indication"]["ratings"]["totalCount"] == 2
    (own,) = {edge["node"]["physician"]["handle"] for edge in data["ratings"]["edges"]}
    author = data["ratings"]["edges"][0]["node"]["physician"]
    assert author == {
        "id": author["id"],
        "handle": own,
        "specialty": "Rheumatology",
        "country": "DE",
        "experience": "EARLY",
        "ratingCount": 3,
    }
    for found in (data["ratings"], data["drug"]["ratings"], data["indication"]["ratings"]):
        assert found["suppressed"] == LEFT_OUT


@pytest.mark.parametrize("reader", ["physician", "moderator"])
async def test_verified_physicians_and_moderators_see_all(
    gout_template: str, physicians: dict[str, int], reader: str
) -> None:
    viewer = verified(physicians["p1"]) if reader == "physician" else MODERATOR
    async with client_of(gout_template, viewer=viewer) as client:
        data = await client.data(LISTS)
    assert drugs_of(data["ratings"]) == [rating.drug for rating in NEWEST_FIRST]
    assert data["ratings"]["totalCount"] == len(GOUT)
    assert data["ratings"]["suppressed"] is data["drug"]["ratings"]["suppressed"] is None
    assert [edge["node"]["physician"]["country"] for edge in data["ratings"]["edges"]] == [
        rating.country for rating in NEWEST_FIRST
    ]


@pytest.fixture
async def ids(gout_template: str) -> dict[str, str]:
    """The ids of ratings of colchicine by p1 and p2, and of one that there is not."""
    async with client_of(gout_template) as client:
        data = await client.data(
            '{ drug(id: "colchicine") { ratings(orderBy: OLDEST, first: 2) { edges { node { id } } } } }'
        )
    first, second = (edge["node"]["id"] for edge in data["drug"]["ratings"]["edges"])
    return {"p1": first, "p2": second, "nobody": base64.b64encode(b"Rating:999").decode()}


RATING = "query($id: ID!) { rating(id: $id) { id } }"
NODE = "query($id: ID!) { node(id: $id) { id } }"


@pytest.mark.parametrize("query", [RATING, NODE])
async def test_a_hidden_rating_is_refused_whether_there_is_one_or_not(
    gout_template: str, physicians: dict[str, int], ids: dict[str, str], query: str
) -> None:
    for viewer in READERS_OF_RELEASED.values():
        async with client_of(gout_template, viewer=viewer) as client:
            for text in ids.values():
                assert await client.error(query, id=text) == ONLY_PHYSICIANS
    async with client_of(gout_template, viewer=pending(physicians["p1"])) as client:
        (found,) = (await client.data(query, id=ids["p1"])).values()
        assert found == {"id": ids["p1"]}
        assert await client.error(query, id=ids["p2"]) == ONLY_PHYSICIANS
        assert await client.error(query, id=ids["nobody"]) == ONLY_PHYSICIANS
    async with client_of(gout_template, viewer=verified(physicians["p1"])) as client:
        (found,) = (await client.data(query, id=ids["p2"])).values()
        assert found == {"id": ids["p2"]}
        assert list((await client.data(query, id=ids["nobody"])).values()) == [None]


async def test_of_several_nodes_only_the_hidden_ones_are_refused(
    gout_template: str, physicians: dict[str, int], ids: dict[str, str]
) -> None:
    drug = base64.b64encode(b"Drug:1").decode()
    async with client_of(gout_template, viewer=pending(physicians["p1"])) as client:
        answer = await client.answer(
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[drug, ids["p2"], ids["p1"], ids["nobody"]]
        )
    assert answer["data"]["nodes"] == [{"id": drug}, None, {"id": ids["p1"]}, None]
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["nodes", 1], "NOT_PERMITTED"),
        (["nodes", 3], "NOT_PERMITTED"),
    ]


AUTHORS = "{ ratings(first: 100) { edges { node { physician { id handle } } } } }"


async def authors(url: str, viewer: Viewer) -> list[dict[str, str]]:
    """The authors of all ratings that a reader sees, the newest rating first."""
    async with client_of(url, viewer=viewer) as client:
        return [edge["node"]["physician"] for edge in (await client.data(AUTHORS))["ratings"]["edges"]]


async def test_each_reader_knows_physicians_by_names_of_their_own(
    gout_template: str, physicians: dict[str, int]
) -> None:
    first = await authors(gout_template, verified(physicians["p1"]))
    assert first == await authors(gout_template, replace(verified(physicians["p1"]), account_id=77))
    second = await authors(gout_template, verified(physicians["p2"]))
    moderator = await authors(gout_template, MODERATOR)
    assert moderator == await authors(gout_template, replace(MODERATOR, account_id=88, physician_id=physicians["p1"]))
    # Five physicians, and nobody has the same name for one of them, nor the same id.
    for name in ("id", "handle"):
        seen = [{author[name] for author in found} for found in (first, second, moderator)]
        assert [len(names) for names in seen] == [5, 5, 5]
        assert len(set.union(*seen)) == 15
    # Before and after they are verified, physicians are the same to themselves.
    (own,) = {author["handle"] for author in await authors(gout_template, pending(physicians["p1"]))}
    assert own == next(
        author["handle"] for author, rating in zip(first, NEWEST_FIRST, strict=True) if rating.physician == "p1"
    )


PHYSICIAN = "query($id: ID!) { node(id: $id) { id ... on Physician { country ratingCount } } }"


async def test_a_physicians_id_is_good_for_one_reader(gout_template: str, physicians: dict[str, int]) -> None:
    newest = NEWEST_FIRST[0]
    assert (newest.physician, newest.country) == ("p4", "US")
    mine = (await authors(gout_template, verified(physicians["p1"])))[0]["id"]
    own = (await authors(gout_template, pending(physicians["p1"])))[0]["id"]
    async with client_of(gout_template, viewer=verified(physicians["p1"])) as client:
        assert (await client.data(PHYSICIAN, id=mine))["node"] == {"id": mine, "country": "US", "ratingCount": 2}
    for other in (verified(physicians["p2"]), MODERATOR, pending(physicians["p2"])):
        async with client_of(gout_template, viewer=other) as client:
            code, message = await client.error(PHYSICIAN, id=mine)
            assert code == "INVALID_ID"
            assert message.startswith("`id`: 'UGh5")
    async with client_of(gout_template, viewer=suspended(physicians["p1"])) as client:
        # Whom the reader knew when they were verified, they do not see any longer; but themselves.
        assert await client.error(PHYSICIAN, id=mine) == PHYSICIANS_HIDDEN
        assert (await client.data(PHYSICIAN, id=own))["node"] == {"id": own, "country": "DE", "ratingCount": 3}
    for viewer in READERS_OF_RELEASED.values():
        async with client_of(gout_template, viewer=viewer) as client:
            assert await client.error(PHYSICIAN, id=mine) == PHYSICIANS_HIDDEN


@pytest.mark.parametrize(
    "forged",
    [
        "Physician:1",
        "Physician:" + "A" * 32,
        "Physician:" + "A" * 31,
        "Physician:" + "A" * 31 + "=",
        "Physician:" + "A" * 33,
        "Drug:" + "A" * 32,
        "Physician:",
    ],
)
async def test_a_forged_id_of_a_physician_is_none(client: Client, forged: str) -> None:
    text = base64.b64encode(forged.encode()).decode()
    code, message = await client.error(PHYSICIAN, id=text)
    assert code == "INVALID_ID"
    assert message.endswith("is not an id of this API.")


async def test_an_altered_id_of_a_physician_is_none(client: Client) -> None:
    text = (await client.data(AUTHORS))["ratings"]["edges"][0]["node"]["physician"]["id"]
    content = bytearray(base64.b64decode(text))
    content[-1] = ord("A") if content[-1] != ord("A") else ord("B")
    altered = base64.b64encode(bytes(content)).decode()
    assert (await client.error(PHYSICIAN, id=altered))[0] == "INVALID_ID"


async def test_a_physician_who_is_gone_is_null(gout_url: str) -> None:
    text = (await authors(gout_url, MODERATOR))[-1]["id"]
    async with client_of(gout_url) as client:
        key = await physician("p5")
        assert (await client.data(PHYSICIAN, id=text))["node"]["country"] == "IN"
        await Rating.filter(physician_id=key).delete()
        await Physician.filter(id=key).delete()
        assert await client.data(PHYSICIAN, id=text) == {"node": None}


@pytest.mark.parametrize(
    "field",
    [
        'drug(id: "colchicine") { slug }',
        'drug(id: "no-such-drug") { slug }',
        "drugs { totalCount }",
        'drugs(ids: ["colchicine"]) { totalCount }',
        'indication(id: "gout") { slug }',
        "indications { totalCount }",
        'search(text: "gout") { matchedText }',
        'resolveCodes(codes: [{value: "gout"}]) { outcome }',
        'node(id: "RHJ1Zzox") { id }',
        'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout") { segment { kind } }',
    ],
)
async def test_a_key_without_the_catalogue_gets_none_of_it(gout_template: str, field: str) -> None:
    viewer = replace(INTEGRATOR, scopes=frozenset({"scores"}))
    async with client_of(gout_template, viewer=viewer) as client:
        assert await client.error(f"{{ {field} }}") == (
            "NOT_PERMITTED",
            "Drugs and indications take a key with the scope `catalogue`, which this key does not have.",
        )
        assert await client.data("{ meta { drugCount } }")


@pytest.mark.parametrize(
    "field",
    [
        'drug(id: "colchicine") { score { ratingCount } }',
        'drug(id: "colchicine") { score(indicationId: "gout") { ratingCount } }',
        'drug(id: "colchicine") { treatments { totalCount } }',
        'drug(id: "colchicine") { treatments(orderBy: MOST_RATED) { totalCount } }',
        'drug(id: "colchicine") { treatments(orderBy: NAME) { edges { node { score { ratingCount } } } } }',
        'drug(id: "colchicine") { scorecard(indicationId: "gout") { priorVersion } }',
        'drug(id: "colchicine") { trend { priorVersion } }',
        'indication(id: "gout") { ranking { totalCount } }',
        'indication(id: "gout") { treatments { totalCount } }',
        "drugs(orderBy: MOST_RATED) { totalCount }",
        'compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout") { priorVersion }',
    ],
)
async def test_a_key_without_scores_gets_no_scores(gout_template: str, field: str) -> None:
    viewer = replace(INTEGRATOR, scopes=frozenset({"catalogue"}))
    async with client_of(gout_template, viewer=viewer) as client:
        answer = await client.answer(f"{{ {field} }}")
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"NOT_PERMITTED"}
        assert {error["message"] for error in answer["errors"]} == {NO_SCORES}
        assert await client.data(
            '{ drugs(first: 1) { totalCount } drug(id: "colchicine") { treatments(orderBy: NAME) { totalCount } } }'
        )


@pytest.mark.parametrize("viewer", [UNREGISTERED, MODERATOR])
async def test_people_need_no_scopes(gout_template: str, viewer: Viewer) -> None:
    async with client_of(gout_template, viewer=viewer) as client:
        assert await client.data('{ drug(id: "colchicine") { slug score { ratingCount } } }')


async def test_nobody_reads_a_physicians_number(client: Client, physicians: dict[str, int]) -> None:
    """Nor anything else that counts up."""
    data = await client.data(AUTHORS)
    for edge in data["ratings"]["edges"]:
        content = base64.b64decode(edge["node"]["physician"]["id"]).decode()
        kind, token = content.split(":")
        assert kind == "Physician"
        assert len(base64.urlsafe_b64decode(token)) == 24
        assert all(number.to_bytes(8, "big") not in base64.urlsafe_b64decode(token) for number in physicians.values())

"""Who sees which scores: every kind of reader, and just as many physicians as it takes, one more or one fewer."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from tortoise.transactions import in_transaction

from models import FeedEvent, PhysicianSource, Rating
from models.feed import FOLLOWS, REVISED, STANDING
from resolvers.database import DatabaseUrl, database, open_database
from resolvers.feed.pruning import prune_feed
from resolvers.feed.sequencing import give_positions
from resolvers.ratings.revising import Revision, revise_rating
from resolvers.viewers import Viewer
from tests.api.conftest import Client, client_of
from tests.crowd import FOR_GOUT, IBUPROFEN, TODAY, add_crowd, rating, release_all
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.gout import CRITERIA, add
from tests.viewers import MODERATOR, READERS_OF_RELEASED, pending, suspended, verified
from tests.written import SOME_TIME

LEAST = {
    "anonymous": 11,
    "integrator": 11,
    "unregistered": 11,
    "pending": 11,
    "suspended": 11,
    "physician": 5,
    "moderator": 1,
}
"""How many physicians each reader's scores take."""

SEE_RATINGS = ("physician", "moderator")


async def reader_named(name: str) -> Viewer:
    """The reader; those who are physicians are p1, in the open database."""
    if name in READERS_OF_RELEASED:
        return READERS_OF_RELEASED[name]
    if name == "moderator":
        return MODERATOR
    physician_id = (await PhysicianSource.get(key="p1")).physician_id  # type: ignore[attr-defined]
    return {"pending": pending, "suspended": suspended, "physician": verified}[name](physician_id)


@pytest.fixture(scope="session")
def crowd_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    return prepare(databases.create(catalogue_template), add_crowd)


@pytest.fixture(params=LEAST)
def reader(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def client(crowd_template: str, reader: str) -> AsyncIterator[Client]:
    """The API as the reader sees it."""
    async with open_database(DatabaseUrl.parse(crowd_template)):
        viewer = await reader_named(reader)
    async with client_of(crowd_template, lambda: TODAY, viewer) as client:
        yield client


def mean_of(answers: int, level: int) -> float:
    """The posterior mean of equal answers under the built-in prior, which is five answers with a mean of 3."""
    return (5 * 3 + answers * level) / (5 + answers)


def too_few(reader: str) -> dict[str, Any]:
    return {"reason": "TOO_FEW_RATINGS", "threshold": LEAST[reader]}


def levels(level: int, answers: int) -> list[int]:
    return [answers if place == level else 0 for place in (1, 2, 3, 4, 5)]


SCORE = """{ ratingCount evidence suppressed { reason threshold } overall { value }
  criteria { ratingCount rawMean distribution divided estimate { value } } }"""


@pytest.mark.parametrize("drug", FOR_GOUT)
async def test_a_score_takes_enough_physicians(client: Client, reader: str, drug: str) -> None:
    physicians, level = FOR_GOUT[drug]
    data = await client.data(
        f'query($drug: ID!) {{ drug(id: $drug) {{ score(indicationId: "gout") {SCORE} '
        f"treatments(first: 1) {{ edges {{ node {{ score {SCORE} }} }} }} }} }}",
        drug=drug,
    )
    score = data["drug"]["score"]
    assert data["drug"]["treatments"]["edges"][0]["node"]["score"]["criteria"] is not None
    if physicians >= LEAST[reader]:
        mean = pytest.approx(mean_of(physicians, level))
        assert score["ratingCount"] == physicians
        assert score["suppressed"] is None
        assert score["evidence"] != "NONE"
        assert score["overall"] == {"value": mean}
        assert score["criteria"] == 6 * [
            {
                "ratingCount": physicians,
                "rawMean": level,
                "distribution": levels(level, physicians),
                "divided": 0,
                "estimate": {"value": mean},
            }
        ]
    else:
        assert score == {
            # Those who see the ratings see how many there are.
            "ratingCount": physicians if reader in SEE_RATINGS else 0,
            "evidence": "NONE",
            "suppressed": too_few(reader),
            "overall": None,
            "criteria": 6
            * [{"ratingCount": 0, "rawMean": None, "distribution": [0] * 5, "divided": None, "estimate": None}],
        }


async def test_too_few_answers_to_a_criterion_are_as_good_as_none(client: Client, reader: str) -> None:
    data = await client.data(
        '{ drug(id: "ibuprofen") { score(indicationId: "gout") { ratingCount overall { value } '
        "criteria { ratingCount distribution estimate { value } } } } }"
    )
    score = data["drug"]["score"]
    seen = [answers if answers >= LEAST[reader] else 0 for answers in IBUPROFEN]
    assert score["ratingCount"] == 12
    assert [criterion["ratingCount"] for criterion in score["criteria"]] == seen
    assert [criterion["distribution"] for criterion in score["criteria"]] == [levels(2, count) for count in seen]
    means = [mean_of(answers, 2) for answers in seen]
    assert [criterion["estimate"] for criterion in score["criteria"]] == [
        {"value": pytest.approx(mean)} if answers else None for mean, answers in zip(means, seen, strict=True)
    ]
    assert score["overall"] == {"value": pytest.approx(sum(means) / 6)}


@pytest.mark.parametrize("position", range(6))
async def test_weights_bring_out_no_criterion_with_too_few_answers(client: Client, reader: str, position: int) -> None:
    data = await client.data(
        'query($weights: CriterionWeights!) { drug(id: "ibuprofen") { score(indicationId: "gout", weights: $weights) '
        "{ overall { value } suppressed { reason threshold } } } }",
        weights={CRITERIA[position]: 1},
    )
    shown = IBUPROFEN[position] >= LEAST[reader]
    assert data["drug"]["score"] == {
        "overall": {"value": pytest.approx(mean_of(IBUPROFEN[position], 2))} if shown else None,
        "suppressed": None if shown else too_few(reader),
    }


OF_ALL_READERS = {
    'score(indicationId: "gout", segment: {country: "DE"})': ("DE", 11),
    'score(indicationId: "gout", segment: {country: "US"})': (None, 12),
    'score(indicationId: "gout", segment: {experience: EARLY})': (None, 12),
}
OF_THOSE_WHO_SEE_RATINGS = {
    'score(indicationId: "gout", segment: {specialty: "Rheumatology"})': ("Rheumatology", 10),
    'score(indicationId: "gout", segment: {experience: ESTABLISHED})': ("ESTABLISHED", 5),
}


@pytest.mark.parametrize("field", [*OF_ALL_READERS, *OF_THOSE_WHO_SEE_RATINGS])
async def test_a_segment_with_too_few_physicians_falls_back(client: Client, reader: str, field: str) -> None:
    data = await client.data(
        f'{{ drug(id: "ibuprofen") {{ {field} {{ ratingCount segment {{ value fallback }} }} }} }}'
    )
    value, count = OF_ALL_READERS.get(field, (None, 12))
    if reader in SEE_RATINGS:
        value, count = OF_THOSE_WHO_SEE_RATINGS.get(field, (value, count))
    assert data["drug"]["score"] == {
        "ratingCount": count,
        "segment": {"value": value, "fallback": value is None},
    }


@pytest.mark.parametrize(
    ("drug", "released", "count", "physicians"),
    [("prednisone", 12, 22, 12), ("metoprolol", 0, 8, 4), ("valsartan", 0, 8, 5), ("colchicine", 0, 10, 10)],
)
async def test_over_all_indications_physicians_are_counted_once(
    client: Client, reader: str, drug: str, released: int, count: int, physicians: int
) -> None:
    data = await client.data(
        "query($drug: ID!) { drug(id: $drug) { score { ratingCount overall { value } suppressed { threshold } } "
        'german: score(segment: {country: "DE"}) { ratingCount overall { value } segment { value } } } }',
        drug=drug,
    )
    score, german = data["drug"]["score"], data["drug"]["german"]
    assert score["ratingCount"] == (count if reader in SEE_RATINGS else released)
    shown = physicians >= LEAST[reader] if reader in SEE_RATINGS else released > 0
    assert (score["overall"] is not None) is shown
    assert score["suppressed"] == (None if shown else {"threshold": LEAST[reader]})
    # Each of these physicians but p12 works in Germany.
    in_segment = (shown and reader in SEE_RATINGS) or drug == "prednisone"
    assert german["segment"] == {"value": "DE" if in_segment else None}
    assert (german["overall"] is not None) is shown


async def test_what_a_cell_does_not_show_is_in_no_sum_either(client: Client, reader: str) -> None:
    """Or the drug's score minus that for hypertension would be what three physicians say of its safety in asthma."""
    safety = "criterion(name: SAFETY) { distribution }"
    data = await client.data(
        f'{{ drug(id: "lisinopril") {{ score {{ ratingCount {safety} }} '
        f'asthma: score(indicationId: "bronchial-asthma") {{ ratingCount {safety} }} '
        f'hypertension: score(indicationId: "hypertension") {{ {safety} }} }} }}'
    )
    drug = data["drug"]
    assert drug["score"]["ratingCount"] == 23
    assert drug["asthma"]["ratingCount"] == 11
    assert drug["hypertension"]["criterion"]["distribution"] == [0, 0, 0, 12, 0]
    assert drug["asthma"]["criterion"]["distribution"] == [3 if reader == "moderator" else 0, 0, 0, 0, 0]
    # Verified physicians see the three ratings themselves.
    assert drug["score"]["criterion"]["distribution"] == [3 if reader in SEE_RATINGS else 0, 0, 0, 12, 0]


async def test_a_ranking_has_the_drugs_with_enough_physicians(client: Client, reader: str) -> None:
    edges = "{ totalCount suppressed { threshold } edges { ratingCount node { drug { slug } } } }"
    data = await client.data(
        f'{{ indication(id: "gout") {{ overall: ranking(minRatings: 1) {edges} more: ranking(minRatings: 13) {edges} '
        f"tolerability: ranking(minRatings: 1, by: TOLERABILITY) {edges} }} "
        f'asthma: indication(id: "bronchial-asthma") {{ ranking(minRatings: 1, by: SAFETY, first: 100) {edges} }} }}'
    )

    def listed(found: dict[str, Any]) -> dict[str, int]:
        assert found["totalCount"] == len(found["edges"])
        return {edge["node"]["drug"]["slug"]: edge["ratingCount"] for edge in found["edges"]}

    # From the highest score to the lowest.
    answers = {"allopurinol": 11, "naproxen": 4, "febuxostat": 5, "colchicine": 10, "ibuprofen": 12}
    found = listed(data["indication"]["overall"])
    assert list(found.items()) == [(drug, count) for drug, count in answers.items() if count >= LEAST[reader]]
    found = listed(data["indication"]["tolerability"])
    answers["ibuprofen"] = 4
    assert list(found.items()) == [(drug, count) for drug, count in answers.items() if count >= LEAST[reader]]
    assert data["indication"]["more"] == {"totalCount": 0, "suppressed": {"threshold": 13}, "edges": []}
    for_asthma = {"prednisone": 10, "metoprolol": 4, "valsartan": 4, "lisinopril": 3}
    found = listed(data["asthma"]["ranking"])
    assert found == {drug: count for drug, count in for_asthma.items() if count >= LEAST[reader]}
    expected = None if reader in SEE_RATINGS else {"threshold": 11}
    assert data["asthma"]["ranking"]["suppressed"] == expected


COMPARE = """query($drugs: [ID!]!, $weights: CriterionWeights) { compare(drugIds: $drugs, indicationId: "gout",
  weights: $weights) { drugs { drug { slug } score { ratingCount } }
  pairs { first { slug } headToHead { physicians wins } }
  tolerability: pairs(criterion: TOLERABILITY) { superiority headToHead { physicians } }
  preferenceOrder { rank drug { slug } } headToHeadsSuppressed { reason threshold } } }"""


async def test_drugs_with_enough_physicians_are_compared(client: Client, reader: str) -> None:
    found = (await client.data(COMPARE, drugs=["ibuprofen", "allopurinol"]))["compare"]
    assert found["drugs"] == [
        {"drug": {"slug": "allopurinol"}, "score": {"ratingCount": 11}},
        {"drug": {"slug": "ibuprofen"}, "score": {"ratingCount": 12}},
    ]
    sees_ratings = reader in SEE_RATINGS
    of_both = {"physicians": 11, "wins": 11} if sees_ratings else None
    assert found["pairs"] == [{"first": {"slug": "allopurinol"}, "headToHead": of_both}]
    # Four physicians have said how ibuprofen is tolerated.
    exact = reader == "moderator"
    assert found["tolerability"] == [
        {"superiority": 1 if exact else None, "headToHead": {"physicians": 4} if exact else None}
    ]
    preferred = [{"rank": 1, "drug": {"slug": "allopurinol"}}, {"rank": 2, "drug": {"slug": "ibuprofen"}}]
    assert found["preferenceOrder"] == (preferred if sees_ratings else [])
    assert found["headToHeadsSuppressed"] == (None if sees_ratings else {"reason": "NOT_PERMITTED", "threshold": None})


@pytest.mark.parametrize(("drug", "physicians"), [("naproxen", 4), ("febuxostat", 5), ("colchicine", 10)])
async def test_a_drug_with_too_few_physicians_is_not_compared(
    client: Client, reader: str, drug: str, physicians: int
) -> None:
    answer = await client.answer(COMPARE, drugs=["allopurinol", drug])
    if physicians >= LEAST[reader]:
        assert len(answer["data"]["compare"]["drugs"]) == 2
        return
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "NOT_RATED"}
    assert error["message"] == (
        f"Fewer than {LEAST[reader]} physicians have rated {drug} for this indication, so there is nothing to compare."
    )


async def test_no_comparison_by_a_criterion_with_too_few_answers(client: Client, reader: str) -> None:
    answer = await client.answer(COMPARE, drugs=["allopurinol", "ibuprofen"], weights={"tolerability": 1})
    if reader == "moderator":
        assert "errors" not in answer
        return
    (error,) = answer["errors"]
    assert error["message"] == (
        f"Fewer than {LEAST[reader]} physicians have rated ibuprofen for this indication by any criterion that counts, "
        "so there is nothing to compare."
    )


async def test_a_scorecard_sets_a_drug_against_those_with_enough_physicians(client: Client, reader: str) -> None:
    card = "{ strengths { criterion difference } competitors { slug } suppressed { reason threshold } }"
    data = await client.data(
        f'{{ drug(id: "allopurinol") {{ scorecard(indicationId: "gout") {card} }} '
        f'naproxen: drug(id: "naproxen") {{ scorecard(indicationId: "gout") {card} }} }}'
    )
    found = data["drug"]["scorecard"]
    rated = {"ibuprofen": 12, "colchicine": 10, "febuxostat": 5, "naproxen": 4}
    competing = [drug for drug, count in rated.items() if count >= LEAST[reader]]
    assert found["competitors"] == [{"slug": drug} for drug in competing]
    assert found["suppressed"] is None
    means = {drug: mean_of(*FOR_GOUT.get(drug, (12, 2))) for drug in competing}
    expected = mean_of(11, 5) - sum(means.values()) / len(means)
    differences = {finding["criterion"]: finding["difference"] for finding in found["strengths"]}
    assert differences["EFFICACY"] == pytest.approx(expected)
    if LEAST[reader] == 11:
        # Eleven have answered no other criterion of the only competitor.
        assert set(differences) == {"EFFICACY", "SAFETY", "PREFERENCE"}
    of_few = data["naproxen"]["scorecard"]
    assert of_few["suppressed"] == (None if reader == "moderator" else too_few(reader))


async def test_months_and_periods_take_enough_physicians(client: Client, reader: str) -> None:
    trend = (
        "{ points { month ratingCount estimate { value } suppressed { threshold } } "
        "recent { ratingCount estimate { value } suppressed { threshold } } "
        "earlier { ratingCount estimate { value } } change { difference { value } } }"
    )
    drugs = ("naproxen", "febuxostat", "colchicine", "allopurinol", "losartan", "amlodipine")
    fields = " ".join(f'{drug}: drug(id: "{drug}") {{ trend(months: 2) {trend} }}' for drug in drugs)
    data = await client.data(f"{{ {fields} }}")
    found = {drug: data[drug]["trend"] for drug in drugs}

    def seen(part: dict[str, Any]) -> tuple[int, bool]:
        assert (part["estimate"] is None) is (part["suppressed"] == {"threshold": LEAST[reader]})
        return part["ratingCount"], part["estimate"] is not None

    def expected(count: int) -> tuple[int, bool]:
        return count if reader in SEE_RATINGS or count >= 11 else 0, count >= LEAST[reader]

    for drug, (physicians, _) in FOR_GOUT.items():
        april, may = found[drug]["points"]
        assert (april["month"], may["month"]) == ("2026-04", "2026-05")
        assert seen(april) == (0, False)
        assert seen(may) == seen(found[drug]["recent"]) == expected(physicians)
        assert found[drug]["change"] is None
    # Twelve in May after ten in the year before.
    assert seen(found["losartan"]["recent"]) == (12, True)
    before = found["losartan"]["earlier"]
    assert (before["ratingCount"], before["estimate"] is not None) == expected(10)
    assert (found["losartan"]["change"] is not None) is (reader in SEE_RATINGS)
    # Six in April and six in May are no twelve for those who see neither month.
    april, may = found["amlodipine"]["points"]
    assert seen(april) == seen(may) == expected(6)
    assert seen(found["amlodipine"]["recent"]) == ((12, True) if reader in SEE_RATINGS else (0, False))


async def test_the_most_rated_drugs_by_what_the_reader_may_know(client: Client, reader: str) -> None:
    data = await client.data(
        "{ drugs(orderBy: MOST_RATED, first: 12) { edges { cursor node { slug score { ratingCount } } } } }"
    )
    edges = data["drugs"]["edges"]
    # Of equal numbers the drug that was entered last comes first.
    exact = {"lisinopril": 23, "prednisone": 22, "losartan": 22, "ibuprofen": 12, "amlodipine": 12, "allopurinol": 11}
    exact |= {"colchicine": 10, "valsartan": 8, "metoprolol": 8, "febuxostat": 5, "naproxen": 4}
    released = {
        "lisinopril": 23,
        "losartan": 22,
        "prednisone": 12,
        "ibuprofen": 12,
        "amlodipine": 12,
        "allopurinol": 11,
    }
    expected = exact if reader in SEE_RATINGS else released
    found = [(edge["node"]["slug"], edge["node"]["score"]["ratingCount"]) for edge in edges]
    assert found[: len(expected)] == list(expected.items())
    assert {count for _, count in found[len(expected) :]} == {0}
    # A cursor holds what the list is sorted by.
    assert [held(edge["cursor"])[1] for edge in edges] == [count for _, count in found]


def held(cursor: str) -> list[Any]:
    """What is in a cursor, after its checksum of four bytes."""
    content: list[Any] = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[4:])
    return content


async def test_treatments_are_sorted_by_what_the_reader_may_know(client: Client, reader: str) -> None:
    query = (
        '{ drug(id: "prednisone") { treatments(%s, first: 100) { edges { cursor node { indication { slug } } } } } '
        '  indication(id: "gout") { treatments(first: 100) { edges { cursor node { drug { slug } } } } } }'
    )
    by_score = await client.data(query % "by: OVERALL")
    most_rated = await client.data(query % "orderBy: MOST_RATED")

    def rated(data: dict[str, Any], parent: str, other: str) -> dict[str, int]:
        found = {edge["node"][other]["slug"]: held(edge["cursor"])[1] for edge in data[parent]["treatments"]["edges"]}
        return {slug: number for slug, number in found.items() if number}

    scores = rated(by_score, "drug", "indication")
    if reader in SEE_RATINGS:
        assert scores == {"bronchial-asthma": round(mean_of(10, 5) * 1e6), "hypertension": round(mean_of(12, 2) * 1e6)}
        assert list(scores) == ["bronchial-asthma", "hypertension"]
        assert rated(most_rated, "drug", "indication") == {"hypertension": 12, "bronchial-asthma": 10}
    else:
        assert scores == {"hypertension": round(mean_of(12, 2) * 1e6)}
        assert rated(most_rated, "drug", "indication") == {"hypertension": 12}
    for_gout = {"ibuprofen": 12, "allopurinol": 11, "colchicine": 10, "febuxostat": 5, "naproxen": 4}
    found = rated(by_score, "indication", "drug")
    least = 1 if reader in SEE_RATINGS else 11
    assert list(found.items()) == [(drug, count) for drug, count in for_gout.items() if count >= least]


async def test_by_score_too_few_physicians_are_none(client: Client, reader: str) -> None:
    data = await client.data('{ drug(id: "metoprolol") { treatments(by: SAFETY, first: 100) { edges { cursor } } } }')
    scores = [held(edge["cursor"])[1] for edge in data["drug"]["treatments"]["edges"]]
    four = round(mean_of(4, 4) * 1e6)
    assert scores[:2] == ([four, four] if reader == "moderator" else [0, 0])
    assert not any(scores[2:])


async def test_when_the_first_rating_came_is_for_those_who_see_it(client: Client, reader: str) -> None:
    data = await client.data('{ indication(id: "gout") { treatments(first: 1) { edges { node { firstRatedAt } } } } }')
    (edge,) = data["indication"]["treatments"]["edges"]
    assert edge["node"]["firstRatedAt"] == (SOME_TIME.isoformat() if reader in SEE_RATINGS else None)


async def test_meta_counts_what_the_reader_may_know(client: Client, reader: str) -> None:
    data = await client.data("{ meta { ratingCount physicianCount } }")
    everything, released = 42 + 22 + 16 + 23 + 22 + 12, 11 + 12 + 12 + 23 + 22 + 12
    assert data["meta"] == {"ratingCount": everything if reader in SEE_RATINGS else released, "physicianCount": 22}


async def test_no_single_physician_is_seen_to_come(crowd_url: str, reader: str) -> None:
    async with open_database(DatabaseUrl.parse(crowd_url)):
        viewer = await reader_named(reader)
        await add([rating(23, "allopurinol", [1] * 6)])
    async with client_of(crowd_url, lambda: TODAY, viewer) as client:
        counts = [(await client.data("{ meta { physicianCount } }"))["meta"]["physicianCount"]]
        await add(rating(number, "allopurinol", [1] * 6) for number in range(24, 34))
        counts.append((await client.data("{ meta { physicianCount } }"))["meta"]["physicianCount"])
    assert counts == ([23, 33] if reader in SEE_RATINGS else [22, 33])


@pytest.fixture
def crowd_url(databases: SqliteDatabases | PostgresDatabases, crowd_template: str) -> str:
    """A database of the test's own with the same content."""
    return databases.create(crowd_template)


EVERY_READ = {
    "score": 'drug(id: "ibuprofen") { score { ratingCount } }',
    "score for an indication": 'drug(id: "ibuprofen") { score(indicationId: "gout") { overall { value } } }',
    "ranking": 'indication(id: "gout") { ranking { edges { ratingCount pScore } } }',
    "comparison": 'compare(drugIds: ["ibuprofen", "allopurinol"], indicationId: "gout") { pairs { superiority } }',
    "scorecard": 'drug(id: "allopurinol") { scorecard(indicationId: "gout") { strengths { difference } } }',
    "trend": 'drug(id: "losartan") { trend { points { ratingCount } recent { estimate { value } } } }',
    "drugs": "drugs(orderBy: MOST_RATED) { edges { cursor } }",
    "treatments of a drug": 'drug(id: "ibuprofen") { treatments(orderBy: MOST_RATED) { edges { cursor } } }',
    "treatments by score": 'drug(id: "ibuprofen") { treatments(by: EFFICACY) { edges { cursor } } }',
    "treatments of an indication": 'indication(id: "gout") { treatments { edges { cursor } } }',
    "meta": "meta { ratingCount dataVersion }",
}


async def test_what_is_not_released_moves_no_released_score(crowd_url: str, reader: str) -> None:
    async with open_database(DatabaseUrl.parse(crowd_url)):
        viewer = await reader_named(reader)
    async with client_of(crowd_url, lambda: TODAY, viewer) as client:

        async def answers() -> dict[str, Any]:
            return {name: await client.data(f"{{ {read} }}") for name, read in EVERY_READ.items()}

        before = await answers()
        await database().execute_query(
            "UPDATE cell SET rating_count = rating_count + 100, efficacy_5 = efficacy_5 + 100"
        )
        after = await answers()
    moved = {name for name in EVERY_READ if before[name] != after[name]}
    assert moved == (set(EVERY_READ) if reader in SEE_RATINGS else set())


async def test_the_version_of_the_data_moves_with_what_the_reader_may_know(crowd_url: str, reader: str) -> None:
    async with open_database(DatabaseUrl.parse(crowd_url)):
        viewer = await reader_named(reader)
    async with client_of(crowd_url, lambda: TODAY, viewer) as client:

        async def version() -> str:
            text: str = (await client.data("{ meta { dataVersion } }"))["meta"]["dataVersion"]
            return text

        first = await version()
        await add([rating(13, "allopurinol", [1] * 6)])
        after_rating = await version()
        await FeedEvent.create(kind=REVISED, rating_id=1, drug_id=1, indication_id=1, at=TODAY)
        after_revision = await version()
        # What somebody follows or may do is nothing about ratings.
        await FeedEvent.create(kind=FOLLOWS, account_id=1, at=TODAY)
        await FeedEvent.create(kind=STANDING, account_id=1, at=TODAY)
        assert await version() == after_revision
        await release_all()
        after_release = await version()

    if reader in SEE_RATINGS:
        assert len({first, after_rating, after_revision}) == 3
    else:
        assert first == after_rating == after_revision != after_release


async def test_the_version_of_the_data_never_comes_back_when_old_events_are_deleted(
    crowd_url: str, reader: str
) -> None:
    async with open_database(DatabaseUrl.parse(crowd_url)):
        viewer = await reader_named(reader)
    async with client_of(crowd_url, lambda: TODAY, viewer) as client:

        async def version() -> str:
            text: str = (await client.data("{ meta { dataVersion } }"))["meta"]["dataVersion"]
            return text

        # Each round revises something, numbers it, and deletes all events.
        earlier: list[str] = []
        for _ in range(3):
            await FeedEvent.create(kind=REVISED, rating_id=1, drug_id=1, indication_id=1, at=TODAY)
            await FeedEvent.create(kind=FOLLOWS, account_id=1, at=TODAY)
            revised = await version()
            if reader in SEE_RATINGS:
                assert revised not in earlier
            earlier.append(revised)
            await give_positions()
            earlier.append(await version())
            await prune_feed(datetime(9999, 1, 1, tzinfo=UTC))
            assert await FeedEvent.all().count() == 0
            earlier.append(await version())
    if reader in SEE_RATINGS:
        numbers = [int(text.split(".")[1]) for text in earlier]
        assert numbers == sorted(numbers)
    else:
        assert len(set(earlier)) == 1


async def test_the_version_of_the_data_moves_when_nothing_but_revisions_is_released(
    catalogue_url: str,
) -> None:
    async with client_of(catalogue_url, lambda: TODAY, READERS_OF_RELEASED["integrator"]) as client:
        read = '{ meta { dataVersion } drug(id: "allopurinol") { score { ratingCount criteria { rawMean } } } }'
        await add(rating(number, "allopurinol", [1] * 6) for number in range(1, 12))
        first = await client.data(read)
        for revised in await Rating.all().order_by("id"):
            revision = Revision((2,) * 6, None, revised.specialty_id, "DE", 3, TODAY)  # type: ignore[attr-defined]
            unmoved = await client.data(read)
            assert unmoved == first
            async with in_transaction():
                await revise_rating(revised.id, revision)
        after = await client.data(read)
    assert after["drug"]["score"] == {"ratingCount": 11, "criteria": 6 * [{"rawMean": 2}]}
    assert after["meta"]["dataVersion"] != first["meta"]["dataVersion"]

"""A treatment that the catalogue lacks tells that somebody has rated it: who sees it, and from how many ratings on."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph.global_ids import global_id
from models import Treatment
from resolvers.catalogue.records import load_records
from resolvers.database import DatabaseUrl, database, open_database
from tests.api.conftest import Client, client_of
from tests.crowd import TODAY, rating
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.gout import add
from tests.viewers import MODERATOR, READERS_OF_RELEASED, pending, verified

DRUG, OWN_DRUG = "colchicine", "ibuprofen"
"""What is rated off label in these tests, and what one of the readers has rated for gout before."""

SEE_RATINGS = ("physician", "moderator")
READERS = (*READERS_OF_RELEASED, "pending", *SEE_RATINGS)


@pytest.fixture(scope="session")
def rated_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    return prepare(databases.create(catalogue_template), lambda: add([rating(99, OWN_DRUG, [3] * 6)]))


@pytest.fixture
def rated_url(databases: SqliteDatabases | PostgresDatabases, rated_template: str) -> str:
    return databases.create(rated_template)


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def client(rated_url: str, reader: str) -> AsyncIterator[Client]:
    async with open_database(DatabaseUrl.parse(rated_url)):
        [row] = await database().execute_query_dict("SELECT id FROM physician")
    viewers = {"moderator": MODERATOR, "physician": verified(row["id"]), "pending": pending(row["id"])}
    async with client_of(rated_url, lambda: TODAY, (READERS_OF_RELEASED | viewers)[reader]) as client:
        yield client


async def untreated() -> str:
    """An indication that no drug is used for, by its slug."""
    [row] = await database().execute_query_dict(
        "SELECT slug FROM indication WHERE NOT EXISTS"
        " (SELECT 1 FROM treatment WHERE treatment.indication_id = indication.id) ORDER BY slug LIMIT 1"
    )
    slug: str = row["slug"]
    return slug


async def rate_off_label(indication: str, first: int, last: int) -> None:
    """Let the physicians with these numbers rate the drug for the indication."""
    await add(rating(number, DRUG, [4] * 6, indication) for number in range(first, last + 1))


LISTED = "totalCount pageInfo { hasNextPage } edges { cursor node { id offLabel indication { slug } drug { slug } } }"

PLACES = {
    "treatments of the drug by score": f"drug(id: $drug) {{ treatments(first: 100) {{ {LISTED} }} }}",
    "by a criterion": f"drug(id: $drug) {{ treatments(first: 100, by: SAFETY) {{ {LISTED} }} }}",
    "the most rated": f"drug(id: $drug) {{ treatments(first: 100, orderBy: MOST_RATED) {{ {LISTED} }} }}",
    "by name": f"drug(id: $drug) {{ treatments(first: 100, orderBy: NAME) {{ {LISTED} }} }}",
    "backwards": f"drug(id: $drug) {{ treatments(last: 100, orderBy: NAME) {{ {LISTED} }} }}",
    "only counted": "drug(id: $drug) { treatments(first: 1) { totalCount } }",
    "only counted, by name": "drug(id: $drug) { treatments(first: 1, orderBy: NAME) { totalCount } }",
    "several drugs": 'drugs(ids: [$drug, "ibuprofen"]) { edges { node { '
    f"treatments(first: 100) {{ {LISTED} }} }} }} }}",
    "treatments of the indication": f"indication(id: $indication) {{ treatments {{ {LISTED} }} }}",
    "of the indication by name": f"indication(id: $indication) {{ treatments(orderBy: NAME) {{ {LISTED} }} }}",
    "indications with treatments": "indications(filter: {hasTreatments: true}, first: 1) { totalCount }",
    "indications without": "indications(filter: {hasTreatments: false}, first: 1) { totalCount edges { node { id } } }",
    "meta": "meta { treatmentCount dataVersion }",
}


async def answers(client: Client, indication: str) -> dict[str, Any]:
    found = {}
    for name, place in PLACES.items():
        arguments = ", ".join(f"${argument}: ID!" for argument in ("drug", "indication") if f"${argument}" in place)
        operation = f"query({arguments})" if arguments else "query"
        found[name] = await client.data(f"{operation} {{ {place} }}", drug=DRUG, indication=indication)
    return found


async def test_a_treatment_that_only_ratings_tell_of_is_there_when_they_are_released(
    client: Client, reader: str
) -> None:
    indication = await untreated()
    before = await answers(client, indication)
    await rate_off_label(indication, 1, 10)
    after_ten = await answers(client, indication)
    await rate_off_label(indication, 11, 11)
    after_eleven = await answers(client, indication)

    moved = {name for name in PLACES if before[name] != after_ten[name]}
    assert moved == (set(PLACES) if reader in SEE_RATINGS else set())
    assert {name for name in PLACES if before[name] != after_eleven[name]} == set(PLACES)
    (edge,) = after_eleven["treatments of the indication"]["indication"]["treatments"]["edges"]
    assert edge["node"]["offLabel"]
    assert edge["node"]["drug"]["slug"] == DRUG


async def test_nor_can_it_be_asked_for_by_its_id(client: Client, reader: str) -> None:
    indication = await untreated()
    await rate_off_label(indication, 1, 10)
    treatment = global_id("Treatment", (await Treatment.get(indication__slug=indication)).id)
    query = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
    there = {"node": {"id": treatment}, "nodes": [{"id": treatment}]}
    not_there = {"node": None, "nodes": [None]}
    assert await client.data(query, id=treatment) == (there if reader in SEE_RATINGS else not_there)
    await rate_off_label(indication, 11, 11)
    assert await client.data(query, id=treatment) == there


async def test_a_physician_sees_what_they_have_rated_themselves(rated_url: str) -> None:
    """Who is not verified any more, too; but not whether others have rated the same."""
    async with open_database(DatabaseUrl.parse(rated_url)):
        indication = await untreated()
        await add([rating(1, DRUG, [4] * 6, indication)])
        [row] = await database().execute_query_dict("SELECT max(id) AS id FROM physician")
    async with client_of(rated_url, lambda: TODAY, pending(row["id"])) as client:
        data = await client.data(
            "query($id: ID!) { ratings { edges { node { offLabel drug { slug } indication { slug } } } } "
            "indication(id: $id) { treatments { totalCount } } }",
            id=indication,
        )
    (edge,) = data["ratings"]["edges"]
    assert edge["node"] == {"offLabel": True, "drug": {"slug": DRUG}, "indication": {"slug": indication}}
    assert data["indication"]["treatments"]["totalCount"] == 0


@pytest.mark.usefixtures("catalogue")
async def test_search_knows_what_the_catalogue_says_is_treated() -> None:
    indication = await untreated()
    await rate_off_label(indication, 1, 1)
    [found] = [record for record in (await load_records()).indications if record.slug == indication]
    assert not found.treated

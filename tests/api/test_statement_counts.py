"""Every list field is batched: a longer page takes no more statements than a short one.

No query here reaches the same loader on two ways: which of them comes first would decide whether the second finds
its keys loaded already, and the count would depend on the database's speed. Nor is the catalogue kept in memory, which
would save statements for what an earlier query has read, and not for more of it.
"""

from collections.abc import AsyncIterator

import pytest

from graph.schema import schema
from graph.types.criterion import RankBy
from tests.api.conftest import Client, client_of
from tests.api.test_statement_counts_writes import LISTS as LISTS_OF_PEOPLE
from tests.crowd import release_all
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.statements import recorded_statements
from tests.viewers import INTEGRATOR, pending, verified

FIELDS_OF_A_RATING = (
    "id efficacy comment createdAt drug { name codes { value } } indication { name codes { value } parents { name } } "
    "physician { handle ratingCount }"
)
FIELDS_OF_A_TREATMENT = (
    "source firstRatedAt score { ratingCount criteria { rawMean } } "
    'drug { name codes { value } score { ratingCount } forGout: score(indicationId: "gout") { ratingCount } } '
    "indication { name codes { value } parents { name } }"
)
WHOLE = (
    "fragment whole on Score { ratingCount evidence segment { fallback } overall { lower upper } "
    "criteria { divided estimate { lower upper } } }"
)
LISTS = {
    "Query.drugs": "drugs(first: %d, orderBy: MOST_RATED) { totalCount edges { cursor node { name codes { value } "
    'score { ratingCount } forGout: score(indicationId: "gout") { criterion(name: SAFETY) { rawMean } } } } }',
    "Query.drugs with treatments": "drugs(first: %d, orderBy: MOST_RATED) { edges { node { treatments(first: 3) { "
    "totalCount edges { node { source firstRatedAt score { ratingCount } "
    "indication { name codes { value } parents { name } } } } } } } }",
    "Query.drugs with treatments by name": "drugs(first: %d, orderBy: MOST_RATED) { edges { node { "
    "treatments(first: 3, orderBy: NAME) { edges { node { source indication { name } } } } } } }",
    "Query.drugs with ratings": "drugs(first: %d, orderBy: MOST_RATED) { edges { node { ratings(first: 2) { "
    "totalCount edges { node { " + FIELDS_OF_A_RATING + " } } } } } }",
    "Query.indications": "indications(first: %d, filter: {hasTreatments: true}) { totalCount edges { node { name "
    "codes { value } treatments(first: 2, orderBy: NAME) { totalCount edges { node { "
    + FIELDS_OF_A_TREATMENT
    + " } } } "
    "} } }",
    "Query.indications with children": "indications(first: %d) { edges { node { "
    "parents { name children(first: 2) { totalCount edges { node { name } } } } } } }",
    "Query.indications with ratings": "indications(first: %d, filter: {hasTreatments: true}) { edges { node { "
    "ratings(first: 2) { totalCount edges { node { " + FIELDS_OF_A_RATING + " } } } } } }",
    "Query.ratings": "ratings(first: %d) { totalCount edges { node { " + FIELDS_OF_A_RATING + " } } }",
    "Query.search": 'search(text: "a", first: %d) { kind exact matchedText node { id '
    "... on Drug { name codes { value } score { ratingCount } } ... on Indication { name parents { name } } } }",
    "Drug.treatments": 'drug(id: "norfloxacin") { treatments(first: %d) { totalCount edges { node { '
    + FIELDS_OF_A_TREATMENT
    + " } } } }",
    "Drug.ratings": 'drug(id: "colchicine") { ratings(first: %d) { totalCount edges { node { '
    + FIELDS_OF_A_RATING
    + " } } } }",
    "Indication.treatments": 'indication(id: "hypertension") { treatments(first: %d) { totalCount edges { node { '
    + FIELDS_OF_A_TREATMENT
    + " } } } }",
    "Indication.ranking": 'indication(id: "hypertension") { ranking(first: %d, minRatings: 1) { totalCount edges { '
    "rank pScore group estimate { lower upper } node { " + FIELDS_OF_A_TREATMENT + " } } } }",
    "Query.indications with rankings": "indications(first: %d, filter: {hasTreatments: true}) { edges { node { "
    'ranking(first: 2, minRatings: 1, by: SAFETY, segment: {specialty: "Nephrology"}) { totalCount '
    "segment { kind fallback } edges { rank node { source drug { name } score { overall { value } } } } } } } }",
    "Query.drugs with scorecards and trends": "drugs(first: %d, orderBy: MOST_RATED) { edges { node { "
    'scorecard(indicationId: "hypertension") { strengths { criterion } competitors { name } } '
    "trend(months: 6) { points { ratingCount estimate { value } } change { differs } } "
    'american: score(segment: {country: "US"}, weights: {safety: 1}) { overall { value } } } } }',
    "Query.drugs with scores of segments": "drugs(first: %d, orderBy: MOST_RATED) { edges { node { "
    'specialty: score(segment: {specialty: "rheumatology"}) { ...whole } country: score(segment: {country: "US"}) '
    "{ ...whole } band: score(segment: {experience: SENIOR}, weights: {safety: 2, adherence: 1}) { ...whole } "
    "weighted: score(weights: {efficacy: 1}, priorVersion: 0) { ...whole } "
    'one: score(indicationId: "hypertension", segment: {country: "US"}) { ...whole } '
    'other: score(indicationId: "gout", weights: {safety: 1}) { ...whole } } } }',
    "Query.drugs with treatments by a criterion": "drugs(first: %d, orderBy: MOST_RATED) { edges { node { "
    "treatments(first: 3, by: SAFETY) { totalCount edges { node { source indication { name } "
    'score(segment: {country: "US"}, weights: {safety: 1}) { ...whole } } } } } } }',
    "Drug.treatments by a criterion": 'drug(id: "norfloxacin") { treatments(first: %d, by: TOLERABILITY) { totalCount '
    "edges { node { " + FIELDS_OF_A_TREATMENT + " } } } }",
    "Indication.ranking with scorecards and trends": 'indication(id: "hypertension") { ranking(first: %d, '
    'minRatings: 1, by: EFFICACY, segment: {country: "US"}) { edges { node { score(segment: {country: "US"}) '
    '{ ...whole } drug { scorecard(indicationId: "hypertension") { strengths { criterion } competitors { name } } '
    'trend(indicationId: "hypertension", criterion: SAFETY) { change { differs } } } } } } }',
    "Indication.children": 'indication(id: "syndrome") { children(first: %d) { totalCount edges { node { name '
    "codes { value } parents { name } treatments(first: 2) { totalCount edges { node { id } } } } } } }",
    "Indication.ratings": 'indication(id: "gout") { ratings(first: %d, filter: {countries: ["DE", "US", "FR"]}) '
    "{ totalCount edges { node { " + FIELDS_OF_A_RATING + " } } } }",
}


@pytest.fixture
async def uncached_client(simulated_template: str) -> AsyncIterator[Client]:
    async with client_of(simulated_template, catalogue_cache="off") as client:
        yield client


@pytest.mark.parametrize("field", LISTS)
async def test_a_longer_page_takes_no_more_statements(uncached_client: Client, field: str) -> None:
    query = f"{{ {LISTS[field]} }} {WHOLE if '...whole' in LISTS[field] else ''}"
    await uncached_client.data(query % 10)  # the first search builds the index
    with recorded_statements() as of_short_page:
        short = await uncached_client.data(query % 10)
    with recorded_statements() as of_long_page:
        long = await uncached_client.data(query % 40)

    assert len(str(long)) > len(str(short)), "the longer page must hold more, or nothing is shown"
    assert len(of_long_page) == len(of_short_page)


@pytest.fixture(scope="session")
def released_template(databases: SqliteDatabases | PostgresDatabases, simulated_template: str) -> str:
    return prepare(databases.create(simulated_template), release_all)


READERS = {"integrator": INTEGRATOR, "pending": pending(1), "physician": verified(1)}


@pytest.fixture(params=READERS)
async def readers_client(request: pytest.FixtureRequest, released_template: str) -> AsyncIterator[Client]:
    """The API as readers see it who do not see everything; physician 1 has given some of the simulated ratings."""
    async with client_of(released_template, viewer=READERS[request.param], catalogue_cache="off") as client:
        yield client


@pytest.mark.parametrize("field", LISTS)
async def test_no_reader_takes_more_statements_for_a_longer_page(readers_client: Client, field: str) -> None:
    # By name, so that either page has drugs of which this reader sees scores, and drugs of which not.
    query = f"{{ {LISTS[field]} }} {WHOLE if '...whole' in LISTS[field] else ''}".replace(
        "drugs(first: %d, orderBy: MOST_RATED)", "drugs(first: %d)"
    )
    await readers_client.data(query % 60)
    with recorded_statements() as of_short_page:
        await readers_client.data(query % 60)
    with recorded_statements() as of_long_page:
        await readers_client.data(query % 100)

    assert len(of_long_page) == len(of_short_page)


async def test_physicians_are_counted_in_one_statement(released_template: str) -> None:
    """However many drugs have five ratings of which nobody can say from the cells whether five physicians gave them."""
    query = (
        "{ drugs(first: %d) { edges { node { score { ratingCount } "
        'american: score(segment: {country: "US"}) { ratingCount } } } } }'
    )
    async with client_of(released_template, viewer=READERS["physician"]) as client:
        for length in (50, 100):
            with recorded_statements() as statements:
                await client.data(query % length)
            counting = [statement for statement in statements if "COUNT(DISTINCT rating.physician_id)" in statement]
            # One for everybody, and one for everybody and the segment.
            assert len(counting) == 2


async def test_the_prior_in_use_is_asked_for_once(uncached_client: Client) -> None:
    """So that all parts of an answer come from the same version."""
    with recorded_statements() as statements:
        await uncached_client.data(
            '{ drug(id: "norfloxacin") { score { priorVersion } trend { priorVersion } treatments { totalCount } '
            "weighted: score(weights: {safety: 1}) { priorVersion } } "
            'indication(id: "hypertension") { ranking { priorVersion } } }'
        )
    assert len([statement for statement in statements if "prior_version" in statement]) == 1


COMPARED = (
    'query($drugs: [ID!]!) { compare(drugIds: $drugs, indicationId: "hypertension", weights: {safety: 2, efficacy: 1}, '
    'segment: {country: "US"}) { %s } }'
)
SIDE_BY_SIDE = (
    "drugs { rank pScore drug { name codes { value } trend { change { differs } } "
    'scorecard(indicationId: "hypertension") { strengths { criterion } } } score { overall { lower } } } '
    "pairs { first { slug } second { slug } headToHead { wins } } preferenceOrder { rank } agreement(criterion: SAFETY)"
)
BY_EVERYTHING = " ".join(
    f"{by}: pairs(criterion: {by}) {{ probabilityFirstBetter headToHead {{ wins }} }} "
    f"order{by}: preferenceOrder(criterion: {by}) {{ rank }} best{by}: bestFor(criterion: {by}) {{ rank }}"
    for by in RankBy.__members__
)


@pytest.mark.parametrize(
    "ratings",
    [
        "ratings(first: 5) { edges { node { %s } } }",
        'drugs(ids: ["colchicine", "naproxen"]) { edges { node { ratings { edges { node { %s } } } } } }',
        'indication(id: "gout") { ratings(last: 3) { pageInfo { hasPreviousPage } edges { cursor node { %s } } } }',
    ],
)
async def test_who_rates_is_read_with_the_ratings(uncached_client: Client, ratings: str) -> None:
    without, together = (f"{{ {ratings % fields} }}" for fields in ("id", "id physician { handle country verified }"))
    await uncached_client.data(together)
    with recorded_statements() as of_ratings:
        await uncached_client.data(without)
    with recorded_statements() as of_both:
        await uncached_client.data(together)

    assert len(of_both) == len(of_ratings)


async def test_comparing_more_drugs_takes_no_more_statements(uncached_client: Client) -> None:
    ranked = await uncached_client.data(
        '{ indication(id: "hypertension") { ranking(first: 20, minRatings: 1) { edges { node { drug { slug } } } } } }'
    )
    drugs = [edge["node"]["drug"]["slug"] for edge in ranked["indication"]["ranking"]["edges"]]
    assert len(drugs) == 20

    async def statements(selection: str, number: int) -> int:
        with recorded_statements() as sent:
            found = await uncached_client.data(COMPARED % selection, drugs=drugs[:number])
        assert len(found["compare"]["pairs"]) == number * (number - 1) // 2
        return len(sent)

    assert await statements(SIDE_BY_SIDE, 2) == await statements(SIDE_BY_SIDE, 20)
    # However many questions are asked about a comparison, its ratings and head-to-heads are read once.
    one_question = "pairs { superiority headToHead { wins } }"
    assert await statements(one_question, 20) == await statements(f"{one_question} {BY_EVERYTHING}", 20)


async def test_rankings_of_one_indication_are_read_once(uncached_client: Client) -> None:
    """Several pages of a ranking are cut from the same one, and its total is counted with it."""
    query = '{ indication(id: "hypertension") { %s } }'
    pages = " ".join(
        f"{name}: ranking(minRatings: 1, {size}) {{ totalCount edges {{ rank }} }}"
        for name, size in (("a", "first: 2"), ("b", "first: 5"), ("c", "last: 3"))
    )
    with recorded_statements() as of_one:
        await uncached_client.data(query % "ranking(minRatings: 1) { totalCount edges { rank } }")
    with recorded_statements() as of_three:
        await uncached_client.data(query % pages)
    assert len(of_one) == len(of_three)


async def test_nodes_and_codes_take_no_more_statements_for_more_of_them(uncached_client: Client) -> None:
    data = await uncached_client.data(
        "{ drugs(first: 8) { edges { node { id name } } } indications(first: 8) { edges { node { id } } } "
        "ratings(first: 8) { edges { node { id physician { id } } } } "
        '  indication(id: "hypertension") { treatments(first: 8) { edges { node { id } } } } }'
    )
    lists = [data["drugs"], data["indications"], data["ratings"], data["indication"]["treatments"]]
    ids = [[edge["node"]["id"] for edge in found["edges"]] for found in lists]
    names = [edge["node"]["name"] for edge in data["drugs"]["edges"]]
    by_ids = (
        "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Drug { codes { value } } "
        "... on Indication { parents { id } } ... on Rating { physician { ratingCount } } "
        "... on Treatment { score { ratingCount } } } }"
    )
    by_slugs = "query($ids: [ID!]!) { drugs(ids: $ids, first: 100) { edges { node { codes { value } } } } }"
    by_names = (
        "query($codes: [CodeInput!]!) { resolveCodes(codes: $codes) { nodes { id ... on Drug { codes { value } } } } }"
    )

    await uncached_client.data(by_names, codes=[{"value": names[0]}])
    counts = []
    for length in (2, 8):
        with recorded_statements() as statements:
            found = await uncached_client.data(by_ids, ids=[text for some in ids for text in some[:length]])
            assert None not in found["nodes"]
            await uncached_client.data(by_slugs, ids=ids[0][:length])
            await uncached_client.data(by_names, codes=[{"value": name} for name in names[:length]])
        counts.append(len(statements))

    assert counts[0] == counts[1]


def test_every_list_of_the_schema_is_counted() -> None:
    """A new connection has to be added to the lists above, or to those of people who have signed in."""
    connections = {
        f"{type_name}.{field_name}"
        for type_name, definition in schema._schema.type_map.items()  # noqa: SLF001 - graphql-core's own schema
        for field_name, field in getattr(definition, "fields", {}).items()
        if str(getattr(field, "type", "")).rstrip("!").endswith("Connection")
    }
    assert connections <= {name.split()[0] for name in LISTS | LISTS_OF_PEOPLE}

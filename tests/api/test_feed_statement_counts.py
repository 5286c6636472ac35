"""Events that are delivered together are read together: more of them take no more statements, whatever is asked.

No subscription here reaches the same loader on two ways, as in `test_statement_counts`.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from graph.feed.hub import Hub
from models import Rating
from models.feed import ADDED, GONE, RELEASED, REVISED, FeedEvent
from resolvers.feed.waking import wake_followers
from tests.api.listening import CHECKPOINT, cursor_now, listening, subscribed
from tests.api.people import Person
from tests.api.test_statement_counts import FIELDS_OF_A_RATING
from tests.clients.serving import LiveServer, live_server
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.statements import recorded_statements

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)

NEVER = 1e6
"""Seconds after which something happens that does not happen in these tests."""

FEW, MANY = 5, 20
"""Events. Among five drugs there is one already, as among twenty, whose physicians have to be counted by a statement
more, because it has nearly as few ratings as the threshold."""

SCORES = 'score { ratingCount } other: score(segment: {country: "US"}, weights: {safety: 1}) { overall { value } }'
OF_ADDED = "subscription($after: String) { ratings(after: $after) { __typename cursor ... on RatingAdded { %s } } }"
OF_ANY = """subscription($after: String) { ratings(after: $after) { __typename cursor
  ... on RatingAdded { %(some)s } ... on RatingRevised { %(some)s } ... on RatingWithdrawn { %(some)s } } }"""
SELECTIONS = {
    "a rating and its author": OF_ADDED % f"rating {{ {FIELDS_OF_A_RATING} }}",
    "what the reader thinks of it": OF_ADDED % "rating { id helpfulCount viewerFoundHelpful heldComment { text } }",
    "the drug with scores": OF_ADDED % f"drug {{ name codes {{ value }} {SCORES} }}",
    "the drug with lists": OF_ADDED % "drug { viewerFollows treatments(first: 2) { totalCount edges { node { source } "
    "} } ratings(first: 2) { totalCount edges { node { efficacy comment } } } }",
    "the indication with lists": OF_ADDED
    % "indication { name codes { value } parents { name } children(first: 2) { edges { node { slug } } } "
    "treatments(first: 2) { totalCount edges { node { source } } } }",
    "the drug's scorecard and trend": OF_ADDED
    % 'drug { scorecard(indicationId: "hypertension") { strengths { criterion } } '
    "trend(months: 6) { points { ratingCount } } }",
    "all types": OF_ANY % {"some": "drug { name codes { value } } indication { name parents { name } }"},
}
RELEASES = f"""subscription($after: String) {{ ratings(after: $after) {{ __typename cursor ... on RatingsReleased {{
  drug {{ name codes {{ value }} }} indication {{ parents {{ name }} }} {SCORES} }} }} }}"""


@pytest.fixture(autouse=True)
def _nothing_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server sends no statements of its own accord."""
    monkeypatch.setattr(Hub.__init__, "__kwdefaults__", {"checkpoint_every": NEVER, "poll_every": NEVER})
    monkeypatch.setattr("graph.signing_in.sockets.LOOK_EVERY", NEVER)


@pytest.fixture
def simulated_url(databases: SqliteDatabases | PostgresDatabases, simulated_template: str) -> str:
    """A database of the test's own with simulated ratings."""
    return databases.create(simulated_template)


@pytest.fixture
async def server(simulated_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(simulated_url) as server:
        yield server


async def write_events(number: int, *kinds: int) -> None:
    """Note, in one statement, that something has happened to as many ratings, each of another drug."""
    ratings = {rating.drug_id: rating for rating in await Rating.all().order_by("id")}  # type: ignore[attr-defined]
    events = [
        FeedEvent(
            kind=kinds[place % len(kinds)],
            rating_id=rating.id,
            drug_id=rating.drug_id,  # type: ignore[attr-defined]
            indication_id=rating.indication_id,  # type: ignore[attr-defined]
            at=AT,
        )
        for place, rating in enumerate(list(ratings.values())[:number])
    ]
    assert len(events) == number
    await FeedEvent.bulk_create(events)


def counted(statements: list[str]) -> int:
    """How many, but for the one that asks which prior is in use.

    Each execution sends it once if the process has not read the feed for two seconds, however many events it is for.
    """
    return len([one for one in statements if not one.startswith("SELECT prior_version FROM installation")])


async def live_statements(server: LiveServer, person: Person, query: str, number: int, *kinds: int) -> int:
    """How many statements are sent when as many events reach a subscriber together, as they happen."""
    async with listening(server, person, query) as subscription:
        await write_events(number, *kinds)
        with recorded_statements() as statements:
            wake_followers()
            for _ in range(number):
                await subscription.next()
    return counted(statements)


async def replayed_statements(server: LiveServer, person: Person, query: str, after: str, number: int) -> int:
    """How many are sent when as many events are replayed, the subscription's beginning included."""
    with recorded_statements() as statements:
        async with subscribed(server, person, query, after=after) as subscription:
            events = [await subscription.next() for _ in range(number)]
            assert (await subscription.next())["__typename"] == CHECKPOINT
    assert len({event["cursor"] for event in events}) == number
    return counted(statements)


@pytest.mark.parametrize("selection", SELECTIONS)
async def test_more_events_take_no_more_statements(server: LiveServer, selection: str) -> None:
    kinds = (ADDED, REVISED, GONE) if selection == "all types" else (ADDED,)
    query, ann = SELECTIONS[selection], await server.physician("ann")
    # What is read once for the process, such as the priors, is read now.
    await live_statements(server, ann, query, 1, *kinds)
    before_few = await cursor_now(server, ann)
    of_few = await live_statements(server, ann, query, FEW, *kinds)
    replayed_few = await replayed_statements(server, ann, query, before_few, FEW)
    before_many = await cursor_now(server, ann)
    of_many = await live_statements(server, ann, query, MANY, *kinds)
    replayed_many = await replayed_statements(server, ann, query, before_many, MANY)

    assert of_many == of_few
    assert replayed_many == replayed_few


async def test_trends_are_corrected_for_the_drugs_of_their_own_event(server: LiveServer) -> None:
    """However many events are read together: that depends on how fast they come, and not on what is asked."""
    ann, comparing = await server.physician("ann"), OF_ADDED % "drug { slug trend { change { comparedDrugs } } }"
    async with listening(server, ann, comparing) as subscription:
        await write_events(MANY, ADDED)
        wake_followers()
        changes = [(await subscription.next())["drug"]["trend"]["change"] for _ in range(MANY)]
    compared = [change["comparedDrugs"] for change in changes if change]
    assert compared == [1] * len(compared) != []


async def test_nor_do_more_releases(server: LiveServer) -> None:
    public = server.anonymous()
    await live_statements(server, public, RELEASES, 1, RELEASED)
    of_few = await live_statements(server, public, RELEASES, FEW, RELEASED)
    of_many = await live_statements(server, public, RELEASES, MANY, RELEASED)

    assert of_many == of_few


async def test_ten_subscribers_take_no_more_statements_than_one(server: LiveServer) -> None:
    """However many they are, and whoever they are, as long as nothing shown depends on that but pseudonyms."""
    physicians = [await server.physician(f"p{number}") for number in range(10)]
    query = SELECTIONS["a rating and its author"]
    await live_statements(server, physicians[0], query, 1, ADDED)
    of_one = await live_statements(server, physicians[0], query, 1, ADDED)
    async with AsyncExitStack() as stack:
        subscriptions = [await stack.enter_async_context(listening(server, one, query)) for one in physicians]
        await write_events(1, ADDED)
        with recorded_statements() as statements:
            wake_followers()
            for subscription in subscriptions:
                await subscription.next()

    assert counted(statements) == of_one

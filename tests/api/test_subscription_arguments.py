"""What can be subscribed to, by whom, and from where on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from graph.feed.cursors import FeedCursors
from graph.feed.sources import FollowedSource, RatingsSource, ScoresSource, Selection
from graph.global_ids import global_id
from models import Drug, FeedState, Indication, Specialty
from resolvers.database import DatabaseUrl, open_database
from resolvers.reads.drugs import BY_NAME
from resolvers.viewers import ANONYMOUS, Viewer
from tests.api.subscribing import CURSORS, begin, refusal_of, source_of
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.viewers import INTEGRATOR, MODERATOR, UNREGISTERED, pending, suspended, verified

RATINGS = "subscription($filter: FeedFilter, $after: String) { ratings(filter: $filter, after: $after) { cursor } }"
FOLLOWED = "subscription($after: String) { followedRatings(after: $after) { cursor } }"
SCORES = "subscription($drugs: [ID!]!, $for: ID) { scoreChanged(drugIds: $drugs, indicationId: $for) { at } }"

FEED_KEY = replace(INTEGRATOR, scopes=frozenset({"feed"}))
PHYSICIAN = verified(1)

BELOW = {
    "anonymous": ANONYMOUS,
    "feed key": FEED_KEY,
    "unregistered": UNREGISTERED,
    "pending": pending(1),
    "suspended": suspended(1),
}
"""Readers who do not see single ratings of others."""

WITH_CURSORS = pytest.mark.parametrize(
    ("viewer", "query"), [(PHYSICIAN, RATINGS), (ANONYMOUS, RATINGS), (PHYSICIAN, FOLLOWED), (UNREGISTERED, FOLLOWED)]
)

NO_CURSORS = (
    " ",
    "garbled",
    "A" * 32,
    "é" * 32,
    "A" * 100_000,
    CURSORS.of(500)[:-1],
    CURSORS.of(500) + "=",
    CURSORS.of(500).swapcase(),
    # Of another installation.
    FeedCursors(bytes(32)).of(500),
    # Of a list.
    BY_NAME.encode(("colchicine", 1)),
    # Of what was there before the database was restored from a backup.
    CURSORS.of(901),
    CURSORS.of(2**63),
)

INVALID = (
    "`after` is not a cursor of this feed: pass one that an event carried, unchanged. To begin anew, leave it out for "
    "what happens from now on, or pass `oldestCursor` for all that is kept."
)
EXPIRED = (
    "`after` is so old that events behind it are not kept any more. Read the ratings or scores that you show anew, "
    "then leave `after` out for what happens from now on, or pass `oldestCursor` for all that is kept."
)


PRUNED, LAST = 300, 900
"""Of the feed in the database: it has had 900 events, and the first 300 are not kept any more."""


async def set_feed(pruned: int = PRUNED, last: int = LAST) -> None:
    await FeedState.filter(id=1).update(pruned_position=pruned, last_position=last)


@asynccontextmanager
async def feed_of(pruned: int, last: int) -> AsyncIterator[None]:
    """Another feed, for a while."""
    await set_feed(pruned, last)
    try:
        yield
    finally:
        await set_feed()


@pytest.fixture(scope="module")
def fed_template(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> str:
    """The catalogue and that feed."""
    return prepare(databases.create(catalogue_template), set_feed)


@pytest.fixture(autouse=True)
async def _open(fed_template: str) -> AsyncIterator[None]:
    async with open_database(DatabaseUrl.parse(fed_template)):
        yield


async def drug(slug: str) -> int:
    return (await Drug.get(slug=slug)).id


async def indication(slug: str) -> int:
    return (await Indication.get(slug=slug)).id


@pytest.mark.parametrize("viewer", [PHYSICIAN, MODERATOR, *BELOW.values()])
async def test_everybody_may_subscribe_to_all_ratings_from_now_on(viewer: Viewer) -> None:
    assert await source_of(viewer, RATINGS) == RatingsSource(Selection(), None)
    assert await source_of(viewer, RATINGS, filter=None, after=None) == RatingsSource(Selection(), None)
    assert await source_of(viewer, RATINGS, filter={}) == RatingsSource(Selection(), None)


@pytest.mark.parametrize("viewer", [PHYSICIAN, MODERATOR])
async def test_a_filter_selects_by_the_catalogues_keys(viewer: Viewer) -> None:
    colchicine, allopurinol, gout = await drug("colchicine"), await drug("allopurinol"), await indication("gout")
    filters = {
        "drugIds": ["colchicine", global_id("Drug", allopurinol), "allopurinol"],
        "indicationIds": [global_id("Indication", gout)],
        "specialties": [" rheumatology", "NEPHROLOGY"],
        "countries": ["de", "FR"],
        "firstOnly": True,
    }
    specialties = [(await Specialty.get(name=name)).id for name in ("Rheumatology", "Nephrology")]
    assert await source_of(viewer, RATINGS, filter=filters) == RatingsSource(
        Selection(
            drug_ids=frozenset({colchicine, allopurinol}),
            indication_ids=frozenset({gout}),
            specialty_ids=frozenset(specialties),
            countries=frozenset({"DE", "FR"}),
            first_only=True,
        )
    )


@pytest.mark.parametrize("viewer", BELOW.values(), ids=BELOW)
async def test_readers_of_released_ratings_filter_by_treatment(viewer: Viewer) -> None:
    """A key for the feed alone may name drugs, although it does not read the catalogue."""
    filters = {"drugIds": ["colchicine"], "indicationIds": ["gout"], "firstOnly": None}
    selection = Selection(frozenset({await drug("colchicine")}), frozenset({await indication("gout")}))
    assert await source_of(viewer, RATINGS, filter=filters) == RatingsSource(selection)


async def test_an_empty_list_lets_nothing_through() -> None:
    filters: dict[str, object] = {"drugIds": [], "indicationIds": [], "specialties": [], "countries": []}
    nothing: frozenset[Any] = frozenset()
    selection = Selection(nothing, nothing, nothing, nothing)
    assert await source_of(PHYSICIAN, RATINGS, filter=filters) == RatingsSource(selection)


async def test_five_hundred_drugs_can_be_asked_for() -> None:
    drugs = await Drug.all().order_by("id").limit(500)
    assert len(drugs) == 500
    slugs, keys = [entry.slug for entry in drugs], [entry.id for entry in drugs]
    source = await source_of(PHYSICIAN, RATINGS, filter={"drugIds": slugs})
    assert source == RatingsSource(Selection(drug_ids=frozenset(keys)))
    assert await source_of(PHYSICIAN, SCORES, drugs=slugs) == ScoresSource(tuple(keys), None)


@pytest.mark.parametrize(
    ("filters", "code", "message"),
    [
        ({"drugIds": ["no such drug"]}, "INVALID_ID", "`filter.drugIds`: 'no such drug' is neither an id nor a slug."),
        ({"drugIds": ["no-such-drug"]}, "UNKNOWN_ID", "There is no drug no-such-drug in the catalogue."),
        (
            {"drugIds": [global_id("Indication", 1)]},
            "WRONG_ID_TYPE",
            f"`filter.drugIds`: '{global_id('Indication', 1)}' is the id of an Indication, not of a Drug.",
        ),
        ({"indicationIds": ["colchicine"]}, "UNKNOWN_ID", "There is no indication colchicine in the catalogue."),
        (
            {"indicationIds": [global_id("Indication", 2**31)]},
            "UNKNOWN_ID",
            f"There is no indication {global_id('Indication', 2**31)} in the catalogue.",
        ),
        ({"specialties": ["Alchemy"]}, "INVALID_ARGUMENT", "The catalogue has no specialty 'Alchemy'."),
        ({"specialties": [" "]}, "INVALID_ARGUMENT", "`filter.specialties` is empty."),
        (
            {"countries": ["DE", "xx"]},
            "INVALID_ARGUMENT",
            "`filter.countries`: 'XX' is not a country's code of ISO 3166-1 alpha-2, such as DE.",
        ),
        (
            {"drugIds": ["colchicine"] * 501},
            "INVALID_ARGUMENT",
            "`filter.drugIds` may have at most 500 values; it had 501.",
        ),
        (
            {"indicationIds": ["gout"] * 501},
            "INVALID_ARGUMENT",
            "`filter.indicationIds` may have at most 500 values; it had 501.",
        ),
        (
            {"specialties": ["Rheumatology"] * 501},
            "INVALID_ARGUMENT",
            "`filter.specialties` may have at most 500 values; it had 501.",
        ),
        (
            {"countries": ["DE"] * 501},
            "INVALID_ARGUMENT",
            "`filter.countries` may have at most 500 values; it had 501.",
        ),
    ],
)
async def test_a_value_that_cannot_be_used_is_named(filters: dict[str, object], code: str, message: str) -> None:
    assert await refusal_of(PHYSICIAN, RATINGS, filter=filters) == ({"code": code}, message)


@pytest.mark.parametrize("viewer", BELOW.values(), ids=BELOW)
@pytest.mark.parametrize(
    ("name", "values"), [("specialties", ["Rheumatology"]), ("specialties", ["Alchemy"]), ("countries", ["DE"])]
)
async def test_authors_are_selected_by_nobody_who_does_not_see_them(
    viewer: Viewer, name: str, values: list[str]
) -> None:
    message = f"`filter.{name}` is about the authors of single ratings, which are shown to verified physicians."
    assert await refusal_of(viewer, RATINGS, filter={name: values}) == ({"code": "NOT_PERMITTED"}, message)


@pytest.mark.parametrize("scopes", [frozenset(), frozenset({"catalogue", "scores"})])
async def test_a_key_without_the_scope_of_the_feed_is_told_of_nothing(scopes: frozenset[str]) -> None:
    message = "Events about ratings take a key with the scope `feed`, which this key does not have."
    viewer = replace(INTEGRATOR, scopes=scopes)
    # The scope comes first, whatever else is wrong.
    refused = await refusal_of(viewer, RATINGS, filter={"drugIds": ["no-such-drug"]}, after="garbled")
    assert refused == ({"code": "NOT_PERMITTED"}, message)


@WITH_CURSORS
async def test_a_cursor_says_from_where_on(viewer: Viewer, query: str) -> None:
    for position in (300, 301, 899, 900):
        assert after_of(await source_of(viewer, query, after=CURSORS.of(position))) == position
    assert after_of(await source_of(viewer, query, after="")) == 300
    assert after_of(await source_of(viewer, query, after=None)) is None
    assert after_of(await source_of(viewer, query)) is None


def after_of(source: object) -> int | None:
    assert isinstance(source, RatingsSource | FollowedSource)
    return source.after


async def test_the_beginning_of_a_feed_that_is_kept_whole() -> None:
    async with feed_of(pruned=0, last=0):
        assert await source_of(PHYSICIAN, RATINGS, after="") == RatingsSource(Selection(), 0)
        assert await source_of(PHYSICIAN, RATINGS, after=CURSORS.of(0)) == RatingsSource(Selection(), 0)


@WITH_CURSORS
async def test_a_cursor_older_than_what_is_kept_has_expired(viewer: Viewer, query: str) -> None:
    for position in (0, 1, 299):
        extensions, message = await refusal_of(viewer, query, after=CURSORS.of(position))
        assert extensions == {"code": "CURSOR_EXPIRED", "oldestCursor": CURSORS.of(300)}
        assert message == EXPIRED


@WITH_CURSORS
async def test_anything_else_is_no_cursor(viewer: Viewer, query: str) -> None:
    for after in NO_CURSORS:
        extensions, message = await refusal_of(viewer, query, after=after)
        assert (after, extensions) == (after, {"code": "INVALID_CURSOR", "oldestCursor": CURSORS.of(300)})
        assert message == INVALID


@pytest.mark.parametrize("viewer", [PHYSICIAN, ANONYMOUS])
async def test_the_oldest_cursor_works_and_tells_nothing_of_what_happens(viewer: Viewer) -> None:
    first, _ = await refusal_of(viewer, RATINGS, after="garbled")
    assert after_of(await source_of(viewer, RATINGS, after=first["oldestCursor"])) == 300
    async with feed_of(pruned=300, last=10_000):
        assert (await refusal_of(viewer, RATINGS, after="garbled"))[0] == first
    async with feed_of(pruned=301, last=10_000):
        extensions, _ = await refusal_of(viewer, RATINGS, after=first["oldestCursor"])
        assert extensions == {"code": "CURSOR_EXPIRED", "oldestCursor": CURSORS.of(301)}


@pytest.mark.parametrize("viewer", [UNREGISTERED, MODERATOR, pending(1), suspended(1), PHYSICIAN])
async def test_people_subscribe_to_what_they_follow(viewer: Viewer) -> None:
    assert viewer.account_id is not None
    assert await source_of(viewer, FOLLOWED) == FollowedSource(viewer.account_id, None)


@pytest.mark.parametrize(
    ("viewer", "code", "message"),
    [
        (
            ANONYMOUS,
            "UNAUTHENTICATED",
            "Sign in first: send `Authorization: Bearer` and a token of your issuer.",
        ),
        (
            FEED_KEY,
            "NOT_PERMITTED",
            "A key follows no drugs; only a person who signs in can. Ask for `ratings` of the drugs.",
        ),
    ],
)
async def test_only_people_follow(viewer: Viewer, code: str, message: str) -> None:
    assert await refusal_of(viewer, FOLLOWED, after="garbled") == ({"code": code}, message)


@pytest.mark.parametrize("viewer", [ANONYMOUS, INTEGRATOR, UNREGISTERED, PHYSICIAN, MODERATOR])
async def test_scores_of_drugs_can_be_followed(viewer: Viewer) -> None:
    colchicine, allopurinol, gout = await drug("colchicine"), await drug("allopurinol"), await indication("gout")
    named = ["colchicine", "allopurinol", global_id("Drug", colchicine)]
    assert await source_of(viewer, SCORES, drugs=named) == ScoresSource((colchicine, allopurinol), None)
    assert await source_of(viewer, SCORES, drugs=["allopurinol"], **{"for": "gout"}) == ScoresSource(
        (allopurinol,), gout
    )


@pytest.mark.parametrize(
    ("drugs", "indication_id", "code", "message"),
    [
        ([], None, "INVALID_ARGUMENT", "`drugIds` is empty."),
        (["colchicine"] * 501, None, "INVALID_ARGUMENT", "`drugIds` may have at most 500 values; it had 501."),
        (["no drug"], None, "INVALID_ID", "`drugIds`: 'no drug' is neither an id nor a slug."),
        (["colchicine", "no-drug"], None, "UNKNOWN_ID", "There is no drug no-drug in the catalogue."),
        (["colchicine"], "colchicine", "UNKNOWN_ID", "There is no indication colchicine in the catalogue."),
        (["colchicine"], "", "INVALID_ID", "`indicationId`: '' is neither an id nor a slug."),
    ],
)
async def test_scores_of_what_there_is_not(
    drugs: list[str], indication_id: str | None, code: str, message: str
) -> None:
    refused = await refusal_of(PHYSICIAN, SCORES, drugs=drugs, **{"for": indication_id})
    assert refused == ({"code": code}, message)


async def test_scores_take_the_scope_of_scores() -> None:
    message = (
        "Scores, and lists sorted by them or by numbers of ratings, take a key with the scope `scores`, which this key "
        "does not have."
    )
    assert await refusal_of(FEED_KEY, SCORES, drugs=["no-drug"]) == ({"code": "NOT_PERMITTED"}, message)


LARGE = "drug { ratings(first: 500) { edges { node { id } } } }"
"""Up to 501 entries: one drug, and 500 ratings of it."""


@pytest.mark.parametrize(
    "query",
    [
        f"subscription {{ ratings {{ ... on RatingAdded {{ {LARGE} }} }} }}",
        f"subscription {{ followedRatings {{ ... on RatingAdded {{ {LARGE} }} }} }}",
        f'subscription {{ scoreChanged(drugIds: ["colchicine", "allopurinol"]) {{ {LARGE} }} }}',
        f"""subscription {{ ...root }} fragment root on Subscription {{ ratings {{ ...event }} }}
          fragment event on RatingAdded {{ {LARGE} }}""",
        f"subscription {{ ... on Subscription {{ ratings {{ ... on RatingWithdrawn {{ {LARGE} }} }} }} }}",
    ],
)
async def test_a_subscription_costs_what_one_event_of_it_costs(query: str) -> None:
    """One event, and the 501 entries in it."""
    begun = await begin(PHYSICIAN, query, max_nodes=502)
    assert (begun.answers, begun.source is None) == ([], False)
    begun = await begin(PHYSICIAN, query, max_nodes=501)
    assert begun.source is None
    (answer,) = begun.answers
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "TOO_COSTLY"}
    assert error["message"] == ("The operation asks for up to 502 entries; 501 are the most. Ask for smaller pages.")


async def test_an_event_can_be_asked_for_too_deep() -> None:
    begun = await begin(PHYSICIAN, "subscription { ratings { ... on RatingAdded { drug { id } } } }", max_depth=2)
    assert begun.source is None
    assert begun.answers[0]["errors"][0]["extensions"] == {"code": "TOO_DEEP"}


async def test_one_operation_has_one_subscription() -> None:
    begun = await begin(PHYSICIAN, "subscription { ratings { cursor } followedRatings { cursor } }")
    assert begun.source is None
    (error,) = begun.answers[0]["errors"]
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}

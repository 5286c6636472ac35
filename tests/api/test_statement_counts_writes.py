"""However long a page is: lists that only people who have signed in have send the same number of statements."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from models import Account, Physician, Rating, Registration, Specialty
from models.accounts import VERIFIED
from resolvers.audit import REGISTRY, write_audit
from resolvers.feed.writing import EventKind, note_event
from resolvers.follows import follow_drug
from resolvers.helpful import mark_helpful
from resolvers.moderation.cases import CaseKind, open_case
from resolvers.ratings.comments import hold_comment
from resolvers.reports import report_rating
from tests.api.people import START, Person, Server, served
from tests.databases import PostgresDatabases, SqliteDatabases, prepare
from tests.people import account_id_of
from tests.statements import recorded_statements

PHYSICIAN = "somebody"
"""Who asks."""

ROWS = 40
"""Of each kind there are more than the long page holds."""

SHORT, LONG = 5, 30

OF_A_RATING = (
    "id comment helpfulCount viewerFoundHelpful offLabel commentState commentVersion heldComment { text version } "
    "drug { slug followerCount viewerFollows } indication { slug } physician { handle ratingCount }"
)
LISTS = {
    "Query.moderationQueue": "moderationQueue(first: %d) { totalCount edges { cursor node { kind findings openedAt "
    "heldComment { text state version } reports { total newest { reason note } } physician { handle ratingCount } "
    "rating { " + OF_A_RATING + " } } } }",
    "Query.moderationQueue of one kind": "moderationQueue(first: %d, kinds: [REPORT]) { totalCount edges { node { "
    "reports { total newest { reason note } } physician { handle } rating { id heldComment { text } } } } }",
    "Query.auditLog": "auditLog(first: %d) { totalCount edges { node { actor action subject "
    "details { name value } } } }",
    "Viewer.ratings": "viewer { ratings(first: %d) { totalCount edges { node { " + OF_A_RATING + " } } } }",
    "Viewer.follows": "viewer { follows(first: %d) { totalCount edges { node { since indication { slug } drug { slug "
    "followerCount viewerFollows codes { value } } } } } }",
    "Viewer.unreadReviews": "viewer { unreadReviews(first: %d) { totalCount edges { node { " + OF_A_RATING + " } } } }",
    "Query.ratings with what readers say of them": "ratings(first: %d) { totalCount edges { node { "
    + OF_A_RATING
    + " } } }",
    "Query.drugs with who follows them": "drugs(first: %d) { edges { node { slug followerCount viewerFollows } } }",
}
FOR_MODERATORS = ("Query.moderationQueue", "Query.auditLog")


async def add_rows() -> None:
    """Much of everything in the simulated database, around one physician."""
    me = await account_id_of(PHYSICIAN)
    everybodys = await Rating.all().order_by("id").limit(ROWS)
    own = {(rating.drug_id, rating.indication_id): rating.id for rating in await Rating.filter(id__gt=1_000)}
    physician = await Physician.create(
        specialty=await Specialty.get(name="Rheumatology"),
        country="DE",
        years_in_practice=10,
        profile_at=START,
        verified=True,
    )
    await Registration.create(
        account_id=me, physician=physician, status=VERIFIED, practising_since=2016, registered_at=START
    )
    await Rating.filter(id__in=list(own.values())[:ROWS]).update(physician_id=physician.id)
    await Account.filter(id=me).update(reviews_seen_at=datetime(2000, 1, 1, tzinfo=UTC))
    async with in_transaction():
        for number, rating in enumerate(everybodys):
            # One after the other, so that each page of the queue has all kinds.
            at = START + number * timedelta(minutes=1)
            await mark_helpful(me, None, rating.id, True, at)
            await report_rating(me, None, rating.id, "OTHER", "See there.", at)
            await hold_comment(rating.id, "Held for a moderator.", ["EMAIL"], at, adverse_event=number == 0)
            await write_audit(REGISTRY, "PHYSICIAN_VERIFIED", f"physician:{number}", {"to": "VERIFIED"}, at)
            await note_event(EventKind.ADDED, rating.id, rating.drug_id, rating.indication_id, at)
            await open_case(CaseKind.REGISTRATION, physician_id=rating.physician_id, now=at)
        for drug_id in dict.fromkeys(drug for drug, _ in own):
            await follow_drug(me, drug_id, None, START)


@pytest.fixture(scope="session")
def busy_template(databases: SqliteDatabases | PostgresDatabases, simulated_template: str) -> str:
    return prepare(databases.create(simulated_template), add_rows)


@pytest.fixture
async def server(busy_template: str) -> AsyncIterator[Server]:
    """A server over what all these tests only read; it keeps no catalogue, which would answer for a part of a page."""
    async with served(busy_template, catalogue_cache="off") as server:
        yield server


async def statements_of(person: Person, field: str, length: int) -> tuple[int, int]:
    """How many statements a page of this length takes, and how long the answer is."""
    with recorded_statements() as statements:
        data = await person.data(f"{{ {LISTS[field] % length} }}")
    return len(statements), len(str(data))


@pytest.mark.parametrize("field", LISTS)
async def test_a_moderator_takes_no_more_statements_for_a_longer_page(server: Server, field: str) -> None:
    """One who is a physician as well, and has ratings and follows of their own."""
    moderator = server.moderator(PHYSICIAN)
    await statements_of(moderator, field, SHORT)
    short, length_of_short = await statements_of(moderator, field, SHORT)
    long, length_of_long = await statements_of(moderator, field, LONG)
    assert length_of_long > 3 * length_of_short, "the longer page must hold more, or nothing is shown"
    assert long == short


@pytest.mark.parametrize("field", [field for field in LISTS if not field.startswith(FOR_MODERATORS)])
async def test_a_physician_takes_no_more_statements_for_a_longer_page(server: Server, field: str) -> None:
    physician = server.person(PHYSICIAN)
    await statements_of(physician, field, SHORT)
    short, length_of_short = await statements_of(physician, field, SHORT)
    long, length_of_long = await statements_of(physician, field, LONG)
    assert length_of_long > 3 * length_of_short
    assert long == short

"""The one who asks."""

import enum
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import strawberry

from graph.connections import (
    LARGEST_RATING_PAGE,
    After,
    Before,
    Connection,
    First,
    Last,
    later,
    page_request,
)
from graph.context import Info
from graph.mutations.errors import RegistrationStatus
from graph.mutations.presenting import status_of
from graph.relations import loaded
from graph.types.drug import Drug
from graph.types.indication import Indication
from graph.types.physician import Physician
from graph.types.rating import Rating, RatingConnection
from resolvers.follows import (
    NEWEST_FOLLOW,
    NEWEST_REVIEW,
    FollowRecord,
    count_followed,
    count_unread_reviews,
    followed_page,
    reviews_seen_at,
    unread_reviews,
)
from resolvers.identity.looking import LicenceRecord, own_licence
from resolvers.paging import Order, Page
from resolvers.reads.ratings import NEWEST, RatingFilter, RatingRecord, count_ratings, ratings_page
from resolvers.viewers import RatingSight
from resolvers.viewers import Role as ViewerRoleRecord
from resolvers.viewers import Viewer as ViewerRecord


@strawberry.enum(description="As what somebody asks, which decides what they see.")
class ViewerRole(enum.Enum):
    INTEGRATOR = strawberry.enum_value("INTEGRATOR", description="A program with an API key.")
    REGISTERED = strawberry.enum_value(
        "REGISTERED", description="A person who has signed in and is no verified physician."
    )
    PHYSICIAN = strawberry.enum_value("PHYSICIAN", description="A verified physician.")
    MODERATOR = strawberry.enum_value("MODERATOR", description="A moderator.")


@strawberry.type(description="One's own licence.")
class Licence:
    country: str = strawberry.field(description="The country that it is good for, ISO 3166-1 alpha-2.")
    authority: str = strawberry.field(description="Who gave it.")
    number: str = strawberry.field(description="Its number.")

    @classmethod
    def of(cls, record: LicenceRecord) -> "Licence":
        """The licence of a record."""
        return cls(country=record.country, authority=record.authority, number=record.number)


@strawberry.type(description="That the viewer follows a drug.")
class Follow:
    since: datetime = strawberry.field(description="Since when, in UTC.")
    drug_id: strawberry.Private[int]
    indication_id: strawberry.Private[int | None]
    drug: Drug = loaded("drug_by_id", key="drug_id", description="The drug.")

    @strawberry.field(description="For which indication; null: for all.")
    def indication(self, info: Info) -> Indication | None:
        if self.indication_id is None:
            return None
        return later(info.context.loaders.indication_by_id.load(self.indication_id))

    @classmethod
    def of(cls, record: FollowRecord) -> "Follow":
        """The follow of a record."""
        return cls(since=record.since, drug_id=record.drug_id, indication_id=record.indication_id)


@strawberry.type(description="The one who asks.")
class Viewer:
    role: ViewerRole = strawberry.field(description="As what they ask.")
    status: RegistrationStatus | None = strawberry.field(
        description="How far their registration as a physician has come; null without one."
    )
    scopes: list[str] = strawberry.field(description="What an integrator's key is good for; empty for people.")
    record: strawberry.Private[ViewerRecord]

    @strawberry.field(description="They as a physician, under the pseudonym that they see; null without registration.")
    def physician(self, info: Info) -> Physician | None:
        if self.record.physician_id is None:
            return None
        return later(info.context.loaders.physician_by_id.load(self.record.physician_id))

    @strawberry.field(description="Their licence; null without one.")
    async def licence(self, info: Info) -> Licence | None:
        key, physician_id = info.context.identity_key, self.record.physician_id
        if key is None or physician_id is None:
            return None
        record = await own_licence(physician_id, key)
        return None if record is None else Licence.of(record)

    @strawberry.field(description="Their own ratings that count, the newest first; nobody's, if they are no physician.")
    async def ratings(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> RatingConnection:
        request = page_request(NEWEST, first, after, last, before, LARGEST_RATING_PAGE)
        # No physician has the key 0.
        own = RatingFilter(physician_id=self.record.physician_id or 0)
        page = await ratings_page(own, NEWEST, request)
        return _whole(page, NEWEST, partial(count_ratings, own))

    @strawberry.field(description="What they follow, the last one first.")
    async def follows(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Follow]:
        request = page_request(NEWEST_FOLLOW, first, after, last, before)
        account_id = self.record.account_id or 0
        page = await followed_page(account_id, request)
        return Connection(page=page, order=NEWEST_FOLLOW, shown_by=Follow.of, count=partial(count_followed, account_id))

    @strawberry.field(
        description="Ratings of others of the drugs that they follow, given or revised since they last looked (see "
        "`markReviewsSeen`), the last change first. Empty for who does not see single ratings."
    )
    async def unread_reviews(
        self, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> RatingConnection:
        request = page_request(NEWEST_REVIEW, first, after, last, before, LARGEST_RATING_PAGE)
        # Nobody has the account 0, so it follows nothing.
        account_id = (self.record.account_id or 0) if self.record.rating_sight is RatingSight.ALL else 0
        page = await unread_reviews(account_id, self.record.physician_id, request)
        count = partial(count_unread_reviews, account_id, self.record.physician_id)
        return _whole(page, NEWEST_REVIEW, count)

    @strawberry.field(description="When they last looked at new reviews, in UTC; null for a program.")
    async def reviews_seen_at(self) -> datetime | None:
        return None if self.record.account_id is None else await reviews_seen_at(self.record.account_id)


def _whole(page: Page[RatingRecord], order: Order, count: Callable[[], Awaitable[int]]) -> RatingConnection:
    """A page of a list that leaves nothing out."""
    return RatingConnection(page=page, order=order, shown_by=Rating, count=count, suppressed=None)


def viewer_of(info: Info) -> Viewer | None:
    """Who asks; None: somebody who has not said who they are."""
    record = info.context.viewer
    if record.role is ViewerRoleRecord.ANONYMOUS:
        return None
    return Viewer(
        role=ViewerRole[record.role.name],
        status=status_of(record.status),
        scopes=sorted(record.scopes),
        record=record,
    )

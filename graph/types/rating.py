"""Ratings and what selects them."""

import enum
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.arguments import checked_countries, checked_list, checked_text, checked_time
from graph.connections import (
    LARGEST_RATING_PAGE,
    After,
    Before,
    Connection,
    Edge,
    First,
    Last,
    edges_field,
    later,
    page_request,
)
from graph.context import Info
from graph.global_ids import global_id
from graph.identifiers import parse_reference
from graph.planning import Asked, AtHand, Selection, read
from graph.relations import loaded
from graph.types.comment import CommentState, HeldComment
from graph.types.node import Node, node_id
from graph.types.physician import ExperienceBand, Physician
from graph.types.suppression import Suppression, not_permitted
from models.ratings import CRITERIA
from resolvers.moderation.comments import comment_version
from resolvers.paging import Order, Page, PageRequest
from resolvers.pseudonyms import Pseudonyms
from resolvers.reads.ratings import NEWEST, OLDEST, RatingFilter, RatingRecord, RatingRecords, WantedOfRatings
from resolvers.viewers import RatingSight, Role, Viewer
from scoring.experience import BANDS

if TYPE_CHECKING:
    from graph.types.drug import Drug
    from graph.types.indication import Indication


RATER = AtHand(
    known="record.pseudonyms",
    attributes={
        "record.id": "record.physician_id",
        "record.specialty": "record.rater_specialty",
        "record.country": "record.rater_country",
        "record.years_in_practice": "record.rater_years_in_practice",
        "record.verified": "record.rater_verified",
        "record.pseudonyms": "record.pseudonyms",
        "record.pseudonyms.handle": "record.pseudonyms.handle",
    },
)
"""Where a rating has who rates, if they were read with it."""


@strawberry.type(description="What one physician thinks of one drug for one indication.")
class Rating(Node):
    id: strawberry.ID = node_id(partial(global_id, "Rating"), of="record.id")
    efficacy: int | None = read("record.efficacy", description="1 (worst) to 5 (best); null: not answered.")
    safety: int | None = read("record.safety", description="1 (worst) to 5 (best); null: not answered.")
    tolerability: int | None = read("record.tolerability", description="1 (worst) to 5 (best); null: not answered.")
    accessibility: int | None = read("record.accessibility", description="1 (worst) to 5 (best); null: not answered.")
    adherence: int | None = read("record.adherence", description="1 (worst) to 5 (best); null: not answered.")
    preference: int | None = read("record.preference", description="1 (worst) to 5 (best); null: not answered.")
    comment: str | None = read("record.comment", description="The physician's remark, plain text; null: none.")
    created_at: datetime = read("record.created_at", description="When the rating was first given, in UTC.")
    updated_at: datetime = read("record.updated_at", description="When it was last changed, in UTC.")
    record: strawberry.Private[RatingRecord]
    drug: Annotated["Drug", strawberry.lazy("graph.types.drug")] = loaded(
        "drug_by_id", key="record.drug_id", description="The drug that is rated."
    )
    indication: Annotated["Indication", strawberry.lazy("graph.types.indication")] = loaded(
        "indication_by_id", key="record.indication_id", description="What the drug was used for."
    )
    physician: Physician = loaded(
        "physician_by_id", key="record.physician_id", at_hand=RATER, description="Who rates, under a pseudonym."
    )
    helpful_count: int = loaded("helpful_count", key="record.id", description="How many readers find it helpful.")
    viewer_found_helpful: bool = loaded(
        "found_helpful", key="record.id", description="Whether the viewer finds it helpful."
    )
    off_label: bool = loaded(
        "off_label",
        key="record.drug_id,record.indication_id",
        description="Whether the catalogue does not have the pair of drug and indication.",
    )

    @strawberry.field(
        description="What has become of the comment, for its author and moderators; null for everybody else."
    )
    def comment_state(self, info: Info) -> CommentState | None:
        if not self._sees_more(info.context.viewer):
            return None
        return later(self._comment_state(info))

    async def _comment_state(self, info: Info) -> CommentState:
        state = await info.context.loaders.comment_state.load(self.record.id)
        return CommentState(state.value)

    @strawberry.field(
        description="The comment that is held or was removed, for its author and moderators; null for everybody else, "
        "and without one."
    )
    def held_comment(self, info: Info) -> HeldComment | None:
        if not self._sees_more(info.context.viewer):
            return None
        return later(info.context.loaders.held_comment.load(self.record.id))

    @strawberry.field(
        description="Which text `comment` is, for moderators: `commentVersion` of `moderateRating`; null for everybody "
        "else, and without one."
    )
    def comment_version(self, info: Info) -> str | None:
        if info.context.viewer.role is not Role.MODERATOR or self.record.comment is None:
            return None
        return comment_version(self.record.comment)

    def _sees_more(self, viewer: Viewer) -> bool:
        return viewer.role is Role.MODERATOR or viewer.physician_id == self.record.physician_id

    @classmethod
    def of(cls, record: RatingRecord) -> "Rating":
        """The rating of a record."""
        return cls(record=record)


@strawberry.type(description="One page of a list of ratings.")
class RatingConnection(Connection[Rating]):
    edges: list[Edge[Rating]] = edges_field(RatingRecords)
    suppressed: Suppression | None = strawberry.field(
        description="Why ratings may be left out: only verified physicians and moderators see those of others. Null "
        "for these: they see all."
    )


LEVELS = frozenset(f"record.{criterion}" for criterion in CRITERIA)
"""The attributes of a rating's type that hold levels."""

NO_RATINGS: Page[RatingRecord] = Page(RatingRecords([]), [], has_next=False, has_previous=False)
"""What somebody sees who sees no single ratings."""


def seen_by(viewer: Viewer, rating_filter: RatingFilter) -> RatingFilter | None:
    """The filter, narrowed to what a reader sees; None: they see no single ratings."""
    if viewer.rating_sight is RatingSight.OWN:
        return replace(rating_filter, physician_id=viewer.physician_id)
    return rating_filter if viewer.rating_sight is RatingSight.ALL else None


def rating_connections(
    pages: Iterable[Page[RatingRecord]],
    order: Order,
    viewer: Viewer,
    counts: Iterable[Callable[[], Awaitable[int]]],
) -> list[RatingConnection]:
    """Pages of what the reader sees, as `seen_by` has narrowed it.

    Args:
        pages: of one list each.
        order: of the lists.
        viewer: who reads.
        counts: what counts each list.
    """
    suppressed = None if viewer.rating_sight is RatingSight.ALL else not_permitted()
    return [
        RatingConnection(page=page, order=order, shown_by=Rating, count=count, suppressed=suppressed)
        for page, count in zip(pages, counts, strict=True)
    ]


async def no_ratings() -> int:
    """The number of ratings that somebody sees who sees no single ratings."""
    return 0


@strawberry.enum(description="How ratings are sorted.")
class RatingOrder(enum.Enum):
    NEWEST = strawberry.enum_value("NEWEST", description="The most recently given first.")
    OLDEST = strawberry.enum_value("OLDEST", description="The first given first.")

    @property
    def order(self) -> Order:
        """The columns behind it."""
        return NEWEST if self is RatingOrder.NEWEST else OLDEST


OrderOfRatings = Annotated[RatingOrder | None, strawberry.argument(description="How the list is sorted.")]


@strawberry.input(
    name="RatingFilter",
    description="Which ratings: those that meet every field given; a list is met by any of its values, at most 500. "
    "Specialty, country and experience are the physician's at the time of the rating.",
)
class RatingFilterInput:
    drug_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Ids or slugs of drugs.")
    indication_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Ids or slugs of indications."
    )
    specialties: list[str] | None = strawberry.field(
        default=None, description="Specialties as in `meta.specialties`, in any letter case."
    )
    countries: list[str] | None = strawberry.field(default=None, description="Countries, ISO 3166-1 alpha-2.")
    experience: list[ExperienceBand] | None = strawberry.field(default=None, description="Experience bands.")
    with_comment: bool | None = strawberry.field(
        default=None, description="true: only with a comment; false: only without."
    )
    rated_from: datetime | None = strawberry.field(default=None, description="Given at this time or later.")
    rated_before: datetime | None = strawberry.field(default=None, description="Given before this time.")

    def checked(self) -> RatingFilter:
        """The filter with every value checked.

        Raises:
            InputError: naming the field and the value that cannot be used.
        """
        return RatingFilter(
            drugs=_references(self.drug_ids, "Drug", "filter.drugIds"),
            indications=_references(self.indication_ids, "Indication", "filter.indicationIds"),
            specialties=None
            if self.specialties is None
            else tuple(
                checked_text(name, "filter.specialties")
                for name in checked_list(self.specialties, "filter.specialties")
            ),
            countries=None if self.countries is None else checked_countries(self.countries, "filter.countries"),
            years_in_practice=None
            if self.experience is None
            else tuple((band.first, band.last) for band in BANDS if ExperienceBand(band.name) in self.experience),
            with_comment=self.with_comment,
            rated_from=None if self.rated_from is None else checked_time(self.rated_from, "filter.ratedFrom"),
            rated_before=None if self.rated_before is None else checked_time(self.rated_before, "filter.ratedBefore"),
        )


def _references(ids: list[strawberry.ID] | None, type_name: str, argument: str) -> tuple[int | str, ...] | None:
    if ids is None:
        return None
    return tuple(parse_reference(text, type_name, argument) for text in checked_list(ids, argument))


FilterOfRatings = Annotated[
    RatingFilterInput | None,
    strawberry.argument(name="filter", description="Which ratings; all, if left out."),
]


RatingsRequest = tuple[RatingFilter, Order, PageRequest]


def asks_who_rates(selected: Selection) -> bool:
    """Whether what is selected of ratings is about who has given them."""
    return RATER.known in selected.paths


def wanted_of_ratings(selected: Selection, pseudonyms: Pseudonyms | None) -> WantedOfRatings:
    """What has to be read of ratings for what is selected of them.

    Args:
        selected: what.
        pseudonyms: by which the reader knows who rates; None, if they may not see that or do not ask.
    """
    return WantedOfRatings(
        levels=selected.whole or not selected.paths.isdisjoint(LEVELS),
        comment=selected.whole or "record.comment" in selected.paths,
        updated_at=selected.whole or "record.updated_at" in selected.paths,
        pseudonyms=pseudonyms,
    )


def ratings_asked(
    rating_filter: FilterOfRatings = None,
    order_by: OrderOfRatings = RatingOrder.NEWEST,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Asked:
    """What the arguments of a connection of ratings below a drug or an indication ask for."""
    return Asked(ratings_request(rating_filter, order_by, first, after, last, before))


def ratings_request(
    rating_filter: RatingFilterInput | None,
    order_by: RatingOrder | None,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> RatingsRequest:
    """What the arguments of a connection of ratings ask for.

    Raises:
        InputError: naming what is wrong.
    """
    order = (order_by or RatingOrder.NEWEST).order
    return (
        RatingFilter() if rating_filter is None else rating_filter.checked(),
        order,
        page_request(order, first, after, last, before, LARGEST_RATING_PAGE),
    )

"""Reads that only moderators have, and who asks."""

from functools import partial
from typing import Annotated

import strawberry

from graph.arguments import checked_text
from graph.connections import After, Before, Connection, First, Last, page_request
from graph.context import Info
from graph.identifiers import parse_key, physician_id_of
from graph.permissions import not_permitted
from graph.types.moderation import AuditEntry, ModerationCase, ModerationKind, RetiredRating, Verification
from graph.types.viewer import Viewer, viewer_of
from resolvers.audit import NEWEST_ENTRY, audit_page, count_audit
from resolvers.identity.deciding import UnknownPhysician
from resolvers.identity.looking import look_at_identity
from resolvers.moderation.queue import URGENT_THEN_OLDEST, count_queue, queue_page
from resolvers.moderation.retired import retired_ratings
from resolvers.viewers import Role
from resolvers.viewers import Viewer as ViewerRecord


def require_moderator(viewer: ViewerRecord) -> str:
    """The moderator who asks, as the audit log calls them.

    Raises:
        InputError: it is none.
    """
    if viewer.role is not Role.MODERATOR or viewer.account_id is None:
        raise not_permitted("This is for moderators.")
    return f"account:{viewer.account_id}"


@strawberry.type
class ModerationQueries:
    @strawberry.field(description="Who asks; null for somebody who has not said who they are.")
    def viewer(self, info: Info) -> Viewer | None:
        return viewer_of(info)

    @strawberry.field(
        description="What waits for a moderator: possible adverse events first, then what has waited longest. For "
        "moderators."
    )
    async def moderation_queue(
        self,
        info: Info,
        kinds: Annotated[
            list[ModerationKind] | None, strawberry.argument(description="Only these; everything, if left out.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ModerationCase]:
        require_moderator(info.context.viewer)
        request = page_request(URGENT_THEN_OLDEST, first, after, last, before)
        wanted = None if kinds is None else [kind.kind for kind in kinds]
        page = await queue_page(request, wanted)
        return Connection(
            page=page, order=URGENT_THEN_OLDEST, shown_by=ModerationCase.of, count=partial(count_queue, wanted)
        )

    @strawberry.field(
        description="Who a physician is and which licence they have given. Each look is in the audit log. For "
        "moderators; null if nobody with this id has registered."
    )
    async def verification(
        self,
        info: Info,
        physician_id: Annotated[strawberry.ID, strawberry.argument(description="Id of the physician.")],
    ) -> Verification | None:
        actor, key = require_moderator(info.context.viewer), info.context.identity_key
        assert key is not None  # noqa: S101 - a person has signed in
        physician = await physician_id_of(physician_id, info.context.viewer, "physicianId")
        try:
            record = await look_at_identity(physician, key, actor, info.context.loaders.now())
        except UnknownPhysician:
            return None
        return Verification.of(record)

    @strawberry.field(
        description="Every decision and every change of status, the last one first; nobody can change it. For "
        "moderators."
    )
    async def audit_log(
        self,
        info: Info,
        subject: Annotated[
            str | None,
            strawberry.argument(description="Only what was done to this one, such as `physician:12` or `rating:7`."),
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[AuditEntry]:
        require_moderator(info.context.viewer)
        request = page_request(NEWEST_ENTRY, first, after, last, before)
        wanted = None if subject is None else checked_text(subject, "subject")
        page = await audit_page(request, wanted)
        return Connection(page=page, order=NEWEST_ENTRY, shown_by=AuditEntry.of, count=partial(count_audit, wanted))

    @strawberry.field(
        description="A rating that counts no longer, for moderators and its author; null if there is none."
    )
    async def retired_rating(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The id that it had.")]
    ) -> RetiredRating | None:
        viewer = info.context.viewer
        if viewer.role is not Role.MODERATOR and viewer.physician_id is None:
            raise not_permitted("Ratings that count no longer are shown to moderators and to their authors.")
        (record,) = await retired_ratings([parse_key(id, "Rating", "id")])
        if record is None or (viewer.role is not Role.MODERATOR and record.rating.physician_id != viewer.physician_id):
            return None
        return RetiredRating.of(record)

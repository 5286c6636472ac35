"""What becomes of comments."""

import enum
from datetime import datetime

import strawberry

from resolvers.moderation.comments import HeldRecord


@strawberry.enum(description="What has become of a rating's comment.")
class CommentState(enum.Enum):
    NONE = strawberry.enum_value("NONE", description="There is none.")
    PUBLISHED = strawberry.enum_value("PUBLISHED", description="Who sees the rating sees it.")
    HELD = strawberry.enum_value("HELD", description="A moderator has to look at it first.")
    REMOVED = strawberry.enum_value("REMOVED", description="A moderator has taken it out.")


@strawberry.type(description="A comment that only its author and moderators see.")
class HeldComment:
    text: str = strawberry.field(description="The comment.")
    state: CommentState = strawberry.field(description="HELD or REMOVED.")
    held_at: datetime = strawberry.field(description="Since when, in UTC.")
    version: str = strawberry.field(description="Which text this is: `commentVersion` of `moderateRating`.")

    @classmethod
    def of(cls, record: HeldRecord) -> "HeldComment":
        """The comment of a record."""
        return cls(
            text=record.text, state=CommentState(record.state.value), held_at=record.held_at, version=record.version
        )

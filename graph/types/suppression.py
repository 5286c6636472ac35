"""Why something that could be shown is not."""

import enum

import strawberry


@strawberry.enum(description="Why there is nothing to show.")
class SuppressionReason(enum.Enum):
    TOO_FEW_RATINGS = strawberry.enum_value(
        "TOO_FEW_RATINGS",
        description="There are fewer ratings than `threshold`, perhaps none. How many it takes depends on who asks: 11 "
        "physicians for everybody, 5 for verified physicians, 1 for moderators.",
    )
    NO_COMPETITORS = strawberry.enum_value(
        "NO_COMPETITORS",
        description="No other drug has ratings for the indication, so there is nothing to set it against.",
    )
    NOT_PERMITTED = strawberry.enum_value(
        "NOT_PERMITTED", description="It is not for everybody to see, whatever there is; a verified physician sees it."
    )


@strawberry.type(description="Why there is nothing to show.")
class Suppression:
    reason: SuppressionReason = strawberry.field(description="The reason.")
    threshold: int | None = strawberry.field(
        description="How many ratings there must be at least; null where that is not the reason."
    )


def too_few(threshold: int) -> Suppression:
    """Fewer ratings than there must be."""
    return Suppression(reason=SuppressionReason.TOO_FEW_RATINGS, threshold=threshold)


def not_permitted() -> Suppression:
    """It is not for this reader."""
    return Suppression(reason=SuppressionReason.NOT_PERMITTED, threshold=None)

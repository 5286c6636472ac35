"""Why something that could be shown is not."""

import enum

import strawberry


@strawberry.enum(description="Why there is nothing to show.")
class SuppressionReason(enum.Enum):
    TOO_FEW_RATINGS = strawberry.enum_value(
        "TOO_FEW_RATINGS", description="There are fewer ratings than `threshold`, perhaps none."
    )
    NO_COMPETITORS = strawberry.enum_value(
        "NO_COMPETITORS",
        description="No other drug has ratings for the indication, so there is nothing to set it against.",
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

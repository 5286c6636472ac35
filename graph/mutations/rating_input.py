"""What a physician says of a drug, as a client sends it."""

from collections.abc import Sequence
from dataclasses import dataclass

import strawberry

from graph.mutations.errors import MUTATION_ID, FieldProblem, InvalidRating
from models.ratings import CRITERIA, LEVELS
from resolvers.comments.checking import checked_comment
from resolvers.comments.errors import InvalidComment

LEVEL = f"{LEVELS[0]} (worst) to {LEVELS[-1]} (best); null or left out: not answered."


@strawberry.input(description="A rating of a drug for an indication. At least one of the six criteria is answered.")
class SubmitRatingInput:
    drug_id: strawberry.ID = strawberry.field(description="Id or slug of the drug.")
    indication_id: strawberry.ID = strawberry.field(
        description="Id or slug of what it was used for; any of the catalogue, also where that is off-label."
    )
    efficacy: int | None = strawberry.field(default=None, description=LEVEL)
    safety: int | None = strawberry.field(default=None, description=LEVEL)
    tolerability: int | None = strawberry.field(default=None, description=LEVEL)
    accessibility: int | None = strawberry.field(default=None, description=LEVEL)
    adherence: int | None = strawberry.field(default=None, description=LEVEL)
    preference: int | None = strawberry.field(default=None, description=LEVEL)
    comment: str | None = strawberry.field(
        default=None,
        description="Plain text of up to 4,000 characters, without anything that identifies a patient; null or left "
        "out: none. It replaces an earlier one.",
    )
    client_mutation_id: str | None = strawberry.field(default=None, description=MUTATION_ID)


@dataclass(frozen=True, slots=True)
class CheckedRating:
    """Levels in the order of the criteria, None for not answered, and the comment."""

    levels: tuple[int | None, ...]
    comment: str | None


def checked_rating(given: SubmitRatingInput) -> CheckedRating | InvalidRating:
    """The rating, or everything that is wrong with it."""
    levels = tuple(getattr(given, criterion) for criterion in CRITERIA)
    problems = [
        FieldProblem(field=criterion, reason=f"is {level}; it takes {LEVELS[0]} to {LEVELS[-1]}, or null")
        for criterion, level in zip(CRITERIA, levels, strict=True)
        if level is not None and level not in LEVELS
    ]
    if all(level is None for level in levels):
        problems.append(
            FieldProblem(field="criteria", reason=f"are all null; at least one of {_listed(CRITERIA)} is needed")
        )
    comment = None
    try:
        comment = checked_comment(given.comment)
    except InvalidComment as invalid:
        problems.append(FieldProblem(field="comment", reason=invalid.reason))
    if problems:
        sentence = "; ".join(f"`{problem.field}` {problem.reason}" for problem in problems)
        return InvalidRating(message=f"The rating cannot be taken: {sentence}.", problems=problems)
    return CheckedRating(levels, comment)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"

"""What the answers to one criterion say by themselves, before any model."""

from collections.abc import Sequence


def raw_mean(distribution: Sequence[int]) -> float | None:
    """The arithmetic mean of the levels.

    Args:
        distribution: how many answers each level has, from level 1 upwards.

    Returns:
        Σ k·n_k / Σ n_k, on the scale of the levels; None when nobody answered.
    """
    answers = sum(distribution)
    if not answers:
        return None
    return sum(level * count for level, count in enumerate(distribution, start=1)) / answers

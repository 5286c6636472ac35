"""The grade of evidence behind a score."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.evidence import Evidence, evidence_of


@pytest.mark.parametrize(
    ("ratings", "width", "grade"),
    [
        (0, 2.3, Evidence.NONE),
        (1, 0.1, Evidence.EARLY),
        (9, 0.2, Evidence.EARLY),
        (10, 1.0, Evidence.MODERATE),
        (10, 1.01, Evidence.EARLY),
        (29, 0.3, Evidence.MODERATE),
        (30, 0.5, Evidence.STRONG),
        (30, 0.51, Evidence.MODERATE),
        (1_000, 1.2, Evidence.EARLY),
    ],
)
def test_grades_take_enough_ratings_and_a_narrow_interval(ratings: int, width: float, grade: Evidence) -> None:
    assert evidence_of(ratings, width) is grade


GRADES = list(Evidence)


@given(st.integers(0, 100), st.floats(0, 4), st.integers(0, 50), st.floats(0, 2))
def test_more_ratings_and_a_narrower_interval_never_lower_the_grade(
    ratings: int, width: float, more: int, narrower: float
) -> None:
    before = GRADES.index(evidence_of(ratings, width))
    assert GRADES.index(evidence_of(ratings + more, max(width - narrower, 0))) >= before

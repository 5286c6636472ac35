"""Cutting ratings into groups."""

from itertools import repeat

from hypothesis import given
from hypothesis import strategies as st

from resolvers.releases.grouping import LEAST, cut
from resolvers.releases.labels import Labels, labels_of, shared

LABELS = st.tuples(
    st.sampled_from([1, 2, 3]),
    st.sampled_from(["DE", "US"]),
    st.sampled_from(["EARLY", "SENIOR"]),
    st.sampled_from(["2026-01", "2026-02"]),
)


def group_labels(labels: list[Labels]) -> list[tuple[int, Labels]]:
    """How large each group is, and what its ratings have in common."""
    return sorted(((len(group), shared(labels[place] for place in group)) for group in cut(labels)), key=repr)


@given(st.lists(LABELS, max_size=120))
def test_every_rating_is_in_one_group_and_no_group_is_too_small(labels: list[Labels]) -> None:
    groups = cut(labels)

    assert all(len(group) >= 11 for group in groups)
    placed = sorted(place for group in groups for place in group)
    assert placed == (list(range(len(labels))) if len(labels) >= 11 else [])


def test_eleven_is_the_least() -> None:
    assert LEAST == 11


def test_few_ratings_stay_together_and_keep_what_they_have_in_common() -> None:
    labels: list[Labels] = [
        (1 + number % 2, "DE", "SENIOR", "2026-01" if number else "2026-02") for number in range(11)
    ]

    assert group_labels(labels) == [(11, (None, "DE", "SENIOR", None))]


def test_specialties_are_cut_first_and_then_countries() -> None:
    rheumatologists = [*repeat(("DE", "EARLY", "2026-01"), 12), *repeat(("US", "EARLY", "2026-02"), 11)]
    labels: list[Labels] = [(1, *rest) for rest in rheumatologists]
    labels += [(2, "FR", "SENIOR", "2026-03")] * 13

    assert group_labels(labels) == [
        (11, (1, "US", "EARLY", "2026-02")),
        (12, (1, "DE", "EARLY", "2026-01")),
        (13, (2, "FR", "SENIOR", "2026-03")),
    ]


def test_values_that_few_have_are_one_part_if_they_are_enough_together() -> None:
    labels: list[Labels] = [(1, "DE", "EARLY", "2026-01")] * 15
    labels += [(2, "DE", "EARLY", "2026-01")] * 6 + [(3, "DE", "EARLY", "2026-01")] * 5

    assert group_labels(labels) == [(11, (None, "DE", "EARLY", "2026-01")), (15, (1, "DE", "EARLY", "2026-01"))]


def test_too_few_others_join_the_smallest_part() -> None:
    labels: list[Labels] = [(1, "DE", "EARLY", "2026-01")] * 15 + [(2, "DE", "EARLY", "2026-01")] * 12
    labels += [(3, "FR", "EARLY", "2026-01")] * 10

    # The part of twelve and ten is cut no further by country: ten are too few.
    assert group_labels(labels) == [(15, (1, "DE", "EARLY", "2026-01")), (22, (None, None, "EARLY", "2026-01"))]


def test_labels_are_those_of_the_cells_that_count_the_rating() -> None:
    assert labels_of(7, "DE", 4, "2026-01-31 23:59:59+00:00") == (7, "DE", "EARLY", "2026-01")

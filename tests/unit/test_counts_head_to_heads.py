"""Which head-to-heads ratings make."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.head_to_heads import PAIRED_COLUMNS
from resolvers.counts.counted import CountedRatings, Tally
from resolvers.counts.earlier import counted_ratings
from resolvers.counts.head_to_heads import head_to_heads_of

Rating = tuple[int, int, int, int]
"""Physician, drug, indication and efficacy."""

GOUT, STONES = 20, 21


def tally_of(ratings: list[Rating], earlier: list[Rating] | None = None) -> Tally:
    def counted(given_ratings: list[Rating]) -> CountedRatings:
        return counted_ratings(
            [
                (physician, drug, indication, 7, "DE", 3, "2026-01-05", efficacy, None, None, None, None, None)
                for physician, drug, indication, efficacy in given_ratings
            ]
        )

    return head_to_heads_of(counted(ratings), None if earlier is None else counted(earlier))


def efficacy_of(tally: Tally) -> dict[tuple[int | str, ...], tuple[int, ...]]:
    """Physicians, wins, losses, sum and sum of squares of the efficacy, by indication and drugs."""
    start = PAIRED_COLUMNS.index("efficacy_physicians")
    rows = tally.counts[:, start : start + 5].tolist()
    return {key: tuple(row) for key, row in zip(tally.keys, rows, strict=True)}


def test_drugs_meet_where_one_physician_rates_both_for_the_same_indication() -> None:
    tally = tally_of(
        [
            (1, 10, GOUT, 5),
            (2, 11, GOUT, 2),
            (1, 11, GOUT, 4),
            (2, 10, GOUT, 5),
            (3, 10, GOUT, 1),
            (3, 11, STONES, 3),
        ]
    )

    # Physician 1 says 5 to 4, physician 2 says 5 to 2; the third rates for different indications.
    assert efficacy_of(tally) == {(GOUT, 10, 11): (2, 2, 0, 4, 10)}


def test_the_drug_with_the_smaller_key_comes_first() -> None:
    for ratings in ([(1, 10, GOUT, 1), (1, 11, GOUT, 4)], [(1, 11, GOUT, 4), (1, 10, GOUT, 1)]):
        assert efficacy_of(tally_of(ratings)) == {(GOUT, 10, 11): (1, 0, 1, -3, 9)}


def test_each_pair_of_several_drugs_is_counted() -> None:
    tally = tally_of([(1, 10 + place, GOUT, level) for place, level in enumerate((1, 3, 5))])

    assert efficacy_of(tally) == {
        (GOUT, 10, 11): (1, 0, 1, -2, 4),
        (GOUT, 10, 12): (1, 0, 1, -4, 16),
        (GOUT, 11, 12): (1, 0, 1, -2, 4),
    }


def test_earlier_ratings_are_not_counted_among_themselves_again() -> None:
    tally = tally_of([(1, 12, GOUT, 5)], earlier=[(1, 10, GOUT, 1), (1, 11, GOUT, 3), (2, 10, GOUT, 3)])

    assert efficacy_of(tally) == {(GOUT, 10, 12): (1, 0, 1, -4, 16), (GOUT, 11, 12): (1, 0, 1, -2, 4)}


def test_a_single_rating_meets_nobody() -> None:
    for tally in (tally_of([(1, 10, GOUT, 5)]), tally_of([]), tally_of([(1, 10, GOUT, 5)], earlier=[])):
        assert (tally.keys, tally.counts.shape) == ([], (0, 35))


KEYS = st.tuples(st.integers(1, 3), st.integers(10, 13), st.sampled_from([GOUT, STONES]))
RATINGS = st.dictionaries(KEYS, st.integers(1, 5), max_size=16).map(
    lambda given_ratings: [(*key, level) for key, level in given_ratings.items()]
)


@given(RATINGS, st.integers(0, 16))
def test_batches_may_be_cut_anywhere(ratings: list[Rating], cut: int) -> None:
    in_two = tally_of(ratings[:cut]).joined(tally_of(ratings[cut:], earlier=ratings[:cut]))

    whole = tally_of(ratings)
    assert sorted(in_two.keys) == sorted(whole.keys)
    places = [in_two.keys.index(key) for key in whole.keys]
    np.testing.assert_array_equal(in_two.counts[places], whole.counts)


@given(RATINGS)
def test_every_pair_is_found_as_if_looked_for_one_by_one(ratings: list[Rating]) -> None:
    expected: dict[tuple[int, int, int], int] = {}
    for one, other in combinations(ratings, 2):
        if (one[0], one[2]) == (other[0], other[2]):
            key = (one[2], min(one[1], other[1]), max(one[1], other[1]))
            expected[key] = expected.get(key, 0) + 1

    assert {key: counts[0] for key, counts in efficacy_of(tally_of(ratings)).items()} == expected

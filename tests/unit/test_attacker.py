"""The attacker finds what can be found; otherwise tests in which it finds nothing would say nothing."""

from collections.abc import Iterable

import pytest

from tests.attacker import Version, fewest_ratings

Sum = dict[Version, int]


def of(ratings: Iterable[int], version: str = "first") -> Sum:
    return {(rating, version): 1 for rating in ratings}


EVERYBODY = of(range(30))


@pytest.mark.parametrize(
    ("shown", "fewest"),
    [
        ([EVERYBODY], 30),
        ([EVERYBODY, EVERYBODY], 30),
        # Everybody but one specialty.
        ([EVERYBODY, of(range(29))], 1),
        # Everybody but two specialties, which have no rating in common.
        ([EVERYBODY, of(range(14)), of(range(14, 26))], 4),
        # Two segments of different kinds that overlap in three, and differ in seven and twelve.
        ([of(range(10)), of(range(7, 22))], 10),
        # The next month has one more.
        ([EVERYBODY, of(range(31))], 1),
        # Neither alone, nor any two of them, but all three: a + b, b + c and c + a tell 2a.
        ([of([1, 2]), of([2, 3]), of([3, 1])], 1),
        # Eleven of twelve withdraw.
        ([of(range(12)), of([11])], 1),
        # Eleven of twelve change what they say: nothing remains but what is about eleven.
        ([of(range(12)), of([11]) | of(range(11), "second")], 11),
        # But if the new versions are shown by themselves as well, the twelfth is known.
        ([of(range(12)), of([11]) | of(range(11), "second"), of(range(11), "second")], 1),
        ([of(range(11)), of(range(11, 24)), of(range(24))], 11),
    ],
)
def test_the_fewest_ratings_that_sums_tell_about(shown: list[Sum], fewest: int) -> None:
    assert fewest_ratings(shown) == fewest


def test_nothing_tells_nothing() -> None:
    assert fewest_ratings([]) is None
    assert fewest_ratings([{}]) is None

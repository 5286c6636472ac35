"""Which drugs physicians prefer."""

from math import exp, isfinite, log

import choix
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scoring.preference_order import preference_order

BALTIMORE, BOSTON, CLEVELAND, DETROIT, MILWAUKEE, NEW_YORK, TORONTO = range(7)

BASEBALL = [
    [0, 1, 7, 4, 2, 3, 1],
    [12, 0, 7, 2, 6, 7, 6],
    [6, 6, 0, 4, 4, 6, 5],
    [9, 11, 9, 0, 6, 5, 7],
    [11, 7, 9, 7, 0, 7, 9],
    [10, 6, 7, 8, 6, 0, 6],
    [12, 7, 8, 6, 4, 7, 0],
]
"""Games won by the team of the row against that of the column, American League 1987; Agresti's example."""

matrices = st.integers(0, 8).flatmap(
    lambda drugs: arrays(np.int64, (drugs, drugs), elements=st.one_of(st.just(0), st.integers(0, 20)))
)
wild_matrices = st.integers(0, 12).flatmap(
    lambda drugs: arrays(np.int64, (drugs, drugs), elements=st.sampled_from([0, 0, 1, 2, 40, 10**4, 10**9, 10**15]))
)


def test_abilities_are_those_published() -> None:
    found = preference_order(BASEBALL)
    baltimore = found.abilities[BALTIMORE]
    assert baltimore is not None
    relative = [ability - baltimore for ability in found.abilities if ability is not None]
    assert relative == pytest.approx([0, 1.1077, 0.6839, 1.4364, 1.5814, 1.2476, 1.2945], abs=0.00005)
    assert sum(ability for ability in found.abilities if ability is not None) == pytest.approx(0)


def test_ranks_follow_the_abilities() -> None:
    ranks = preference_order(BASEBALL).ranks
    places = [MILWAUKEE, DETROIT, TORONTO, NEW_YORK, BOSTON, CLEVELAND, BALTIMORE]
    assert [ranks[team] for team in places] == [1, 2, 3, 4, 5, 6, 7]


def test_of_two_drugs_it_is_the_log_odds() -> None:
    found = preference_order([[0, 30], [10, 0]])
    assert found.abilities == pytest.approx((log(3) / 2, -log(3) / 2))
    assert found.ranks == (1, 2)


def test_a_drug_that_never_lost_is_not_infinitely_far_ahead() -> None:
    """Half a win is added on both sides: 3½ to ½."""
    found = preference_order([[0, 3], [0, 0]])
    assert found.abilities == pytest.approx((log(7) / 2, -log(7) / 2))


def test_a_chain_of_comparisons_orders_drugs_that_nobody_compared() -> None:
    """Each step 3 to 1, so the ends are log 9 apart."""
    found = preference_order([[0, 3, 0], [1, 0, 3], [0, 1, 0]])
    assert found.abilities == pytest.approx((log(3), 0, -log(3)))
    assert found.ranks == (1, 2, 3)


def test_drugs_as_good_as_each_other_share_a_rank() -> None:
    assert preference_order([[0, 2, 9], [2, 0, 9], [1, 1, 0]]).ranks == (1, 1, 3)


def test_a_drug_that_nobody_compared_has_no_place() -> None:
    found = preference_order([[0, 0, 3], [0, 0, 0], [1, 0, 0]])
    assert found.abilities == (pytest.approx(log(3) / 2), None, pytest.approx(-log(3) / 2))
    assert found.ranks == (1, None, 2)


def test_the_largest_set_of_linked_drugs_is_placed() -> None:
    found = preference_order(
        [
            [0, 9, 0, 0, 0],
            [9, 0, 0, 0, 0],
            [0, 0, 0, 1, 1],
            [0, 0, 1, 0, 1],
            [0, 0, 0, 1, 0],
        ]
    )
    assert [rank is None for rank in found.ranks] == [True, True, False, False, False]


@pytest.mark.parametrize(("of_second_set", "placed"), [(3, [2, 3]), (2, [0, 1]), (1, [0, 1])])
def test_of_equally_large_sets_the_one_with_more_comparisons_is_placed(of_second_set: int, placed: list[int]) -> None:
    wins = np.zeros((4, 4), dtype=np.int64)
    wins[0, 1], wins[2, 3] = 2, of_second_set
    found = preference_order(wins)
    assert [drug for drug, rank in enumerate(found.ranks) if rank is not None] == placed


@pytest.mark.parametrize("drugs", [0, 1, 4])
def test_without_comparisons_no_drug_has_a_place(drugs: int) -> None:
    found = preference_order(np.zeros((drugs, drugs)))
    assert found.abilities == found.ranks == (None,) * drugs


def test_the_diagonal_is_not_looked_at() -> None:
    assert preference_order(np.array(BASEBALL) + 5 * np.eye(7)) == preference_order(BASEBALL)


connected_matrices = st.integers(2, 8).flatmap(
    lambda drugs: arrays(np.int64, (drugs, drugs), elements=st.integers(1, 40))
)


@given(connected_matrices)
def test_the_model_expects_the_wins_that_were_counted(wins: np.ndarray) -> None:
    """So it does at the maximum of the likelihood, and only there."""
    np.fill_diagonal(wins, 0)
    found = np.array(preference_order(wins).abilities, dtype=float)
    chances = 1 / (1 + np.exp(found - found[:, None]))
    expected = ((wins + wins.T) * chances).sum(axis=1)
    assert expected == pytest.approx(wins.sum(axis=1), rel=1e-5)


@given(connected_matrices)
def test_abilities_are_those_of_choix(wins: np.ndarray) -> None:
    np.fill_diagonal(wins, 0)
    assert preference_order(wins).abilities == pytest.approx(choix.ilsr_pairwise_dense(wins), rel=0, abs=1e-9)


@given(wild_matrices)
@example(np.array([[0, 10**15, 0], [0, 0, 10**15], [1, 0, 0]]))
def test_every_matrix_of_counts_has_an_answer(wins: np.ndarray) -> None:
    found = preference_order(wins)
    assert len(found.abilities) == len(found.ranks) == len(wins)
    placed = [ability for ability in found.abilities if ability is not None]
    assert all(isfinite(ability) for ability in placed)
    assert sum(placed) == pytest.approx(0, abs=1e-6)
    np.fill_diagonal(wins, 0)
    assert bool(placed) == bool(wins.any())
    assert [rank is None for rank in found.ranks] == [ability is None for ability in found.abilities]


@given(connected_matrices, st.data())
def test_the_order_of_the_drugs_does_not_matter(wins: np.ndarray, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(wins))))
    found = preference_order(wins).abilities
    assert preference_order(wins[np.ix_(order, order)]).abilities == pytest.approx([found[drug] for drug in order])


@given(matrices)
def test_losses_taken_for_wins_turn_the_order_around(wins: np.ndarray) -> None:
    found, turned = preference_order(wins).abilities, preference_order(wins.T).abilities
    for ability, mirrored in zip(found, turned, strict=True):
        assert (ability is None) == (mirrored is None)
        assert ability is None or mirrored is None or ability == pytest.approx(-mirrored, abs=1e-4)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_one_more_win_moves_a_drug_up(wins: int, losses: int) -> None:
    if wins + losses:
        before = preference_order([[0, wins], [losses, 0]]).abilities[0]
        after = preference_order([[0, wins + 1], [losses, 0]]).abilities[0]
        assert before is not None
        assert after is not None
        assert exp(after) > exp(before)

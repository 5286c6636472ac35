"""How long the supervisor waits before it replaces a worker, and when it gives up."""

from graph.restarts import Restarts


def test_one_that_had_served_is_replaced_at_once() -> None:
    restarts = Restarts()

    assert [restarts.pause_after(served) for served in (10, 60, 86_400)] == [0, 0, 0]
    assert not restarts.hopeless


def test_pauses_double_for_those_that_end_soon_up_to_half_a_minute() -> None:
    restarts = Restarts()

    assert [restarts.pause_after(0) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_it_is_hopeless_after_six_in_a_row() -> None:
    restarts = Restarts()

    hopeless = []
    for _ in range(6):
        restarts.pause_after(9.9)
        hopeless.append(restarts.hopeless)

    assert hopeless == [False, False, False, False, False, True]


def test_an_end_after_long_service_begins_the_count_anew() -> None:
    restarts = Restarts()
    for _ in range(5):
        restarts.pause_after(0)

    restarts.pause_after(3_600)

    assert restarts.pause_after(0) == 1
    assert not restarts.hopeless


def test_the_pause_stays_when_failures_go_on_for_days() -> None:
    restarts = Restarts()

    assert {restarts.pause_after(0) for _ in range(10_000)} == {1, 2, 4, 8, 16, 30}

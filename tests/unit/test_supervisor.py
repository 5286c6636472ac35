"""The supervisor with small processes for workers: giving up, and those that do not keep to their time."""

import os
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from graph import restarts, supervisor
from graph.supervisor import Supervisor, WorkersFail
from graph.workers import Worker
from tests.small_workers import fails, never_stops, serves

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def supervised(
    serve: "Callable[[Connection[str, str]], None]", announce: Callable[[], None], grace: float = 0.0
) -> signal.Signals:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return Supervisor(lambda: Worker(serve), 2, grace, announce).run(listener)


def stop_self() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_it_gives_up_on_workers_that_fail_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restarts, "LONGEST_PAUSE", 0.0)
    announced: list[bool] = []

    with pytest.raises(
        WorkersFail, match=r"^The workers end soon after their start, again and again; the log says why"
    ):
        supervised(fails, lambda: announced.append(True))

    assert announced == []


def test_it_announces_once_and_says_which_signal_stopped_it() -> None:
    announced: list[bool] = []

    def announce() -> None:
        announced.append(True)
        stop_self()

    assert supervised(serves, announce, grace=3600.0) == signal.SIGTERM
    assert announced == [True]


def test_one_that_does_not_stop_is_killed_after_the_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_PATIENCE", 0.0)

    assert supervised(never_stops, stop_self) == signal.SIGTERM


def test_a_second_signal_does_not_wait_for_the_grace() -> None:
    def stop_twice() -> None:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)

    assert supervised(never_stops, stop_twice, grace=3600.0) == signal.SIGTERM


def test_signals_mean_afterwards_what_they_meant_before() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    supervised(serves, stop_self)

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before

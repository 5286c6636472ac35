"""Starts the processes that serve together, replaces those that end, and stops them all.

uvicorn's own supervisor is not used: it starts a failing worker again without a pause, cannot say when all are ready,
leaves its workers running when it is killed, and ends with exit code 0 whatever happened.
"""

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import wait
from time import monotonic

import structlog

from graph.app import create_app
from graph.restarts import STEADY, Restarts
from graph.settings import Settings
from graph.workers import Worker, serve_as_worker
from resolvers.errors import PeerscoreError

TICK = 0.5
"""Seconds after which the supervisor looks at its clocks although nothing has happened."""

START_PATIENCE = 60.0
"""Seconds in which a worker has to be ready; some need the whole catalogue read from a busy database."""

STOP_PATIENCE = 5.0
"""Seconds that a worker has to end, beside those that running requests get."""

OBEYED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

log: structlog.stdlib.BoundLogger = structlog.get_logger("peerscore.workers")


class WorkersFail(PeerscoreError):
    """Workers end soon after their start, again and again."""

    def __init__(self) -> None:
        super().__init__("The workers end soon after their start, again and again; the log says why.")


def supervise(settings: Settings, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serve with `settings.workers` processes until SIGINT or SIGTERM; the listener is closed then.

    SIGHUP replaces the workers one after another, unless standard input is a terminal: its end sends SIGHUP too.

    Args:
        settings: checked.
        listener: the socket that they share.
        announce: called once, when all of them are ready to answer.

    Raises:
        WorkersFail: starting them again was given up.
        InvalidSettings: the settings for signing in do not fit together.
    """
    create_app(settings)  # what is wrong with the settings is said here, and not by each worker
    serve = partial(serve_as_worker, settings, listener)
    supervisor = Supervisor(lambda: Worker(serve), settings.workers, settings.shutdown_grace, announce)
    number = supervisor.run(listener)
    # As after a single server, for whoever else wants to know.
    with suppress(KeyboardInterrupt):
        signal.raise_signal(number)


class Supervisor:
    """Keeps as many workers as were asked for.

    Args:
        start: starts one.
        count: how many.
        grace: seconds that running requests get to end when a worker stops.
        announce: called once, when all are ready.
    """

    def __init__(self, start: Callable[[], Worker], count: int, grace: float, announce: Callable[[], None]) -> None:
        self._start = start
        self._count = count
        self._grace = grace
        self._announce: Callable[[], None] | None = announce
        self._workers: list[Worker] = []
        self._old: list[Worker] = []  # those that a renewal has still to replace
        self._restarts = Restarts()
        self._next_start = 0.0
        self._stopped_by: signal.Signals | None = None
        self._failed = False

    def run(self, listener: socket.socket) -> signal.Signals:
        """Keep them until a signal says to stop, which is returned when all have ended.

        Raises:
            WorkersFail: starting them again was given up.
        """
        with _signals() as received:
            while self._workers or not self._stopping:
                self._obey(received)
                self._look()
                if self._stopping:
                    listener.close()
                    self._stop_all()
                else:
                    self._fill()
                    self._renew()
                self._end_late_ones()
                told = (worker.connection for worker in self._workers if not worker.ready and not worker.leaving)
                ended = (worker.process.sentinel for worker in self._workers)
                wait([received, *told, *ended], TICK)
        if self._stopped_by is None:
            raise WorkersFail
        return self._stopped_by

    @property
    def _stopping(self) -> bool:
        return self._stopped_by is not None or self._failed

    def _obey(self, received: socket.socket) -> None:
        with suppress(BlockingIOError):
            for number in received.recv(64):
                if number == signal.SIGHUP and not sys.stdin.isatty():
                    log.info("the workers are replaced one after another")
                    self._old = [worker for worker in self._workers if not worker.leaving]
                elif self._stopping:
                    log.info("the workers are ended at once")
                    for worker in self._workers:
                        worker.process.kill()
                else:
                    log.info("the workers are stopped", signal=signal.Signals(number).name)
                    self._stopped_by = signal.Signals(number)

    def _look(self) -> None:
        """Take what the workers have said, and bury those that have ended."""
        for worker in list(self._workers):
            worker.listen_to()
            if worker.process.is_alive():
                continue
            self._workers.remove(worker)
            pid = worker.pid
            exit_code = worker.bury()
            if not worker.leaving and not self._stopping:
                self._replace(worker, pid, exit_code)
        if self._announce and sum(worker.ready for worker in self._workers) >= self._count:
            self._announce()
            self._announce = None

    def _replace(self, ended: Worker, pid: int | None, exit_code: int | None) -> None:
        now = monotonic()
        pause = self._restarts.pause_after(0.0 if ended.ready_at is None else now - ended.ready_at)
        self._next_start = now + pause
        log.error("a worker has ended", process=pid, exit_code=exit_code, seconds_to_restart=pause)
        if ended in self._old:
            self._old.remove(ended)
        elif self._old and not ended.ready:
            log.error("a new worker did not start, so the old ones stay")
            self._old = []
        steady = any(worker.ready_at is not None and now - worker.ready_at >= STEADY for worker in self._workers)
        self._failed = self._restarts.hopeless and not steady

    def _fill(self) -> None:
        serving = sum(not worker.leaving for worker in self._workers)
        missing = self._count - serving
        if self._old and len(self._workers) <= self._count:
            missing += 1
        if monotonic() >= self._next_start:
            self._workers.extend(self._start() for _ in range(missing))

    def _renew(self) -> None:
        """Let an old worker go once there is one too many that is ready."""
        serving = [worker for worker in self._workers if not worker.leaving]
        if self._old and len(serving) > self._count and all(worker.ready for worker in serving):
            self._old.pop(0).stop()

    def _stop_all(self) -> None:
        for worker in self._workers:
            worker.stop()

    def _end_late_ones(self) -> None:
        now = monotonic()
        for worker in self._workers:
            if worker.told_at is not None:
                late = now - worker.told_at > self._grace + STOP_PATIENCE
            else:
                late = not worker.ready and now - worker.started_at > START_PATIENCE
            if late:
                log.warning("a worker did not keep to its time and is ended", process=worker.pid)
                worker.process.kill()


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket that receives the numbers of the signals that come, one byte each."""
    received, sent = socket.socketpair()
    with received, sent:
        received.setblocking(False)
        sent.setblocking(False)
        before = {number: signal.signal(number, lambda *_: None) for number in OBEYED}
        signal.set_wakeup_fd(sent.fileno())
        try:
            yield received
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)

"""`peerscore serve --workers`: several processes that serve on one port, and the one that looks after them."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from resolvers.database import migrate
from tests.databases import PostgresDatabases, prepare
from tests.server_processes import (
    PATIENCE,
    Start,
    free_port,
    log_at_the_end,
    peerscore_processes,
    stopped_by,
    wait_until,
    wait_until_ready,
)
from tests.signing import IDENTITY_KEY, TOKEN_SECRET, bearer

STARTED = re.compile(r"Started server process \[(\d+)\]")

FINISHED = re.compile(r"Finished server process \[(\d+)\]")


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


@pytest.fixture(scope="session")
def postgres_template(postgres_databases: PostgresDatabases) -> str:
    return prepare(postgres_databases.create(), migrate)


@pytest.fixture
def url(postgres_databases: PostgresDatabases, postgres_template: str) -> str:
    """A PostgreSQL database with tables and nothing in them."""
    return postgres_databases.create(postgres_template)


@pytest.fixture
def server(start: Start, port: int, url: str) -> subprocess.Popen[str]:
    """A supervisor with two workers that are ready."""
    process = start("serve", "--workers", "2", "--port", str(port), "--database-url", url)
    wait_until_ready(process)
    return process


def workers_started(process: subprocess.Popen[str], count: int = 2) -> set[int]:
    """The numbers of so many processes, as the log tells of their start."""
    assert process.stderr is not None
    found: set[int] = set()
    for line in process.stderr:
        found |= {int(number) for number in STARTED.findall(line)}
        if len(found) == count:
            return found
    pytest.fail(f"the log ended with the start of {len(found)} workers")


def answers(port: int) -> bool:
    return httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == httpx2.codes.OK


def test_they_are_greeted_for_once_and_end_together(server: subprocess.Popen[str], port: int) -> None:
    workers = workers_started(server)
    answered = answers(port)
    server.terminate()
    output, errors = server.communicate(timeout=PATIENCE)

    assert answered
    assert server.pid not in workers
    assert "Peerscore is ready" not in output
    assert {int(number) for number in FINISHED.findall(errors)} == workers
    assert set(re.findall(r'"level": "(\w+)"', errors)) == {"info"}
    assert server.returncode == -signal.SIGTERM
    with socket.socket() as late:
        assert late.connect_ex(("127.0.0.1", port)) != 0


def test_control_c_ends_them_without_a_complaint(server: subprocess.Popen[str]) -> None:
    log = stopped_by(server, signal.SIGINT)

    assert server.returncode == 0
    assert {line["level"] for line in log} == {"info"}


def test_what_a_terminal_sends_to_all_processes_is_left_to_the_supervisor(server: subprocess.Popen[str]) -> None:
    for worker in workers_started(server):
        os.kill(worker, signal.SIGINT)
        os.kill(worker, signal.SIGHUP)
    log = stopped_by(server, signal.SIGINT)

    assert "a worker has ended" not in {line["event"] for line in log}
    assert server.returncode == 0


def test_one_that_dies_is_replaced(server: subprocess.Popen[str], port: int) -> None:
    killed = workers_started(server).pop()

    os.kill(killed, signal.SIGKILL)
    told = wait_until(server, "a worker has ended")
    replaced = workers_started(server, 1)
    wait_until(server, "Application startup complete.")

    assert (told["process"], told["exit_code"], told["level"]) == (killed, -signal.SIGKILL, "error")
    assert killed not in replaced
    assert answers(port)


def test_they_end_when_their_supervisor_is_killed(server: subprocess.Popen[str], port: int) -> None:
    workers = workers_started(server)

    server.kill()
    log = log_at_the_end(server)

    assert {int(number) for line in log for number in FINISHED.findall(line["event"])} == workers
    with socket.socket() as late:
        assert late.connect_ex(("127.0.0.1", port)) != 0


def test_a_hangup_replaces_them_while_every_request_is_answered(server: subprocess.Popen[str], port: int) -> None:
    before = workers_started(server)
    finished: set[int] = set()
    assert server.stderr is not None

    server.send_signal(signal.SIGHUP)
    for line in server.stderr:
        assert answers(port)
        finished |= {int(number) for number in FINISHED.findall(line)}
        if finished >= before:
            break

    assert finished == before
    assert answers(port)
    assert server.poll() is None


def test_settings_reach_them_and_secrets_stay_out_of_command_lines(start: Start, port: int, url: str) -> None:
    arguments = ("serve", "--port", str(port), "--database-url", url, "--log-level", "warning")
    process = start(*arguments, workers="2", token_secret=TOKEN_SECRET, identity_key=IDENTITY_KEY)
    wait_until_ready(process)
    shown = subprocess.run(["ps", "-A", "-ww", "-o", "args="], capture_output=True, text=True, check=True)  # noqa: S607 - as a user runs it
    command_lines = shown.stdout
    viewers = [
        httpx2.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"query": "{ viewer { role } }"},
            headers=bearer("somebody"),
        ).json()
        for _ in range(20)
    ]
    log = stopped_by(process, signal.SIGTERM)

    assert viewers == [{"data": {"viewer": {"role": "REGISTERED"}}}] * 20
    assert "--multiprocessing-fork" in command_lines
    assert TOKEN_SECRET not in command_lines
    assert log == []


def test_several_are_refused_on_sqlite(start: Start, port: int, tmp_path: Path) -> None:
    by_flag = start("serve", "--workers", "2", "--port", str(port))
    by_variable = start("serve", "--port", str(port), workers="3")
    said = {process.communicate(timeout=PATIENCE) for process in (by_flag, by_variable)}

    sentence = (
        "On SQLite one process serves: leave out --workers and PEERSCORE_WORKERS, or use PostgreSQL, "
        "which is for several.\n"
    )
    assert said == {("", sentence)}
    assert (by_flag.returncode, by_variable.returncode) == (1, 1)
    assert list(tmp_path.iterdir()) == []


def test_settings_that_do_not_fit_together_are_one_sentence(start: Start, port: int, url: str) -> None:
    arguments = ("serve", "--workers", "2", "--port", str(port), "--database-url", url)
    process = start(*arguments, jwks="keys.json")
    output, errors = process.communicate(timeout=PATIENCE)

    assert (process.returncode, output) == (1, "")
    assert errors.count("\n") == 1
    assert errors.startswith("PEERSCORE_JWKS needs PEERSCORE_ISSUER")


def test_a_demonstration_lets_its_people_in_whichever_worker_answers(start: Start, port: int, url: str) -> None:
    process = start("serve", "--demo", "--workers", "2", "--port", str(port), "--database-url", url)
    wait_until_ready(process)
    assert process.stdout is not None
    header = next(line for line in process.stdout if "Bearer" in line).split(":", 1)[1].strip()
    roles = [
        httpx2.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"query": "{ viewer { status } }"},
            headers={"Authorization": header},
        ).json()
        for _ in range(20)
    ]

    assert roles == [{"data": {"viewer": {"status": "VERIFIED"}}}] * 20

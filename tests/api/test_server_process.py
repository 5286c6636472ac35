"""`peerscore serve` as a process: ready, busy port, refused database, and a stop that lets requests end."""

import shlex
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.server_processes import PATIENCE, Start, free_port, peerscore_processes, wait_until, wait_until_ready

QUERY = b'{"query": "{ __typename }"}'


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


def test_it_says_what_to_open_and_a_query_that_works(start: Start, port: int, migrated_url: str) -> None:
    process = start("serve", "--port", str(port), "--database-url", migrated_url)

    said = wait_until_ready(process)
    curl, url, _, header, _, body = shlex.split(said.split("\n\n")[1].replace("\\\n", ""))
    name, value = header.split(": ")
    answer = httpx2.post(url, headers={name: value}, content=body)

    assert said.startswith(f"Peerscore is ready. Open http://127.0.0.1:{port}/graphql in a browser")
    assert curl == "curl"
    assert answer.json()["data"] == {"drug": None}


def test_a_stop_lets_a_running_request_end(start: Start, port: int, migrated_url: str) -> None:
    process = start("serve", "--port", str(port), "--database-url", migrated_url)
    wait_until_ready(process)
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(QUERY)
        )
        # The server asks for the body, so it has begun with this request.
        assert connection.recv(1_000).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(QUERY[:10])

        process.send_signal(signal.SIGTERM)
        wait_until(process, "Shutting down")
        connection.sendall(QUERY[10:])
        with connection.makefile("rb") as answer:
            whole = answer.read()

    assert whole.startswith(b"HTTP/1.1 200 OK\r\n")
    assert whole.endswith(b'\r\n\r\n{"data":{"__typename":"Query"}}')
    assert process.wait(PATIENCE) == -signal.SIGTERM
    with socket.socket() as late:
        assert late.connect_ex(("127.0.0.1", port)) != 0


def test_control_c_ends_it_without_a_complaint(start: Start, port: int, migrated_url: str) -> None:
    process = start("serve", "--port", str(port), "--database-url", migrated_url)
    wait_until_ready(process)

    process.send_signal(signal.SIGINT)
    _, log = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0
    assert "Traceback" not in log


def test_a_busy_port_is_named_before_the_database_is_touched(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        output, errors = start("serve", "--port", str(port)).communicate(timeout=PATIENCE)

    assert output == ""
    assert errors == (
        f"Port {port} on 127.0.0.1 is in use by another program: "
        "stop that one, or choose another port with --port or PEERSCORE_PORT.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_another_machine_is_refused(start: Start, port: int) -> None:
    process = start("serve", "--host", "192.0.2.1", "--port", str(port))
    _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert errors.startswith("192.0.2.1 is not an address that this machine can listen on")


def test_a_database_that_is_behind_is_refused_unless_it_migrates_itself(
    start: Start, port: int, unmigrated_url: str
) -> None:
    process = start("serve", "--port", str(port), "--database-url", unmigrated_url)

    if unmigrated_url.startswith("sqlite"):
        assert wait_until_ready(process).startswith("Peerscore is ready.")
        return
    output, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output) == (1, "")
    assert errors.startswith("The database is behind by ")
    assert errors.endswith(" Run `peerscore migrate` first.\n")


def test_a_demonstration_is_filled_once_and_kept(start: Start, port: int, migrated_url: str) -> None:
    demo = ("serve", "--demo", "--port", str(port), "--database-url", migrated_url)
    first = start(*demo)
    wait_until_ready(first)
    first.terminate()
    _, said_first = first.communicate(timeout=PATIENCE)

    second = start(*demo)
    wait_until_ready(second)
    second.terminate()
    _, said_second = second.communicate(timeout=PATIENCE)

    assert said_first.startswith("Importing the catalogue and simulating 20,000 ratings (once) …\n")
    assert "simulating" not in said_second.lower()

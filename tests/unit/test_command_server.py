"""What `peerscore serve` listens on, and what it says to a newcomer."""

import socket

import pytest

from graph.server import CannotListen, listen, welcome


def test_it_listens_on_the_address_and_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with listen("127.0.0.1", port) as listener, socket.create_connection(("127.0.0.1", port)):
        assert listener.getsockname() == ("127.0.0.1", port)


def test_a_busy_port_is_named_with_the_ways_to_choose_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CannotListen) as caught:
            listen("127.0.0.1", port)

    assert str(caught.value) == (
        f"Port {port} on 127.0.0.1 is in use by another program: "
        "stop that one, or choose another port with --port or PEERSCORE_PORT."
    )


def test_a_port_without_rights_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)

    with pytest.raises(CannotListen, match=r"^Port 80 needs rights that this process has not: choose one above 1023"):
        listen("127.0.0.1", 80)


@pytest.mark.parametrize("host", ["192.0.2.1", "not a host"])
def test_an_address_of_no_use_is_named(host: str) -> None:
    with pytest.raises(CannotListen) as caught:
        listen(host, 8000)

    assert str(caught.value).startswith(f"{host} is not an address that this machine can listen on (")
    assert str(caught.value).endswith("choose another with --host or PEERSCORE_HOST.")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/graphql"),
        ("0.0.0.0", "http://127.0.0.1:8000/graphql"),  # noqa: S104 - an address in a text
        ("::1", "http://[::1]:8000/graphql"),
        ("peerscore.example", "http://peerscore.example:8000/graphql"),
    ],
)
def test_the_welcome_names_an_address_that_can_be_opened(host: str, url: str) -> None:
    assert welcome(host, 8000) == (
        f"Peerscore is ready. Open {url} in a browser, or try:\n\n"
        f"  curl {url} -H 'Content-Type: application/json' \\\n"
        '    -d \'{"query": "{ drug(id: \\"colchicine\\") { name brandNames score { ratingCount } } }"}\'\n'
    )


def test_the_welcome_to_a_demonstration_shows_the_headers_of_its_people() -> None:
    greeting = welcome("127.0.0.1", 8000, "aaa.bbb.ccc", "ddd.eee.fff")

    assert greeting.startswith(welcome("127.0.0.1", 8000))
    assert "Verified physician\n  Authorization: Bearer aaa.bbb.ccc\n" in greeting
    assert "Moderator\n  Authorization: Bearer ddd.eee.fff\n" in greeting

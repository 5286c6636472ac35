"""Many WebSocket subscribers in one thread, at little cost: they share the machine with the servers that they measure.

After the handshake only the headers of frames are looked at, and whether a message is a checkpoint. How late an event
is can be told without reading it: events come in order, so the n-th message of a socket is the n-th event. Linux only.
"""

import select
import socket
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from benchmarks.serving import HOST

PROTOCOL = "graphql-transport-ws"
SUBSCRIPTION_ID = "00000000-0000-4000-8000-{:012d}"
"""As long as those that the usual clients make."""

MOST_AT_ONCE = 512
"""Sockets whose handshake is on its way."""

BUFFER_BYTES = 65_536
TEXT, CLOSE, PING = 0x81, 0x88, 0x89
"""First bytes of whole frames, RFC 6455, section 5.2."""

CHECKPOINT = b'"Checkpoint"'

STEP_SECONDS = 0.25
"""How long to wait for something to read before looking at the clock."""

NETWORK = "127.0.{}.{}"
"""Each thousand sockets comes from an address of its own, so that there are ports enough."""


class SocketFailed(Exception):
    """A server refused or closed a socket, or said something else than it should."""


@dataclass(frozen=True, slots=True)
class Subscribing:
    """How to subscribe.

    Attributes:
        port: where the server listens.
        parameters: the payload of the first message.
        query: the document.
        variables: of each socket.
        groups: of each socket, with whom it gets the same events.
        greeted: whether the server begins a subscription with a checkpoint, by which one knows that it has begun.
        address: the last but one part of the client's address.
    """

    port: int
    parameters: Mapping[str, str]
    query: str
    variables: Sequence[Mapping[str, object]]
    groups: Sequence[int]
    greeted: bool
    address: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """The messages of one socket, which has this number in its process, and belongs to this group."""

    number: int
    group: int
    texts: Sequence[bytes]


@dataclass(slots=True, eq=False)
class _Subscriber:
    number: int
    connection: socket.socket
    group: int
    read: Callable[["_Subscriber", bytes], None]
    rest: bytes = b""
    messages: int = 0
    kept: list[bytes] | None = None


@dataclass(slots=True)
class Subscribers:
    """Sockets that have subscribed.

    Attributes:
        arrivals: for each group and number of a message, when it reached each socket (`time.monotonic`).
    """

    plan: Subscribing
    arrivals: dict[int, list["array[float]"]] = field(default_factory=lambda: defaultdict(list))
    _sockets: dict[int, _Subscriber] = field(default_factory=dict)
    _ready: int = 0
    _poll: select.epoll = field(default_factory=select.epoll)

    def connect(self) -> float:
        """Connect and subscribe all; how many seconds that took.

        Raises:
            SocketFailed: a socket is refused.
        """
        started = time.monotonic()
        numbers = iter(range(len(self.plan.variables)))
        begun = 0
        while self._ready < len(self.plan.variables):
            while begun - self._ready < MOST_AT_ONCE and (number := next(numbers, None)) is not None:
                self._begin(number)
                begun += 1
            self.read(STEP_SECONDS)
        return time.monotonic() - started

    def keep(self, every: int) -> None:
        """Keep from now on what each so manieth socket gets."""
        for subscriber in self._sockets.values():
            subscriber.kept = [] if subscriber.number % every == 0 else None

    def kept(self) -> list[Kept]:
        """The messages that have been kept."""
        return [Kept(one.number, one.group, one.kept) for one in self._sockets.values() if one.kept is not None]

    def wait(self, expected: Mapping[int, int], patience: float) -> int:
        """Read until each socket of these groups has so many events altogether; how many are missing.

        Args:
            expected: by the group, since the beginning.
            patience: seconds without any delivery, after which no more is waited for.
        """
        sizes = Counter(one.group for one in self._sockets.values())
        last, still = time.monotonic(), -1
        while missing := sum(
            sizes[group] * number - sum(map(len, self.arrivals[group][:number])) for group, number in expected.items()
        ):
            if missing != still:
                last, still = time.monotonic(), missing
            elif time.monotonic() - last > patience:
                break
            self.read(STEP_SECONDS)
        return missing

    def read(self, patience: float) -> int:
        """Read what is there, and wait so many seconds if nothing is; how many sockets had something."""
        ready = self._poll.poll(patience)
        for descriptor, events in ready:
            subscriber = self._sockets[descriptor]
            if events & select.EPOLLOUT:
                self._connected(subscriber)
                continue
            try:
                received = subscriber.connection.recv(BUFFER_BYTES)
            except OSError as error:
                raise SocketFailed(f"socket {subscriber.number}: {error}") from error
            if not received:
                raise SocketFailed(f"socket {subscriber.number} was closed after {subscriber.rest[:500]!r}")
            subscriber.read(subscriber, subscriber.rest + received if subscriber.rest else received)
        return len(ready)

    def close(self) -> None:
        """Leave."""
        for subscriber in self._sockets.values():
            subscriber.connection.close()
        self._poll.close()

    def _begin(self, number: int) -> None:
        connection = socket.socket()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.bind((NETWORK.format(self.plan.address + 1, number // 1000 + 1), 0))
        connection.setblocking(False)
        connection.connect_ex((HOST, self.plan.port))
        subscriber = _Subscriber(number, connection, self.plan.groups[number], self._upgraded)
        self._sockets[connection.fileno()] = subscriber
        self._poll.register(connection, select.EPOLLOUT)

    def _connected(self, subscriber: _Subscriber) -> None:
        if error := subscriber.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise SocketFailed(f"socket {subscriber.number} could not be connected: {error}")
        self._poll.modify(subscriber.connection, select.EPOLLIN)
        subscriber.connection.send(
            f"GET /graphql HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
        )

    def _upgraded(self, subscriber: _Subscriber, received: bytes) -> None:
        head, end, subscriber.rest = received.partition(b"\r\n\r\n")
        if not end:
            subscriber.rest = received
        elif not head.startswith(b"HTTP/1.1 101 "):
            raise SocketFailed(f"socket {subscriber.number} was answered with {received[:500]!r}")
        else:
            subscriber.read = self._acknowledged
            _send(subscriber, {"type": "connection_init", "payload": self.plan.parameters})

    def _acknowledged(self, subscriber: _Subscriber, received: bytes) -> None:
        for text in _texts(subscriber, received):
            if orjson.loads(text)["type"] != "connection_ack":
                raise SocketFailed(f"socket {subscriber.number} was told {text!r}")
            subscriber.read = self._greeted if self.plan.greeted else self._live
            self._ready += not self.plan.greeted
            payload = {"query": self.plan.query, "variables": self.plan.variables[subscriber.number]}
            _send(subscriber, {"id": subscription_id(subscriber.number), "type": "subscribe", "payload": payload})

    def _greeted(self, subscriber: _Subscriber, received: bytes) -> None:
        for text in _texts(subscriber, received):
            if CHECKPOINT not in text:
                raise SocketFailed(f"socket {subscriber.number} was told {text!r}")
            subscriber.read = self._live
            self._ready += 1

    def _live(self, subscriber: _Subscriber, received: bytes) -> None:
        now = time.monotonic()
        arrivals = self.arrivals[subscriber.group]
        place, size = 0, len(received)
        while size - place >= 2:
            length, start = received[place + 1], place + 2
            if length == 126:
                length, start = int.from_bytes(received[place + 2 : place + 4]), place + 4
            elif length == 127:
                length, start = int.from_bytes(received[place + 2 : place + 10]), place + 10
            end = start + length
            if end > size or start > size:
                break
            kind, place = received[place], end
            if kind != TEXT:
                _control(subscriber, kind, received[start:end])
            elif received.find(CHECKPOINT, start, end) < 0:
                if subscriber.messages == len(arrivals):
                    arrivals.append(array("d"))
                arrivals[subscriber.messages].append(now)
                subscriber.messages += 1
                if subscriber.kept is not None:
                    subscriber.kept.append(received[start:end])
        subscriber.rest = received[place:]


def subscription_id(number: int) -> str:
    """The id that a socket gives its subscription."""
    return SUBSCRIPTION_ID.format(number)


def _texts(subscriber: _Subscriber, received: bytes) -> list[bytes]:
    """The messages that have arrived as a whole during the handshake; each is short."""
    texts, place = [], 0
    while len(received) - place >= 2:
        length, start = received[place + 1], place + 2
        if length == 126:
            length, start = int.from_bytes(received[place + 2 : place + 4]), place + 4
        if start + length > len(received):
            break
        content = received[start : start + length]
        if received[place] == TEXT:
            texts.append(content)
        else:
            _control(subscriber, received[place], content)
        place = start + length
    subscriber.rest = received[place:]
    return texts


def _control(subscriber: _Subscriber, kind: int, content: bytes) -> None:
    if kind == PING:
        # Clients mask what they send; with a key of zeros it stays as it is.
        subscriber.connection.send(bytes((0x8A, 0x80 | len(content), 0, 0, 0, 0)) + content)
    elif kind == CLOSE:
        code = int.from_bytes(content[:2])
        raise SocketFailed(f"socket {subscriber.number} was closed with {code}: {content[2:]!r}")


def _send(subscriber: _Subscriber, message: Mapping[str, object]) -> None:
    text = orjson.dumps(message)
    length = bytes((0x80 | len(text),)) if len(text) < 126 else bytes((0x80 | 126, *len(text).to_bytes(2)))
    subscriber.connection.send(bytes((TEXT,)) + length + bytes(4) + text)

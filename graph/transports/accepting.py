"""In which form a client takes the answers to an HTTP request, as its Accept header says."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph.transports.multipart import MultipartParts
from graph.transports.server_sent_events import ServerSentEvents
from resolvers.errors import PeerscoreError

JSON_TYPES = ("application/json", "application/graphql-response+json")

STREAMS = (
    "A subscription has many answers. Open a WebSocket with the protocol graphql-transport-ws at this path, or send "
    "`Accept: text/event-stream` for server-sent events, or `Accept: multipart/mixed;subscriptionSpec=1.0` for parts."
)

StreamFraming = ServerSentEvents | MultipartParts


class SubscriptionAsked(PeerscoreError):
    """A client subscribes that takes a single answer only."""

    def __init__(self) -> None:
        super().__init__(STREAMS)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a client takes.

    Attributes:
        stream: the framing of answers that go on; None if it takes none that this server has.
        single: whether it takes an answer to a query as plain JSON.
    """

    stream: StreamFraming | None
    single: bool


def accepted_forms(headers: Iterable[str]) -> Accepted:
    """What the Accept headers of a request say.

    A client that takes a stream besides JSON is answered with JSON unless it subscribes: several clients send the same
    header with all operations.
    """
    ranges = [_media_range(text) for header in headers for text in header.split(",")]
    kinds = [kind for kind, _ in ranges]
    if "text/event-stream" in kinds:
        return Accepted(ServerSentEvents(), any(kind in JSON_TYPES for kind in kinds))
    for kind, parameters in ranges:
        if kind == "multipart/mixed" and parameters.get("subscriptionspec", "").startswith("1."):
            return Accepted(MultipartParts(), single=True)
    return Accepted(None, single=True)


def _media_range(text: str) -> tuple[str, dict[str, str]]:
    kind, *parameters = (part.strip().lower() for part in text.split(";"))
    pairs = (parameter.partition("=") for parameter in parameters)
    return kind, {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}

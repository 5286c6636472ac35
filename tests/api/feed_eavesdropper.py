"""A program with a key that listens to all that it may, subscribes anew again and again, and keeps what it hears."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from models import Drug, Indication
from models.feed import ADDED, GONE, RELEASED, REVISED, FeedEvent
from resolvers.feed.waking import wake_followers
from tests.api.eavesdropper import WHOLE, Counts, Watched, counts_of
from tests.api.listening import CHECKPOINT, Subscription, cursor_now, kept, listening, subscribed
from tests.api.people import Person
from tests.clients.serving import LiveServer

CONTENT = "__typename cursor at ... on RatingAdded { rating { id } } ... on RatingRevised { rating { id } }"
RATINGS = f"""subscription($filter: FeedFilter) {{ ratings(filter: $filter) {{ {CONTENT}
  ... on RatingWithdrawn {{ ratingId }}
  ... on RatingsReleased {{ drug {{ slug }} indication {{ slug }} score {{ ...whole }} }} }} }} {WHOLE}"""
SCORES = f"""subscription($drugs: [ID!]!, $for: ID!) {{ scoreChanged(drugIds: $drugs, indicationId: $for) {{
  at drug {{ slug }} indication {{ slug }} score {{ ...whole }} }} }} {WHOLE}"""

Told = tuple[str, tuple[str, str], Counts]
"""Of which type an answer was, of which treatment, and the counts behind the score in it."""


@dataclass(frozen=True)
class Heard:
    """What was to be heard after a write.

    Attributes:
        told: what the subscriptions that go on have told since the write before; without checkpoints that only repeat
            where new subscriptions began before or begin now.
        begins: the cursor with which a new subscription begins.
        kept: the cursors of all that a new subscription is told from the beginning on.
        oldest: the cursor that is named to somebody whose cursor is none.
        released: how many treatments were released with the write.
    """

    told: list[Told]
    begins: str
    kept: list[str]
    oldest: str
    released: int


class Ear:
    """The subscriptions of the program, and that of a moderator, by which the test knows how far the server has got."""

    def __init__(
        self,
        server: LiveServer,
        attacker: Person,
        witness: Subscription,
        streams: Mapping[Subscription, list[tuple[str, str]]],
    ) -> None:
        self._server = server
        self._attacker = attacker
        self._witness = witness
        self._streams = streams
        self._witnessed = 0
        self._released = 0
        self._begins = ""

    async def listen(self) -> Heard:
        """What is to be heard of what was written since the last time, once the server has passed it on."""
        wake_followers()
        events = await FeedEvent.filter(kind__in=[ADDED, REVISED, GONE]).count()
        for _ in range(self._witnessed, events):
            await self._witness.event()
        self._witnessed = events
        releases = await FeedEvent.filter(kind=RELEASED).order_by("id")
        released, self._released = await _treatments(releases[self._released :]), len(releases)
        answers = []
        for stream, treatments in self._streams.items():
            answers += [await stream.next() for treatment in released if treatment in treatments]
            answers += await stream.waiting()
        async with subscribed(self._server, self._attacker, after="garbled") as refused:
            oldest: str = (await refused.refusal())["oldestCursor"]
        before, self._begins = self._begins, await cursor_now(self._server, self._attacker)
        return Heard(
            [_told(one) for one in answers if not _is_checkpoint_at(one, (before, self._begins))],
            self._begins,
            [event["cursor"] for event in await kept(self._server, self._attacker)],
            oldest,
            len(released),
        )


async def _treatments(events: Iterable[FeedEvent]) -> list[tuple[str, str]]:
    return [
        ((await Drug.get(id=event.drug_id)).slug, (await Indication.get(id=event.indication_id)).slug)
        for event in events
    ]


def _is_checkpoint_at(answer: dict[str, Any], cursors: Collection[str]) -> bool:
    return answer.get("__typename") == CHECKPOINT and answer["cursor"] in cursors


def _told(answer: dict[str, Any]) -> Told:
    treatment = (answer["drug"]["slug"], answer["indication"]["slug"]) if "drug" in answer else ("", "")
    return answer.get("__typename", "ScoreChanged"), treatment, counts_of(answer["score"]) if "score" in answer else {}


@asynccontextmanager
async def eavesdropping(server: LiveServer, attacker: Person, watched: Watched) -> AsyncIterator[Ear]:
    """The program listens, before anything has been written."""
    streams: dict[Subscription, list[tuple[str, str]]] = {}
    async with AsyncExitStack() as stack:
        witness = await stack.enter_async_context(listening(server, server.moderator()))
        for chosen in ({}, {"drugIds": [watched.drugs[0]], "indicationIds": [watched.indication]}):
            stream = await stack.enter_async_context(listening(server, attacker, RATINGS, filter=chosen))
            streams[stream] = watched.treatments if not chosen else watched.treatments[:1]
        for drugs, indication in ((watched.drugs, watched.indication), (watched.drugs[:1], watched.off_label)):
            variables = {"drugs": list(drugs), "for": indication}
            stream = await stack.enter_async_context(subscribed(server, attacker, SCORES, **variables))
            streams[stream] = [(drug, indication) for drug in drugs]
            for _ in drugs:
                await stream.next()
        yield Ear(server, attacker, witness, streams)

"""Those who want an event are found without a look at the others."""

from collections.abc import Iterator

import pytest

from graph.context import Context
from graph.feed import index
from graph.feed.audience import audience_of
from graph.feed.executing import SubscribedDocument
from graph.feed.index import ChannelIndex
from graph.feed.matching import Follows, wants
from graph.feed.operations import LiveOperation
from graph.feed.sources import Selection
from graph.schema import schema
from models.activity import ANY_INDICATION
from resolvers.feed.reading import EventRecord
from resolvers.feed.writing import EventKind
from resolvers.viewers import ANONYMOUS, Viewer
from tests.feed_events import AT
from tests.feed_hub import EVENTS, PHYSICIAN


def _no_context(_: Viewer) -> Context:
    raise NotImplementedError


def operation(viewer: Viewer = PHYSICIAN) -> LiveOperation:
    document = SubscribedDocument(schema, EVENTS, None, None)
    return LiveOperation(document.key, document, audience_of(viewer), _no_context, lambda *_: None, b"")


def event(drug_id: int, kind: EventKind = EventKind.ADDED, indication_id: int = 1) -> EventRecord:
    return EventRecord(1, kind, 1, drug_id, indication_id, None, None, False, None, None, AT)


def of_drugs(*drug_ids: int) -> Selection:
    return Selection(drug_ids=frozenset(drug_ids))


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """The selections that were compared with events."""
    compared: list[object] = []

    def watched(selection: Selection | Follows, event: EventRecord) -> bool:
        compared.append(selection)
        return wants(selection, event)

    monkeypatch.setattr(index, "wants", watched)
    return compared


def test_equal_subscribers_share_a_channel() -> None:
    channels, one, other = ChannelIndex(), operation(), operation()

    assert channels.channel(one, of_drugs(1, 2)) is channels.channel(one, of_drugs(2, 1))
    assert channels.channel(one, of_drugs(1)) is not channels.channel(other, of_drugs(1))
    assert channels.channel(one, of_drugs(1)) is not channels.channel(one, Selection())
    assert len(channels) == len(channels.all()) == 4


def test_only_those_are_looked_at_who_may_want_an_event(looked_at: list[object]) -> None:
    channels, one = ChannelIndex(), operation()
    for drug_id in range(1_000):
        channels.channel(one, of_drugs(drug_id, drug_id + 1))
    everything = channels.channel(one, Selection())

    found = channels.wanting(event(500))

    assert found == {
        one: [channels.channel(one, of_drugs(499, 500)), channels.channel(one, of_drugs(500, 501)), everything]
    }
    assert len(looked_at) == 3


def test_audiences_want_their_own_kinds_of_events() -> None:
    channels, physicians, others = ChannelIndex(), operation(), operation(ANONYMOUS)
    of_physicians, of_others = (channels.channel(one, Selection()) for one in (physicians, others))

    assert channels.wanting(event(1)) == {physicians: [of_physicians]}
    assert channels.wanting(event(1, EventKind.RELEASED)) == {others: [of_others]}
    assert channels.wanting(event(1, EventKind.RECOUNTED)) == {}


def test_channels_that_are_removed_are_not_found_again() -> None:
    channels, one = ChannelIndex(), operation()
    first, second = channels.channel(one, of_drugs(1, 2)), channels.channel(one, Selection())

    channels.remove(first)
    assert channels.wanting(event(2)) == {one: [second]}
    channels.remove(second)
    assert channels.wanting(event(2)) == {}
    assert len(channels) == 0
    assert channels._of_drug == {}  # noqa: SLF001 - nothing is left


def test_those_who_follow_are_found_by_what_they_follow_now() -> None:
    channels, one, follows = ChannelIndex(), operation(), Follows(1)
    follows.indications = {1: {ANY_INDICATION}, 2: {7}}
    channel = channels.channel(one, follows)
    stranger = channels.channel(one, Follows(2))

    assert channels.wanting(event(1)) == {one: [channel]}
    assert channels.wanting(event(2)) == {}
    assert channels.wanting(event(2, indication_id=7)) == {one: [channel]}
    follows.indications = {3: {ANY_INDICATION}}
    # Until it is told that they follow something else, they are found for nothing more.
    assert channels.wanting(event(1)) == channels.wanting(event(3)) == {}
    channels.refile(follows)
    assert channels.wanting(event(3)) == {one: [channel]}
    channels.remove(channel)
    channels.remove(stranger)
    assert channels.wanting(event(3)) == {}

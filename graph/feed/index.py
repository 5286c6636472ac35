"""Finding the subscribers to an event without looking at all of them."""

from collections.abc import Collection, Hashable

from graph.feed.matching import Follows, wants
from graph.feed.members import Channel
from graph.feed.operations import LiveOperation
from graph.feed.sources import Selection
from resolvers.feed.reading import EventRecord


class ChannelIndex:
    """Channels by the drugs that they are about."""

    def __init__(self) -> None:
        self._channels: dict[Hashable, Channel] = {}
        self._of_drug: dict[int, dict[Channel, None]] = {}
        self._of_any_drug: dict[Channel, None] = {}
        self._filed_under: dict[Channel, Collection[int]] = {}

    def __len__(self) -> int:
        return len(self._channels)

    def channel(self, operation: LiveOperation, selection: Selection | Follows) -> Channel:
        """The channel of subscribers with this operation and selection; a new one, if they are the first."""
        key = (operation, selection)
        if key not in self._channels:
            self._channels[key] = channel = Channel(operation, selection)
            self._file(channel)
        return self._channels[key]

    def all(self) -> Collection[Channel]:
        """All channels."""
        return self._channels.values()

    def remove(self, channel: Channel) -> None:
        """The last subscriber of a channel has left."""
        del self._channels[channel.operation, channel.selection]
        self._unfile(channel)

    def refile(self, follows: Follows) -> None:
        """What an account follows has changed."""
        for channel in [channel for channel in self._channels.values() if channel.selection is follows]:
            self._unfile(channel)
            self._file(channel)

    def wanting(self, event: EventRecord) -> dict[LiveOperation, list[Channel]]:
        """The channels that an event about ratings goes to, by operation."""
        found: dict[LiveOperation, list[Channel]] = {}
        for channels in (self._of_drug.get(event.drug_id or 0, ()), self._of_any_drug):
            for channel in channels:
                if event.kind in channel.operation.kinds and wants(channel.selection, event):
                    found.setdefault(channel.operation, []).append(channel)
        return found

    def _file(self, channel: Channel) -> None:
        drug_ids = channel.selection.drug_ids
        if drug_ids is None:
            self._of_any_drug[channel] = None
            return
        self._filed_under[channel] = drug_ids = tuple(drug_ids)
        for drug_id in drug_ids:
            self._of_drug.setdefault(drug_id, {})[channel] = None

    def _unfile(self, channel: Channel) -> None:
        self._of_any_drug.pop(channel, None)
        for drug_id in self._filed_under.pop(channel, ()):
            of_drug = self._of_drug[drug_id]
            del of_drug[channel]
            if not of_drug:
                del self._of_drug[drug_id]

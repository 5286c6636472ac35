"""A hub as a server runs it, with subscribers but without sockets."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import CoroutineType
from typing import Any
from unittest import mock

from graph import feed
from graph.context import Context
from graph.entries import Entries
from graph.feed.cursors import FeedCursors
from graph.feed.hub import Attachment, Hub, Subscriber
from graph.feed.sources import FollowedSource, RatingsSource, ScoresSource, Selection, Source
from graph.loaders import Loaders
from graph.schema import schema
from graph.settings import Settings
from resolvers.feed.reading import feed_bounds
from resolvers.feed.sequencing import give_positions
from resolvers.feed.waking import wake_followers
from resolvers.priors.current import PriorVersions
from resolvers.search.current import CatalogueIndex
from resolvers.viewers import Viewer
from tests.feed_events import PATIENCE, commit
from tests.feed_outlets import RecordingOutlet
from tests.viewers import verified

NOW = datetime(2026, 7, 2, 12, tzinfo=UTC)

EVENTS = "subscription { ratings { __typename cursor } }"
"""Whatever happens, and nothing else of it."""

CONTENT = """
subscription {
  ratings {
    __typename
    cursor
    ... on RatingAdded { firstForTreatment rating { id efficacy comment } drug { slug } indication { slug } }
    ... on RatingRevised { rating { id efficacy comment } drug { slug } }
    ... on RatingWithdrawn { ratingId drug { slug } }
    ... on RatingsReleased { firstForTreatment drug { slug } score { ratingCount } }
  }
}
"""

FOLLOWED = "subscription { followedRatings { __typename cursor } }"

SCORES = "subscription { scoreChanged(drugIds: []) { drug { slug } score { ratingCount } } }"

TIMES = "subscription { scoreChanged(drugIds: []) { at } }"
"""That a score has changed, and nothing else of it."""

EVERYTHING = Selection()

PHYSICIAN = verified(1)


class Subscription(RecordingOutlet):
    """What one subscriber is sent, and how they leave."""

    attachment: Attachment

    def leave(self) -> None:
        """The subscriber wants no more."""
        self.attachment.detach()


class HubUnderTest:
    """A hub that runs, and what it has asked for.

    Attributes:
        looked_at: accounts and keys whose standing was looked at.
        contexts: how many executions there were, one for each batch of events and reader.
    """

    def __init__(self, **options: float) -> None:
        self.looked_at: list[tuple[list[int], list[int]]] = []
        self.on_look: Callable[[], None] = lambda: None
        self.contexts: list[Viewer] = []
        self.change_context: Callable[[Context], None] = lambda _: None
        self._priors, self._index = PriorVersions(), CatalogueIndex()
        self.hub = Hub(schema, self._context, self._look_at, lambda: NOW, **options)

    @property
    def cursors(self) -> FeedCursors:
        """What makes the cursors."""
        assert self.hub.cursors is not None
        return self.hub.cursors

    def attach(
        self,
        source: Source,
        query: str = EVENTS,
        viewer: Viewer = PHYSICIAN,
        variables: Mapping[str, object] | None = None,
    ) -> Subscription:
        """Let somebody subscribe."""
        outlet = Subscription()
        outlet.attachment = self.hub.attach(Subscriber(query, dict(variables or {}), None, viewer, source, outlet))
        return outlet

    def ratings(
        self,
        selection: Selection = EVERYTHING,
        after: int | None = None,
        query: str = EVENTS,
        viewer: Viewer = PHYSICIAN,
        variables: Mapping[str, object] | None = None,
    ) -> Subscription:
        """Let somebody subscribe to ratings."""
        return self.attach(RatingsSource(selection, after), query, viewer, variables)

    async def joined(self, *arguments: Any, **options: Any) -> Subscription:  # noqa: ANN401 - those of `ratings`
        """The same; the subscriber gets events as they happen by now."""
        outlet = self.ratings(*arguments, **options)
        await outlet.answered(1)
        return outlet

    def followed(self, account_id: int, after: int | None = None, **options: Any) -> Subscription:  # noqa: ANN401
        """Let an account subscribe to what it follows."""
        return self.attach(FollowedSource(account_id, after), FOLLOWED, **options)

    def scores(
        self,
        *drug_ids: int,
        indication_id: int | None = None,
        viewer: Viewer = PHYSICIAN,
        query: str = SCORES,
    ) -> Subscription:
        """Let somebody subscribe to scores."""
        return self.attach(ScoresSource(drug_ids, indication_id), query, viewer)

    def positions(self, outlet: RecordingOutlet) -> list[int]:
        """Those of the events that a subscriber was sent."""
        return [self.cursors.position(event["cursor"]) for event in outlet.events]

    def last_position(self, outlet: RecordingOutlet) -> int:
        """Of the last cursor that a subscriber was sent."""
        cursor = outlet.cursors[-1]
        assert cursor is not None
        return self.cursors.position(cursor)

    async def passed(self, position: int | None = None) -> None:
        """Wait until this process has passed on everything up to a position, or all that is there."""
        await give_positions()
        wake_followers()
        async with asyncio.timeout(PATIENCE):
            await self.hub._history.reached(position or (await feed_bounds()).last)  # noqa: SLF001

    def _context(self, viewer: Viewer) -> Context:
        self.contexts.append(viewer)
        context = Context(
            settings=Settings(),
            loaders=Loaders(self._priors, lambda: NOW, memoise=True, viewer=viewer),
            catalogue_index=self._index,
            entries=Entries(),
        )
        self.change_context(context)
        return context

    async def _look_at(self, account_ids: Collection[int], key_ids: Collection[int]) -> None:
        self.on_look()
        self.looked_at.append((list(account_ids), list(key_ids)))


@asynccontextmanager
async def running_hub(**options: float) -> AsyncIterator[HubUnderTest]:
    """A hub that follows the feed of the open database."""
    under_test = HubUnderTest(**options)
    async with under_test.hub.running():
        yield under_test


async def happens(*numbers: int, **about: Any) -> None:  # noqa: ANN401 - values of columns
    """Something happens to these ratings, in a transaction of this process."""
    await commit(*numbers, **about)
    wake_followers()


def tasks_for_subscribers() -> list[str]:
    """What runs for subscribers just now, by the names of the functions; there is as much that runs for the hub."""
    running = [task.get_coro() for task in asyncio.all_tasks()]
    folder = Path(feed.__file__).parent
    return [
        coroutine.__qualname__
        for coroutine in running
        if isinstance(coroutine, CoroutineType)
        and Path(coroutine.cr_code.co_filename).parent == folder
        and coroutine.__qualname__ != Hub._keep_checking.__qualname__  # noqa: SLF001 - it is one task for all
    ]


class FrozenTime:
    """The time of an event loop, which stands still until it is moved."""

    def __init__(self, time: float) -> None:
        self._time = time

    def __call__(self) -> float:
        return self._time

    def pass_by(self, seconds: float) -> None:
        """Let so much time pass; what waits for it goes on."""
        self._time += seconds
        # The loop may have gone to sleep; it looks at its timers when it wakes.
        asyncio.get_running_loop().call_soon(lambda: None)


@contextmanager
def frozen_time() -> Iterator[FrozenTime]:
    """Within the block, time passes for the running event loop only when it is told so."""
    loop = asyncio.get_running_loop()
    # A whole number, so that sums of halves and quarters are exact.
    clock = FrozenTime(float(int(loop.time()) + 1))
    # Whoever waits in vain has to be told so all the same.
    patience = threading.Timer(PATIENCE, loop.call_soon_threadsafe, [clock.pass_by, PATIENCE])
    patience.start()
    try:
        with mock.patch.object(loop, "time", clock):
            yield clock
    finally:
        patience.cancel()

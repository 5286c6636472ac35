"""A database with something of everything: many ratings, and what people wrote, held back and reported."""

from datetime import UTC, datetime
from pathlib import Path

import strawberry

from graph.context import Context
from graph.entries import Entries
from graph.feed.cursors import FeedCursors
from graph.loaders import Loaders
from graph.schema import build_schema
from graph.settings import Settings
from models import Registration
from resolvers.identity.key import open_identity_key
from resolvers.priors.current import PriorVersions
from resolvers.search.current import CatalogueIndex
from resolvers.simulation.simulating import simulate
from resolvers.viewers import ANONYMOUS, Role, Status, Viewer
from tests.gout import add_gout
from tests.people import account_id_of, register
from tests.signing import IDENTITY_KEY, SIGNING
from tests.viewers import INTEGRATOR

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
"""What time it is in every execution."""

SETTINGS = Settings(**SIGNING, max_depth=1_000, max_nodes=1_000_000)
"""What generated operations are refused for in production is executed here."""

SECRET = b"what cursors are made with in these tests"

SUBMIT = """mutation($input: SubmitRatingInput!) { submitRating(input: $input) {
  __typename ... on SubmitRatingSuccess { rating { id } } ... on CommentHeld { rating { id } } } }"""

WRITES = (
    "mutation($id: ID!) { markHelpful(ratingId: $id) { __typename } }",
    "mutation($id: ID!) { reportRating(ratingId: $id, reason: WRONG, note: null) { __typename } }",
)

FOLLOW = """mutation {
  followDrug(drugId: "colchicine", indicationId: "gout") { __typename }
  other: followDrug(drugId: "allopurinol") { __typename }
}"""


class People:
    """Those who ask, by what they may see."""

    def __init__(self, account_id: int, physician_id: int, pending_account: int, pending_physician: int) -> None:
        self.physician = Viewer(Role.PHYSICIAN, account_id, physician_id, Status.VERIFIED)
        self.moderator = Viewer(Role.MODERATOR, account_id, physician_id, Status.VERIFIED)
        self.pending = Viewer(Role.REGISTERED, pending_account, pending_physician, Status.PENDING)
        self.all = (
            self.moderator,
            self.moderator,
            self.physician,
            self.pending,
            ANONYMOUS,
            INTEGRATOR,
            Viewer(Role.INTEGRATOR, key_id=1, scopes=frozenset({"feed"})),
        )


async def people() -> People:
    """Who is in the open database."""
    account_id, pending_id = await account_id_of("a physician"), await account_id_of("somebody new")
    verified, pending = [await Registration.get(account_id=one) for one in (account_id, pending_id)]
    return People(account_id, verified.physician_id, pending_id, pending.physician_id)


class Contexts:
    """Makes what the fields of one execution share."""

    def __init__(self) -> None:
        self._priors = PriorVersions()
        self._index = CatalogueIndex()
        self._entries = Entries()
        self._identity_key = open_identity_key(IDENTITY_KEY, Path("never read"))

    def of(self, viewer: Viewer, *, memoise: bool = True) -> Context:
        """For one execution, for a reader."""
        return Context(
            settings=SETTINGS,
            loaders=Loaders(self._priors, lambda: NOW, memoise=memoise, viewer=viewer),
            catalogue_index=self._index,
            entries=self._entries,
            identity_key=self._identity_key,
            cursors=FeedCursors(SECRET),
        )


async def fill() -> None:
    """Fill the open database, which has the catalogue."""
    await simulate(400, seed=1)
    await add_gout()
    await register("a physician", Status.VERIFIED)
    await register("somebody new", Status.PENDING)
    await register("another physician", Status.VERIFIED)
    schema = build_schema("graphql-core")
    contexts = Contexts()
    known = await people()
    other_id = await account_id_of("another physician")
    other = await Registration.get(account_id=other_id)
    physicians = (known.physician, Viewer(Role.PHYSICIAN, other_id, other.physician_id, Status.VERIFIED))
    ids = []
    for viewer, drug, comment in (
        (physicians[0], "colchicine", "Works fast."),
        (physicians[0], "allopurinol", "Call me: 030 1234567, or mail a.b@example.org"),
        (physicians[1], "colchicine", None),
        (physicians[1], "naproxen", "The patient died of it, an adverse event."),
        (physicians[1], "ibuprofen", "Well liked."),
    ):
        submitted = {"drugId": drug, "indicationId": "gout", "efficacy": 4, "comment": comment}
        data = await _done(schema, SUBMIT, contexts.of(viewer), input=submitted)
        ids.append(data["submitRating"]["rating"]["id"])
    for query in WRITES:
        await _done(schema, query, contexts.of(physicians[0]), id=ids[2])
        await _done(schema, query, contexts.of(physicians[1]), id=ids[0])
    await _done(schema, FOLLOW, contexts.of(physicians[0]))
    withdraw = "mutation($id: ID!) { withdrawRating(id: $id) { __typename } }"
    await _done(schema, withdraw, contexts.of(physicians[1]), id=ids[4])


async def _done(schema: strawberry.Schema, query: str, context: Context, **variables: object) -> dict[str, object]:
    result = await schema.execute(query, variable_values=variables, context_value=context)
    assert not result.errors, result.errors
    data: dict[str, object] = result.data
    return data

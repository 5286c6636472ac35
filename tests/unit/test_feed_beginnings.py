"""What a subscription was found to be about is used for equal ones, and for nobody else."""

from dataclasses import replace
from typing import Any

import pytest
from tortoise.context import TortoiseContext

from graph.feed import beginnings
from graph.feed.beginnings import Beginnings
from graph.feed.sources import FollowedSource, RatingsSource, Selection
from models import FeedState
from resolvers.viewers import ANONYMOUS, Role, Status, Viewer

QUERY = "subscription($drugs: [ID!]!) { ratings(filter: { drugIds: $drugs }) { cursor } }"
COLCHICINE: dict[str, Any] = {"drugs": ["colchicine"]}
SOURCE = RatingsSource(Selection(drug_ids=frozenset([7])))
ANN = Viewer(Role.PHYSICIAN, 1, 1, Status.VERIFIED)
BOB = Viewer(Role.PHYSICIAN, 2, 2, Status.VERIFIED)
FEED_KEY = Viewer(Role.INTEGRATOR, key_id=1, scopes=frozenset(["feed"]))
SCORE_KEY = Viewer(Role.INTEGRATOR, key_id=2, scopes=frozenset(["scores"]))


@pytest.fixture
def remembered() -> Beginnings:
    return Beginnings()


async def test_readers_with_the_same_rights_share_what_was_found_out(remembered: Beginnings) -> None:
    remembered.remember(QUERY, None, COLCHICINE, ANN, SOURCE)

    assert await remembered.known(QUERY, None, {"drugs": ["colchicine"]}, BOB) == SOURCE


async def test_another_document_operation_or_variable_is_found_out_anew(remembered: Beginnings) -> None:
    remembered.remember(QUERY, None, COLCHICINE, ANN, SOURCE)

    assert await remembered.known(QUERY + " ", None, COLCHICINE, ANN) is None
    assert await remembered.known(QUERY, "Feed", COLCHICINE, ANN) is None
    assert await remembered.known(QUERY, None, {"drugs": ["ibuprofen"]}, ANN) is None
    assert await remembered.known(QUERY, None, None, ANN) is None


@pytest.mark.parametrize("other", [ANONYMOUS, FEED_KEY, Viewer(Role.REGISTERED, 1, 1, Status.SUSPENDED)])
async def test_somebody_with_other_rights_is_asked_for_them(remembered: Beginnings, other: Viewer) -> None:
    remembered.remember(QUERY, None, COLCHICINE, ANN, SOURCE)

    assert await remembered.known(QUERY, None, COLCHICINE, other) is None


async def test_keys_with_other_scopes_are_asked_for_them(remembered: Beginnings) -> None:
    remembered.remember(QUERY, None, COLCHICINE, FEED_KEY, SOURCE)

    assert await remembered.known(QUERY, None, COLCHICINE, SCORE_KEY) is None


async def test_what_somebody_follows_is_theirs(remembered: Beginnings) -> None:
    remembered.remember("subscription { followedRatings { cursor } }", None, None, ANN, FollowedSource(1))

    assert await remembered.known("subscription { followedRatings { cursor } }", None, None, BOB) is None


async def test_it_is_forgotten_after_a_while(remembered: Beginnings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginnings, "REMEMBERED_SECONDS", -1.0)

    remembered.remember(QUERY, None, COLCHICINE, ANN, SOURCE)

    assert await remembered.known(QUERY, None, COLCHICINE, ANN) is None


async def test_it_does_not_grow_without_end(remembered: Beginnings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginnings, "MOST_REMEMBERED", 2)

    drugs = ("colchicine", "ibuprofen", "naproxen")
    for drug in drugs:
        remembered.remember(QUERY, None, {"drugs": [drug]}, ANN, SOURCE)

    known = [
        await remembered.known(QUERY, None, {"drugs": [drug]}, ANN) for drug in ("colchicine", "ibuprofen", "naproxen")
    ]
    assert known == [None, None, SOURCE]


async def test_what_is_not_kept_any_more_is_found_out_anew(remembered: Beginnings, migrated: TortoiseContext) -> None:  # noqa: ARG001
    remembered.remember(QUERY, None, {"after": "a"}, ANN, replace(SOURCE, after=4))
    remembered.remember(QUERY, None, {"after": "b"}, ANN, replace(SOURCE, after=5))

    await FeedState.filter(id=1).update(last_position=9, pruned_position=5)

    assert await remembered.known(QUERY, None, {"after": "a"}, ANN) is None
    assert await remembered.known(QUERY, None, {"after": "b"}, ANN) == replace(SOURCE, after=5)

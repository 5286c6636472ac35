"""Who is answered alike, and how it is noticed that somebody would not be."""

import pytest

from graph.feed.audience import AnyViewer, audience_of
from resolvers.viewers import ANONYMOUS, Role, Status, Viewer
from tests.viewers import INTEGRATOR, MODERATOR, UNREGISTERED, pending, suspended, verified

EVERYBODY = [ANONYMOUS, INTEGRATOR, UNREGISTERED, MODERATOR, pending(1), verified(1)]


def test_those_are_answered_alike_who_may_see_the_same() -> None:
    assert audience_of(verified(1)) == audience_of(verified(2))
    assert audience_of(pending(1)) == audience_of(suspended(2))
    assert len({audience_of(viewer) for viewer in EVERYBODY}) == len(EVERYBODY)
    other_scopes = Viewer(Role.INTEGRATOR, key_id=1, scopes=frozenset({"feed"}))
    assert audience_of(other_scopes) != audience_of(INTEGRATOR)


@pytest.mark.parametrize("viewer", EVERYBODY, ids=lambda viewer: viewer.role.value)
def test_who_stands_for_all_of_them_sees_what_each_of_them_sees(viewer: Viewer) -> None:
    anybody = AnyViewer(audience_of(viewer))

    assert anybody.role is viewer.role
    assert anybody.disclosure is viewer.disclosure
    assert anybody.rating_sight is viewer.rating_sight
    assert anybody.scopes == viewer.scopes
    assert anybody.is_anybody
    assert not anybody.asked_who


@pytest.mark.parametrize("name", ["account_id", "physician_id", "status", "key_id", "writer"])
def test_to_ask_who_it_is_is_noticed(name: str) -> None:
    anybody = AnyViewer(audience_of(Viewer(Role.PHYSICIAN, 1, 2, Status.VERIFIED)))

    assert getattr(anybody, name) is None
    assert anybody.asked_who

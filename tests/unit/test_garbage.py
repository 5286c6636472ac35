"""What a server does about collections of garbage; the servers in the process of the tests are kept from it."""

import gc
from collections.abc import Iterator

import pytest

# Bound before the run puts another in its place.
from graph.app import COLLECTING, seldom_collected


class Thing:
    """Something that collections look at."""


@pytest.fixture
def _left_out_again() -> Iterator[None]:
    yield
    gc.collect()
    gc.freeze()


def looked_at(thing: Thing) -> bool:
    return any(found is thing for found in gc.get_objects())


@pytest.mark.usefixtures("_left_out_again")
def test_what_is_there_when_a_server_starts_is_left_out_of_collections_until_it_stops() -> None:
    thresholds = gc.get_threshold()
    before = Thing()
    assert looked_at(before)
    with seldom_collected():
        since = Thing()
        assert (looked_at(before), looked_at(since)) == (False, True)
        assert gc.get_threshold() == COLLECTING

    assert (looked_at(before), looked_at(since)) == (True, True)
    assert gc.get_threshold() == thresholds


@pytest.mark.usefixtures("_left_out_again")
def test_a_server_that_fails_takes_back_what_it_did() -> None:
    thresholds = gc.get_threshold()
    with pytest.raises(KeyError), seldom_collected():
        raise KeyError

    assert gc.get_threshold() == thresholds
    assert gc.get_freeze_count() == 0

"""Keeping handles changes nothing about them, and keeps no more than it may."""

import pytest

from resolvers.blanks import ANY_READER
from resolvers.kept_handles import KeptHandles, MakeHandle
from resolvers.pseudonyms import Pseudonyms, handle_of

SECRET, OTHER_SECRET = b"an installation's secret", b"another's"
READERS = ["moderators", "physician:1", "physician:2", "account:1"]


def noting(made: list[int]) -> MakeHandle:
    """Makes handles, and notes of whom."""

    def make(physician_id: int) -> str:
        made.append(physician_id)
        return f"Physician {physician_id}"

    return make


@pytest.mark.parametrize("most", [0, 1, 7, 1_000])
def test_every_reader_sees_the_same_handles_as_without(most: int) -> None:
    kept = KeptHandles(most)

    for _ in range(2):
        for secret in (SECRET, OTHER_SECRET):
            for reader in READERS:
                pseudonyms = Pseudonyms(reader, secret, kept)
                for physician in (1, 2, 3, 2, 1, 4):
                    assert pseudonyms.handle(physician) == handle_of(physician, reader, secret)
                    assert len(kept) <= most


def test_a_handle_is_made_once_for_a_reader() -> None:
    made: list[int] = []
    kept = KeptHandles(10)

    assert [kept.seen_by(("moderators", SECRET), noting(made))(key) for key in (1, 2, 1, 2)] == [
        "Physician 1",
        "Physician 2",
        "Physician 1",
        "Physician 2",
    ]
    assert made == [1, 2]


def test_those_of_who_has_not_read_for_longest_go_first() -> None:
    made: list[str] = []
    kept = KeptHandles(3)

    def read(reader: str, physician_id: int) -> str:
        def make(key: int) -> str:
            made.append(reader)
            return f"{reader} {key}"

        return kept.seen_by((reader, SECRET), make)(physician_id)

    read("first", 1)
    read("second", 1)
    read("first", 2)
    read("third", 1)
    made.clear()

    assert read("first", 1) == "first 1"
    assert read("first", 2) == "first 2"
    assert read("third", 1) == "third 1"
    assert made == []
    assert read("second", 1) == "second 1"
    assert made == ["second"]


def test_of_a_reader_who_alone_has_too_many_the_first_half_goes() -> None:
    made: list[int] = []
    kept = KeptHandles(4)
    handle = kept.seen_by(("moderators", SECRET), noting(made))
    for key in (1, 2, 3, 4, 5):
        handle(key)
    assert len(kept) == 2
    made.clear()

    assert [handle(key) for key in (4, 5, 1)] == ["Physician 4", "Physician 5", "Physician 1"]
    assert made == [1]


def test_who_still_holds_what_was_dropped_gets_the_right_handles_and_keeps_none() -> None:
    kept = KeptHandles(2)
    earlier = Pseudonyms("physician:1", SECRET, kept)
    earlier.handle(1)
    later = Pseudonyms("physician:2", SECRET, kept)

    assert [later.handle(key) for key in (1, 2)] == [handle_of(key, "physician:2", SECRET) for key in (1, 2)]
    assert [earlier.handle(key) for key in (1, 2, 3)] == [handle_of(key, "physician:1", SECRET) for key in (1, 2, 3)]
    assert len(kept) == 2


def test_blanks_are_not_kept() -> None:
    kept = KeptHandles(10)

    Pseudonyms(ANY_READER, SECRET, kept).handle(1)

    assert len(kept) == 0

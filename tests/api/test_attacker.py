"""An integrator asks everything after every single write, and tries to find out single ratings and small groups.

The answers are the API's. Which ratings each of them is made of is known to the attacker as well, which is more than
anybody outside can know. What is left is arithmetic.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from models import Drug, Indication, Specialty
from models.ratings import CRITERIA as STORED_CRITERIA
from resolvers.disclosure import FROM_FIVE
from resolvers.feed.waking import wake_followers
from resolvers.viewers import Viewer
from tests.api.eavesdropper import (
    IN_MONTHS,
    SEGMENTS,
    Answers,
    Counts,
    Watched,
    changed,
    everything,
    minus,
    months_in,
    segments_in,
)
from tests.api.feed_eavesdropper import Ear, Heard, eavesdropping
from tests.api.long_history import ANSWERED, STEP, History, Levels, counts_by_hand
from tests.api.people import Person, served
from tests.attacker import Version, fewest_ratings
from tests.clients.serving import live_server
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.released import CellKey, contents_of_cells, rows_of
from tests.written import REFERENCE_PRIOR, store_prior

WATCHED = Watched(("allopurinol", "colchicine"), "gout", "acanthosis-nigricans")
FIRST = WATCHED.treatments[0]

LEAST = 11

Contents = Mapping[Version, int]
"""Of which versions of ratings a count is the sum."""

PassTime = Callable[[timedelta], datetime]
"""Lets some time pass; what time it is then."""


@dataclass
class Record:
    """What the attacker noted, and what was done and released meanwhile.

    Attributes:
        writes: what was done, in words.
        new: what each write said, if it was a new rating.
        answers: before the first write, and after each.
        arrivals: of how many ratings each write let a new version be released.
        released: which versions each released cell was the sum of, after each write.
        current: the same of all ratings of the first treatment, as they were.
        keys: of each treatment, drug and indication.
        segments: of each segment that was asked for, kind and value in the cells.
        heard: what was to be heard after each write, if somebody listened.
    """

    writes: list[str] = field(default_factory=list)
    new: list[Counts | None] = field(default_factory=list)
    answers: list[Answers] = field(default_factory=list)
    arrivals: list[int] = field(default_factory=list)
    released: list[Mapping[CellKey, Contents]] = field(default_factory=list)
    current: list[Contents] = field(default_factory=list)
    keys: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    segments: dict[str, tuple[int, str]] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)


async def observed(attacker: Person, pass_time: PassTime, seed: int, only: str = "", ear: Ear | None = None) -> Record:
    """Let the history happen, and the attacker ask after every write all operations whose names begin like this."""
    history = await History.of(WATCHED, seed)
    record = Record(answers=[await everything(attacker, WATCHED, only)])
    for drug, indication in WATCHED.treatments:
        record.keys[drug, indication] = ((await Drug.get(slug=drug)).id, (await Indication.get(slug=indication)).id)
    specialties = {name: str((await Specialty.get(name=name)).id) for name in ("Rheumatology", "Nephrology")}
    values = ("", *specialties.values(), "DE", "US", "EARLY", "ESTABLISHED")
    record.segments = dict(zip(SEGMENTS, zip((0, 1, 1, 2, 2, 3, 3), values, strict=True), strict=True))
    before: set[Version] = set()
    for words, write in history.writes():
        record.new.append(await write(pass_time(STEP)))
        # As whoever answers a write does.
        wake_followers()
        record.writes.append(words)
        record.answers.append(await everything(attacker, WATCHED, only))
        if ear is not None:
            record.heard.append(await ear.listen())
        released: set[Version] = {(row["rating_id"], _levels(row)) for row in await rows_of("released_rating")}
        record.arrivals.append(len({rating for rating, _ in released - before}))
        record.released.append(await contents_of_cells())
        record.current.append(
            {
                (row["id"], _levels(row)): 1
                for row in await rows_of("rating")
                if (row["drug_id"], row["indication_id"]) == record.keys[FIRST]
            }
        )
        before = released
    return record


def _levels(row: Mapping[str, int | None]) -> Levels:
    return tuple(row[criterion] for criterion in STORED_CRITERIA)


def counts_of(contents: Contents, least: int) -> Counts:
    """The counts of versions of ratings, by hand, without criteria with too few answers."""
    counts = counts_by_hand([levels for _, levels in contents])  # type: ignore[misc]  # as `_levels` makes them
    answers = {name: sum(n for one, n in counts.items() if one.split()[0] == name.split()[0]) for name in counts}
    return {name: n for name, n in counts.items() if answers[name] >= least}


def shown(record: Record, treatment: tuple[str, str]) -> Iterator[Contents]:
    """All sums of a treatment that the attacker has ever been shown; each is checked against the answer."""
    key = record.keys[treatment]
    for answers, released in zip(record.answers[1:], record.released, strict=True):
        for segment, counts in segments_in(answers, *treatment).items():
            contents = released[*key, *record.segments[segment]]
            assert counts == counts_of(contents, LEAST)
            yield contents
        for month, answered in months_in(answers, *treatment).items():
            contents = released[*key, 4, month]
            answers_in_all = answers_of(counts_of(contents, LEAST))
            assert answered == {name: answers_in_all[name] for name in IN_MONTHS if name in answers_in_all}
            yield contents


def answers_of(counts: Counts) -> Counts:
    """How many answers each criterion has."""
    found: Counts = {}
    for name, number in counts.items():
        if name != "ratings":
            criterion = name.split()[0]
            found[criterion] = found.get(criterion, 0) + number
    return found


def steps(answers: list[Answers], treatment: tuple[str, str]) -> Iterator[tuple[int, Counts]]:
    """By how much everybody's counts of a treatment changed, and with which write; only where they did."""
    noted = [segments_in(answer, *treatment).get("everybody", {}) for answer in answers]
    for place, (before, after) in enumerate(pairwise(noted)):
        if difference := minus(after, before):
            yield place, difference


def looks_like_a_rating(difference: Counts) -> bool:
    """Whether a difference can be what one physician said, or said no more."""
    return set(difference.values()) in ({1}, {-1})


@pytest.fixture(scope="session")
def record(databases: SqliteDatabases | PostgresDatabases, catalogue_template: str) -> Record:
    """What the attacker noted in a history of 72 writes."""

    async def observe() -> Record:
        async with live_server(databases_url) as server:
            await store_prior(1, REFERENCE_PRIOR)
            attacker = await server.integrator()
            async with eavesdropping(server, attacker, WATCHED) as ear:
                return await observed(attacker, server.pass_time, seed=1, ear=ear)

    databases_url = databases.create(catalogue_template)
    return asyncio.run(observe())


def test_answers_change_only_when_eleven_are_released(record: Record) -> None:
    moved = [changed(before, after) for before, after in pairwise(record.answers)]
    assert [bool(names) for names in moved] == [bool(arrivals) for arrivals in record.arrivals]
    releases = [arrivals for arrivals in record.arrivals if arrivals]
    assert len(releases) >= 6
    assert min(releases) >= LEAST
    # Most writes of this history, of whatever kind, have changed nothing at all.
    assert {words for words, names in zip(record.writes, moved, strict=True) if not names} == set(record.writes)


def test_who_listens_all_the_time_hears_of_these_steps_and_of_nothing_else(record: Record) -> None:
    """And whoever subscribes anew begins where it was before, except behind a step."""
    before = record.heard[0]
    for answers, arrivals, heard in zip(record.answers[1:], record.arrivals, record.heard, strict=True):
        assert bool(heard.told) == bool(heard.released) == bool(arrivals)
        assert {kind for kind, _, _ in heard.told} <= {"RatingsReleased", "ScoreChanged"}
        for _, treatment, counts in heard.told:
            assert counts == segments_in(answers, *treatment)["everybody"]
        assert (heard.begins != before.begins) == bool(arrivals)
        assert len(heard.kept) == len(before.kept) + heard.released
        assert heard.kept[: len(before.kept)] == before.kept
        assert heard.begins == (heard.kept or [heard.oldest])[-1]
        assert heard.oldest == before.oldest
        before = heard
    assert len(before.kept) >= 6


@pytest.mark.parametrize("treatment", WATCHED.treatments)
def test_no_fewer_than_eleven_can_be_reckoned_from_all_answers(record: Record, treatment: tuple[str, str]) -> None:
    sums = list(shown(record, treatment))
    assert sums
    fewest = fewest_ratings(sums)
    assert fewest is not None
    assert fewest >= LEAST


def test_from_one_answer_to_the_next_no_single_rating_is_seen(record: Record) -> None:
    for treatment in WATCHED.treatments:
        differences = [difference for _, difference in steps(record.answers, treatment)]
        assert differences
        assert not any(map(looks_like_a_rating, differences))


def test_what_can_be_found_out_is_how_often_something_was_said_not_by_whom(record: Record) -> None:
    """Eleven is a number of physicians, not of answers: the limits that the documents name, and no more."""
    differences = [difference for treatment in WATCHED.treatments for _, difference in steps(record.answers, treatment)]
    assert any(0 < abs(number) < LEAST for difference in differences for number in answers_of(difference).values())
    assert any(abs(number) == 1 for difference in differences for number in difference.values())


async def test_where_nothing_is_protected_the_same_attack_finds_single_ratings(
    catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores from five physicians on, as they are now, are for verified physicians: an integrator must not get them."""
    monkeypatch.setattr(Viewer, "disclosure", FROM_FIVE)
    async with served(catalogue_url) as server:
        await store_prior(1, REFERENCE_PRIOR)
        only = f"scores {FIRST[0]} {FIRST[1]}"
        record = await observed(await server.integrator(), server.pass_time, seed=1, only=only)
    found = dict(steps(record.answers, FIRST))
    everybodys = [segments_in(answers, *FIRST).get("everybody", {}) for answers in record.answers[1:]]
    for counts, contents in zip(everybodys, record.current, strict=True):
        if counts.get("ratings", 0) >= FROM_FIVE.least:
            assert counts == counts_of(contents, FROM_FIVE.least)
    all_answered = [
        place
        for place, said in enumerate(record.new)
        if said and place and place in found and len(answers_of(everybodys[place - 1])) == len(ANSWERED)
    ]
    # Word by word what one physician has just said.
    read = [place for place in all_answered if found[place] == record.new[place]]
    assert len(read) >= 10
    assert read == all_answered
    for place in read:
        assert fewest_ratings([record.current[place - 1], record.current[place]]) == 1

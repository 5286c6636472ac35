"""What in a comment is held for a person, and what passes."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.ratings import CRITERIA
from resolvers.comments import (
    adverse_event_words,
    adverse_events,
    ages,
    birth_dates,
    checking,
    contacts,
    findings,
    names,
    plain,
    record_numbers,
)
from resolvers.comments.screening import screen
from resolvers.ratings.checking import LONGEST_COMMENT
from resolvers.simulation.comments import write_comments
from resolvers.simulation.remarks import ADULT_CIRCUMSTANCES, CIRCUMSTANCES, CLAUSES, CLOSINGS
from resolvers.simulation.specialties import PROFILES
from tests.unit import comment_held_out
from tests.unit.comment_corpus import MUST_BE_HELD, MUST_PASS

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0021-screening-of-comments.md"

MODULES = (adverse_event_words, adverse_events, ages, birth_dates, checking, contacts, names, plain, record_numbers)

HELD_REMARK = "one of my patients was admitted because of it"
"""The one clause of the simulation that tells of a patient: going to hospital is what makes an event serious."""

HOSTILE = (
    *("a", "A", "1", "-", " ", ".", "+", "@", "*", "(", "a.", "a@", "A.", "1 ", "1-", "0 1", "222-", "1/", "01/"),
    *("Aa ", "1 Aa ", "Mr ", "Mr A", "patient ", "patient Aa, ", "man ", "born ", "mrn ", "chart no ", "case #1 "),
    *("call ", "number ", "her son ", "A.A. ", "90 y", "age ", "one a ", "my a ", "was a ", "needed a ", "ended up "),
    *("i had ", "lost a ", "severe ", "rash ", "death ", "no ", "risk ", "but ", "stopped for ", "had to stop for "),
    *("after the first ", "at a dot ", "[at]a", "\ufdfa", "e\u0301", "\u0663"),
)


def patterns_of(module: ModuleType) -> list[tuple[str, re.Pattern[str]]]:
    return [(name, value) for name, value in vars(module).items() if isinstance(value, re.Pattern)]


PATTERNS = {value: f"{each.__name__}.{name}" for each in MODULES for name, value in patterns_of(each)}


@pytest.mark.parametrize(("expected", "text"), MUST_BE_HELD)
def test_what_a_person_has_to_look_at_is_held(expected: frozenset[str], text: str) -> None:
    screening = screen(text)
    assert set(screening.findings) == expected
    assert screening.adverse_event == ("ADVERSE_EVENT" in expected)


@pytest.mark.parametrize("text", MUST_PASS)
def test_what_physicians_say_of_a_drug_passes(text: str) -> None:
    assert screen(text).findings == ()


def test_the_corpora_are_as_large_as_they_are_said_to_be_and_repeat_nothing() -> None:
    held = [text for _, text in (*MUST_BE_HELD, *comment_held_out.MUST_BE_HELD)]
    passing = [*MUST_PASS, *comment_held_out.MUST_PASS]
    assert len(MUST_BE_HELD) >= 120
    assert len(MUST_PASS) >= 150
    assert min(len(comment_held_out.MUST_BE_HELD), len(comment_held_out.MUST_PASS)) >= 60
    assert len({*held, *passing}) == len(held) + len(passing)
    assert frozenset().union(*(found for found, _ in MUST_BE_HELD)) == set(findings.DESCRIPTIONS)


def figures(name: str, must_be_held: Sequence[tuple[frozenset[str], str]], must_pass: Sequence[str]) -> str:
    """A row of the decision's table."""
    held = sum(bool(screen(text).findings) for _, text in must_be_held)
    wrongly = sum(bool(screen(text).findings) for text in must_pass)
    precision, recall = held / (held + wrongly), held / len(must_be_held)
    return (
        f"| {name} | {held} of {len(must_be_held)} | {wrongly} of {len(must_pass)} | {precision:.1%} | {recall:.1%} |"
    ).replace("%", " %")


@pytest.mark.parametrize(
    ("name", "must_be_held", "must_pass"),
    [
        ("made for these", MUST_BE_HELD, MUST_PASS),
        ("held out, written first", comment_held_out.MUST_BE_HELD, comment_held_out.MUST_PASS),
        (
            "held out, written last",
            comment_held_out.WRITTEN_LAST_MUST_BE_HELD,
            comment_held_out.WRITTEN_LAST_MUST_PASS,
        ),
    ],
)
def test_the_decision_tells_how_well_it_works(
    name: str, must_be_held: Sequence[tuple[frozenset[str], str]], must_pass: Sequence[str]
) -> None:
    assert figures(name, must_be_held, must_pass) in DECISION.read_text(encoding="utf-8").splitlines()


def test_of_the_simulated_remarks_only_the_one_of_a_patient_in_hospital_is_held() -> None:
    clauses = [clause for tones in CLAUSES.values() for clauses in tones.values() for clause in clauses]
    places = {profile.setting for profile in PROFILES.values()}
    held = [
        text for text in (*clauses, *CIRCUMSTANCES, *ADULT_CIRCUMSTANCES, *CLOSINGS, *places) if screen(text).findings
    ]
    assert held == [HELD_REMARK]
    assert len(held) <= 0.01 * len(clauses)


def test_of_the_simulated_comments_only_those_with_that_remark_are_held() -> None:
    chance = np.random.default_rng(4)
    levels = chance.integers(1, 6, (3_000, len(CRITERIA)))
    specialties = [list(PROFILES)[place] for place in chance.integers(0, len(PROFILES), len(levels))]
    comments = write_comments(levels, specialties, [PROFILES[name].setting for name in specialties], chance)

    held = Counter(HELD_REMARK in comment.lower() for comment in comments if screen(comment).findings)

    assert held[True] > 0
    assert held[False] == 0


@pytest.mark.parametrize("pattern", PATTERNS, ids=PATTERNS.values())
def test_no_pattern_repeats_anything_without_a_bound(pattern: re.Pattern[str]) -> None:
    """With bounded repetitions a match reads a bounded number of characters, so that a search takes linear time."""
    without_escapes = re.sub(r"\\.", "", pattern.pattern)
    without_sets = re.sub(r"\[[^\]]*\]", "", without_escapes)
    assert re.search(r"[*+]|\{\d*,\}", without_sets) is None


@pytest.mark.parametrize("pattern", PATTERNS, ids=PATTERNS.values())
def test_a_hostile_comment_does_not_stop_a_pattern(pattern: re.Pattern[str]) -> None:
    for unit in HOSTILE:
        text = (unit * LONGEST_COMMENT)[:LONGEST_COMMENT]
        for end in ("", "!", "\n0"):
            assert all(found.end() <= len(text + end) for found in pattern.finditer(text + end))


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_hostile_comment_does_not_stop_the_screening(unit: str) -> None:
    assert set(screen((unit * LONGEST_COMMENT)[:LONGEST_COMMENT]).findings) <= set(findings.DESCRIPTIONS)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), min_size=1, max_size=12))
def test_any_comment_is_screened(parts: list[str]) -> None:
    text = "".join(parts)
    screening = screen((text * LONGEST_COMMENT)[:LONGEST_COMMENT])
    found = list(screening.findings)
    assert found == [name for name in findings.DESCRIPTIONS if name in found]
    assert screening.adverse_event == ("ADVERSE_EVENT" in found)


@given(
    st.sampled_from(MUST_PASS),
    st.from_regex(r"[a-z]{1,8}[._]?[a-z]{1,8}@[a-z]{1,10}\.(org|example|de)", fullmatch=True),
)
def test_an_address_is_found_in_any_remark(remark: str, address: str) -> None:
    assert "EMAIL" in screen(f"{remark} {address}").findings


@given(
    st.sampled_from(MUST_PASS),
    st.from_regex(r"[2-9][0-9][1-9]-555-01[0-9][1-9]", fullmatch=True),
    st.sampled_from(["-", "\u2010", "\u2011", "\u2013", "\u2212", "\u200b-", ".", "\u00a0"]),
)
def test_a_number_is_found_in_any_remark_whatever_dash_it_is_written_with(remark: str, number: str, dash: str) -> None:
    assert "PHONE" in screen(f"{remark} It is {number.replace('-', dash)}").findings


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Ring \uff10\uff12\uff10 \uff17\uff19\uff14\uff16 \uff10\uff19\uff15\uff18", "PHONE"),
        ("M\u200dR\u00adN 7719023", "RECORD_NUMBER"),
        ("ana\u200bphylaxis in my patient", "ADVERSE_EVENT"),
        ("Mr\u00a0Thompson", "PERSON_NAME"),
        ("DOB \u0663/\u0664/\u0661\u0669\u0665\u0666", "DATE_OF_BIRTH"),
    ],
)
def test_another_spelling_of_the_same_characters_hides_nothing(text: str, finding: str) -> None:
    assert finding in screen(text).findings

"""Which ratings get a comment, and what it says."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.ratings import CRITERIA
from resolvers.simulation.remarks import ADULT_CIRCUMSTANCES, CIRCUMSTANCES, CLAUSES, CLOSINGS, Tone

COMMENTED_SHARE = 0.45

STRONG_OPINION = 0.4
"""How much more readily a rating is commented on for each level that its answers lie from the middle."""

TONES: tuple[Tone, ...] = ("bad", "bad", "middling", "good", "good")
"""The tone of a remark on a criterion, by its level from 1 to 5."""

CRITERION_APPEAL = (1.5, 1.0, 1.2, 0.7, 0.7, 0.9)
"""How readily a physician remarks on each of CRITERIA."""

TWO_REMARKS_SHARE = 0.68
SETTING_SHARE = 0.2
CIRCUMSTANCE_SHARE = 0.38
CLOSING_SHARE = 0.22

PAEDIATRIC = "Pediatric Medicine"


def choose_commented(
    levels: NDArray[np.int64], talkativeness: NDArray[np.float64], chance: np.random.Generator
) -> NDArray[np.int64]:
    """The places of the ratings that get a comment, in order: COMMENTED_SHARE of them, rounded by chance.

    Talkative physicians and strong opinions come first. `levels` has one row for each rating, 0 for no answer.
    """
    answered = levels > 0
    strength = (np.abs(levels - 3) * answered).sum(axis=1) / answered.sum(axis=1)
    readiness = talkativeness + STRONG_OPINION * strength + chance.standard_normal(len(levels))
    count = int(COMMENTED_SHARE * len(levels) + chance.random())
    return np.sort(np.argsort(-readiness, kind="stable")[:count])


def write_comments(
    levels: NDArray[np.int64],
    specialties: Sequence[str],
    settings: Sequence[str],
    chance: np.random.Generator,
) -> list[str]:
    """A short remark for each of the ratings, on one or two criteria that it answers.

    Args:
        levels: one row for each rating, 0 for no answer.
        specialties: of the physicians, by name.
        settings: where the physicians work, such as "in our eye clinic".
        chance: the source of all choices.
    """
    count = len(levels)
    # A race between the answered criteria: an extreme level and an appealing criterion arrive early.
    pace = np.array(CRITERION_APPEAL) * (1 + np.abs(levels - 3))
    arrival = np.where(levels > 0, chance.standard_exponential((count, len(CRITERIA))) / pace, np.inf)
    order = np.argsort(arrival, axis=1, kind="stable")[:, :2]
    has_two = np.isfinite(np.sort(arrival, axis=1)[:, 1]) & (chance.random(count) < TWO_REMARKS_SHARE)
    beginnings = chance.random(count)
    closes = chance.random(count) < CLOSING_SHARE
    picks = chance.integers(0, 1 << 30, (count, 5))
    return [
        _comment(
            row,
            criteria if two else criteria[:1],
            _beginning(draw, pick[0], specialty, setting),
            CLOSINGS[pick[1] % len(CLOSINGS)] if close else "",
            pick[2:],
        )
        for row, criteria, two, draw, close, pick, specialty, setting in zip(
            levels.tolist(),
            order.tolist(),
            has_two.tolist(),
            beginnings.tolist(),
            closes.tolist(),
            picks.tolist(),
            specialties,
            settings,
            strict=True,
        )
    ]


def _beginning(draw: float, pick: int, specialty: str, setting: str) -> str:
    if draw < SETTING_SHARE:
        return setting + ", "
    if draw < SETTING_SHARE + CIRCUMSTANCE_SHARE:
        choice = CIRCUMSTANCES if specialty == PAEDIATRIC else CIRCUMSTANCES + ADULT_CIRCUMSTANCES
        return choice[pick % len(choice)] + ", "
    return ""


def _comment(levels: list[int], criteria: list[int], beginning: str, closing: str, picks: list[int]) -> str:
    tones = [TONES[levels[criterion] - 1] for criterion in criteria]
    clauses = [_clause(*chosen) for chosen in zip(criteria, tones, picks[:2], strict=False)]
    text = _capital(beginning + clauses[0])
    if len(clauses) > 1:
        text += _joined(tones[0], tones[1], clauses[1], picks[2])
    return f"{text}. {closing}".rstrip()


def _clause(criterion: int, tone: Tone, pick: int) -> str:
    clauses = CLAUSES[CRITERIA[criterion]][tone]
    return clauses[pick % len(clauses)]


def _joined(tone: Tone, second_tone: Tone, clause: str, pick: int) -> str:
    if pick % 2:
        return ". " + _capital(clause)
    return (", and " if tone == second_tone else ", but ") + clause


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]

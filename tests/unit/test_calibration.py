"""Scores against the truth, in worlds where it is known; `python -m benchmarks.calibration` is the larger version."""

import numpy as np
import pytest

from benchmarks.calibration import Calibration, calibrate
from benchmarks.calibration_worlds import WORLDS

LEAST, MOST = 0.93, 0.97
"""The coverage promised for intervals called 95 %."""

RATINGS = np.repeat([3, 10, 30], 500)
"""How many ratings each drug of a world gets."""

REPEATS = 3

TOLERANCE = 0.017
"""Three binomial standard errors of a share of 0.95 among 3 · 500 drugs: 3 · √(0.95 · 0.05 / 1,500). Where criteria
correlate, the six intervals of a drug are hardly more than one."""


@pytest.fixture(scope="module", params=list(WORLDS))
def calibrations(request: pytest.FixtureRequest) -> list[Calibration]:
    seeds = np.random.SeedSequence(3).spawn(REPEATS)
    runs = [calibrate(WORLDS[request.param], RATINGS, 20, np.random.default_rng(seed)) for seed in seeds]
    if "strongly" in request.param:
        # The case that intervals of independent criteria would fail: see that it is there.
        assert min(min(run.within, run.between) for run in runs) > 0.8
    return runs


def test_intervals_hold_the_truth_as_often_as_they_say(calibrations: list[Calibration]) -> None:
    coverage = np.mean([run.coverage for run in calibrations], axis=0)
    assert coverage.shape == (3, 3)
    assert (coverage >= LEAST - TOLERANCE).all()
    assert (coverage <= MOST + TOLERANCE).all()


def test_posterior_means_are_nearer_to_the_truth_than_raw_means(calibrations: list[Calibration]) -> None:
    raw = np.mean([run.raw_error for run in calibrations], axis=0)
    shrunk = np.mean([run.shrunk_error for run in calibrations], axis=0)
    assert (shrunk < raw).all()
    of_three_ratings = 0
    assert shrunk[of_three_ratings] < 0.5 * raw[of_three_ratings]

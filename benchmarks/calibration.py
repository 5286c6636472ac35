"""How often 95 % intervals hold the truth, and how much shrinkage gains, in worlds where the truth is known.

python -m benchmarks.calibration
"""

from argparse import ArgumentParser
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration_worlds import WORLDS, MakeWorld
from scoring.composite import EQUAL_WEIGHTS, normalised_weights
from scoring.counts import LEVEL_VALUES
from scoring.estimates import Estimates, estimate
from scoring.prior import Prior
from scoring.prior_fitting import fit_prior

Floats = NDArray[np.float64]

RATINGS = (3, 10, 30, 100, 300)
"""How many ratings a drug has."""

SHARES_OF_DRUGS = (0.3, 0.3, 0.2, 0.1, 0.1)
"""Which share of the drugs has so many ratings: most have few."""

UNEVEN_WEIGHTS = normalised_weights([5, 3, 2, 0, 1, 1])

DRUGS, INDICATIONS, REPEATS, SEED = 4_000, 40, 12, 20_261_122


@dataclass(frozen=True, slots=True)
class Calibration:
    """What came out in one world; the first axis of each array is the numbers of ratings, from the smallest.

    Attributes:
        coverage: (R, 3), the share of intervals that hold the truth: of criteria, of the overall score with equal and
            with uneven weights.
        raw_error: (R,), the mean squared error of raw criterion means.
        shrunk_error: (R,), that of the posterior means of the same criteria.
        claimed: (R,), the mean posterior variance of the same criteria.
        within: the fitted correlation of the answers of a rating, mean over the pairs of criteria.
        between: the fitted correlation of the drugs' true means, likewise.
    """

    coverage: Floats
    raw_error: Floats
    shrunk_error: Floats
    claimed: Floats
    within: float
    between: float


def calibrate(
    make: MakeWorld, ratings: NDArray[np.int64], indications: int, chance: np.random.Generator
) -> Calibration:
    """Make a world, have its drugs rated, fit the prior to these same ratings, and compare scores with the truth.

    Args:
        make: makes the world.
        ratings: (D,), how many each drug gets; a few different numbers.
        indications: how many there are.
        chance: everything random.
    """
    world = make(len(ratings), indications, chance)
    counts = world.rate(ratings, chance)
    version = fit_prior(world.indications, counts)
    priors = [version.prior_for(indication) for indication in world.indications.tolist()]
    estimates = estimate(counts, Prior.at_each(priors))
    held = _held(estimates, world.means)
    answered = counts.answers > 0
    raw = np.divide(counts.levels @ LEVEL_VALUES, counts.answers, out=np.zeros_like(world.means), where=answered)
    groups = [ratings == rated for rated in np.unique(ratings)]
    cells = [answered & group[:, None] for group in groups]
    pairs = np.triu_indices_from(version.everywhere.within, 1)
    return Calibration(
        np.array([held[group].mean(axis=0) for group in groups]),
        np.array([np.square(raw - world.means)[cell].mean() for cell in cells]),
        np.array([np.square(estimates.criteria.mean - world.means)[cell].mean() for cell in cells]),
        np.array([estimates.criteria.variance[cell].mean() for cell in cells]),
        float(version.everywhere.within[pairs].mean()),
        float(version.everywhere.between[pairs].mean()),
    )


def _held(estimates: Estimates, means: Floats) -> Floats:
    """Of each drug the share of criteria whose interval holds the truth, and whether the overall scores' do."""
    lower, upper = estimates.criterion_intervals()
    columns = [((lower <= means) & (means <= upper)).mean(axis=1)]
    for weights in (EQUAL_WEIGHTS, UNEVEN_WEIGHTS):
        low, high = estimates.interval_by(None, weights)
        truth = means @ weights
        columns.append((low <= truth) & (truth <= high))
    return np.column_stack(columns)


def main() -> None:
    """Print the tables."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--drugs", type=int, default=DRUGS)
    parser.add_argument("--indications", type=int, default=INDICATIONS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    seeds = np.random.SeedSequence(options.seed).spawn(len(WORLDS))
    found = {
        name: [
            _calibrate_usual(make, options.drugs, options.indications, np.random.default_rng(part))
            for part in seed.spawn(options.repeats)
        ]
        for (name, make), seed in zip(WORLDS.items(), seeds, strict=True)
    }
    print(
        f"{options.drugs} drugs in {options.indications} indications, {options.repeats} times, seed {options.seed}.\n"
    )
    _print_coverage(found)
    _print_errors(found)


def _calibrate_usual(make: MakeWorld, drugs: int, indications: int, chance: np.random.Generator) -> Calibration:
    return calibrate(make, chance.choice(RATINGS, drugs, p=SHARES_OF_DRUGS), indications, chance)


def _print_coverage(found: dict[str, list[Calibration]]) -> None:
    print("Coverage of 95 % intervals in %: criterion / overall, equal weights / overall, uneven weights\n")
    print(f"| world | answers correlate | drugs correlate | {' | '.join(f'{rated} ratings' for rated in RATINGS)} |")
    print(f"| --- | --- | --- |{' --- |' * len(RATINGS)}")
    largest = 0.0
    for name, runs in found.items():
        coverages = np.array([run.coverage for run in runs])
        if len(runs) > 1:
            largest = max(largest, (coverages.std(axis=0, ddof=1) / np.sqrt(len(runs))).max())
        cells = [" / ".join(f"{100 * share:.1f}" for share in row) for row in coverages.mean(axis=0)]
        within, between = np.mean([run.within for run in runs]), np.mean([run.between for run in runs])
        print(f"| {name} | {within:.2f} | {between:.2f} | {' | '.join(cells)} |")
    print(f"\nLargest standard error of a figure: {100 * largest:.1f}\n")


def _print_errors(found: dict[str, list[Calibration]]) -> None:
    print("Mean squared error of a criterion: raw mean / posterior mean (reduction); the variance it claims\n")
    print(f"| world | {' | '.join(f'{rated} ratings' for rated in RATINGS)} |")
    print(f"| --- |{' --- |' * len(RATINGS)}")
    for name, runs in found.items():
        raw, shrunk, claimed = (
            np.mean([getattr(run, figure) for run in runs], axis=0)
            for figure in ("raw_error", "shrunk_error", "claimed")
        )
        cells = [
            f"{before:.4f} / {after:.4f} (-{100 * (1 - after / before):.0f} %); {said:.4f}"
            for before, after, said in zip(raw, shrunk, claimed, strict=True)
        ]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()

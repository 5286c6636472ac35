"""Simulates how often rank intervals hold the true rank, for the method in use and for others.

python -m benchmarks.rank_coverage
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.rank_methods import IN_USE, METHODS, Intervals
from benchmarks.rank_scenarios import SCENARIOS, Sample, draw
from scoring.ranking import Group, groups, rank

REPETITIONS = {10: 400, 50: 60, 95: 40}
"""By the number of drugs: how often each scenario is drawn. Larger numbers of drugs need fewer, and take longer."""

SEED = 20241

TIMED_DRUGS, TIMED_RANKINGS = 96, 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares of true ranks held, in one draw of one scenario, and other figures of it."""

    all_drugs: float
    fewest_ratings: float
    most_ratings: float
    listed_first: float
    truly_first: float
    every_tied_rank: float
    width: float
    placed: float
    misplaced: float


def outcome(sample: Sample, intervals: Intervals) -> Outcome:
    """Compare intervals with the truth.

    Drugs with equal true means share their ranks. Each of them is the true one with the same probability, as if tiny
    differences decided, so what counts is the share of them that the interval holds.
    """
    lower, upper = intervals
    drugs = len(lower)
    first_rank = 1 + (sample.true_means > sample.true_means[:, None]).sum(axis=1)
    last_rank = drugs - (sample.true_means < sample.true_means[:, None]).sum(axis=1)
    common = np.minimum(upper, last_rank) - np.maximum(lower, first_rank) + 1
    held = np.clip(common, 0, None) / (last_rank - first_rank + 1)
    listed = np.argsort(-sample.shrunk.mean, kind="stable")[: max(1, drugs // 10)]
    said = np.array([group.value for group in groups(lower, upper)])
    middle = (drugs + 1) / 2
    wrong = ((said == Group.BETTER_THAN_MOST) & (last_rank >= middle)) | (
        (said == Group.WORSE_THAN_MOST) & (first_rank <= middle)
    )
    return Outcome(
        all_drugs=held.mean(),
        fewest_ratings=held[sample.counts <= np.quantile(sample.counts, 0.25)].mean(),
        most_ratings=held[sample.counts >= np.quantile(sample.counts, 0.75)].mean(),
        listed_first=held[listed].mean(),
        truly_first=held[first_rank <= max(1, drugs // 10)].mean(),
        every_tied_rank=((lower <= first_rank) & (last_rank <= upper)).mean(),
        width=(upper - lower + 1).mean(),
        placed=(said != Group.MIDDLE).mean(),
        misplaced=wrong.mean(),
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """The outcomes of one method in one scenario, over the repetitions."""

    outcomes: tuple[Outcome, ...]

    def mean(self, figure: str) -> float:
        return float(np.mean([getattr(each, figure) for each in self.outcomes]))

    def standard_error(self, figure: str) -> float:
        values = [getattr(each, figure) for each in self.outcomes]
        return float(np.std(values, ddof=1) / np.sqrt(len(values)))


def simulate(drugs: int) -> dict[tuple[str, str], Coverage]:
    """The coverage of each method in each scenario, by their names; all methods see the same samples."""
    found: dict[tuple[str, str], Coverage] = {}
    for number, scenario in enumerate(SCENARIOS):
        chance = np.random.default_rng((SEED, drugs, number))
        samples = [draw(scenario, drugs, chance) for _ in range(REPETITIONS[drugs])]
        for method in METHODS:
            outcomes = tuple(outcome(sample, method(sample)) for sample in samples)
            found[method.name, scenario.name] = Coverage(outcomes)
    return found


# Tables


def summary(drugs: int, found: dict[tuple[str, str], Coverage]) -> Iterator[str]:
    """All methods side by side."""
    yield f"### {drugs} drugs, {REPETITIONS[drugs]} repetitions: coverage in %, over all scenarios\n"
    yield (
        "| method | average | worst scenario | worst, fewest ratings | worst, most ratings "
        "| worst, listed first | worst, truly first | mean width |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for method in METHODS:
        of_method = [found[method.name, scenario.name] for scenario in SCENARIOS]
        average, width = (np.mean([each.mean(figure) for each in of_method]) for figure in ("all_drugs", "width"))
        figures = ("all_drugs", "fewest_ratings", "most_ratings", "listed_first", "truly_first")
        worst = [min(each.mean(figure) for each in of_method) for figure in figures]
        yield f"| {method.name} | {_percent(average)} | {' | '.join(map(_percent, worst))} | {width:.1f} |"
    yield ""


def by_scenario(drugs: int, found: dict[tuple[str, str], Coverage]) -> Iterator[str]:
    """Coverage and mean width of each method in each scenario."""
    yield f"### {drugs} drugs: coverage in % and mean width, by scenario\n"
    yield f"| scenario | {' | '.join(method.name for method in METHODS)} |"
    yield f"| --- |{' --- |' * len(METHODS)}"
    for scenario in SCENARIOS:
        cells = (found[method.name, scenario.name] for method in METHODS)
        texts = (f"{_percent(each.mean('all_drugs'))}, {each.mean('width'):.1f}" for each in cells)
        yield f"| {scenario.name} | {' | '.join(texts)} |"
    yield ""


def in_detail(drugs: int, found: dict[tuple[str, str], Coverage]) -> Iterator[str]:
    """The method in use: coverage in parts, and what it says about groups."""
    yield f"### {drugs} drugs: the method in use, in %\n"
    yield (
        "| scenario | coverage (standard error) | fewest ratings | most ratings | listed first | truly first "
        "| every tied rank | better or worse than most | wrongly so |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for scenario in SCENARIOS:
        of_scenario = found[IN_USE.name, scenario.name]
        figures = (
            "fewest_ratings",
            "most_ratings",
            "listed_first",
            "truly_first",
            "every_tied_rank",
            "placed",
            "misplaced",
        )
        yield (
            f"| {scenario.name} | {_percent(of_scenario.mean('all_drugs'))} "
            f"({_percent(of_scenario.standard_error('all_drugs'))}) "
            f"| {' | '.join(_percent(of_scenario.mean(figure)) for figure in figures)} |"
        )
    yield ""


def _percent(share: float | np.floating) -> str:
    return f"{100 * share:.1f}"


def main() -> None:
    """Print the tables, and how much processor time a ranking takes."""
    for drugs in REPETITIONS:
        found = simulate(drugs)
        for lines in (summary, by_scenario, in_detail):
            print("\n".join(lines(drugs, found)), flush=True)
    sample = draw(SCENARIOS[0], TIMED_DRUGS, np.random.default_rng(SEED))
    started = time.process_time()
    for _ in range(TIMED_RANKINGS):
        rank(sample.shrunk.mean, sample.shrunk.variance)
    taken = (time.process_time() - started) / TIMED_RANKINGS
    print(f"Ranking {TIMED_DRUGS} drugs takes {1000 * taken:.2f} ms of processor time.")


if __name__ == "__main__":
    main()

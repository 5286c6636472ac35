"""What has been measured of reads, and the tables that say so."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.load import Loaded
from benchmarks.reporting import print_table

MILLISECONDS = 1000
MEGABYTE = 1_000_000


@dataclass(slots=True)
class Figures:
    """What was measured of one read on one server, round by round."""

    rates: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    answer_bytes: int = 0
    peak_bytes: int = 0

    def add(self, loaded: Loaded, processor_seconds: float, peak_bytes: int) -> None:
        """Another round."""
        requests = len(loaded.latencies)
        self.rates.append(loaded.rate)
        self.processor.append(processor_seconds / requests)
        self.latencies += loaded.latencies
        self.answer_bytes = round(loaded.answer_bytes / requests)
        self.peak_bytes = peak_bytes

    @property
    def rate(self) -> float:
        """Requests per second: the median of the rounds."""
        return statistics.median(self.rates)

    def percentile(self, percent: int) -> float:
        """Milliseconds that so many of a hundred requests do not exceed, over all rounds."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1] * MILLISECONDS

    def rate_ratio(self, other: "Figures") -> float:
        """How many times the other's requests per second: the median of the rounds' ratios."""
        return statistics.median(one / theirs for one, theirs in zip(self.rates, other.rates, strict=True))

    def processor_ratio(self, other: "Figures") -> float:
        """How many times the other's processor time for a request: likewise."""
        return statistics.median(one / theirs for one, theirs in zip(self.processor, other.processor, strict=True))


Results = Mapping[str, Mapping[str, Figures]]
"""By the names of the reads, and then by those of the servers."""


def print_results(results: Results, reference: str) -> None:
    """A line for each read and server, compared with the server of this name, as far as it is there."""
    rows = []
    for read, of_read in results.items():
        compared = of_read.get(reference)
        for server, figures in of_read.items():
            ratios = ("", "", "")
            if compared is not None and compared is not figures:
                ratios = (
                    f"{figures.rate_ratio(compared):.2f}",
                    f"{figures.percentile(99) / compared.percentile(99):.2f}",
                    f"{figures.processor_ratio(compared):.2f}",
                )
            rows.append(
                (
                    read,
                    server,
                    f"{figures.answer_bytes / 1000:.1f}",
                    f"{figures.rate:,.0f}",
                    ratios[0],
                    f"{figures.percentile(50):.1f}",
                    f"{figures.percentile(99):.1f}",
                    ratios[1],
                    f"{statistics.median(figures.processor) * MILLISECONDS:.2f}",
                    ratios[2],
                    f"{figures.peak_bytes / MEGABYTE:.0f}",
                )
            )
    print_table(
        (
            "read",
            "server",
            "kB",
            "requests/s",
            "ratio",
            "p50 ms",
            "p99 ms",
            "ratio of p99",
            "CPU ms",
            "ratio of CPU",
            "peak MB",
        ),
        rows,
    )


def print_concurrency(results: Mapping[str, Mapping[int, Sequence[float]]]) -> None:
    """Requests per second of each server by the number of connections: medians of rounds."""
    numbers = list(next(iter(results.values())))
    print_table(
        ("requests/s", *(f"{number} connection{'s' if number > 1 else ''}" for number in numbers)),
        [
            (server, *(f"{statistics.median(rates[number]):,.0f}" for number in numbers))
            for server, rates in results.items()
        ],
    )


def print_first_requests(read: str, results: Mapping[str, Sequence[float]]) -> None:
    """Milliseconds of the first request after a start of each server: the median and the extremes of the starts."""
    rows = [
        (server, *(f"{figure * MILLISECONDS:.0f}" for figure in (statistics.median(times), min(times), max(times))))
        for server, times in results.items()
    ]
    print_table((f"first request after a start: {read}", "median ms", "least", "most"), rows)

"""Simulated ratings, row by row in a fixed order."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import numpy as np
from numpy.typing import NDArray

from models.ratings import CRITERIA
from resolvers.ratings.rows import SIMULATED_PREFIX, RatingRow
from resolvers.simulation.answers import draw_levels, draw_omissions
from resolvers.simulation.catalogue import SimulatedCatalogue
from resolvers.simulation.comments import choose_commented, write_comments
from resolvers.simulation.countries import COUNTRY_WEIGHTS
from resolvers.simulation.population import BLOCK_SIZE, Block, block_chance, draw_block
from resolvers.simulation.specialties import profile_of
from resolvers.simulation.world import World, make_world

PERIOD_START = datetime(2021, 11, 1, tzinfo=UTC)
PERIOD_END = datetime(2026, 11, 1, tzinfo=UTC)
"""Ratings lie in the five years before this moment. It is fixed, not the clock: same seed, same data."""

SECONDS_PER_YEAR = 31_556_952
"""Of the Gregorian calendar, on average."""

_ANSWERS = (None, 1, 2, 3, 4, 5)


def generate(catalogue: SimulatedCatalogue, ratings: int, seed: int) -> Iterator[RatingRow]:
    """The first `ratings` rows of the seed's endless series, so a smaller number is a beginning of a greater.

    Depends on nothing but the arguments. Rows of one physician stand together and `line` counts rows from 1.
    """
    world = make_world(catalogue)
    line = 1
    for number in count():
        for row in _block_rows(world, seed, number, line):
            if line > ratings:
                return
            yield row
            line += 1


def _block_rows(world: World, seed: int, number: int, first_line: int) -> Iterator[RatingRow]:
    chance = block_chance(seed, number)
    block = draw_block(number, world.specialty_weights, chance)
    physicians, treatments = _draw_pairs(world, block, chance)
    specialties = block.specialties[physicians]
    expected = world.qualities[treatments] + world.leanings[specialties, treatments] + block.leniency[physicians, None]
    levels = draw_levels(expected, chance)
    levels[draw_omissions(len(levels), chance)] = 0
    comments = _draw_comments(world, block, physicians, levels, chance)
    years, times = _draw_times(block, physicians, chance)
    codes = tuple(COUNTRY_WEIGHTS)
    facts = world.catalogue
    answers = np.array(_ANSWERS, dtype=object)[levels]
    return map(
        RatingRow,
        range(first_line, first_line + len(levels)),
        [f"{SIMULATED_PREFIX}{seed}:{block.first_number + place}" for place in physicians.tolist()],
        [facts.specialties[place].id for place in specialties.tolist()],
        [codes[place] for place in block.countries[physicians].tolist()],
        years.tolist(),
        [facts.treatments[place].drug.id for place in treatments.tolist()],
        [facts.treatments[place].indication.id for place in treatments.tolist()],
        *(answers[:, column].tolist() for column in range(len(CRITERIA))),
        comments,
        [datetime.fromtimestamp(second, UTC) for second in times.tolist()],
    )


def _draw_pairs(world: World, block: Block, chance: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Who rates what: physicians by place in the block, ascending, and treatments by number, never the same twice.

    More are drawn than needed and repetitions dropped. A physician with many ratings in a narrow field may run out
    of new treatments and ends with fewer.
    """
    drawn = block.rating_counts * 3 // 2 + 10
    physicians = np.repeat(np.arange(BLOCK_SIZE), drawn)
    treatments = world.choose(block.specialties[physicians], chance)
    pairs = physicians * len(world.catalogue.treatments) + treatments
    kept = np.sort(np.unique(pairs, return_index=True)[1])
    physicians, treatments = physicians[kept], treatments[kept]
    found = np.bincount(physicians, minlength=BLOCK_SIZE)
    place = np.arange(len(physicians)) - np.repeat(np.cumsum(found) - found, found)
    wanted = place < block.rating_counts[physicians]
    return physicians[wanted], treatments[wanted]


def _draw_comments(
    world: World,
    block: Block,
    physicians: NDArray[np.int64],
    levels: NDArray[np.int64],
    chance: np.random.Generator,
) -> list[str | None]:
    commented = choose_commented(levels, block.talkativeness[physicians], chance)
    names = [world.catalogue.specialties[place].name for place in block.specialties[physicians[commented]].tolist()]
    texts = write_comments(levels[commented], names, [profile_of(name).setting for name in names], chance)
    comments: list[str | None] = [None] * len(levels)
    for place, text in zip(commented.tolist(), texts, strict=True):
        comments[place] = text
    return comments


def _draw_times(
    block: Block, physicians: NDArray[np.int64], chance: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Years in practice at the time of each rating, and that time in seconds since 1970."""
    start, end = int(PERIOD_START.timestamp()), int(PERIOD_END.timestamp())
    starts = block.starts[physicians]
    parts = starts + (1 - starts) * chance.random(len(physicians))
    times = start + (parts * (end - start)).astype(np.int64)
    years = np.maximum(block.years[physicians] - (end - times) // SECONDS_PER_YEAR, 0)
    return years, times

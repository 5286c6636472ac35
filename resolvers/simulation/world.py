"""Everything that all simulated physicians have in common: treatments, their popularity and their true quality."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resolvers.simulation.catalogue import SimulatedCatalogue
from resolvers.simulation.fields import field_of
from resolvers.simulation.popularity import popularity_of
from resolvers.simulation.quality import Matrix, specialty_leanings, true_qualities
from resolvers.simulation.specialties import profile_of

WORLD_SEED = 20_261_101
"""The same for every simulation: physicians of another seed meet the same drugs, with the same true qualities."""

AFFINITY_SHARE = 0.7
"""The share of its ratings that a specialty gives in the fields of medicine that are its own."""


@dataclass(frozen=True, slots=True)
class World:
    """What physicians draw from.

    `choices` holds, specialty by specialty, the cumulated probabilities of the treatments, each raised by the
    specialty's number; so one sorted array serves a draw of any specialty's.
    """

    catalogue: SimulatedCatalogue
    specialty_weights: NDArray[np.float64]
    choices: NDArray[np.float64]
    qualities: Matrix
    leanings: NDArray[np.float32]

    def choose(self, specialties: NDArray[np.int64], chance: np.random.Generator) -> NDArray[np.int64]:
        """One treatment for each of the specialties (both by number)."""
        points = specialties + chance.random(len(specialties))
        found = np.searchsorted(self.choices, points, side="right")
        treatments: NDArray[np.int64] = found - specialties * len(self.catalogue.treatments)
        return treatments


def make_world(catalogue: SimulatedCatalogue) -> World:
    """The world of a catalogue."""
    popularity_chance, quality_chance, leaning_chance = (
        np.random.Generator(np.random.PCG64(seed)) for seed in np.random.SeedSequence(WORLD_SEED).spawn(3)
    )
    profiles = [profile_of(specialty.name) for specialty in catalogue.specialties]
    popularity = popularity_of(catalogue.treatments, popularity_chance)
    fields = np.array([field_of(treatment.indication.name) for treatment in catalogue.treatments])
    choices = np.concatenate(
        [
            number + _cumulated_choice(popularity, np.isin(fields, profile.fields))
            for number, profile in enumerate(profiles)
        ]
    )
    return World(
        catalogue,
        np.array([profile.weight for profile in profiles], dtype=np.float64),
        choices,
        true_qualities(catalogue.treatments, quality_chance),
        specialty_leanings(len(profiles), len(catalogue.treatments), leaning_chance),
    )


def _cumulated_choice(popularity: NDArray[np.float64], inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    if inside.any() and not inside.all():
        inner, outer = popularity * inside, popularity * ~inside
        shares = AFFINITY_SHARE * inner / inner.sum() + (1 - AFFINITY_SHARE) * outer / outer.sum()
    else:
        shares = popularity
    cumulated = np.cumsum(shares)
    # Rounding leaves the last sum beside 1; a draw must never fall past it.
    cumulated /= cumulated[-1]
    return cumulated

"""What the simulated treatments are truly like, and how specialties see them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.ratings import CRITERIA
from resolvers.simulation.catalogue import TreatmentFacts

Matrix = NDArray[np.float64]

CRITERION_BASES = {
    "efficacy": 0.10,
    "safety": 0.0,
    "tolerability": -0.10,
    "accessibility": -0.08,
    "adherence": -0.05,
    "preference": 0.06,
}
"""How much better or worse than average the criteria are answered."""

# Standard deviations, on the scale of `answers.CUTS`. With those of `answers` the variances add up to about 1.
DRUG_SPREAD = 0.28
TREATMENT_SPREAD = 0.22
DRUG_CRITERION_SPREAD = 0.25
TREATMENT_CRITERION_SPREAD = 0.20
SPECIALTY_SPREAD = 0.17


def true_qualities(treatments: Sequence[TreatmentFacts], chance: np.random.Generator) -> Matrix:
    """The true quality of each treatment (rows) in each criterion (columns), around 0.

    A good drug is good in all criteria and for all its indications, up to deviations of its own in each: so criteria
    are correlated, and so are the treatments of one drug. `treatments` must be ordered by drug.
    """
    changes = [
        number == 0 or treatment.drug.id != treatments[number - 1].drug.id
        for number, treatment in enumerate(treatments)
    ]
    drug_numbers = np.cumsum(changes) - 1
    drug_count = int(drug_numbers[-1]) + 1
    count = len(treatments)
    of_drug = DRUG_SPREAD * chance.standard_normal((drug_count, 1)) + DRUG_CRITERION_SPREAD * chance.standard_normal(
        (drug_count, len(CRITERIA))
    )
    of_treatment = TREATMENT_SPREAD * chance.standard_normal(
        (count, 1)
    ) + TREATMENT_CRITERION_SPREAD * chance.standard_normal((count, len(CRITERIA)))
    bases = np.array([CRITERION_BASES[criterion] for criterion in CRITERIA])
    qualities: Matrix = bases + of_drug[drug_numbers] + of_treatment
    return qualities


def specialty_leanings(specialty_count: int, treatment_count: int, chance: np.random.Generator) -> NDArray[np.float32]:
    """How much better or worse each specialty finds each treatment in each criterion, around 0."""
    shape = (specialty_count, treatment_count, len(CRITERIA))
    # Single precision halves the largest array of the simulation.
    return np.float32(SPECIALTY_SPREAD) * chance.standard_normal(shape, dtype=np.float32)

"""How often treatments are rated: a power law over a ranking that a documented rule makes.

First come the treatments of WELL_KNOWN, in that order. All others follow by points: a drug that everybody knows, with
an RxNorm code, many brand names and an early approval, for a condition that many drugs treat, comes before the rest.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from resolvers.simulation.catalogue import DrugFacts, TreatmentFacts

WELL_KNOWN = (
    ("metformin", "Type 2 Diabetes Mellitus"),
    ("atorvastatin", "Hypercholesterolemia"),
    ("colchicine", "Gout"),
    ("allopurinol", "Gout"),
    ("lisinopril", "Hypertension"),
    ("febuxostat", "Hyperuricemia"),
    ("amlodipine", "Hypertension"),
    ("levothyroxine", "Hypothyroidism"),
    ("febuxostat", "Gout Prevention"),
    ("omeprazole", "Gastroesophageal Reflux"),
    ("colchicine", "Chronic Gouty Arthritis"),
    ("colchicine", "Gout Prevention"),
    ("sertraline", "Depression"),
    ("allopurinol", "Hyperuricemia"),
    ("losartan", "Hypertension"),
    ("semaglutide", "Type 2 Diabetes Mellitus"),
    ("escitalopram", "Major Depressive Disorder"),
    ("adalimumab", "Rheumatoid Arthritis"),
    ("methotrexate", "Rheumatoid Arthritis"),
    ("naproxen", "Gout"),
    ("metoprolol", "Hypertension"),
    ("rosuvastatin", "Hypercholesterolemia"),
    ("sumatriptan", "Migraine"),
    ("budesonide", "Bronchial Asthma"),
    ("ibuprofen", "Pain"),
    ("semaglutide", "Obesity"),
    ("pantoprazole", "Gastroesophageal Reflux"),
    ("empagliflozin", "Type 2 Diabetes Mellitus"),
    ("furosemide", "Edema"),
    ("montelukast", "Allergic Rhinitis"),
    ("gabapentin", "Postherpetic Neuralgia"),
    ("fluoxetine", "Major Depressive Disorder"),
    ("warfarin", "Deep Venous Thrombosis"),
    ("clopidogrel", "Acute Coronary Syndrome"),
    ("quetiapine", "Schizophrenia"),
    ("aripiprazole", "Schizophrenia"),
    ("celecoxib", "Osteoarthritis"),
    ("amoxicillin", "Acute Otitis Media Infection"),
    ("azithromycin", "Bacterial Pneumonia"),
    ("ciprofloxacin", "Bacterial Urinary Tract Infection"),
    ("tretinoin", "Acne Vulgaris"),
    ("adalimumab", "Plaque Psoriasis"),
    ("latanoprost", "Open Angle Glaucoma"),
    ("lamotrigine", "Epilepsy"),
    ("zolpidem", "Insomnia"),
    ("tamsulosin", "Benign Prostatic Hypertrophy"),
    ("sildenafil", "Erectile Dysfunction"),
    ("cetirizine", "Seasonal Allergic Rhinitis"),
    ("carvedilol", "Chronic Heart Failure"),
    ("tamoxifen", "Breast Carcinoma"),
    ("pembrolizumab", "Non-Small Cell Lung Cancer"),
    ("propofol", "Administration of General Anesthesia"),
    ("lidocaine", "Administration of Local Anesthesia"),
    ("prednisone", "Gouty Arthritis"),
    ("insulin glargine", "Type 1 Diabetes Mellitus"),
    ("fluconazole", "Vulvovaginal Candidiasis"),
)
"""Everyday treatments (drug, indication), the most popular first; one that a catalogue lacks is passed over.

Gout stands higher than in life, because the documentation's first example is about it.
"""

EXPONENT = 1.05
"""A treatment's popularity falls with this power of its rank."""

RANK_SHIFT = 15
"""Added to the rank, so that no single treatment takes all: the first is rated 5 times as often as the 55th."""

FAMILIAR_DRUG_POINTS = 1.5
RXNORM_POINTS = 1.0
BRAND_NAME_POINTS = 0.3
COUNTED_BRAND_NAMES = 5
AGE_POINTS = 1.0
"""For a drug approved in EARLIEST_YEAR or before; none for one approved in LATEST_YEAR, in between in proportion."""
INDICATION_POINTS = 0.5
"""For each doubling of the number of drugs that treat the same condition."""

EARLIEST_YEAR = 1982
"""Approvals before this year have no date in the catalogue."""
LATEST_YEAR = 2026


def popularity_of(treatments: Sequence[TreatmentFacts], chance: np.random.Generator) -> NDArray[np.float64]:
    """Each treatment's share of all ratings, in the order given; the shares add up to 1.

    `chance` moves treatments by about a point, as fashion does.
    """
    familiar = {drug for drug, _ in WELL_KNOWN}
    drugs_of = Counter(treatment.indication.id for treatment in treatments)
    points = np.array(
        [
            _drug_points(treatment.drug, treatment.drug.name.casefold() in familiar)
            + INDICATION_POINTS * drugs_of[treatment.indication.id].bit_length()
            for treatment in treatments
        ]
    ) + chance.standard_normal(len(treatments))
    place = {(drug, indication.casefold()): number for number, (drug, indication) in enumerate(WELL_KNOWN)}
    places = [
        place.get((treatment.drug.name.casefold(), treatment.indication.name.casefold()), len(WELL_KNOWN))
        for treatment in treatments
    ]
    ranks = np.empty(len(treatments))
    ranks[np.lexsort((-points, np.array(places)))] = np.arange(len(treatments))
    weights = (ranks + 1 + RANK_SHIFT) ** -EXPONENT
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def _drug_points(drug: DrugFacts, familiar: bool) -> float:
    year = drug.approval_year or EARLIEST_YEAR
    age = min(max((LATEST_YEAR - year) / (LATEST_YEAR - EARLIEST_YEAR), 0.0), 1.0)
    return (
        FAMILIAR_DRUG_POINTS * familiar
        + RXNORM_POINTS * drug.has_rxnorm_code
        + BRAND_NAME_POINTS * min(drug.brand_name_count, COUNTED_BRAND_NAMES)
        + AGE_POINTS * age
    )

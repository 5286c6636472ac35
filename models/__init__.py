"""What is stored.

Relations are written "models.Drug": *app label*.*class*. That the app label equals this package's name is a
coincidence of Tortoise's, not an import path.
"""

from models.catalogue import (
    Drug,
    DrugCode,
    Indication,
    IndicationCode,
    IndicationParent,
    Specialty,
    Treatment,
)
from models.cells import Cell
from models.head_to_heads import HeadToHead
from models.installation import Installation
from models.physicians import Physician, PhysicianSource
from models.priors import Prior
from models.ratings import Rating, RatingImport

__all__ = [
    "Cell",
    "Drug",
    "DrugCode",
    "HeadToHead",
    "Indication",
    "IndicationCode",
    "IndicationParent",
    "Installation",
    "Physician",
    "PhysicianSource",
    "Prior",
    "Rating",
    "RatingImport",
    "Specialty",
    "Treatment",
]

"""What is stored.

Relations are written "models.Drug": *app label*.*class*. That the app label equals this package's name is a
coincidence of Tortoise's, not an import path.
"""

from models.accounts import Account, ApiKey, Licence, Registration, RegistryLicence
from models.activity import ClientMutation, Follow, HelpfulMark, WriteAllowance
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
from models.feed import FeedEvent, FeedState
from models.head_to_heads import HeadToHead
from models.installation import Installation
from models.moderation import AuditEntry, HeldComment, ModerationCase, RatingReport, RetiredRating
from models.physicians import Physician, PhysicianSource
from models.priors import Prior
from models.ratings import Rating, RatingImport
from models.releases import ReleasedCell, ReleasedRating, UnreleasedRating

__all__ = [
    "Account",
    "ApiKey",
    "AuditEntry",
    "Cell",
    "ClientMutation",
    "Drug",
    "DrugCode",
    "FeedEvent",
    "FeedState",
    "Follow",
    "HeadToHead",
    "HeldComment",
    "HelpfulMark",
    "Indication",
    "IndicationCode",
    "IndicationParent",
    "Installation",
    "Licence",
    "ModerationCase",
    "Physician",
    "PhysicianSource",
    "Prior",
    "Rating",
    "RatingImport",
    "RatingReport",
    "Registration",
    "RegistryLicence",
    "ReleasedCell",
    "ReleasedRating",
    "RetiredRating",
    "Specialty",
    "Treatment",
    "UnreleasedRating",
    "WriteAllowance",
]

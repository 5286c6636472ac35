"""The catalogue as its files state it, before it meets a database."""

from dataclasses import dataclass

Code = tuple[str, str]
"""A code system and a value in it, such as ("RXNORM", "2683")."""


@dataclass(frozen=True, slots=True)
class DrugEntry:
    """A drug; `first_approved` is YYYY-MM-DD."""

    name: str
    drug_class: str | None
    brand_names: list[str]
    routes: list[str]
    first_approved: str | None
    source: str
    codes: list[Code]


@dataclass(frozen=True, slots=True)
class IndicationEntry:
    """A medical condition; `parent_doids` are the Disease Ontology's ids of what it is a kind of."""

    name: str
    codes: list[Code]
    parent_doids: list[str]


@dataclass(frozen=True, slots=True)
class TreatmentEntry:
    """One drug used for one indication, both by exact name."""

    drug: str
    indication: str
    source: str


@dataclass(frozen=True, slots=True)
class CatalogueEntries:
    """The four files, in the order of their lines."""

    drugs: list[DrugEntry]
    indications: list[IndicationEntry]
    treatments: list[TreatmentEntry]
    specialties: list[str]

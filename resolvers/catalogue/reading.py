"""Reading and checking the catalogue's four files."""

import re
from collections.abc import Hashable
from pathlib import Path

from tortoise import Model

from models import Drug, Indication, Specialty, Treatment
from resolvers.catalogue.entries import CatalogueEntries, Code, DrugEntry, IndicationEntry, TreatmentEntry
from resolvers.catalogue.errors import InvalidCatalogue, Problem
from resolvers.catalogue.tables import Row, read_table

DRUG_CODES = {
    "rxnorm_cui": ("RXNORM", re.compile(r"[1-9][0-9]{0,7}")),
    "unii": ("UNII", re.compile(r"[0-9A-Z]{10}")),
    "chembl_id": ("CHEMBL", re.compile(r"CHEMBL[1-9][0-9]{0,8}")),
    "drugcentral_id": ("DRUGCENTRAL", re.compile(r"[1-9][0-9]{0,7}")),
}
"""Columns of drugs.csv that hold codes: the code system, and what a value looks like."""

DOID = re.compile(r"DOID:[0-9]{1,10}")

_ICD10CM_CODE = r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,4})?"

INDICATION_CODES = {
    "umls_cui": ("UMLS", re.compile(r"C[0-9]{7}")),
    "doid": ("DOID", DOID),
    # A block of the classification is a range, such as I20-I25.
    "icd10cm": ("ICD10CM", re.compile(f"{_ICD10CM_CODE}(-{_ICD10CM_CODE})?")),
}
"""Columns of indications.csv that hold codes: the code system, and what a value looks like."""

DRUG_COLUMNS = (
    "name",
    "drug_class",
    "brand_names",
    "rxnorm_cui",
    "unii",
    "chembl_id",
    "drugcentral_id",
    "routes",
    "first_approved",
    "source",
)
INDICATION_COLUMNS = ("name", "umls_cui", "doid", "icd10cm", "parent_doids", "has_treatments")
TREATMENT_COLUMNS = ("drug_name", "indication_name", "source")
SPECIALTY_COLUMNS = ("specialty",)

_YES_OR_NO = re.compile("[01]")


def read_catalogue(folder: Path) -> CatalogueEntries:
    """Read and check drugs.csv, indications.csv, treatments.csv and specialties.csv.

    Raises:
        InvalidCatalogue: with everything that is wrong, in the order of the files and of their lines.
    """
    problems: list[Problem] = []
    drugs = _drugs(folder / "drugs.csv", problems)
    indications = _indications(folder / "indications.csv", problems)
    # Names that are missing because their own row is wrong would be reported again for each treatment.
    names_are_known = not problems
    specialties = _specialties(folder / "specialties.csv", problems)
    treatments = _treatments(
        folder / "treatments.csv",
        problems,
        {drug.name for drug in drugs} if names_are_known else None,
        {indication.name for indication in indications} if names_are_known else None,
    )
    if problems:
        raise InvalidCatalogue(problems)
    return CatalogueEntries(drugs, indications, treatments, specialties)


def _longest(model: type[Model], column: str) -> int:
    [field] = [field for field in model.describe()["data_fields"] if field["name"] == column]
    length: int = field["constraints"]["max_length"]
    return length


class _Seen:
    """Notes a key that a file has already had, and on which line."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, int] = {}

    def check(self, row: Row, column: str, key: Hashable, what: str) -> None:
        first = self._lines.setdefault(key, row.line)
        if first != row.line:
            row.wrong(column, f"{what} is already on line {first}")


def _codes(row: Row, columns: dict[str, tuple[str, re.Pattern[str]]]) -> list[Code]:
    found = [(system, row.matching(column, pattern)) for column, (system, pattern) in columns.items()]
    return [(system, value) for system, value in found if value]


def _drugs(path: Path, problems: list[Problem]) -> list[DrugEntry]:
    name_length = _longest(Drug, "name")
    class_length = _longest(Drug, "drug_class")
    source_length = _longest(Drug, "source")
    seen = _Seen()
    entries = []
    for row in read_table(path, DRUG_COLUMNS, problems):
        name = row.required("name", name_length)
        if name:
            seen.check(row, "name", name.casefold(), f"{name!r} (letter case aside)")
        entries.append(
            DrugEntry(
                name=name,
                drug_class=row.optional("drug_class", class_length),
                brand_names=row.listed("brand_names"),
                routes=row.listed("routes"),
                first_approved=row.calendar_date("first_approved"),
                source=row.required("source", source_length),
                codes=_codes(row, DRUG_CODES),
            )
        )
    return entries


def _indications(path: Path, problems: list[Problem]) -> list[IndicationEntry]:
    name_length = _longest(Indication, "name")
    seen = _Seen()
    entries = []
    for row in read_table(path, INDICATION_COLUMNS, problems):
        name = row.required("name", name_length)
        if name:
            seen.check(row, "name", name, repr(name))
        # Follows from treatments.csv, so it is checked but not stored.
        row.matching("has_treatments", _YES_OR_NO)
        entries.append(IndicationEntry(name, _codes(row, INDICATION_CODES), row.listed("parent_doids", DOID)))
    return entries


def _treatments(
    path: Path, problems: list[Problem], drugs: set[str] | None, indications: set[str] | None
) -> list[TreatmentEntry]:
    name_lengths = _longest(Drug, "name"), _longest(Indication, "name")
    source_length = _longest(Treatment, "source")
    seen = _Seen()
    entries = []
    for row in read_table(path, TREATMENT_COLUMNS, problems):
        drug = row.required("drug_name", name_lengths[0])
        indication = row.required("indication_name", name_lengths[1])
        if drug and drugs is not None and drug not in drugs:
            row.wrong("drug_name", f"{drug!r} is not in drugs.csv")
        if indication and indications is not None and indication not in indications:
            row.wrong("indication_name", f"{indication!r} is not in indications.csv")
        if drug and indication:
            seen.check(row, "indication_name", (drug, indication), f"{drug!r} for {indication!r}")
        entries.append(TreatmentEntry(drug, indication, row.required("source", source_length)))
    return entries


def _specialties(path: Path, problems: list[Problem]) -> list[str]:
    name_length = _longest(Specialty, "name")
    seen = _Seen()
    entries = []
    for row in read_table(path, SPECIALTY_COLUMNS, problems):
        name = row.required("specialty", name_length)
        if name:
            seen.check(row, "specialty", name, repr(name))
        entries.append(name)
    return entries

"""From outside codes and names to everything that they stand for."""

from collections.abc import Iterable
from dataclasses import dataclass

from resolvers.catalogue.records import CatalogueRecords, DrugRecord, IndicationRecord
from resolvers.search.folding import fold_letters
from resolvers.search.kinds import SearchKind
from resolvers.search.packed import NumbersByText


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an outside code or name stands for."""

    kind: SearchKind
    id: int


class Resolver:
    """Exact look-ups by code and by name, over drugs and indications together."""

    def __init__(self, records: CatalogueRecords) -> None:
        drug_names = ((name, drug.id) for drug in records.drugs for name in (drug.name, *drug.brand_names))
        indication_names = ((indication.name, indication.id) for indication in records.indications)
        # Drugs come first in every answer.
        self._by_code = {SearchKind.DRUG: _by_code(records.drugs), SearchKind.INDICATION: _by_code(records.indications)}
        self._by_name = {SearchKind.DRUG: _by_name(drug_names), SearchKind.INDICATION: _by_name(indication_names)}

    def by_code(self, system: str, value: str) -> list[Resolved]:
        """What the code stands for: drugs, then indications, each by id."""
        key = _code_key(system, value.strip())
        return [Resolved(kind, id_) for kind, ids in self._by_code.items() for id_ in ids.of(key)]

    def by_name(self, name: str) -> list[Resolved]:
        """What is named so, letter case and accents aside: drugs, then indications, each by id."""
        key = fold_letters(name.strip())
        return [Resolved(kind, id_) for kind, ids in self._by_name.items() for id_ in ids.of(key)]


def _by_code(records: Iterable[DrugRecord] | Iterable[IndicationRecord]) -> NumbersByText:
    return NumbersByText((_code_key(*code), record.id) for record in records for code in record.codes)


def _by_name(named: Iterable[tuple[str, int]]) -> NumbersByText:
    return NumbersByText((fold_letters(name), id_) for name, id_ in named)


def _code_key(system: str, value: str) -> str:
    """One text for a code, whether its value has the system in front or not."""
    system, value = system.casefold(), value.casefold()
    return f"{system}:{value.removeprefix(f'{system}:')}"

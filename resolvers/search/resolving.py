"""From outside codes and names to everything that they stand for."""

from collections import defaultdict
from dataclasses import dataclass

from resolvers.catalogue.records import CatalogueRecords, DrugRecord, IndicationRecord
from resolvers.search.folding import fold_letters
from resolvers.search.kinds import SearchKind


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an outside code or name stands for."""

    kind: SearchKind
    id: int


class Resolver:
    """Exact look-ups by code and by name, over drugs and indications together."""

    def __init__(self, records: CatalogueRecords) -> None:
        self._by_code: dict[str, set[Resolved]] = defaultdict(set)
        self._by_name: dict[str, set[Resolved]] = defaultdict(set)
        for drug in records.drugs:
            self._add(SearchKind.DRUG, drug, *drug.brand_names)
        for indication in records.indications:
            self._add(SearchKind.INDICATION, indication)

    def _add(self, kind: SearchKind, record: DrugRecord | IndicationRecord, *brand_names: str) -> None:
        resolved = Resolved(kind, record.id)
        for system, value in record.codes:
            self._by_code[_code_key(system, value)].add(resolved)
        for name in (record.name, *brand_names):
            self._by_name[fold_letters(name)].add(resolved)

    def by_code(self, system: str, value: str) -> list[Resolved]:
        """What the code stands for: drugs, then indications, each by id."""
        return _in_order(self._by_code.get(_code_key(system, value.strip()), set()))

    def by_name(self, name: str) -> list[Resolved]:
        """What is named so, letter case and accents aside: drugs, then indications, each by id."""
        return _in_order(self._by_name.get(fold_letters(name.strip()), set()))


def _code_key(system: str, value: str) -> str:
    """One text for a code, whether its value has the system in front or not."""
    system, value = system.casefold(), value.casefold()
    return f"{system}:{value.removeprefix(f'{system}:')}"


def _in_order(found: set[Resolved]) -> list[Resolved]:
    return sorted(found, key=lambda resolved: (resolved.kind, resolved.id))

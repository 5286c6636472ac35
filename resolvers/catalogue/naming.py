"""The ways in which a text can name something of the catalogue, tried in a fixed order."""

from collections import defaultdict
from collections.abc import Iterable

from resolvers.catalogue.entries import Code
from resolvers.catalogue.records import DrugRecord, IndicationRecord, SpecialtyRecord


def code_text(code: Code) -> str:
    """The code with its system in front: RXNORM:2683; DOID:13189, whose values carry their system already."""
    system, value = code
    return value if value.startswith(f"{system}:") else f"{system}:{value}"


class Names:
    """Which ids a text names, within one kind: the first step that knows the text decides.

    The steps: slug; exact name; name, letter case aside; code with its system; other names, letter case aside.
    """

    def __init__(self) -> None:
        self.slugs: dict[int, str] = {}
        self._by_slug: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_folded_name: dict[str, list[int]] = defaultdict(list)
        self._by_code: dict[str, list[int]] = defaultdict(list)
        self._by_other_name: dict[str, list[int]] = defaultdict(list)

    def add(self, id_: int, slug: str, name: str, codes: Iterable[Code] = (), other_names: Iterable[str] = ()) -> None:
        self.slugs[id_] = slug
        self._by_slug[slug].append(id_)
        self._by_name[name].append(id_)
        self._by_folded_name[name.casefold()].append(id_)
        for code in codes:
            self._by_code[code_text(code).casefold()].append(id_)
        # Two spellings of one brand name must not make it ambiguous.
        for other_name in {other_name.casefold() for other_name in other_names}:
            self._by_other_name[other_name].append(id_)

    def find(self, text: str) -> list[int]:
        """The ids that the text names, in ascending order; none, one or several."""
        text = text.strip()
        folded = text.casefold()
        return sorted(
            self._by_slug.get(text)
            or self._by_name.get(text)
            or self._by_folded_name.get(folded)
            or self._by_code.get(folded)
            or self._by_other_name.get(folded)
            or ()
        )


def drug_names(drugs: Iterable[DrugRecord]) -> Names:
    """How drugs can be named: brand names come last."""
    names = Names()
    for drug in drugs:
        names.add(drug.id, drug.slug, drug.name, drug.codes, drug.brand_names)
    return names


def indication_names(indications: Iterable[IndicationRecord]) -> Names:
    """How indications can be named."""
    names = Names()
    for indication in indications:
        names.add(indication.id, indication.slug, indication.name, indication.codes)
    return names


def specialty_names(specialties: Iterable[SpecialtyRecord]) -> Names:
    """How specialties can be named; they have no slug, so the name stands for it."""
    names = Names()
    for specialty in specialties:
        names.add(specialty.id, specialty.name, specialty.name)
    return names

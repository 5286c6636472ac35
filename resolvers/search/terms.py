"""The texts of the catalogue by which something can be found."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from resolvers.catalogue.entries import Code
from resolvers.catalogue.records import CatalogueRecords
from resolvers.search.folding import fold
from resolvers.search.kinds import SearchKind
from resolvers.search.other_names import read_other_names
from resolvers.search.packed import PackedNumbers, PackedTexts

KINDS = tuple(SearchKind)


class Field(IntEnum):
    """What a text is to the thing it finds; of equally good matches the lower field comes first."""

    NAME = 0
    OTHER_NAME = 1
    BRAND = 2
    CODE = 3
    DRUG_CLASS = 4


class Term(NamedTuple):
    """A text, and the ids of what it finds: one, or for a drug class every drug of the class.

    `keys` are the folded texts that match it exactly; `folded` is the one that is searched for prefixes and typos, with
    its `length`. Terms that match equally well are sorted as the tuples that they are.
    """

    field: Field
    untreated: bool
    length: int
    folded: str
    text: str
    kind: SearchKind
    ids: tuple[int, ...]
    keys: tuple[str, ...]


def terms_of(records: CatalogueRecords) -> list[Term]:
    """All terms of the catalogue, sorted by rank."""
    terms = [*_drug_terms(records), *_indication_terms(records), *_other_terms(records)]
    terms.sort()
    return terms


class PackedTerms:
    """What is still needed of terms once they can be found: what each of them says and means, by its position."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._kinds = bytes(KINDS.index(term.kind) for term in terms)
        self._ids = PackedNumbers(term.ids for term in terms)
        self._texts = PackedTexts(term.text for term in terms)

    def kind(self, position: int) -> SearchKind:
        """Of what kind that is which the term finds."""
        return KINDS[self._kinds[position]]

    def ids(self, position: int) -> Sequence[int]:
        """The ids of what it finds."""
        return self._ids[position]

    def text(self, position: int) -> str:
        """The text as the catalogue writes it."""
        return self._texts[position]


def _term(text: str, field: Field, kind: SearchKind, ids: tuple[int, ...], *, treated: bool = True) -> Term:
    folded = fold(text)
    return Term(field, not treated, len(folded), folded, text, kind, ids, (folded,))


def _code_term(code: Code, kind: SearchKind, id_: int, *, treated: bool = True) -> Term:
    system, value = code
    qualified = f"{system} {value}"
    # Some values carry their system, such as DOID:13189: there is no reading without it.
    text = value if value.startswith(system) else qualified
    keys = fold(qualified), fold(value)
    folded = keys[text is value]
    return Term(Field.CODE, not treated, len(folded), folded, text, kind, (id_,), keys)


def _drug_terms(records: CatalogueRecords) -> Iterator[Term]:
    by_class = defaultdict(list)
    for drug in sorted(records.drugs, key=lambda drug: drug.name):
        yield _term(drug.name, Field.NAME, SearchKind.DRUG, (drug.id,))
        for brand_name in drug.brand_names:
            yield _term(brand_name, Field.BRAND, SearchKind.DRUG, (drug.id,))
        for code in drug.codes:
            yield _code_term(code, SearchKind.DRUG, drug.id)
        if drug.drug_class:
            by_class[drug.drug_class].append(drug.id)
    for drug_class, ids in by_class.items():
        yield _term(drug_class, Field.DRUG_CLASS, SearchKind.DRUG, tuple(ids))


def _indication_terms(records: CatalogueRecords) -> Iterator[Term]:
    for indication in records.indications:
        kind, id_, treated = SearchKind.INDICATION, indication.id, indication.treated
        yield _term(indication.name, Field.NAME, kind, (id_,), treated=treated)
        for code in indication.codes:
            yield _code_term(code, kind, id_, treated=treated)


def _other_terms(records: CatalogueRecords) -> Iterator[Term]:
    drugs = {drug.name: drug.id for drug in records.drugs}
    indications = {indication.name: indication for indication in records.indications}
    for kind, other_name, name in read_other_names():
        # Another catalogue than our own may lack the name.
        if kind == SearchKind.DRUG and name in drugs:
            yield _term(other_name, Field.OTHER_NAME, kind, (drugs[name],))
        elif kind == SearchKind.INDICATION and name in indications:
            indication = indications[name]
            yield _term(other_name, Field.OTHER_NAME, kind, (indication.id,), treated=indication.treated)

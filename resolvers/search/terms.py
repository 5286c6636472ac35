"""The texts of the catalogue by which something can be found."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from resolvers.catalogue.entries import Code
from resolvers.catalogue.records import CatalogueRecords
from resolvers.search.folding import fold
from resolvers.search.kinds import SearchKind
from resolvers.search.other_names import read_other_names


class Field(IntEnum):
    """What a text is to the thing it finds; of equally good matches the lower field comes first."""

    NAME = 0
    OTHER_NAME = 1
    BRAND = 2
    CODE = 3
    DRUG_CLASS = 4


@dataclass(frozen=True, slots=True)
class Term:
    """A text, and the ids of what it finds: one, or for a drug class every drug of the class.

    `keys` are the folded texts that match it exactly; `folded` is the one that is searched for prefixes and typos.
    """

    text: str
    folded: str
    keys: tuple[str, ...]
    field: Field
    kind: SearchKind
    ids: tuple[int, ...]
    treated: bool

    @property
    def rank(self) -> tuple[int, bool, int, str, str, SearchKind, tuple[int, ...]]:
        """Sorts terms that match equally well."""
        return (
            self.field,
            not self.treated,
            len(self.folded),
            self.folded,
            self.text,
            self.kind,
            self.ids,
        )


def terms_of(records: CatalogueRecords) -> list[Term]:
    """All terms of the catalogue, sorted by rank."""
    terms = [*_drug_terms(records), *_indication_terms(records), *_other_terms(records)]
    return sorted(terms, key=lambda term: term.rank)


def _term(text: str, field: Field, kind: SearchKind, ids: tuple[int, ...], *, treated: bool = True) -> Term:
    folded = fold(text)
    return Term(text, folded, (folded,), field, kind, ids, treated)


def _code_term(code: Code, kind: SearchKind, id_: int, *, treated: bool = True) -> Term:
    system, value = code
    qualified = f"{system} {value}"
    # Some values carry their system, such as DOID:13189: there is no reading without it.
    text = value if value.startswith(system) else qualified
    return Term(text, fold(text), (fold(qualified), fold(value)), Field.CODE, kind, (id_,), treated)


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

"""Search over the whole catalogue, in memory."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resolvers.catalogue.naming import drug_names, indication_names
from resolvers.catalogue.records import CatalogueRecords, load_records
from resolvers.search.errors import SearchTextTooLong
from resolvers.search.folding import fold, fold_letters
from resolvers.search.kinds import SearchKind
from resolvers.search.terms import Field, terms_of
from resolvers.search.words import WordIndex, begins_with, misspellings

LONGEST_TEXT = 200
"""Characters; no text of the catalogue is longer than about 130."""

MOST_MISSPELT_WORDS = 8
"""With more words than this, typos are only forgiven in the text as a whole: each word costs about a millisecond."""

SHORTEST_MISSPELT_BEGINNING = 7
"""Letters; shorter texts are like the beginning of too much."""

ALL_KINDS = frozenset(SearchKind)

_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `matched_text` is the catalogue's text that matched, `exact` if the whole of it did."""

    kind: SearchKind
    id: int
    matched_text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an outside code or name stands for."""

    kind: SearchKind
    id: int


class SearchIndex:
    """An index over names, brand names, drug classes and codes, as the catalogue was when it was built.

    It is only read after it is built, so any number of tasks and threads may use it at once.
    """

    def __init__(self, records: CatalogueRecords) -> None:
        self._terms = terms_of(records)
        self._names = {
            SearchKind.DRUG: drug_names(records.drugs),
            SearchKind.INDICATION: indication_names(records.indications),
        }
        # A term's number is its rank, so numbers sort equally good matches.
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, set[Resolved]] = defaultdict(set)
        self._texts: dict[int, str] = {}
        for number, term in enumerate(self._terms):
            for key in term.keys:
                self._by_key[key].append(number)
            if term.field != Field.CODE:
                self._texts[number] = term.folded
            if term.field in (Field.NAME, Field.BRAND):
                name = fold_letters(term.text)
                self._by_name[name].update(Resolved(term.kind, id_) for id_ in term.ids)
        self._by_code: dict[str, set[Resolved]] = defaultdict(set)
        for drug in records.drugs:
            for system, value in drug.codes:
                self._by_code[_code_key(system, value)].add(Resolved(SearchKind.DRUG, drug.id))
        for indication in records.indications:
            for system, value in indication.codes:
                found = Resolved(SearchKind.INDICATION, indication.id)
                self._by_code[_code_key(system, value)].add(found)
        self._sorted_numbers = sorted(self._texts, key=self._texts.__getitem__)
        self._sorted_texts = [self._texts[number] for number in self._sorted_numbers]
        self._words = WordIndex(self._texts)

    def search(self, text: str, kinds: frozenset[SearchKind] | None = None, limit: int = 10) -> list[Hit]:
        """What the text can mean, best first, each thing once with its best match.

        Texts that are the given one come first, then those that begin with it, then those with words that begin
        with its words. Unless a text is exactly the given one, texts that differ by a few typos follow, and if
        there is nothing at all, those that begin with something like it. Of equally good matches, names come
        before other names, brand names, codes and drug classes; then fewer typos, what has treatments, shorter
        texts, the alphabet.

        Args:
            text: at most 200 characters; letter case, accents and punctuation do not matter.
            kinds: what may be found; None for everything.
            limit: how many hits at most.

        Raises:
            SearchTextTooLong: the text has more characters.
        """
        if len(text) > LONGEST_TEXT:
            raise SearchTextTooLong(len(text), LONGEST_TEXT)
        query = fold(text)
        wanted = ALL_KINDS if kinds is None else kinds
        hits: dict[tuple[SearchKind, int], Hit] = {}
        if not query:
            return []
        self._collect(hits, self._by_key.get(query, ()), wanted, limit, exact=True)
        exact = bool(hits)
        for tier in (self._beginning, self._containing):
            if len(hits) < limit:
                self._collect(hits, tier(query), wanted, limit, exact=False)
        if not exact and len(hits) < limit:
            self._collect(hits, self._misspelt(query), wanted, limit, exact=False)
        if not hits:
            self._collect(hits, self._misspelt_beginning(query), wanted, limit, exact=False)
        return list(hits.values())[:limit]

    def _collect(
        self,
        hits: dict[tuple[SearchKind, int], Hit],
        numbers: Iterable[int],
        kinds: frozenset[SearchKind],
        limit: int,
        *,
        exact: bool,
    ) -> None:
        """Add hits for the terms until there are enough."""
        for number in numbers:
            term = self._terms[number]
            if term.kind in kinds:
                for id_ in term.ids:
                    hits.setdefault((term.kind, id_), Hit(term.kind, id_, term.text, exact))
                if len(hits) >= limit:
                    return

    def _beginning(self, query: str) -> list[int]:
        return sorted(self._sorted_numbers[position] for position in begins_with(self._sorted_texts, query))

    def _containing(self, query: str) -> list[int]:
        return sorted(self._words.begun(query.split()))

    def _misspelt(self, query: str) -> list[int]:
        whole = self._misspelt_texts(query, self._sorted_texts)
        words = query.split()
        inside = self._words.misspelt(words) if len(words) <= MOST_MISSPELT_WORDS else {}
        typos = {
            number: min(found[number] for found in (whole, inside) if number in found)
            for number in whole.keys() | inside.keys()
        }
        # Where something is near, what is farther away is something else: "hypertention" is not hypotension.
        most = min(typos.values(), default=0) + 1
        return sorted(
            (number for number in typos if typos[number] <= most),
            key=lambda number: (self._terms[number].field, typos[number], number not in whole, number),
        )

    def _misspelt_beginning(self, query: str) -> list[int]:
        if len(query) < SHORTEST_MISSPELT_BEGINNING:
            return []
        beginnings = [text[: len(query)] for text in self._sorted_texts]
        return sorted(number for number, typos in self._misspelt_texts(query, beginnings).items() if typos == 1)

    def _misspelt_texts(self, query: str, sorted_texts: Sequence[str]) -> dict[int, int]:
        """Which terms' texts may be meant by the query, and how many typos that makes."""
        numbers = _NUMBERS.findall(query)
        return {
            self._sorted_numbers[position]: typos
            for position, typos in misspellings(query, sorted_texts)
            # "type 1" is no misspelling of "type 2".
            if _NUMBERS.findall(sorted_texts[position]) == numbers
        }

    def resolve(self, system: str | None, value: str) -> list[Resolved]:
        """Everything that an outside code or name stands for: drugs, then indications, each by id.

        Args:
            system: RXNORM, UNII, CHEMBL, DRUGCENTRAL, ICD10CM, DOID or UMLS; None when the value is the exact
                name of a drug, a brand or an indication, letter case and accents aside.
            value: the code, with or without its system in front, or the name.
        """
        text = value.strip()
        found = (
            self._by_name.get(fold_letters(text), set())
            if system is None
            else self._by_code.get(_code_key(system, text), set())
        )
        return sorted(found, key=lambda resolved: (resolved.kind, resolved.id))

    def find(self, kind: SearchKind, text: str) -> list[int]:
        """The ids of the kind that a slug, a name, a code such as RXNORM:2683 or a brand name stands for."""
        return self._names[kind].find(text)


def _code_key(system: str, value: str) -> str:
    system, value = system.casefold(), value.casefold()
    return f"{system}:{value.removeprefix(f'{system}:')}"


async def load_search_index() -> SearchIndex:
    """Build an index of the open database's catalogue."""
    return SearchIndex(await load_records())

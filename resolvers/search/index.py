"""Search over the whole catalogue, in memory."""

from collections.abc import Iterable
from dataclasses import dataclass

from resolvers.catalogue.records import CatalogueRecords
from resolvers.search.errors import SearchTextTooLong
from resolvers.search.folding import fold
from resolvers.search.kinds import SearchKind
from resolvers.search.packed import NumbersByText
from resolvers.search.resolving import Resolved, Resolver
from resolvers.search.spelling import MOST_TYPOS
from resolvers.search.terms import Field, PackedTerms, Term, terms_of
from resolvers.search.texts import TextIndex
from resolvers.search.words import WordIndex

LONGEST_TEXT = 200
"""Characters; no text of the catalogue is longer than about 130."""

MOST_MISSPELT_WORDS = 8
"""With more words than this, typos are only forgiven in the text as a whole: each word costs time."""

ALL_KINDS = frozenset(SearchKind)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `matched_text` is the catalogue's text that matched, `exact` if the whole of it did."""

    kind: SearchKind
    id: int
    matched_text: str
    exact: bool


class SearchIndex:
    """An index over names, brand names, drug classes and codes, as the catalogue was when it was built.

    It is only read after it is built, so any number of tasks and threads may use it at once.

    Args:
        resolver: of the catalogue.
        terms: of the catalogue, sorted by rank. The list is emptied on the way, so that its memory can be used again.
    """

    def __init__(self, resolver: Resolver, terms: list[Term]) -> None:
        self._resolver = resolver
        # A term's number is its rank, so numbers sort equally good matches.
        self._terms = PackedTerms(terms)
        self._numbers_by_key = NumbersByText((key, number) for number, term in enumerate(terms) for key in term.keys)
        texts = {number: term.folded for number, term in enumerate(terms) if term.field != Field.CODE}
        terms.clear()
        self._longest_query = max(map(len, texts.values()), default=0) + MOST_TYPOS
        self._texts = TextIndex(texts)
        self._words = WordIndex(texts)

    def search(self, text: str, kinds: frozenset[SearchKind] | None = None, limit: int = 10) -> list[Hit]:
        """What the text can mean, best first, each thing once with its best match.

        Texts that are the given one come first, then those that begin with it, then those with words that begin
        with its words. Unless a text is exactly the given one, texts that differ by a few typos follow, those with
        the fewest first, and if there is nothing at all, those that begin with it but for one typo. Of equally
        good matches, names come before other names, brand names, codes and drug classes; then what has treatments,
        shorter texts, the alphabet.

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
        if not 0 < len(query) <= self._longest_query:
            return []
        hits = _Hits(ALL_KINDS if kinds is None else kinds, limit)
        self._collect(hits, self._numbers_by_key.of(query), exact=True)
        exact = bool(hits.found)
        words = query.split()
        if not hits.enough:
            self._collect(hits, self._texts.beginning(query))
        if not hits.enough:
            self._collect(hits, self._words.begun(words))
        if not hits.enough and not exact:
            self._collect(hits, self._misspelt(query, words))
        if not hits.found:
            self._collect(hits, sorted(self._texts.misspelt_beginning(query)))
        return list(hits.found.values())

    def _misspelt(self, query: str, words: list[str]) -> list[int]:
        whole = self._texts.misspelt(query)
        inside = self._words.misspelt(words) if len(words) <= MOST_MISSPELT_WORDS else {}
        typos = inside | {number: min(n, inside.get(number, n)) for number, n in whole.items()}
        # Where something is near, what is farther away is something else: "hypertention" is not hypotension.
        most = min(typos.values(), default=0) + 1
        return sorted(
            (number for number in typos if typos[number] <= most),
            key=lambda number: (typos[number], number not in whole, number),
        )

    def _collect(self, hits: "_Hits", numbers: Iterable[int], *, exact: bool = False) -> None:
        """Add what the terms find, in their order, until there is enough."""
        for number in numbers:
            if hits.enough:
                return
            kind = self._terms.kind(number)
            if kind in hits.kinds:
                text = self._terms.text(number)
                for id_ in self._terms.ids(number):
                    hits.add(Hit(kind, id_, text, exact))

    def resolve(self, system: str | None, value: str) -> list[Resolved]:
        """Everything that an outside code or name stands for: drugs, then indications, each by id.

        Args:
            system: RXNORM, UNII, CHEMBL, DRUGCENTRAL, ICD10CM, DOID or UMLS; None when the value is the exact
                name of a drug, a brand or an indication, letter case and accents aside.
            value: the code, with or without its system in front, or the name.
        """
        return self._resolver.by_name(value) if system is None else self._resolver.by_code(system, value)


def index_of(records: CatalogueRecords) -> SearchIndex:
    """The index over a catalogue."""
    return SearchIndex(Resolver(records), terms_of(records))


class _Hits:
    """What has been found so far, best first; the first match of a thing is its best."""

    def __init__(self, kinds: frozenset[SearchKind], limit: int) -> None:
        self.kinds = kinds
        self._limit = limit
        self.found: dict[tuple[SearchKind, int], Hit] = {}

    @property
    def enough(self) -> bool:
        return len(self.found) >= self._limit

    def add(self, hit: Hit) -> None:
        if not self.enough:
            self.found.setdefault((hit.kind, hit.id), hit)

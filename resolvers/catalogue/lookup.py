"""From the text by which a source refers to the catalogue to the one thing that it means."""

from resolvers.catalogue.errors import AmbiguousName, CatalogueMissing, Kind, UnknownName
from resolvers.catalogue.naming import Names, drug_names, indication_names, specialty_names
from resolvers.catalogue.records import CatalogueRecords, load_records


class CatalogueLookup:
    """Look-ups for bulk work: each distinct text is worked out once.

    A text is read as a slug, an exact name, a name whose letter case is off, a code with its system (such as
    RXNORM:2683) or, for drugs, a brand name; the first reading that knows it decides.
    """

    def __init__(self, records: CatalogueRecords) -> None:
        self._drugs = _Kind("drug", drug_names(records.drugs))
        self._indications = _Kind("indication", indication_names(records.indications))
        self._specialties = _Kind("specialty", specialty_names(records.specialties))

    @classmethod
    async def load(cls) -> "CatalogueLookup":
        """Read the open database's catalogue; later changes of it are not seen.

        Raises:
            CatalogueMissing: there is none.
        """
        records = await load_records()
        if not (records.drugs and records.indications and records.specialties):
            raise CatalogueMissing
        return cls(records)

    def drug(self, text: str) -> int:
        """The id of the drug that the text names.

        Raises:
            UnknownName: it names none.
            AmbiguousName: it names several.
        """
        return self._drugs.find(text)

    def indication(self, text: str) -> int:
        """The id of the indication that the text names.

        Raises:
            UnknownName: it names none.
            AmbiguousName: it names several.
        """
        return self._indications.find(text)

    def specialty(self, text: str) -> int:
        """The id of the specialty that the text names; letter case does not matter.

        Raises:
            UnknownName: it names none.
            AmbiguousName: it names several.
        """
        return self._specialties.find(text)


class _Kind:
    def __init__(self, kind: Kind, names: Names) -> None:
        self._kind: Kind = kind
        self._names = names
        self._found: dict[str, int] = {}

    def find(self, text: str) -> int:
        found = self._found.get(text)
        if found is None:
            found = self._found[text] = self._work_out(text)
        return found

    def _work_out(self, text: str) -> int:
        ids = self._names.find(text)
        if not ids:
            raise UnknownName(self._kind, text)
        if len(ids) > 1:
            raise AmbiguousName(self._kind, text, [self._names.slugs[id_] for id_ in ids])
        return ids[0]

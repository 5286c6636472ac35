"""Finding the catalogue's entries for many operations at once."""

from collections.abc import Sequence
from functools import partial

from strawberry.dataloader import DataLoader

from resolvers.references import Kind, Reference, UnknownReference, keys_of


class Entries:
    """Looks up together what all operations of a process ask for at the same moment, and remembers nothing.

    When thousands of subscribers come back after a restart, each of them names drugs.
    """

    def __init__(self) -> None:
        self._keys: dict[Kind, DataLoader[Reference, int | None]] = {
            "drug": DataLoader(load_fn=partial(_keys_or_none, "drug"), cache=False),
            "indication": DataLoader(load_fn=partial(_keys_or_none, "indication"), cache=False),
        }

    async def keys(self, kind: Kind, references: Sequence[Reference]) -> list[int]:
        """The primary keys of references that all have to exist, in this order.

        Raises:
            UnknownReference: naming those that do not.
        """
        keys = await self._keys[kind].load_many(references)
        missing = dict.fromkeys(name for name, key in zip(references, keys, strict=True) if key is None)
        if missing:
            raise UnknownReference(kind, missing)
        return [key for key in keys if key is not None]


async def _keys_or_none(kind: Kind, references: list[Reference]) -> list[int | None]:
    found = await keys_of(kind, references)
    return [found.get(reference) for reference in references]

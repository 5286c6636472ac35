"""Relations between types, declared rather than coded."""

import inspect
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

import strawberry

from graph.planning.loading import BatchLoader, LoaderFamily
from graph.planning.selections import EVERYTHING, Selecting, Selection

METADATA = "graph.planning.relation"
"""Under this name a Strawberry field's metadata hold its relation."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a relation's arguments ask for.

    Attributes:
        request: chooses the loader; parents with equal requests are read together.
        beside: what stands in a key beside the parent's part; None: nothing.
    """

    request: Hashable
    beside: Hashable = None


@dataclass(frozen=True, slots=True)
class AtHand:
    """Where a parent may have the attributes of the related object itself, so that no loader is asked.

    Attributes:
        known: an attribute of the parent that is None where it has not.
        attributes: from attributes of the related object to those of the parent.
    """

    known: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Relation:
    """A field that a loader answers.

    Attributes:
        loader_of: from the context to the loader, or to the family of loaders for a relation with arguments.
        keys: the attributes of the parent that make the key; several, or none, make a tuple.
        asked: from the field's arguments to what they ask for; None for a relation without arguments. It may depend
            on nothing else.
        by_operation: whether the loader is also told which operation asks for a key.
        at_hand: where the parent may have the related object itself.
        selects: the path of fields to the objects of which the loader is told what is read; empty: it is not told.
    """

    loader_of: Callable[[Any], Any]
    keys: tuple[str, ...]
    asked: Callable[..., Asked] | None = None
    by_operation: bool = False
    at_hand: AtHand | None = None
    selects: str = ""

    def key_of(self, parent: object) -> Hashable:
        """The key that a parent has."""
        key: Hashable = attrgetter(*self.keys)(parent) if self.keys else ()
        return key

    def asked_for(self, arguments: Mapping[str, Any], selected: Selection) -> Asked | None:
        """What arguments, as resolvers take them, ask for; None for a relation without arguments."""
        if self.asked is None:
            return None
        found = self.asked(**arguments)
        return replace(found, request=Selecting(found.request, selected)) if self.selects else found

    def loader(self, context: object, asked: Asked | None) -> BatchLoader[Any, Any]:
        """The loader for what is asked."""
        found = self.loader_of(context)
        if asked is None:
            loader: BatchLoader[Any, Any] = found
            return loader
        family: LoaderFamily[Any, Any, Any] = found
        return family.of(asked.request)


def beside(key: Hashable, asked: Asked | None) -> Hashable:
    """A parent's key together with what the arguments put beside it."""
    return key if asked is None or asked.beside is None else (key, asked.beside)


def of_operation(key: Hashable, root_value: object) -> Hashable:
    """A key together with what tells the operation from others that are executed together: as its root value does."""
    return key, id(root_value)


def related(
    loader_of: Callable[[Any], Any],
    *,
    key: str,
    description: str,
    asked: Callable[..., Asked] | None = None,
    by_operation: bool = False,
    at_hand: AtHand | None = None,
    selects: str = "",
) -> Any:  # noqa: ANN401 - stands for the annotated type
    """A field that a loader answers, whoever executes the operation.

    Args:
        loader_of: from the context to a `BatchLoader`, or to a `LoaderFamily` if there is `asked`.
        key: the attribute of the parent that holds the key; several, separated by commas, make a tuple. Empty at the
            root, whose fields are told by their arguments alone which they are for: the key is an empty tuple then.
        description: of the field.
        asked: takes the field's arguments, with their annotations, and says what they ask for.
        by_operation: whether a value depends on what else the same operation asks for. Events of a subscription that
            are executed together share loaders: each key is then a pair, whose second part is equal for the keys of one
            operation.
        at_hand: where the parent may have what is asked of the related object, so that the loader need not be asked.
        selects: for a relation with arguments: the path of fields, such as `edges.node`, to the objects of which the
            loader is told what is read. The request that chooses it is a `Selecting` then.
    """
    relation = Relation(loader_of, tuple(key.split(",")) if key else (), asked, by_operation, at_hand, selects)

    def resolve(root: strawberry.Parent[Any], info: strawberry.Info, **arguments: object) -> Awaitable[Any]:
        found = relation.asked_for(arguments, EVERYTHING)
        wanted = beside(relation.key_of(root), found)
        if by_operation:
            wanted = of_operation(wanted, info.root_value)
        return relation.loader(info.context, found).load(wanted)

    # Strawberry reads a field's arguments from its resolver's signature.
    own = [one for one in inspect.signature(resolve).parameters.values() if one.kind is not one.VAR_KEYWORD]
    given = (
        []
        if asked is None
        else [one.replace(kind=one.KEYWORD_ONLY) for one in inspect.signature(asked).parameters.values()]
    )
    resolve.__signature__ = inspect.Signature([*own, *given])  # type: ignore[attr-defined]
    return strawberry.field(resolver=resolve, description=description, metadata={METADATA: relation})

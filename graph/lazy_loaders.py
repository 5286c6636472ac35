"""Loaders that are made when somebody first asks for them."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from graph.planning import BatchLoader, LoaderFamily

if TYPE_CHECKING:
    from graph.loaders import Loaders

Key = TypeVar("Key", bound=Hashable)
Request = TypeVar("Request", bound=Hashable)
Value = TypeVar("Value")


class Lazily(Generic[Key, Value]):
    """A loader that is made when it is first asked for, since most operations need few of them.

    Args:
        loading: gives the function that answers the keys of a level.
        followed: whether that notes by itself what its answers are made from, as `Provenance` says.
        of_catalogue: whether it answers from memory where the catalogue is kept.
    """

    def __init__(
        self,
        loading: "Callable[[Loaders], Callable[[list[Key]], Awaitable[Sequence[Value | BaseException]]]]",
        *,
        followed: bool = False,
        of_catalogue: bool = False,
    ) -> None:
        self._loading = loading
        self._followed = followed
        self._of_catalogue = of_catalogue

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, loaders: "Loaders", owner: type) -> BatchLoader[Key, Value]:
        if not self._followed:
            loaders.note_elsewhere()
        seldom_waits = self._of_catalogue and loaders.catalogue.is_kept
        made = BatchLoader(self._loading(loaders), cache=loaders.memoise, seldom_waits=seldom_waits)
        # An attribute of the object comes before one of its class that only reads.
        loaders.__dict__[self._name] = made
        loaders.made.append(self._name)
        return made


class LazilyForRequests(Generic[Request, Key, Value]):
    """Loaders for each request that parents share, such as filter, order and page; made like those of `Lazily`.

    Args:
        loading: gives the function that answers a request for the keys of a level.
        followed: as of `Lazily`.
    """

    def __init__(
        self,
        loading: "Callable[[Loaders], Callable[[Request, list[Key]], Awaitable[Sequence[Value | BaseException]]]]",
        *,
        followed: bool = False,
    ) -> None:
        self._loading = loading
        self._followed = followed

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, loaders: "Loaders", owner: type) -> LoaderFamily[Request, Key, Value]:
        if not self._followed:
            loaders.note_elsewhere()
        made = LoaderFamily(self._loading(loaders), cache=loaders.memoise)
        loaders.__dict__[self._name] = made
        loaders.made.append(self._name)
        return made

"""As whom an event is resolved: once for all readers who see the same, or for each of them."""

from typing import NamedTuple

from resolvers.viewers import RatingSight, Role, Viewer

WHO = frozenset({"account_id", "physician_id", "status", "key_id"})
"""What tells one reader from others who may see the same."""


class Audience(NamedTuple):
    """What readers have in common for whom an event is resolved once: as what they ask, and what they may see."""

    role: Role
    rating_sight: RatingSight
    scopes: frozenset[str]

    @property
    def sees_single_ratings(self) -> bool:
        """Whether they are told of each rating, and not only of released ones."""
        return self.rating_sight is RatingSight.ALL


def audience_of(viewer: Viewer) -> Audience:
    """Among whom a reader is."""
    return Audience(viewer.role, viewer.rating_sight, viewer.scopes)


class AnyViewer(Viewer):
    """Anybody of an audience, as long as nothing depends on who it is.

    What is resolved for it may be sent to all of the audience, unless `asked_who` has become true meanwhile: then
    something did depend on it, such as whether the reader finds a rating helpful, and each reader has to be answered by
    themselves. So a field that shows readers different things cannot be forgotten: it has to ask who reads. Pseudonyms
    do not ask: they are left blank.
    """

    __slots__ = ("_sight", "asked_who")

    asked_who: bool

    def __init__(self, audience: Audience) -> None:
        super().__init__(audience.role, scopes=audience.scopes)
        object.__setattr__(self, "_sight", audience.rating_sight)
        object.__setattr__(self, "asked_who", False)

    def __getattribute__(self, name: str) -> object:
        if name in WHO:
            object.__setattr__(self, "asked_who", True)
        return super().__getattribute__(name)

    @property
    def is_anybody(self) -> bool:
        """Whether this stands for all who see the same, so that pseudonyms are left blank."""
        return True

    @property
    def rating_sight(self) -> RatingSight:
        """Which single ratings they see."""
        sight: RatingSight = object.__getattribute__(self, "_sight")
        return sight

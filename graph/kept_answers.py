"""Answers kept whole for as long as nothing has changed that they tell.

An answer is kept if it was made by plan from nothing but what this process keeps of catalogue and scores, and follows
the changes of. It goes when one of its scores would, and is given only to those who may see the same, and who see the
same versions of catalogue and prior. See docs/decisions/0034-answers-kept-whole.md.
"""

from typing import NamedTuple

from graph.provenance import Provenance
from graph.versions import VersionsOfRequest
from resolvers.score_cache.cache import ScoreCache
from resolvers.score_cache.changes import NOTHING, Subject
from resolvers.versions import Versions
from resolvers.viewers import RatingSight, Role, Viewer

LONGEST_KEPT = 65_536
"""Bytes of a request and its answer."""

MOST_SUBJECTS = 100
"""What is about more goes too often to be worth its place."""


class Reader(NamedTuple):
    """What answers differ by, of those who ask: as what they ask, what for their key is good, what they see."""

    role: Role
    scopes: frozenset[str]
    sight: RatingSight


class AnswerKey(NamedTuple):
    """What determines an answer as long as nothing changes."""

    request: bytes
    reader: Reader
    versions: Versions


class RequestKey(NamedTuple):
    """A request to which an answer may be kept for such readers, whatever the versions.

    For each kind of readers, since it goes with that answer: those who see no single ratings must not be able to tell
    from what is made anew that somebody has rated.
    """

    request: bytes
    reader: Reader


class KeptAnswers:
    """The answers that one process keeps.

    Args:
        cache: where they are kept, among the scores.
    """

    def __init__(self, cache: ScoreCache) -> None:
        self._cache = cache

    async def find(self, request: bytes, viewer: Viewer, versions: VersionsOfRequest) -> bytes | None:
        """The answer to a request, by its body; None if it is not kept."""
        if not self._cache.is_current:
            return None
        reader = _reader(viewer)
        # Who has not signed in has no versions yet, and to read them is in vain for most requests.
        if versions.known is None and self._cache.get(RequestKey(request, reader)) is None:
            return None
        key = AnswerKey(request, reader, await versions.get())
        # Looked at again, since reading the versions may have taken its time.
        answer: bytes | None = self._cache.get(key) if self._cache.is_current else None
        return answer

    def begin(self) -> Provenance | None:
        """Note from now on what an answer is made from; None where none is kept."""
        return Provenance(self._cache.begin_filling()) if self._cache.is_current else None

    def keep(
        self, request: bytes, viewer: Viewer, versions: VersionsOfRequest, provenance: Provenance, answer: bytes
    ) -> None:
        """Keep an answer without errors, if it is one that can be kept and nothing has changed meanwhile."""
        if not provenance.is_followed or versions.known is None or len(request) + len(answer) > LONGEST_KEPT:
            return
        subjects = _without_implied(provenance.subjects) or [NOTHING]
        if len(subjects) > MOST_SUBJECTS:
            return
        reader, size = _reader(viewer), len(request) + len(answer)
        provenance.filling.keep(RequestKey(request, reader), True, len(request), *subjects)
        provenance.filling.keep(AnswerKey(request, reader, versions.known), answer, size, *subjects)


def _reader(viewer: Viewer) -> Reader:
    return Reader(viewer.role, viewer.scopes, viewer.rating_sight)


def _without_implied(subjects: set[Subject]) -> list[Subject]:
    """Those without which none of the others would change."""
    return [
        one
        for one in subjects
        if one.drug_id is None
        or one.indication_id is None
        or not ({one._replace(drug_id=None), one._replace(indication_id=None)} & subjects)
    ]

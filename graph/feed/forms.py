"""Answers that differ from reader to reader in nothing but the pseudonyms: resolved once, and filled in for each."""

from collections.abc import Sequence

from graph.global_ids import global_id
from resolvers.blanks import blanks_in
from resolvers.pseudonyms import handle_of, reader_of, token_of
from resolvers.viewers import Viewer


class Form:
    """An answer with blanks.

    Args:
        between: the parts of the text between the blanks.
        blanks: kinds and physicians.
        secret: the installation's pseudonym key.
    """

    __slots__ = ("_between", "_blanks", "_secret")

    def __init__(self, between: Sequence[bytes], blanks: Sequence[tuple[str, int]], secret: bytes) -> None:
        self._between = between
        self._blanks = blanks
        self._secret = secret

    def filled(self, viewer: Viewer) -> bytes:
        """The answer as one reader gets it."""
        reader = reader_of(viewer)
        assert reader is not None  # noqa: S101 - nobody else sees physicians
        parts = [self._between[0]]
        for (kind, physician_id), after in zip(self._blanks, self._between[1:], strict=True):
            if kind == "handle":
                parts.append(handle_of(physician_id, reader, self._secret).encode())
            else:
                parts.append(global_id("Physician", token_of(physician_id, reader, self._secret)).encode())
            parts.append(after)
        return b"".join(parts)


Answer = bytes | Form
"""What an event is answered with: the same text for everybody, or one with blanks."""


def answer_of(body: bytes, secret: bytes) -> Answer:
    """The answer in a text that may have blanks."""
    between, blanks = blanks_in(body)
    return Form(between, blanks, secret) if blanks else body


def body_for(answer: Answer, viewer: Viewer) -> bytes:
    """An answer as one reader gets it."""
    return answer if isinstance(answer, bytes) else answer.filled(viewer)

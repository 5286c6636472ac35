"""Pseudonyms left blank, where one answer is made for many readers: each reader's own are filled in afterwards."""

import re
import secrets
from typing import Literal

ANY_READER = "any reader"
"""Instead of a reader, as `resolvers.pseudonyms` names them: what is read for it has blanks in place of pseudonyms."""

BlankKind = Literal["handle", "id"]
"""What is left blank of a physician."""

_MARK = secrets.token_hex(16)
"""Made up for this process, so that nothing anybody has written can be taken for a blank."""

_BLANK = re.compile(f"<{_MARK} (handle|id) ([0-9]+)>".encode())


def blank(kind: BlankKind, physician_id: int) -> str:
    """Stands for a physician's handle or id until somebody's is filled in."""
    return f"<{_MARK} {kind} {physician_id}>"


def is_blank(text: str) -> bool:
    """Whether a text is a blank."""
    return _BLANK.fullmatch(text.encode()) is not None


def blanks_in(text: bytes) -> tuple[list[bytes], list[tuple[str, int]]]:
    """What is between the blanks of a text, one more than there are blanks, and the blanks: kinds and physicians."""
    between = _BLANK.split(text)
    kinds, physicians = between[1::3], between[2::3]
    return between[::3], [(kind.decode(), int(key)) for kind, key in zip(kinds, physicians, strict=True)]

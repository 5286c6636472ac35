"""What can go wrong with identities. No message repeats a licence number, a subject or a key."""

from pathlib import Path

from resolvers.errors import PeerscoreError


class InvalidIdentityKey(PeerscoreError):
    """What is given as the identity key is none; `place` says where it comes from."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(
            f"{place} holds no identity key: that is 32 bytes in base64, as `openssl rand -base64 32` makes them."
        )


class IdentityKeyFileUnusable(PeerscoreError):
    """The file of the identity key can neither be read nor made."""

    def __init__(self, file: Path, reason: str) -> None:
        self.file = file
        super().__init__(f"The identity key cannot be kept in {file}: {reason}.")


class IdentityKeyMismatch(PeerscoreError):
    """The database's identities were hashed and sealed with another key."""

    def __init__(self) -> None:
        super().__init__(
            "The identity key is not the one that this database's identities were sealed with, so nobody could be "
            "recognised. Set PEERSCORE_IDENTITY_KEY or PEERSCORE_IDENTITY_KEY_FILE to the one that it was set up with."
        )


class SealBroken(PeerscoreError):
    """A sealed text was changed, moved to another place, or sealed with another key."""

    def __init__(self) -> None:
        super().__init__("A sealed licence number cannot be opened: it was changed, or sealed with another key.")


class AccountGone(PeerscoreError):
    """The account was erased while the request was on its way."""

    def __init__(self) -> None:
        super().__init__("This account has been erased. Sign in again to begin anew.")

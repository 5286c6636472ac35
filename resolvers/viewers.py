"""Who asks: what is known of the reader, and what follows from it."""

from dataclasses import dataclass, field
from enum import Enum

from resolvers.disclosure import EXACT, FROM_FIVE, RELEASED, Disclosure


class Role(Enum):
    """As what somebody asks; each has a column in the table of who sees what.

    A PHYSICIAN is verified. REGISTERED are all others who have signed in as a person: those who wait to be verified,
    were rejected or suspended, or have not registered as a physician.
    """

    ANONYMOUS = "ANONYMOUS"
    INTEGRATOR = "INTEGRATOR"
    REGISTERED = "REGISTERED"
    PHYSICIAN = "PHYSICIAN"
    MODERATOR = "MODERATOR"


class Status(Enum):
    """How far a physician's registration has come; the values are those of `models.accounts`."""

    PENDING = 0
    VERIFIED = 1
    REJECTED = 2
    SUSPENDED = 3


class RatingSight(Enum):
    """Which single ratings a reader sees."""

    NONE = "NONE"
    OWN = "OWN"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The reader of one operation.

    Attributes:
        role: as what they ask.
        account_id: of a person who has signed in.
        physician_id: if the person has registered as a physician, whatever became of it.
        status: of that registration.
        key_id: of an integrator's key.
        scopes: what the key is good for.
    """

    role: Role
    account_id: int | None = None
    physician_id: int | None = None
    status: Status | None = None
    key_id: int | None = None
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_anybody(self) -> bool:
        """Whether this stands for all who see the same, so that pseudonyms are left blank."""
        return False

    @property
    def disclosure(self) -> Disclosure:
        """Which counts they see scores of."""
        if self.role is Role.MODERATOR:
            return EXACT
        return FROM_FIVE if self.role is Role.PHYSICIAN else RELEASED

    @property
    def rating_sight(self) -> RatingSight:
        """Which single ratings they see."""
        if self.role in (Role.MODERATOR, Role.PHYSICIAN):
            return RatingSight.ALL
        return RatingSight.NONE if self.physician_id is None else RatingSight.OWN

    @property
    def writer(self) -> str | None:
        """As whom their writes are counted, such as `account:7`; None for those who cannot write."""
        if self.account_id is not None:
            return f"account:{self.account_id}"
        return None if self.key_id is None else f"key:{self.key_id}"


ANONYMOUS = Viewer(Role.ANONYMOUS)
"""Somebody who has not said who they are."""

"""People in the database of a test: accounts and physicians, as they would be after signing in and registering."""

from datetime import UTC, datetime
from pathlib import Path

from models import Physician, Registration, Specialty
from resolvers.identity.accounts import account_of
from resolvers.identity.key import open_identity_key
from resolvers.viewers import Status
from tests.signing import IDENTITY_KEY, ISSUER

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def account_id_of(subject: str) -> int:
    """The account of somebody who signs in with `tests.signing.bearer(subject)`."""
    key = open_identity_key(IDENTITY_KEY, Path("never read"))
    return (await account_of(key.subject_hash(ISSUER, subject), NOW)).account_id


async def register(subject: str, status: Status) -> int:
    """Make a physician of somebody; returns the account's id. The database has the catalogue."""
    account_id = await account_id_of(subject)
    physician = await Physician.create(
        specialty=await Specialty.first(),
        country="CH",
        years_in_practice=3,
        profile_at=NOW,
        verified=status is Status.VERIFIED,
    )
    await Registration.create(
        account_id=account_id, physician=physician, status=status.value, practising_since=2020, registered_at=NOW
    )
    return account_id


async def set_status(account_id: int, status: Status) -> None:
    """What a moderator's decision leaves in the registration."""
    await Registration.filter(account_id=account_id).update(status=status.value)

"""Registering the physicians of the benchmark: by the same functions as those who register by themselves."""

import csv
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.submissions_servers import IDENTITY_KEY
from benchmarks.submissions_writes import Rater, make_raters
from graph.signing_in.development import OWN_ISSUER
from resolvers.database import DatabaseUrl, open_database
from resolvers.identity.accounts import account_of
from resolvers.identity.key import IdentityKey, check_identity_key
from resolvers.identity.licences import NPI_DIGITS, UNITED_STATES, is_npi
from resolvers.identity.registering import Registration, register_physician
from resolvers.identity.registry import COLUMNS, import_licences
from resolvers.ratings.sources import RatingSource
from resolvers.simulation.catalogue import read_catalogue
from resolvers.viewers import Status

AUTHORITY = "Medical council"


class NotRegistered(Exception):
    """A physician of the benchmark could not be registered or verified."""


async def plan_raters(url: str, writes: int) -> list[Rater]:
    """The physicians who write so many times altogether about what the database's catalogue has."""
    async with open_database(DatabaseUrl.parse(url)):
        return make_raters(await read_catalogue(), writes)


async def register_raters(url: str, raters: Iterable[Rater]) -> dict[int, tuple[int, int]]:
    """Import a registry that has all their licences, and let them register.

    Returns:
        Account and physician by their numbers.

    Raises:
        NotRegistered: one of them is not verified then.
    """
    key, now = IdentityKey.of_bytes(IDENTITY_KEY), datetime.now(UTC)
    registrations = {rater.number: (rater.subject, _registration(rater)) for rater in raters}
    keys: dict[int, tuple[int, int]] = {}
    async with open_database(DatabaseUrl.parse(url)):
        await check_identity_key(key)
        await _import_registry([registration for _, registration in registrations.values()], key, now)
        for number, (subject, registration) in registrations.items():
            account = await account_of(key.subject_hash(OWN_ISSUER, subject), now)
            registered = await register_physician(account.account_id, registration, key, now)
            if registered.status is not Status.VERIFIED:
                raise NotRegistered(f"{subject} is {registered.status.name}.")
            keys[number] = (account.account_id, registered.physician_id)
    return keys


async def _import_registry(registrations: Sequence[Registration], key: IdentityKey, now: datetime) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registry.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows((one.country, one.authority, one.number, one.specialty) for one in registrations)
        outcome = await import_licences(RatingSource(path), path.with_suffix(".rejects.csv"), key, now)
        if outcome.rejected:
            raise NotRegistered(f"{outcome.rejected} lines of the registry were refused.")


def _registration(rater: Rater) -> Registration:
    american = rater.country == UNITED_STATES
    return Registration(
        rater.country,
        "" if american else AUTHORITY,
        _npi(rater.number) if american else f"{rater.number:08d}",
        rater.specialty,
        rater.years_in_practice,
    )


def _npi(number: int) -> str:
    beginning = f"1{number:0{NPI_DIGITS - 2}d}"
    return next(beginning + digit for digit in "0123456789" if is_npi(beginning + digit))

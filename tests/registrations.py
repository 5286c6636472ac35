"""People who register as physicians, for tests of identities below the API."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models import AuditEntry
from resolvers.identity.key import IdentityKey
from resolvers.identity.registering import Registered, Registration, register_physician
from resolvers.identity.registry import RegistryOutcome, import_licences
from resolvers.ratings.sources import RatingSource
from tests.raters import add_account

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 7, 2, 12, tzinfo=UTC)

KEY = IdentityKey.of_bytes(bytes(range(32)))

MODERATOR = "account:77"

NPI = "1234567893"
"""The example of the CMS."""

ANN = Registration("DE", "Ärztekammer Köln", "AB-12/345", "Rheumatology", 10)
BOB = Registration("US", "", NPI, "Family Practice", 20)


async def register(name: str, registration: Registration = ANN, **changes: Any) -> Registered:  # noqa: ANN401
    """Sign somebody in and register them."""
    account_id = await add_account(name)
    return await register_physician(account_id, replace(registration, **changes), KEY, NOW)


async def import_registry(folder: Path, text: str, **options: Any) -> RegistryOutcome:  # noqa: ANN401
    """Import a registry with these lines."""
    file = folder / "registry.csv"
    file.write_text(text, "utf-8")
    return await import_licences(RatingSource(file), folder / "rejects.csv", KEY, LATER, **options)


async def audit() -> list[tuple[str, str, str]]:
    """Actor, action and subject of all entries, the oldest first."""
    return [(entry.actor, entry.action, entry.subject) for entry in await AuditEntry.all().order_by("id")]

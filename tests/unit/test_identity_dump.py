"""What a dump of the ratings shows of those who gave them: nobody's licence, subject, or hash of either."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tortoise.transactions import in_transaction

import models
from models import Account, Licence, PhysicianSource, Registration
from resolvers.database import database
from resolvers.helpful import mark_helpful
from resolvers.identity.accounts import account_of
from resolvers.identity.deciding import Decision, decide_physician
from resolvers.identity.looking import look_at_identity
from resolvers.identity.registering import register_physician
from tests.gout import add_gout
from tests.raters import Rater, add_rater, submit
from tests.registrations import ANN, KEY, MODERATOR, import_registry

pytestmark = pytest.mark.usefixtures("catalogue")

APART = {"account", "registration", "licence", "registry_licence", "physician_source"}
"""The tables of identities."""

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)

CLEO = replace(ANN, number="QX-73/90416")

SUBJECT, ISSUER = "auth0|5f7c8ec7c33c6c004bbafe82", "https://login.example.org/"


async def dump(tables: set[str]) -> str:
    """Everything in the tables, as text; bytes also in hexadecimal digits."""
    texts = []
    for table in sorted(tables):
        for row in await database().execute_query_dict(f"SELECT * FROM {table}"):
            texts += [f"{column}={_text(value)}" for column, value in row.items()]
    return "\n".join(texts)


def _text(value: Any) -> str:  # noqa: ANN401 - whatever a column holds
    return f"{bytes(value)!r} {bytes(value).hex()}" if isinstance(value, bytes | memoryview) else str(value)


async def test_a_dump_without_the_tables_of_identities_names_nobody(tmp_path: Path) -> None:
    await add_gout()
    signed_in = await account_of(KEY.subject_hash(ISSUER, SUBJECT), NOW)
    registered = await register_physician(signed_in.account_id, CLEO, KEY, NOW)
    await decide_physician(registered.physician_id, Decision.VERIFY, "Found in the register.", MODERATOR, NOW)
    ann, bob = Rater(signed_in.account_id, registered.physician_id), await add_rater("bob")
    await submit(ann, comment="Works fast.")
    await submit(ann, "allopurinol", comment="Call 555-1234.", findings=("PHONE",))
    others = await submit(bob)
    async with in_transaction():
        await mark_helpful(ann.account_id, ann.physician_id, others.rating_id, True, NOW)
    await look_at_identity(registered.physician_id, KEY, MODERATOR, NOW)
    await import_registry(tmp_path, "country,authority,number\nDE,Ärztekammer Köln,QX7390416\n")
    licence = await Licence.get()
    identities = [
        "QX-73/90416",
        "QX7390416",
        "7390416",
        "90416",
        "Ärztekammer",
        SUBJECT,
        ISSUER,
        KEY.subject_hash(ISSUER, SUBJECT),
        licence.number_hash,
        bytes(licence.number_sealed).hex(),
        *(source.key for source in await PhysicianSource.all() if len(source.key) > 4),
    ]
    tables = {getattr(models, name).describe()["table"] for name in models.__all__}
    assert tables > APART

    shown = await dump(tables - APART)
    apart = await dump(APART)

    assert "Works fast." in shown
    assert [identity for identity in identities if identity in shown] == []
    # The search would find them: all but what is stored nowhere are in the other tables.
    assert [identity for identity in identities if identity in apart] == [
        "Ärztekammer",
        KEY.subject_hash(ISSUER, SUBJECT),
        licence.number_hash,
        bytes(licence.number_sealed).hex(),
    ]
    assert await Account.all().count() == await Registration.all().count() == 2

"""Keys of integrators: made, used, revoked, and never kept in a form that could be used."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.context import TortoiseContext

from models import ApiKey, AuditEntry
from resolvers.identity.api_keys import (
    CATALOGUE,
    FEED,
    SCORES,
    AmbiguousKeyName,
    InvalidKeyName,
    UnknownKey,
    all_keys,
    create_key,
    note_use,
    revoke_key,
    usable_key,
)
from resolvers.identity.standing import standing_now
from resolvers.sql import fetch_rows
from resolvers.versions import read_versions

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


async def audited() -> list[tuple[str, str, str, Any]]:
    entries = await AuditEntry.all().order_by("id")
    return [(entry.actor, entry.action, entry.subject, entry.details) for entry in entries]


@pytest.mark.usefixtures("migrated")
async def test_a_key_is_good_for_its_scopes() -> None:
    key = await create_key("Clinic", (SCORES, CATALOGUE), NOW)

    usable = await usable_key(key.text)

    assert usable is not None
    found, versions = usable
    assert found.scopes == {"catalogue", "scores"}
    assert versions == await read_versions()
    assert await audited() == [("command:0", "KEY_CREATED", f"key:{found.key_id}", {"scopes": ["catalogue", "scores"]})]


@pytest.mark.usefixtures("migrated")
async def test_the_secret_has_256_bits_and_is_kept_nowhere() -> None:
    keys = [await create_key("Clinic", (FEED,), NOW) for _ in range(2)]
    secrets = [key.text.removeprefix(f"peerscore_{key.public_part}_") for key in keys]

    assert [len(bytes.fromhex(secret)) for secret in secrets] == [32, 32]
    assert secrets[0] != secrets[1]
    for table in ("api_key", "audit_entry"):
        rows = str([tuple(row) for row in await fetch_rows(f"SELECT * FROM {table}")])
        assert not any(secret in rows for secret in secrets)
    assert secrets[0] not in repr(keys[0])


@pytest.mark.usefixtures("migrated")
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda text: text[:-1],
        lambda text: text + "0",
        lambda text: text.upper(),
        lambda text: text.replace("_", "-"),
        lambda text: "_".join(text.split("_")[:2]),
        lambda text: "peerscore_" + "0" * 16 + "_" + text.split("_")[2],
        lambda _: "",
    ],
)
async def test_a_key_that_is_changed_in_any_place_is_unknown(change: Any) -> None:  # noqa: ANN401 - a lambda
    key = await create_key("Clinic", (SCORES,), NOW)

    assert await usable_key(change(key.text)) is None


@pytest.mark.usefixtures("migrated")
async def test_a_revoked_key_is_unknown_and_stays_listed() -> None:
    key, other = await create_key("Clinic", (SCORES,), NOW), await create_key("Hospital", (SCORES,), NOW)

    revoked = await revoke_key(key.public_part, LATER)

    assert await usable_key(key.text) is None
    assert await usable_key(other.text) is not None
    assert [(record.name, record.revoked_at) for record in await all_keys()] == [("Clinic", LATER), ("Hospital", None)]
    assert (await audited())[-1] == ("command:0", "KEY_REVOKED", f"key:{revoked.key_id}", {})


@pytest.mark.usefixtures("migrated")
async def test_a_key_is_revoked_by_its_name_if_no_other_in_use_has_it() -> None:
    old, new = await create_key("Clinic", (SCORES,), NOW), await create_key("Clinic", (SCORES,), NOW)

    with pytest.raises(AmbiguousKeyName) as caught:
        await revoke_key("Clinic", LATER)
    assert caught.value.public_parts == (old.public_part, new.public_part)
    await revoke_key(old.public_part, LATER)
    assert (await revoke_key("Clinic", LATER)).public_part == new.public_part


@pytest.mark.usefixtures("migrated")
async def test_revoking_twice_or_what_is_not_there_is_refused() -> None:
    key = await create_key("Clinic", (SCORES,), NOW)
    await revoke_key("Clinic", NOW)

    for named in ("Clinic", key.public_part, "Nobody"):
        with pytest.raises(UnknownKey):
            await revoke_key(named, LATER)
    assert len(await audited()) == 2


@pytest.mark.usefixtures("migrated")
async def test_of_two_who_revoke_a_key_at_once_one_does() -> None:
    key = await create_key("Clinic", (SCORES,), NOW)

    outcomes = await asyncio.gather(*(revoke_key(key.public_part, LATER) for _ in range(2)), return_exceptions=True)

    assert sorted(isinstance(outcome, UnknownKey) for outcome in outcomes) == [False, True]
    assert len(await audited()) == 2


@pytest.mark.parametrize("name", ["", " ", "a" * 101, "a\nb", "\u202eabc"])
async def test_a_key_needs_a_name(name: str, migrated: TortoiseContext) -> None:
    assert migrated
    with pytest.raises(InvalidKeyName):
        await create_key(name, (SCORES,), NOW)
    assert await all_keys() == []


@pytest.mark.usefixtures("migrated")
async def test_the_last_use_is_written_at_most_once_a_minute_and_never_earlier() -> None:
    await create_key("Clinic", (SCORES,), NOW)
    (record,) = await all_keys()
    noted = []
    for seconds in (0, 59, 60, 90, -300):
        await note_use(record.key_id, NOW + timedelta(seconds=seconds))
        noted.append((await ApiKey.get(id=record.key_id)).last_used_at)

    assert noted == [NOW, NOW, *[NOW + timedelta(seconds=60)] * 3]


@pytest.mark.usefixtures("migrated")
async def test_of_keys_that_are_connected_those_in_use_are_told() -> None:
    for name in ("one", "two"):
        await create_key(name, (SCORES,), NOW)
    await revoke_key("one", NOW)
    one, two = [record.key_id for record in await all_keys()]

    assert (await standing_now([], [one, two, 99])).keys == {two}
    assert (await standing_now([1], [])).accounts == {}

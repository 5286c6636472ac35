"""What has become of those who are connected, people and keys alike."""

from collections.abc import Collection
from dataclasses import dataclass

from resolvers.identity.accounts import SIGNED_IN, SignedIn
from resolvers.sql import Parameters, fetch_rows
from resolvers.viewers import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """Accounts that exist, by their ids, and the ids of keys that may be used."""

    accounts: dict[int, SignedIn]
    keys: frozenset[int]


async def standing_now(account_ids: Collection[int], key_ids: Collection[int]) -> Standing:
    """What has become of these accounts and keys, by one statement."""
    parameters = Parameters()
    rows = await fetch_rows(
        f"{SIGNED_IN} WHERE {parameters.member_of('account.id', account_ids)}"
        " UNION ALL SELECT -api_key.id, NULL, NULL, NULL FROM api_key"
        f" WHERE revoked_at IS NULL AND {parameters.member_of('api_key.id', key_ids)}",
        parameters,
    )
    # Keys have their numbers negated, so that they are told from accounts.
    return Standing(
        {
            number: SignedIn(number, physician_id, None if status is None else Status(status))
            for number, physician_id, status, _ in rows
            if number > 0
        },
        frozenset(-number for number, *_ in rows if number < 0),
    )

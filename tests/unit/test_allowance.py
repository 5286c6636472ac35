"""How much somebody may write in an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.activity import WriteAllowance
from resolvers.writes.allowance import WritesUsedUp, spend
from tests.simultaneous import at_once

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("migrated")


async def refused_until(writer: str, per_hour: int, now: datetime) -> datetime | None:
    """When to try again, or None if the write was allowed."""
    try:
        await spend(writer, per_hour, now)
    except WritesUsedUp as refusal:
        return refusal.retry_at
    return None


async def test_all_of_the_allowance_can_be_spent_at_once() -> None:
    for _ in range(6):
        await spend("account:7", 6, NOW)

    with pytest.raises(WritesUsedUp, match="T12:10:00") as refusal:
        await spend("account:7", 6, NOW)

    # Six in an hour is one in ten minutes.
    assert refusal.value.retry_at == datetime(2026, 7, 1, 12, 10, tzinfo=UTC)


async def test_it_comes_back_write_by_write() -> None:
    for _ in range(6):
        await spend("account:7", 6, NOW)

    assert await refused_until("account:7", 6, NOW + timedelta(minutes=9, seconds=59)) == NOW + timedelta(minutes=10)
    assert await refused_until("account:7", 6, NOW + timedelta(minutes=10)) is None
    assert await refused_until("account:7", 6, NOW + timedelta(minutes=10)) == NOW + timedelta(minutes=20)


async def test_after_an_hour_all_of_it_is_there_and_never_more() -> None:
    for _ in range(6):
        await spend("account:7", 6, NOW)
    later = NOW + timedelta(days=1)

    answers = [await refused_until("account:7", 6, later) for _ in range(7)]

    assert answers == [None] * 6 + [later + timedelta(minutes=10)]


async def test_a_refusal_costs_nothing() -> None:
    await spend("account:7", 1, NOW)
    for _ in range(5):
        assert await refused_until("account:7", 1, NOW) == NOW + timedelta(hours=1)

    assert await refused_until("account:7", 1, NOW + timedelta(hours=1)) is None


async def test_everybody_has_an_allowance_of_their_own() -> None:
    await spend("account:7", 1, NOW)

    assert await refused_until("account:8", 1, NOW) is None
    assert await refused_until("key:7", 1, NOW) is None


async def test_a_smaller_allowance_holds_from_the_next_write_on() -> None:
    for _ in range(60):
        await spend("account:7", 60, NOW)

    # All will be there again at 13:00; ten minutes before, one of six is missing, and so on: five at 12:10.
    assert await refused_until("account:7", 6, NOW) == NOW + timedelta(minutes=10)


async def test_of_fifty_at_once_exactly_as_many_as_allowed_are_let_through(migrated_url: str) -> None:
    results = await at_once(migrated_url, [lambda: refused_until("account:7", 20, NOW)] * 50)

    # Twenty in an hour is one in three minutes.
    assert results.count(None) == 20
    assert results.count(NOW + timedelta(minutes=3)) == 30
    assert (await WriteAllowance.get()).used_until == (NOW + timedelta(hours=1)).timestamp() * 1000


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    per_hour=st.integers(1, 12),
    pauses=st.lists(st.integers(0, 1_200_000), min_size=1, max_size=40),
    seed=st.integers(0, 10**12),
)
async def test_never_more_than_the_allowance_and_its_return_and_the_time_to_retry_is_exact(
    per_hour: int, pauses: list[int], seed: int
) -> None:
    await WriteAllowance.all().delete()
    writer, time, allowed = f"account:{seed}", NOW, []
    for pause in pauses:
        time += timedelta(milliseconds=pause)
        retry_at = await refused_until(writer, per_hour, time)
        if retry_at is not None:
            assert retry_at > time
            assert await refused_until(writer, per_hour, retry_at - timedelta(milliseconds=1)) == retry_at
            time = retry_at
            await spend(writer, per_hour, time)
        allowed.append(time)
    # Within any span there are at most the full allowance and what comes back meanwhile.
    for first, begin in enumerate(allowed):
        for last in range(first, len(allowed)):
            hours = (allowed[last] - begin) / timedelta(hours=1)
            assert last - first + 1 <= per_hour + per_hour * hours + 1e-9

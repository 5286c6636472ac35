"""A mutation that is sent again does nothing, and says what it said."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from models import Account, Rating
from models.activity import ClientMutation
from models.feed import FeedEvent
from resolvers.identity.errors import AccountGone
from resolvers.ratings.submitting import Submission, submit_rating
from resolvers.writes.replays import MutationIdReused, once
from tests.raters import NOW, add_rater, submission_of, submit, wrong_counts
from tests.simultaneous import at_once

pytestmark = pytest.mark.usefixtures("catalogue")

MORNING = "a" * 64
EVENING = "b" * 64


@pytest.fixture(autouse=True)
async def accounts(catalogue: object) -> None:  # noqa: ARG001 - an open database
    """Those whose mutations the tests carry out: 7 and 8."""
    for key in (7, 8):
        await Account.create(id=key, subject_hash=str(key) * 64, created_at=NOW, reviews_seen_at=NOW)


class Work:
    """Counts how often it was done; what became of it is its number."""

    def __init__(self, *, fails: bool = False) -> None:
        self.done = 0
        self.fails = fails

    async def __call__(self) -> dict[str, Any]:
        self.done += 1
        if self.fails:
            raise RuntimeError
        return {"number": self.done, "held": False}


async def send(
    work: Work,
    *,
    account: int = 7,
    key: str | None = "one",
    mutation: str = "submitRating",
    digest: str = MORNING,
    now: datetime = NOW,
) -> dict[str, Any]:
    return await once(account, key, mutation, digest, work, now)


async def test_the_second_time_nothing_is_done_and_the_same_is_said() -> None:
    work = Work()

    assert [await send(work), await send(work)] == [{"number": 1, "held": False}] * 2

    assert work.done == 1


@pytest.mark.parametrize("other", [{"digest": EVENING}, {"mutation": "withdrawRating"}])
async def test_an_id_is_good_for_one_input_of_one_mutation(other: dict[str, str]) -> None:
    work = Work()
    await send(work)

    with pytest.raises(MutationIdReused):
        await send(work, **other)

    assert work.done == 1
    assert await send(work) == {"number": 1, "held": False}


@pytest.mark.parametrize("other", [{"key": "two", "digest": EVENING}, {"account": 8}])
async def test_other_ids_and_other_accounts_have_nothing_to_do_with_it(other: dict[str, Any]) -> None:
    work = Work()
    await send(work)

    assert await send(work, **other) == {"number": 2, "held": False}


@pytest.mark.parametrize("key", ["one", None])
async def test_nothing_is_done_for_an_account_that_has_been_erased(key: str | None) -> None:
    work = Work()
    await Account.filter(id=7).delete()

    with pytest.raises(AccountGone):
        await send(work, key=key)

    assert work.done == 0
    assert await ClientMutation.all().count() == 0


async def test_without_an_id_it_is_done_each_time() -> None:
    work = Work()

    await send(work, key=None)
    await send(work, key=None)

    assert work.done == 2
    assert await ClientMutation.all().count() == 0


async def test_what_failed_can_be_tried_again_under_the_same_id() -> None:
    with pytest.raises(RuntimeError):
        await send(Work(fails=True))

    assert await send(Work(), digest=EVENING) == {"number": 1, "held": False}


async def test_all_is_one_transaction() -> None:
    submission = await submission_of(await add_rater("ann"))

    async def submit_and_fail() -> dict[str, Any]:
        await submit_rating(submission)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await once(submission.account_id, None, "submitRating", MORNING, submit_and_fail, NOW)
    with pytest.raises(RuntimeError):
        await once(submission.account_id, "one", "submitRating", MORNING, submit_and_fail, NOW)

    assert await Rating.all().count() == await ClientMutation.all().count() == 0


async def test_after_seven_days_an_id_is_forgotten() -> None:
    work = Work()
    await send(work)
    await send(work, account=8)

    assert await send(work, now=NOW + timedelta(days=7)) == {"number": 1, "held": False}
    later = NOW + timedelta(days=7, milliseconds=1)
    assert await send(work, now=later, digest=EVENING) == {"number": 3, "held": False}

    # That of the other account stays until that one sends something.
    stored = await ClientMutation.all().order_by("account_id").values_list("account_id", "at")
    assert stored == [(7, later), (8, NOW)]


async def test_the_same_mutation_twenty_times_at_once_is_one_revision(catalogue_url: str) -> None:
    rater = await add_rater("ann")
    await submit(rater)
    submission = await submission_of(rater, "colchicine")

    outcomes = await at_once(catalogue_url, [lambda: _submit_once(submission)] * 20)

    rating = await Rating.get()
    assert outcomes == [{"rating": rating.id, "created": False}] * 20
    # One for the first rating, and one for the revision.
    assert await FeedEvent.all().count() == 2
    assert await wrong_counts() == 0


async def _submit_once(submission: Submission) -> dict[str, Any]:
    async def work() -> dict[str, Any]:
        outcome = await submit_rating(submission)
        return {"rating": outcome.rating_id, "created": outcome.created}

    return await once(submission.account_id, "one", "submitRating", MORNING, work, NOW)

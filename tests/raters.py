"""Registered physicians and their submissions, for tests of writing below the API."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tortoise.transactions import in_transaction

from models import Account, Drug, Indication, Physician, Rating, Registration, Specialty
from models.accounts import VERIFIED
from resolvers.counts.verifying import verify_counts
from resolvers.ratings.submitting import Submission, Submitted, submit_rating

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Rater:
    """A physician who has registered, with their account."""

    account_id: int
    physician_id: int


async def add_account(name: str) -> int:
    """Somebody who has signed in."""
    account = await Account.create(subject_hash=name.ljust(64, "0"), created_at=NOW, reviews_seen_at=NOW)
    return account.id


async def add_rater(
    name: str,
    *,
    status: int = VERIFIED,
    specialty: str = "Rheumatology",
    country: str = "DE",
    practising_since: int = 2016,
) -> Rater:
    """A physician who has registered; ten years in practice at `NOW` unless told otherwise."""
    account_id = await add_account(name)
    physician = await Physician.create(
        specialty=await Specialty.get(name=specialty),
        country=country,
        years_in_practice=0,
        profile_at=datetime(2020, 1, 1, tzinfo=UTC),
        verified=status == VERIFIED,
    )
    await Registration.create(
        account_id=account_id,
        physician_id=physician.id,
        status=status,
        practising_since=practising_since,
        registered_at=NOW,
    )
    return Rater(account_id, physician.id)


async def treatment(drug: str = "colchicine", indication: str = "gout") -> tuple[int, int]:
    """The keys of a drug and an indication."""
    return (await Drug.get(slug=drug)).id, (await Indication.get(slug=indication)).id


async def submission_of(rater: Rater, drug: str = "colchicine", indication: str = "gout") -> Submission:
    """A rating with six answers and no comment."""
    return Submission(
        rater.account_id,
        rater.physician_id,
        *await treatment(drug, indication),
        (5, 4, 3, 4, 5, 4),
        None,
        (),
        False,
        NOW,
    )


async def submit(rater: Rater, drug: str = "colchicine", indication: str = "gout", **changes: object) -> Submitted:
    """Submit that rating, with some changes, in a transaction."""
    submission = replace(await submission_of(rater, drug, indication), **changes)  # type: ignore[arg-type]
    async with in_transaction():
        return await submit_rating(submission)


async def rating_with(rating_id: int) -> Rating:
    """A rating that counts."""
    return await Rating.get(id=rating_id)


async def wrong_counts() -> int:
    """How many counts of the open database differ from what its ratings make."""
    return (await verify_counts()).counts

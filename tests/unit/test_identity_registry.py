"""Importing a registry of licences."""

import csv
import gzip
from pathlib import Path
from typing import NoReturn

import pytest

from models import ModerationCase, Physician, Registration, RegistryLicence, Specialty
from resolvers.audit import REGISTRY
from resolvers.identity.deciding import Decision, decide_physician
from resolvers.identity.registry import import_licences
from resolvers.progress import Progress
from resolvers.ratings.errors import HeaderRefused, RejectsUnusable, SourceUnreadable
from resolvers.ratings.sources import RatingSource
from resolvers.viewers import Status
from tests.registrations import ANN, BOB, KEY, LATER, MODERATOR, NOW, NPI, audit, import_registry, register

pytestmark = pytest.mark.usefixtures("catalogue")

HEADER = "country,authority,number,specialty\n"
ANNS = "DE,Ärztekammer Köln,AB12345,Rheumatology\n"
BOBS = f"US,,{NPI},\n"


async def hashes() -> set[str]:
    return {row.number_hash for row in await RegistryLicence.all()}


async def test_licences_are_kept_as_hashes_with_their_specialty(tmp_path: Path) -> None:
    outcome = await import_registry(tmp_path, HEADER + ANNS + BOBS)

    assert (outcome.accepted, outcome.rejected, outcome.verified) == (2, 0, 0)
    rheumatology = (await Specialty.get(name="Rheumatology")).id
    assert {(row.number_hash, row.specialty_id) for row in await RegistryLicence.all()} == {
        (KEY.number_hash("DE", "arztekammer koln", "AB12345"), rheumatology),
        (KEY.number_hash("US", "npi", NPI), None),
    }
    assert not outcome.rejects.exists()


async def test_those_who_wait_are_verified_and_others_are_not(tmp_path: Path) -> None:
    ann = await register("ann")
    other_specialty = await register("cleo", number="CC777", specialty="Nephrology")
    not_listed = await register("dora", number="DD888")
    rejected = await register("bob", BOB)
    await decide_physician(rejected.physician_id, Decision.REJECT, None, MODERATOR, NOW)
    lines = HEADER + ANNS + BOBS + "DE,Ärztekammer Köln,CC777,Rheumatology\n"

    outcome = await import_registry(tmp_path, lines)

    assert outcome.verified == 1
    statuses = {one.physician_id: Status(one.status) for one in await Registration.all()}
    assert statuses == {
        ann.physician_id: Status.VERIFIED,
        other_specialty.physician_id: Status.PENDING,
        not_listed.physician_id: Status.PENDING,
        rejected.physician_id: Status.REJECTED,
    }
    assert [one.id for one in await Physician.filter(verified=True)] == [ann.physician_id]
    assert (await Registration.get(physician_id=ann.physician_id)).decided_at == LATER
    assert (await ModerationCase.get(physician_id=ann.physician_id)).closed_at == LATER
    assert await ModerationCase.filter(closed_at=None).count() == 2
    assert (await audit())[-1] == (REGISTRY, "PHYSICIAN_VERIFIED", f"physician:{ann.physician_id}")


async def test_repeating_an_import_changes_nothing(tmp_path: Path) -> None:
    await register("ann")
    await import_registry(tmp_path, HEADER + ANNS + BOBS)
    before, entries = {(row.id, row.number_hash) for row in await RegistryLicence.all()}, await audit()

    outcome = await import_registry(tmp_path, HEADER + ANNS + BOBS)

    assert (outcome.accepted, outcome.verified) == (2, 0)
    assert {(row.id, row.number_hash) for row in await RegistryLicence.all()} == before
    assert await audit() == entries


async def test_the_last_word_about_a_licence_counts(tmp_path: Path) -> None:
    await import_registry(tmp_path, HEADER + ANNS)
    nephrology = ANNS.replace("Rheumatology", "Nephrology")

    await import_registry(tmp_path, HEADER + ANNS + nephrology)

    assert (await RegistryLicence.get()).specialty_id == (await Specialty.get(name="Nephrology")).id
    assert (await register("ann", ANN)).status is Status.PENDING


async def test_bad_lines_are_named_by_number_and_reason_without_the_licence(tmp_path: Path) -> None:
    bad = [
        "US,,1234567890,",
        "XX,Board,98765,",
        "DE,,98765,",
        "DE,Board,98765,Astrology",
        "DE,Board,98765",
        'DE,"Board,98765,',
        "DE,Board,9_8_7_6_5,",
    ]

    outcome = await import_registry(tmp_path, HEADER + ANNS + "\n" + "\n".join(bad) + "\n" + BOBS)

    assert (outcome.accepted, outcome.rejected) == (2, len(bad))
    text = outcome.rejects.read_text()
    assert "98765" not in text
    assert "1234567890" not in text
    rows = list(csv.reader(text.splitlines()))
    assert rows[0] == ["line", "reason"]
    assert [int(line) for line, _ in rows[1:]] == [4, 5, 6, 7, 8, 9, 10]
    assert [reason.split()[0] for _, reason in rows[1:]] == [
        "number", "country", "authority", "specialty:", "has", "is", "number",
    ]  # fmt: skip


async def test_a_line_that_is_not_utf_8_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "registry.csv"
    file.write_bytes(HEADER.encode() + "DE,Ärztekammer,12345,\n".encode("latin-1") + BOBS.encode())

    outcome = await import_licences(RatingSource(file), tmp_path / "rejects.csv", KEY, NOW)

    assert (outcome.accepted, outcome.rejected) == (1, 1)


async def test_rejects_of_an_earlier_import_do_not_stay(tmp_path: Path) -> None:
    await import_registry(tmp_path, HEADER + "XX,Board,98765,\n")
    outcome = await import_registry(tmp_path, HEADER + ANNS)
    assert not outcome.rejects.exists()


async def test_another_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "rejects.csv").write_text("my diary\n")
    with pytest.raises(RejectsUnusable):
        await import_registry(tmp_path, HEADER + "XX,Board,98765,\n")
    assert (tmp_path / "rejects.csv").read_text() == "my diary\n"

    file = tmp_path / "registry.csv"
    with pytest.raises(RejectsUnusable):
        await import_licences(RatingSource(file), file, KEY, NOW)
    with pytest.raises(RejectsUnusable):
        await import_licences(RatingSource(file), tmp_path / "none" / "rejects.csv", KEY, NOW)
    with pytest.raises(RejectsUnusable):
        await import_licences(RatingSource(file), tmp_path, KEY, NOW)


async def test_columns_in_any_order_compressed_and_without_specialty(tmp_path: Path) -> None:
    file = tmp_path / "registry.csv.gz"
    file.write_bytes(gzip.compress(f"\ufeffnumber,country,authority\r\n{NPI},US,\r\n".encode()))

    outcome = await import_licences(RatingSource(file), tmp_path / "rejects.csv", KEY, NOW)

    assert (outcome.accepted, await hashes()) == (1, {KEY.number_hash("US", "npi", NPI)})


@pytest.mark.parametrize(
    "header", ["", "country,number\n", "country,authority,number,name\n", "country,authority,number,number\n", '"a\n']
)
async def test_a_file_of_something_else_is_refused(header: str, tmp_path: Path) -> None:
    with pytest.raises(HeaderRefused):
        await import_registry(tmp_path, header)


async def test_a_file_that_is_not_there_or_damaged(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable):
        await import_licences(RatingSource(tmp_path / "none.csv"), tmp_path / "rejects.csv", KEY, NOW)
    damaged = tmp_path / "registry.csv.gz"
    damaged.write_bytes(gzip.compress((HEADER + ANNS * 100_000).encode())[:-50])
    with pytest.raises(SourceUnreadable):
        await import_licences(RatingSource(damaged), tmp_path / "rejects.csv", KEY, NOW)


async def test_stopped_between_batches_and_run_again_it_completes(tmp_path: Path) -> None:
    lines = HEADER + "".join(f"DE,Board,{number},\n" for number in range(10_000, 10_010)) + ANNS
    ann = await register("ann")
    seen: list[Progress] = []

    def stop(progress: Progress) -> NoReturn:
        seen.append(progress)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await import_registry(tmp_path, lines, report=stop, batch_lines=4)
    assert len(await hashes()) == 4

    outcome = await import_registry(tmp_path, lines, report=seen.append, batch_lines=4)

    assert (outcome.accepted, outcome.verified, len(await hashes())) == (11, 1, 11)
    assert seen[-1].done == seen[-1].total
    assert (await Registration.get(physician_id=ann.physician_id)).status == Status.VERIFIED.value

"""`peerscore scores`: what it prints, and its exit codes; and the priors of the demonstration."""

import asyncio

import pytest

from graph.commands import demonstration
from graph.commands.demonstration import fill_empty_database
from models import Cell, Drug
from resolvers.counts.verifying import verify_counts
from resolvers.database import DatabaseUrl, open_database
from resolvers.priors.stored import prior_in_use, prior_numbers, use_prior
from resolvers.simulation.simulating import simulate
from tests.crowd import add_crowd, rating
from tests.databases import prepare
from tests.gout import GOUT, add, add_gout
from tests.unit import test_command, test_counts_current
from tests.unit.test_command import Peerscore

peerscore = test_command.peerscore
first_version_template = test_counts_current.first_version_template
first_version_url = test_counts_current.first_version_url

# Ratings are read once for each of the two kinds of counts. Cells: see tests/unit/test_counts_verifying.py; head-to-
# heads for gout: colchicine, allopurinol and febuxostat in pairs.
ROWS = 2 * len(GOUT) + 42 + 3


async def spoil() -> None:
    naproxen = await Drug.get(slug="naproxen")
    await Cell.filter(drug_id=naproxen.id, segment_kind=0).update(rating_count=5, efficacy_3=0)
    await Cell.filter(drug_id=naproxen.id, segment_kind=2).update(rating_count=2)


@pytest.mark.parametrize("command", ["verify", "rebuild", "refit-prior", "use-prior", "priors"])
def test_the_help_of_each_command_has_an_example(command: str, peerscore: Peerscore) -> None:
    result = peerscore("scores", command, "--help")

    assert result.code == 0
    assert f"peerscore scores {command}" in result.output.split("Example: ")[1]


def test_counts_that_are_right_and_counts_that_are_not(peerscore: Peerscore, catalogue_url: str) -> None:
    here = ("--database-url", catalogue_url)
    prepare(catalogue_url, add_gout)

    right = peerscore("scores", "verify", *here)
    prepare(catalogue_url, spoil)
    wrong = peerscore("scores", "verify", "--lines", "2", *here)
    rebuilt = peerscore("scores", "rebuild", *here)
    again = peerscore("scores", "rebuild", *here)

    assert (right.code, right.output) == (0, f"All counts are right; {ROWS} rows compared.\n")
    assert wrong.code == 4
    assert wrong.output == (
        "cell: naproxen, gout, everybody: rating_count is 5 and should be 1\n"
        "cell: naproxen, gout, everybody: efficacy_3 is 0 and should be 1\n"
        "… and 1 more\n"
        "Rows that differ from the ratings: 2; counts that differ: 3. `peerscore scores rebuild` repairs them.\n"
    )
    assert (rebuilt.code, rebuilt.output) == (0, "Rows of counts: 0 added, 2 corrected, 0 removed.\n")
    assert again.output == "Rows of counts: 0 added, 0 corrected, 0 removed.\n"
    assert peerscore("scores", "verify", *here).code == 0


def test_progress_goes_to_standard_error(peerscore: Peerscore, catalogue_url: str) -> None:
    prepare(catalogue_url, add_gout)

    assert peerscore("scores", "verify", "--database-url", catalogue_url).errors.startswith("Verifying: ")
    assert peerscore("scores", "rebuild", "--database-url", catalogue_url).errors.startswith("Rebuilding: ")


def test_a_prior_is_fitted_shown_and_put_into_use(peerscore: Peerscore, catalogue_url: str) -> None:
    here = ("--database-url", catalogue_url)
    prepare(catalogue_url, add_crowd)

    fitted = peerscore("scores", "refit-prior", *here)
    prepare(catalogue_url, lambda: add(rating(number, "allopurinol", [1] * 6) for number in range(12, 23)))
    applied = peerscore("scores", "refit-prior", "--apply", *here)
    same = peerscore("scores", "refit-prior", "--apply", *here)
    used = peerscore("scores", "use-prior", "1", *here)
    listed = peerscore("scores", "priors", *here)

    lines = fitted.output.splitlines()
    assert fitted.code == applied.code == same.code == 0
    assert lines[0] == "Version 1 of the priors is fitted to 92 ratings and stored."
    assert lines[1].endswith(" compared with version 0, now in use:")
    # What moves is told of all ratings: of fifteen treatments, those of naproxen, metoprolol and valsartan have four.
    assert "Treatments with at least 5 ratings\t10" in lines
    assert "Indications with at least 2 rated drugs\t4" in lines
    assert "Rated drugs in these indications\t15" in lines
    assert lines[-1] == "Version 0 stays in use. `peerscore scores use-prior 1` puts version 1 into use."
    assert applied.output.startswith("Version 2 of the priors is fitted to 103 ratings and stored.\n")
    assert applied.output.endswith("Version 2 is in use now.\n")
    assert same.output == (
        "The ratings give version 2 of the priors once more; no new version was made.\n"
        "Version 2 is in use; no score moves.\n"
    )
    assert used.output == "Version 1 of the priors is in use; before it was version 2.\n"
    rows = [line.split("\t") for line in listed.output.splitlines()]
    assert [(row[0], row[2], row[4]) for row in rows] == [
        ("Version", "Ratings", "In use"),
        ("0", "", ""),
        ("1", "92", "yes"),
        ("2", "103", ""),
    ]


def test_a_person_sees_tables(peerscore: Peerscore, catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(catalogue_url, add_crowd)
    monkeypatch.setenv("FORCE_COLOR", "1")

    drawn = peerscore("scores", "refit-prior", "--database-url", catalogue_url).output

    assert "Indication" in drawn
    assert "│" in drawn


def test_what_is_not_there_is_one_sentence(peerscore: Peerscore, catalogue_url: str) -> None:
    here = ("--database-url", catalogue_url)

    unknown = peerscore("scores", "use-prior", "7", *here)
    nothing = peerscore("scores", "refit-prior", *here)

    assert (unknown.code, unknown.output) == (1, "")
    assert unknown.errors == "There is no version 7 of the priors: the only version is 0.\n"
    assert (nothing.code, nothing.output) == (1, "")
    assert nothing.errors == (
        "No ratings to fit priors to have been released: the first are when 11 physicians have rated a treatment.\n"
    )
    listed = peerscore("scores", "priors", *here).output.splitlines()
    assert listed[1:] == ["0\tbuilt in\t\t\tyes"]
    assert peerscore("scores", "use-prior", "first", *here).code == 2


def test_migrate_counts_the_ratings_of_an_older_database(peerscore: Peerscore, first_version_url: str) -> None:
    here = ("--database-url", first_version_url)

    migrated = peerscore("migrate", *here)

    assert migrated.code == 0
    assert migrated.output.startswith("Applied 0002_segments_and_priors.\n")
    assert migrated.output.endswith("The database is up to date.\n")
    assert "Counting the ratings anew: " in migrated.errors
    assert peerscore("scores", "verify", *here).code == 0
    assert peerscore("migrate", *here) == test_command.Result(0, "The database is up to date.\n", "")


def prior_of(url: str) -> tuple[int, list[int]]:
    """The number in use, and all there are."""

    async def ask() -> tuple[int, list[int]]:
        async with open_database(DatabaseUrl.parse(url)):
            assert (await verify_counts()).rows == 0
            return await prior_in_use(), await prior_numbers()

    return asyncio.run(ask())


ENOUGH_RATINGS = 1_000
"""So many simulated ratings let eleven for the same treatment be released, which a prior can be fitted to."""


def test_the_demonstration_has_a_prior_of_its_own_ratings(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "DEMONSTRATION_RATINGS", ENOUGH_RATINGS)

    # As an earlier version had left it, without a prior; then once more; then with another one in use.
    prepare(catalogue_url, lambda: simulate(ENOUGH_RATINGS, demonstration.DEMONSTRATION_SEED))
    fill_empty_database(catalogue_url)
    assert prior_of(catalogue_url) == (1, [0, 1])
    prepare(catalogue_url, lambda: simulate(ENOUGH_RATINGS, 2))
    fill_empty_database(catalogue_url)
    assert prior_of(catalogue_url) == (1, [0, 1])
    prepare(catalogue_url, lambda: use_prior(0))
    fill_empty_database(catalogue_url)
    assert prior_of(catalogue_url) == (2, [0, 1, 2])


def test_an_empty_database_is_filled_and_gets_a_prior(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "DEMONSTRATION_RATINGS", ENOUGH_RATINGS)

    fill_empty_database(catalogue_url)

    assert prior_of(catalogue_url) == (1, [0, 1])


def test_real_ratings_get_no_prior_from_the_demonstration(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "DEMONSTRATION_RATINGS", len(GOUT))
    prepare(catalogue_url, add_gout)

    fill_empty_database(catalogue_url)

    assert prior_of(catalogue_url) == (0, [0])

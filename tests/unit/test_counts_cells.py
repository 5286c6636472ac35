"""Which cells ratings belong to."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.cells import COUNT_COLUMNS, COUNTRY, EVERYBODY, EXPERIENCE, MONTH, SPECIALTY
from resolvers.counts.cells import cells_of
from resolvers.counts.counted import Tally
from resolvers.counts.earlier import counted_ratings

COLCHICINE, ALLOPURINOL, GOUT, STONES = 10, 11, 20, 21
RHEUMATOLOGY, NEPHROLOGY = 7, 30

Row = tuple[object, ...]


def rating(
    *,
    drug: int = COLCHICINE,
    indication: int = GOUT,
    specialty: int = RHEUMATOLOGY,
    country: str = "DE",
    years: int = 3,
    updated_at: datetime | str = datetime(2026, 1, 5, tzinfo=UTC),
    efficacy: int | None = 4,
) -> Row:
    return (1, drug, indication, specialty, country, years, updated_at, efficacy, None, None, None, None, None)


def rating_counts_of(tally: Tally) -> dict[tuple[int | str, ...], int]:
    return dict(zip(tally.keys, tally.counts[:, COUNT_COLUMNS.index("rating_count")].tolist(), strict=True))


def test_a_rating_belongs_to_five_cells() -> None:
    tally = cells_of(counted_ratings([rating()]))

    assert rating_counts_of(tally) == {
        (COLCHICINE, EVERYBODY, "", GOUT): 1,
        (COLCHICINE, SPECIALTY, "7", GOUT): 1,
        (COLCHICINE, COUNTRY, "DE", GOUT): 1,
        (COLCHICINE, EXPERIENCE, "EARLY", GOUT): 1,
        (COLCHICINE, MONTH, "2026-01", GOUT): 1,
    }
    assert (tally.counts[:, COUNT_COLUMNS.index("efficacy_4")] == 1).all()
    assert (tally.counts.sum(axis=1) == 2).all()


def test_ratings_meet_in_the_cells_that_they_share() -> None:
    tally = cells_of(
        counted_ratings(
            [
                rating(efficacy=5),
                rating(specialty=NEPHROLOGY, years=4, efficacy=1),
                rating(country="FR", years=5, updated_at="2026-02-01 00:00:00+00:00"),
                rating(indication=STONES),
                rating(drug=ALLOPURINOL),
            ]
        )
    )

    assert {
        key: count for key, count in rating_counts_of(tally).items() if key[0] == COLCHICINE and key[3] == GOUT
    } == {
        (COLCHICINE, EVERYBODY, "", GOUT): 3,
        (COLCHICINE, SPECIALTY, "7", GOUT): 2,
        (COLCHICINE, SPECIALTY, "30", GOUT): 1,
        (COLCHICINE, COUNTRY, "DE", GOUT): 2,
        (COLCHICINE, COUNTRY, "FR", GOUT): 1,
        (COLCHICINE, EXPERIENCE, "EARLY", GOUT): 2,
        (COLCHICINE, EXPERIENCE, "ESTABLISHED", GOUT): 1,
        (COLCHICINE, MONTH, "2026-01", GOUT): 2,
        (COLCHICINE, MONTH, "2026-02", GOUT): 1,
    }
    assert len(tally) == 9 + 5 + 5


def test_bands_of_experience_begin_where_they_say() -> None:
    bands = {}
    for years in (0, 4, 5, 14, 15, 24, 25, 80):
        [bands[years]] = [
            key[2] for key in cells_of(counted_ratings([rating(years=years)])).keys if key[1] == EXPERIENCE
        ]

    assert bands == {
        0: "EARLY",
        4: "EARLY",
        5: "ESTABLISHED",
        14: "ESTABLISHED",
        15: "EXPERIENCED",
        24: "EXPERIENCED",
        25: "SENIOR",
        80: "SENIOR",
    }


def test_no_ratings_belong_to_no_cells() -> None:
    tally = cells_of(counted_ratings([]))

    assert (tally.keys, tally.counts.shape) == ([], (0, 91))


@pytest.mark.parametrize(
    ("at_most", "parts"),
    [
        (1, [[10, 10, 10], [11], [12, 12]]),
        (3, [[10, 10, 10], [11, 12, 12]]),
        (4, [[10, 10, 10, 11], [12, 12]]),
        (5, [[10, 10, 10, 11], [12, 12]]),
        (6, [[10, 10, 10, 11, 12, 12]]),
        (7, [[10, 10, 10, 11, 12, 12]]),
    ],
)
def test_ratings_are_cut_between_drugs(at_most: int, parts: list[list[int]]) -> None:
    ratings = counted_ratings([rating(drug=drug, years=years) for years, drug in enumerate([12, 10, 10, 11, 10, 12])])

    found = list(ratings.by_drug(at_most))

    assert [part.drugs.tolist() for part in found] == parts
    assert [years for part in found for years in part.years_in_practice.tolist()] == [1, 2, 4, 3, 0, 5]


def test_no_ratings_have_no_parts() -> None:
    assert list(counted_ratings([]).by_drug(10)) == []


ROWS = st.lists(
    st.builds(
        rating,
        drug=st.sampled_from([COLCHICINE, ALLOPURINOL]),
        indication=st.sampled_from([GOUT, STONES]),
        country=st.sampled_from(["DE", "FR"]),
        years=st.integers(0, 80),
        efficacy=st.integers(1, 5) | st.none(),
    ),
    max_size=12,
)


@given(ROWS, ROWS)
def test_what_is_taken_away_again_leaves_what_was_there(kept: list[Row], erased: list[Row]) -> None:
    everything = cells_of(counted_ratings([*kept, *erased]))

    left = everything.joined(cells_of(counted_ratings(erased)).negative())

    expected = cells_of(counted_ratings(kept))
    places = [left.keys.index(key) for key in expected.keys]
    assert len(left) == len(expected)
    np.testing.assert_array_equal(left.counts[places], expected.counts)

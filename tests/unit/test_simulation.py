"""Simulated ratings look like the real thing, and the same seed gives the same ones. No database here."""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pycountry
import pytest

from models.ratings import CRITERIA
from resolvers.ratings.rows import RatingRow
from resolvers.simulation.catalogue import (
    DrugFacts,
    IndicationFacts,
    SimulatedCatalogue,
    SpecialtyFacts,
    TreatmentFacts,
)
from resolvers.simulation.comments import write_comments
from resolvers.simulation.countries import COUNTRY_WEIGHTS
from resolvers.simulation.fields import STEMS_BY_FIELD, field_of
from resolvers.simulation.generating import generate
from resolvers.simulation.population import block_chance, draw_block
from resolvers.simulation.remarks import ADULT_CIRCUMSTANCES, CLAUSES, CLOSINGS
from resolvers.simulation.specialties import PROFILES

COUNT = 20_000


def levels_of(row: RatingRow) -> tuple[int | None, ...]:
    return tuple(getattr(row, criterion) for criterion in CRITERIA)


def read(repository: Path, name: str) -> Iterator[dict[str, str]]:
    with (repository / "resolvers" / "catalogue" / "data" / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def real_catalogue() -> SimulatedCatalogue:
    """The real catalogue, straight from its files; ids are line numbers."""
    repository = Path(__file__).parent.parent.parent
    drugs = {
        row["name"]: DrugFacts(
            id=number,
            slug=row["name"].casefold(),
            name=row["name"],
            brand_name_count=len(row["brand_names"].split("|")) if row["brand_names"] else 0,
            has_rxnorm_code=bool(row["rxnorm_cui"]),
            approval_year=int(row["first_approved"][:4]) if row["first_approved"] else None,
        )
        for number, row in enumerate(read(repository, "drugs.csv"), 2)
    }
    indications = {
        row["name"]: IndicationFacts(number, f"{row['name'].casefold()} {number}", row["name"])
        for number, row in enumerate(read(repository, "indications.csv"), 2)
    }
    treatments = [
        TreatmentFacts(drugs[row["drug_name"]], indications[row["indication_name"]])
        for row in read(repository, "treatments.csv")
    ]
    names = sorted(row["specialty"] for row in read(repository, "specialties.csv"))
    return SimulatedCatalogue(
        tuple(sorted(treatments, key=lambda treatment: (treatment.drug.slug, treatment.indication.slug))),
        tuple(SpecialtyFacts(number, name) for number, name in enumerate(names, 1)),
    )


@pytest.fixture(scope="module")
def rows(real_catalogue: SimulatedCatalogue) -> list[RatingRow]:
    return list(generate(real_catalogue, COUNT, seed=1))


def digest(rows: list[RatingRow]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_the_same_seed_gives_the_same_rows(real_catalogue: SimulatedCatalogue, rows: list[RatingRow]) -> None:
    assert digest(list(generate(real_catalogue, COUNT, seed=1))) == digest(rows)


def test_another_seed_gives_other_physicians(real_catalogue: SimulatedCatalogue, rows: list[RatingRow]) -> None:
    others = list(generate(real_catalogue, COUNT, seed=2))

    assert rows[0].physician == "simulated:1:1"
    assert others[0].physician == "simulated:2:1"
    assert [row[2:] for row in others[:100]] != [row[2:] for row in rows[:100]]


def test_fewer_ratings_are_a_beginning_of_more(real_catalogue: SimulatedCatalogue, rows: list[RatingRow]) -> None:
    for count in (1, 777, 2_000):
        assert list(generate(real_catalogue, count, seed=1)) == rows[:count]


def test_primary_keys_change_nothing_but_themselves(real_catalogue: SimulatedCatalogue, rows: list[RatingRow]) -> None:
    moved = SimulatedCatalogue(
        tuple(
            TreatmentFacts(
                replace(treatment.drug, id=90_000 - treatment.drug.id),
                replace(treatment.indication, id=90_000 - treatment.indication.id),
            )
            for treatment in real_catalogue.treatments
        ),
        tuple(replace(specialty, id=900 - specialty.id) for specialty in real_catalogue.specialties),
    )

    assert list(generate(moved, 500, seed=1)) == [
        row._replace(
            drug_id=90_000 - row.drug_id,
            indication_id=90_000 - row.indication_id,
            specialty_id=900 - row.specialty_id,
        )
        for row in rows[:500]
    ]


@pytest.mark.parametrize("seed", [1, 2, 3, 2**63 - 1])
def test_answers_and_comments_per_rating(real_catalogue: SimulatedCatalogue, seed: int) -> None:
    answers = comments = 0
    for row in generate(real_catalogue, COUNT, seed):
        answered = sum(level is not None for level in levels_of(row))
        assert answered >= 1
        answers += answered
        comments += row.comment is not None

    assert answers / COUNT == pytest.approx(5.36, abs=0.01)
    assert comments / COUNT == pytest.approx(0.45, abs=0.005)


def test_every_value_is_in_its_range(rows: list[RatingRow]) -> None:
    assert [row.line for row in rows] == list(range(1, COUNT + 1))
    assert {type(value) for row in rows for value in row} == {int, str, datetime, type(None)}
    assert {level for row in rows for level in levels_of(row)} == {None, 1, 2, 3, 4, 5}
    assert min(row.years_in_practice for row in rows) == 0
    assert 40 <= max(row.years_in_practice for row in rows) <= 45
    for row in rows:
        assert datetime(2021, 11, 1, tzinfo=UTC) <= row.rated_at < datetime(2026, 11, 1, tzinfo=UTC)
        assert row.rated_at.tzinfo is UTC
        assert row.rated_at.microsecond == 0


def test_the_volume_grows_from_year_to_year(rows: list[RatingRow]) -> None:
    start = datetime(2021, 11, 1, tzinfo=UTC)
    years = Counter((row.rated_at - start).days * 5 // 1826 for row in rows)

    assert sorted(years) == [0, 1, 2, 3, 4]
    assert all(years[year] < years[next_year] for year, next_year in pairwise(range(5)))


def test_levels_are_skewed_like_real_ratings(rows: list[RatingRow]) -> None:
    levels = Counter(level for row in rows for level in levels_of(row) if level)

    assert max(levels, key=lambda level: levels[level]) == 4
    assert levels[5] > levels[3] > levels[2] > levels[1]
    assert sum(level * number for level, number in levels.items()) / levels.total() == pytest.approx(3.8, abs=0.1)


def test_a_physician_rates_a_treatment_once_and_has_one_specialty_and_country(rows: list[RatingRow]) -> None:
    assert len({(row.physician, row.drug_id, row.indication_id) for row in rows}) == COUNT
    descriptions = {(row.physician, row.specialty_id, row.country) for row in rows}
    assert len(descriptions) == len({row.physician for row in rows})


def test_years_in_practice_never_fall_with_time(rows: list[RatingRow]) -> None:
    career = defaultdict(list)
    for row in rows:
        career[row.physician].append((row.rated_at, row.years_in_practice))

    for physician in career.values():
        years = [number for _, number in sorted(physician)]
        assert years == sorted(years)


def test_ratings_per_physician_are_long_tailed(rows: list[RatingRow]) -> None:
    counts = sorted(Counter(row.physician for row in rows).values())

    assert COUNT / len(counts) == pytest.approx(15, abs=1.5)
    assert counts[len(counts) // 2] < 11
    assert 100 < counts[-1] <= 300


def test_popularity_follows_a_power_law(real_catalogue: SimulatedCatalogue, rows: list[RatingRow]) -> None:
    counts = Counter((row.drug_id, row.indication_id) for row in rows)
    hundredth = len(real_catalogue.treatments) // 100

    assert sum(count for _, count in counts.most_common(hundredth)) > 0.15 * COUNT
    assert len(counts) >= 3_000


def test_the_gout_treatments_of_the_first_example_are_well_rated(
    real_catalogue: SimulatedCatalogue, rows: list[RatingRow]
) -> None:
    names = {
        (treatment.drug.id, treatment.indication.id): (treatment.drug.name, treatment.indication.name)
        for treatment in real_catalogue.treatments
    }
    counts = Counter(names[row.drug_id, row.indication_id] for row in rows)

    for treatment in (
        ("colchicine", "Gout"),
        ("allopurinol", "Gout"),
        ("febuxostat", "Hyperuricemia"),
        ("febuxostat", "Gout Prevention"),
        ("colchicine", "Chronic Gouty Arthritis"),
    ):
        assert counts[treatment] >= 40


def test_specialties_mostly_rate_in_their_own_fields(real_catalogue: SimulatedCatalogue, rows: list[RatingRow]) -> None:
    fields = {treatment.indication.id: field_of(treatment.indication.name) for treatment in real_catalogue.treatments}
    names = {specialty.id: specialty.name for specialty in real_catalogue.specialties}
    inside: defaultdict[str, list[bool]] = defaultdict(list)
    for row in rows:
        name = names[row.specialty_id]
        inside[name].append(fields[row.indication_id] in PROFILES[name].fields)

    own = [answer for name, answers in inside.items() if PROFILES[name].fields for answer in answers]
    assert sum(own) / len(own) == pytest.approx(0.7, abs=0.04)
    assert len(inside["Internal Medicine"]) > 10 * len(inside["Sleep Medicine"])


def test_every_specialty_of_the_catalogue_has_a_profile_over_known_fields(
    real_catalogue: SimulatedCatalogue,
) -> None:
    assert {specialty.name for specialty in real_catalogue.specialties} == PROFILES.keys()
    assert {field for profile in PROFILES.values() for field in profile.fields} <= STEMS_BY_FIELD.keys()


@pytest.mark.parametrize(
    ("indication", "field"),
    [
        ("Gout", "rheumatology"),
        ("Hyperuricemia", "rheumatology"),
        ("Ocular Hypertension", "eye"),
        ("Hypertension", "cardiovascular"),
        ("Heartburn", "gastroenterology"),
        ("Breast Carcinoma", "oncology"),
        ("Type 2 Diabetes Mellitus", "endocrinology"),
        ("Berylliosis", "general"),
    ],
)
def test_an_indications_field_is_told_from_its_name(indication: str, field: str) -> None:
    assert field_of(indication) == field


def test_physicians_come_from_exactly_150_countries() -> None:
    one_specialty = np.ones(1)
    codes = list(COUNTRY_WEIGHTS)
    met = {
        codes[country]
        for number in range(1_000)  # as many blocks as a million ratings take
        for country in draw_block(number, one_specialty, block_chance(1, number)).countries.tolist()
    }

    assert len(COUNTRY_WEIGHTS) == 150
    assert met == set(COUNTRY_WEIGHTS)
    assert all(pycountry.countries.get(alpha_2=code) for code in COUNTRY_WEIGHTS)


def spread_of_means(groups: dict[object, list[float]]) -> tuple[float, float]:
    """The variance between the means of groups of at least 20, and what noise alone would make of it."""
    large = [values for values in groups.values() if len(values) >= 20]
    between = float(np.var([np.mean(values) for values in large]))
    noise = float(np.mean([np.var(values, ddof=1) / len(values) for values in large]))
    return between, noise


def test_physicians_and_treatments_differ_by_more_than_noise(rows: list[RatingRow]) -> None:
    by_physician: defaultdict[object, list[float]] = defaultdict(list)
    by_treatment: defaultdict[object, list[float]] = defaultdict(list)
    for row in rows:
        mean = float(np.mean([level for level in levels_of(row) if level]))
        by_physician[row.physician].append(mean)
        by_treatment[row.drug_id, row.indication_id].append(mean)

    for groups in (by_physician, by_treatment):
        between, noise = spread_of_means(groups)
        assert between > 3 * noise


def test_criteria_are_correlated_within_a_rating(rows: list[RatingRow]) -> None:
    pairs = [(row.efficacy, row.preference) for row in rows if row.efficacy and row.preference]

    assert 0.25 < np.corrcoef(np.array(pairs).T)[0, 1] < 0.8


TONE_OF_LEVEL = {1: "bad", 2: "bad", 3: "middling", 4: "good", 5: "good"}


def test_comments_fit_the_levels(rows: list[RatingRow]) -> None:
    clauses = [
        (clause.casefold(), criterion, tone)
        for criterion, tones in CLAUSES.items()
        for tone, stock in tones.items()
        for clause in stock
    ]
    remarks = 0
    for row in rows:
        text = (row.comment or "").casefold()
        for clause, criterion, tone in clauses:
            if clause in text:
                remarks += 1
                assert TONE_OF_LEVEL[getattr(row, criterion)] == tone, (row, clause)

    assert remarks > 0.45 * COUNT


PRAISE = ("excellent", "reliably", "first choice", "well tolerated", "easy", "without hesitation", "convincing")
BLAME = ("poor", "disappointing", "weak", "failed", "too expensive", "struggle", "last resort", "worries")


def test_blame_and_praise_keep_apart(rows: list[RatingRow]) -> None:
    for row in rows:
        levels = [level for level in levels_of(row) if level]
        text = (row.comment or "").casefold()
        if max(levels) <= 2:
            assert not any(word in text for word in PRAISE), row
        if min(levels) >= 4:
            assert not any(word in text for word in BLAME), row


def test_comments_read_as_short_varied_remarks(rows: list[RatingRow]) -> None:
    comments = [row.comment for row in rows if row.comment]

    for comment in comments:
        assert 20 <= len(comment) <= 300
        assert comment[0].isupper()
        assert comment.endswith(".")
        assert "  " not in comment
        assert ".." not in comment
    assert len(set(comments)) > 0.8 * len(comments)
    assert max(Counter(comments).values()) < 0.005 * len(comments)
    assert all(len(set(page)) >= 18 for page in zip(*[iter(comments)] * 20, strict=False))


def test_the_shortest_and_the_longest_comment_fit() -> None:
    clauses = [clause for tones in CLAUSES.values() for stock in tones.values() for clause in stock]
    beginnings = [profile.setting for profile in PROFILES.values()]

    assert len(clauses) == len(set(clauses))
    assert min(map(len, clauses)) + len(".") >= 20
    longest = sorted(map(len, clauses))[-2:]
    parts = sum(longest) + max(map(len, beginnings)) + max(map(len, CLOSINGS)) + len(", , but . ")
    assert parts <= 300


def test_paediatricians_do_not_write_about_adults() -> None:
    levels = np.full((2_000, 6), 4)

    def texts(specialty: str) -> str:
        names = [specialty] * len(levels)
        return "\n".join(write_comments(levels, names, ["at work"] * len(levels), block_chance(1, 0)))

    adults = [circumstance.capitalize() for circumstance in ADULT_CIRCUMSTANCES]
    assert all(circumstance in texts("Internal Medicine") for circumstance in adults)
    assert not any(circumstance in texts("Pediatric Medicine") for circumstance in adults)


def test_a_single_answer_is_all_that_a_comment_speaks_of() -> None:
    levels = np.zeros((500, 6), dtype=np.int64)
    levels[:, 0] = 1

    comments = write_comments(levels, ["Urology"] * 500, ["at work"] * 500, block_chance(1, 0))

    remarks = [comment.casefold() for comment in comments]
    blame = [clause.casefold() for clause in CLAUSES["efficacy"]["bad"]]
    others = [
        clause.casefold() for criterion in CRITERIA[1:] for stock in CLAUSES[criterion].values() for clause in stock
    ]
    assert all(any(clause in remark for clause in blame) for remark in remarks)
    assert not any(clause in remark for remark in remarks for clause in others)


def test_a_tiny_foreign_catalogue_works() -> None:
    drug = DrugFacts(7, "aa", "Aa", 0, has_rxnorm_code=False, approval_year=None)
    catalogue = SimulatedCatalogue(
        (TreatmentFacts(drug, IndicationFacts(9, "bb", "Bb")),), (SpecialtyFacts(3, "Witchcraft"),)
    )

    rows = list(generate(catalogue, 200, seed=5))

    assert {(row.drug_id, row.indication_id, row.specialty_id) for row in rows} == {(7, 9, 3)}
    assert [row.physician for row in rows] == [f"simulated:5:{number}" for number in range(1, 201)]

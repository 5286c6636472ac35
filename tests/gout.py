"""A small set of ratings, written by hand, about drugs for gout; what tests expect is reckoned from this table."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

from tortoise.transactions import in_transaction

from resolvers.catalogue.lookup import CatalogueLookup
from resolvers.ratings.rows import RatingRow
from resolvers.ratings.writing import write_ratings

CRITERIA = ("efficacy", "safety", "tolerability", "accessibility", "adherence", "preference")

# Two ratings share a moment, one has a fraction of a second, and one physician answers a single criterion.
TABLE = """\
physician,specialty,country,years,drug,indication,eff,saf,tol,acc,adh,pre,comment,rated_at
p1,Rheumatology,DE,3,colchicine,gout,5,4,3,5,4,5,Works fast.,2026-01-05T08:00:00Z
p1,Rheumatology,DE,3,allopurinol,gout,4,4,4,5,3,4,,2026-01-06T08:00:00Z
p1,Rheumatology,DE,3,febuxostat,gout,5,3,4,2,4,4,Dear but effective.,2026-01-07T08:00:00Z
p2,Family Practice,US,20,colchicine,gout,4,,2,4,,3,Diarrhoea is common.,2026-02-01T10:30:00Z
p2,Family Practice,US,20,allopurinol,gout,5,5,5,5,4,5,,2026-02-01T10:30:00Z
p3,Rheumatology,FR,30,colchicine,gout,3,3,2,4,3,3,,2026-02-01T10:30:00.250000Z
p3,Rheumatology,FR,30,colchicine,gout-prevention,2,3,2,4,3,2,Not my first choice.,2026-03-01T00:00:00Z
p4,Nephrology,US,12,allopurinol,gout,,,,,,1,,2026-03-02T00:00:00Z
p4,Nephrology,US,12,febuxostat,gout,4,2,4,3,4,4,Mind the heart.,2026-03-03T00:00:00Z
p5,Internal Medicine,IN,26,naproxen,gout,3,2,3,5,4,3,,2025-12-31T23:59:59Z
"""


@dataclass(frozen=True)
class GoutRating:
    """One line of the table."""

    physician: str
    specialty: str
    country: str
    years: int
    drug: str
    indication: str
    levels: dict[str, int | None]
    comment: str | None
    rated_at: datetime


def _read() -> tuple[GoutRating, ...]:
    return tuple(
        GoutRating(
            line["physician"],
            line["specialty"],
            line["country"],
            int(line["years"]),
            line["drug"],
            line["indication"],
            {criterion: int(line[criterion[:3]]) if line[criterion[:3]] else None for criterion in CRITERIA},
            line["comment"] or None,
            datetime.fromisoformat(line["rated_at"]).astimezone(UTC),
        )
        for line in csv.DictReader(StringIO(TABLE))
    )


GOUT = _read()

NEWEST_FIRST = tuple(
    rating for _, rating in sorted(enumerate(GOUT), key=lambda pair: (pair[1].rated_at, pair[0]), reverse=True)
)


async def rows_of(ratings: Iterable[GoutRating]) -> list[RatingRow]:
    """The ratings as they are written into the open database."""
    catalogue = await CatalogueLookup.load()
    return [
        RatingRow(
            line=number,
            physician=rating.physician,
            specialty_id=catalogue.specialty(rating.specialty),
            country=rating.country,
            years_in_practice=rating.years,
            drug_id=catalogue.drug(rating.drug),
            indication_id=catalogue.indication(rating.indication),
            **rating.levels,
            comment=rating.comment,
            rated_at=rating.rated_at,
        )
        for number, rating in enumerate(ratings, start=1)
    ]


async def add(ratings: Iterable[GoutRating]) -> None:
    """Write the ratings into the open database."""
    rows = await rows_of(ratings)
    async with in_transaction():
        assert await write_ratings(rows) == []


async def add_gout() -> None:
    """Write the whole table."""
    await add(GOUT)

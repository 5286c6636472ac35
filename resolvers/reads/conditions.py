"""Conditions that several reads have in common."""

from models.cells import EVERYBODY
from resolvers.disclosure import Disclosure
from resolvers.ratings.writing import TREATMENT_SOURCE
from resolvers.sql import Parameters


def is_everybodys(table: str) -> str:
    """A condition that a cell counts everybody's ratings; with the value, so that indexes that go on after it help."""
    return f"{table}.segment_kind = {EVERYBODY} AND {table}.segment_value = ''"


def is_known(disclosure: Disclosure, parameters: Parameters) -> str:
    """A condition that a row of the table `treatment` is one that the reader may know of.

    One that the catalogue lacks is there because somebody has rated it. Who sees no single ratings must not see that
    somebody has, so for them it is there when its score is.
    """
    if disclosure.from_ratings:
        return "1 = 1"
    return (
        f"(treatment.source <> {parameters.bind(TREATMENT_SOURCE)}"
        f" OR EXISTS (SELECT 1 FROM {disclosure.table} AS shown WHERE shown.drug_id = treatment.drug_id"
        f" AND {is_everybodys('shown')} AND shown.indication_id = treatment.indication_id"
        f" AND shown.rating_count >= {disclosure.least}))"
    )

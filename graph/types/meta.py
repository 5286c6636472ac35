"""Facts about the database as a whole."""

from collections.abc import Callable

import strawberry

from graph.connections import later
from graph.context import Info
from resolvers.priors.stored import prior_numbers
from resolvers.reads.installation import Entries, InstallationRecord
from resolvers.reads.specialties import specialty_names
from scoring.method import METHOD_VERSION


@strawberry.type(description="Where facts of the catalogue come from; name the source where you show them.")
class Attribution:
    name: str = strawberry.field(description="The source.")
    provides: str = strawberry.field(description="What comes from it.")
    licence: str = strawberry.field(description="Under which terms.")


ATTRIBUTIONS = [
    Attribution(
        name="DrugCentral (2016 extract)",
        provides="drugs, their codes and classes, and which drug is used for what",
        licence="CC BY 4.0",
    ),
    Attribution(
        name="US Food and Drug Administration: Orange Book, Purple Book, novel approvals",
        provides="newer drugs, brand names, routes, dates of approval and first indications",
        licence="public domain",
    ),
    Attribution(name="Disease Ontology (2026)", provides="conditions and their hierarchy", licence="CC0 1.0"),
    Attribution(name="ICD-10-CM (2026)", provides="diagnosis codes", licence="US government work"),
    Attribution(name="CMS Medicare specialty crosswalk (2019)", provides="specialties", licence="US government work"),
]


def _count_of(kind: Entries) -> Callable[[Info], int]:
    """A resolver that counts entries. What one client asks for is counted by one statement."""

    def count(info: Info) -> int:
        return later(info.context.loaders.entry_count.load(kind))

    return count


async def _rating_count(info: Info) -> int:
    return (await info.context.loaders.scores.rated_drugs(info.context.viewer.disclosure)).ratings


@strawberry.type(description="Facts about this database as a whole.")
class Meta:
    data_version: str = strawberry.field(
        description="Changes whenever the catalogue or the ratings change, as far as the reader may know of them: for "
        "those who do not see single ratings, whenever more are released. Compare for equality only."
    )
    method_version: str = strawberry.field(
        description="The arithmetic behind the scores; it changes when the same ratings would give other scores."
    )
    prior_version: int = strawberry.field(
        description="The number of the prior that scores are shrunk towards; 0 is the one that is built in."
    )
    simulated: bool = strawberry.field(
        description="true when the database holds simulated ratings: then no score in it is physicians' opinion."
    )
    drug_count: int = strawberry.field(resolver=_count_of("drugs"), description="How many drugs the catalogue has.")
    indication_count: int = strawberry.field(
        resolver=_count_of("indications"), description="How many indications the catalogue has."
    )
    treatment_count: int = strawberry.field(
        resolver=_count_of("treatments"),
        description="How many pairs of drug and indication there are: those of the catalogue, and those that are known "
        "only because physicians rated them; the latter, for those who do not see single ratings, when they have a "
        "score.",
    )
    physician_count: int = strawberry.field(
        resolver=_count_of("physicians"),
        description="How many physicians have rated or registered to do so; for those who do not see single ratings, "
        "rounded down to a multiple of 11.",
    )
    rating_count: int = strawberry.field(
        resolver=_rating_count,
        description="How many ratings there are; for those who do not see single ratings, how many have been released.",
    )

    @classmethod
    def of(cls, record: InstallationRecord) -> "Meta":
        """The facts of a record."""
        return cls(
            data_version=record.data_version,
            method_version=METHOD_VERSION,
            prior_version=record.prior_version,
            simulated=record.simulated,
        )

    @strawberry.field(
        description="All versions of the priors, oldest first: what `priorVersion` of a score, a ranking or a "
        "comparison can ask for. The newest need not be in use."
    )
    def prior_versions(self) -> list[int]:
        return later(prior_numbers())

    @strawberry.field(description="All specialties, by name.")
    def specialties(self) -> list[str]:
        return later(specialty_names())

    @strawberry.field(description="The sources of the catalogue, which their licences ask to be named.")
    def attributions(self) -> list[Attribution]:
        return ATTRIBUTIONS

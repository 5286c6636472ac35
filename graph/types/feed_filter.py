"""Which events somebody subscribes to."""

from typing import Annotated

import strawberry

from graph.arguments import checked_countries, checked_list, checked_text
from graph.entries import Entries
from graph.feed.sources import Selection
from graph.identifiers import parse_reference
from graph.permissions import require_authors
from resolvers.reads.specialties import specialty_keys
from resolvers.references import Kind
from resolvers.viewers import Viewer


@strawberry.input(
    description="Which events: those that meet every field given; a list is met by any of its values, at most 500. "
    "Specialty and country are the physician's at the time of the rating, and for those who see single ratings."
)
class FeedFilter:
    drug_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Ids or slugs of drugs.")
    indication_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Ids or slugs of indications."
    )
    specialties: list[str] | None = strawberry.field(
        default=None, description="Specialties as in `meta.specialties`, in any letter case."
    )
    countries: list[str] | None = strawberry.field(default=None, description="Countries, ISO 3166-1 alpha-2.")
    first_only: bool | None = strawberry.field(
        default=False,
        description="true: only what is `firstForTreatment`, so neither revised nor withdrawn ratings.",
    )

    async def checked(self, viewer: Viewer, entries: Entries) -> Selection:
        """What the filter selects, with every value looked up.

        Args:
            viewer: who subscribes.
            entries: finds drugs and indications.

        Raises:
            InputError: naming the field and the value that cannot be used, or the field that is not for this reader.
            UnknownReference: naming the drugs or indications that there are not.
            UnknownSpecialty: naming the specialties that there are not.
        """
        if self.specialties is not None:
            require_authors(viewer, "filter.specialties")
        if self.countries is not None:
            require_authors(viewer, "filter.countries")
        countries = None if self.countries is None else frozenset(checked_countries(self.countries, "filter.countries"))
        return Selection(
            drug_ids=await _keys(entries, "drug", self.drug_ids, "filter.drugIds"),
            indication_ids=await _keys(entries, "indication", self.indication_ids, "filter.indicationIds"),
            specialty_ids=await _specialty_keys(self.specialties),
            countries=countries,
            first_only=bool(self.first_only),
        )


FilterOfFeed = Annotated[
    FeedFilter | None, strawberry.argument(name="filter", description="Which events; all, if left out.")
]


async def entry_keys(entries: Entries, kind: Kind, ids: list[strawberry.ID], argument: str) -> list[int]:
    """The primary keys of drugs or indications, each once, in this order.

    Raises:
        InputError: there are too many, or one is neither an id of this kind nor a slug.
        UnknownReference: naming those that there are not.
    """
    references = [parse_reference(text, kind.capitalize(), argument) for text in checked_list(ids, argument)]
    # An id and a slug can name the same entry.
    return list(dict.fromkeys(await entries.keys(kind, references)))


async def _keys(entries: Entries, kind: Kind, ids: list[strawberry.ID] | None, argument: str) -> frozenset[int] | None:
    return None if ids is None else frozenset(await entry_keys(entries, kind, ids, argument))


async def _specialty_keys(names: list[str] | None) -> frozenset[int] | None:
    if names is None:
        return None
    argument = "filter.specialties"
    return frozenset(await specialty_keys([checked_text(name, argument) for name in checked_list(names, argument)]))

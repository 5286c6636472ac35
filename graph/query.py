"""The root of all reads."""

from asyncio import gather
from functools import partial
from typing import Annotated, Any, TypeVar

import strawberry

from graph.arguments import checked_list, checked_text
from graph.comparing import comparison
from graph.connections import (
    LARGEST_PAGE,
    After,
    Before,
    Connection,
    First,
    Last,
    later,
    page_request,
)
from graph.context import Info
from graph.drugs_by_ids import drugs_by_ids
from graph.errors import invalid_argument
from graph.identifiers import not_an_id, parse_global_id, parse_key, parse_reference
from graph.moderation_queries import ModerationQueries
from graph.permissions import require_catalogue, require_scores
from graph.planning import Asked
from graph.relations import loaded
from graph.types.comparison import Comparison
from graph.types.drug import Drug, DrugConnection, DrugFilterInput, DrugOrder
from graph.types.indication import FilterOfIndications, Indication
from graph.types.meta import Meta
from graph.types.node import Node
from graph.types.rating import (
    Rating,
    RatingConnection,
    ratings_asked,
)
from graph.types.search import CodeInput, CodeMatch, SearchHit, SearchKind
from graph.types.segment import SegmentArgument, segment_request
from graph.types.weights import PriorVersionArgument, WeightsArgument, perspective_of
from resolvers.most_rated import most_rated_page
from resolvers.reads.drugs import MOST_RATED as DRUGS_MOST_RATED
from resolvers.reads.drugs import DrugFilter, count_drugs, drugs_page
from resolvers.reads.indications import BY_NAME as INDICATIONS_BY_NAME
from resolvers.reads.indications import IndicationFilter, count_indications, indications_page
from resolvers.reads.installation import read_installation
from resolvers.search.kinds import SearchKind as IndexKind

DEFAULT_HITS = 10
LARGEST_CODE_LIST = 100
LARGEST_NODE_LIST = 100

NODE_LOADERS = {
    "Drug": "drug_by_id",
    "Indication": "indication_by_id",
    "Treatment": "treatment_by_id",
    "Rating": "rating_by_id",
}

DrugId = Annotated[strawberry.ID, strawberry.argument(description="Id or slug of the drug.")]
IndicationId = Annotated[strawberry.ID, strawberry.argument(description="Id or slug of the indication.")]


def _drug_asked(id: DrugId) -> Asked:
    return Asked(None, beside=parse_reference(id, "Drug", "id"))


def _indication_asked(id: IndicationId) -> Asked:
    return Asked(None, beside=parse_reference(id, "Indication", "id"))


@strawberry.type(description="All reads.")
class Query(ModerationQueries):
    @strawberry.field(
        description="Any entry by its id; null if there is none. A rating or a physician that is not for this reader "
        "is an error, whether it exists or not."
    )
    def node(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Global id; not a slug.")]
    ) -> Node | None:
        found: Node | None = _load_node(info, id, "id")
        return found

    @strawberry.field(
        description="Several entries by their ids, in this order, null for those that there are not, and with an error "
        "for those that are not for this reader."
    )
    async def nodes(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Global ids, at most 100; no slugs.")],
    ) -> list[Node | None]:
        loads = [_load_node(info, text, "ids") for text in checked_list(ids, "ids", LARGEST_NODE_LIST)]
        found: list[Any] = await gather(*loads, return_exceptions=True)
        return found

    drug: Drug | None = loaded(
        "drug_by_reference", key="", asked=_drug_asked, description="A drug; null if there is none."
    )

    @strawberry.field(description="Drugs: all, those that the filter lets through, or those asked for by id.")
    async def drugs(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(
                description="Ids or slugs, at most 100: the list is then these drugs in this order, each once, and all "
                "of them unless a size is given. "
                "Not together with `orderBy` or `filter`."
            ),
        ] = None,
        drug_filter: Annotated[
            DrugFilterInput | None,
            strawberry.argument(name="filter", description="Which drugs; all, if left out."),
        ] = None,
        order_by: Annotated[
            DrugOrder | None, strawberry.argument(description="How the list is sorted; by name, if left out.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DrugConnection:
        if ids is not None:
            if drug_filter is not None or order_by is not None:
                raise invalid_argument("`ids` does not go together with `filter` or `orderBy`.")
            return await drugs_by_ids(
                info.context.viewer, info.context.loaders.catalogue, ids, first, after, last, before
            )
        viewer, loaders = info.context.viewer, info.context.loaders
        require_catalogue(viewer)
        order = (order_by or DrugOrder.NAME).order
        if order is DRUGS_MOST_RATED:
            require_scores(viewer)
        request = page_request(order, first, after, last, before)
        which = DrugFilter() if drug_filter is None else drug_filter.checked()
        page = await (
            most_rated_page(which, request, loaders.scores, loaders.catalogue, viewer.disclosure)
            if order is DRUGS_MOST_RATED
            else drugs_page(which, order, request, viewer.disclosure)
        )
        return DrugConnection(
            page=page,
            order=order,
            shown_by=Drug,
            count=partial(count_drugs, which),
            unknown_ids=[],
        )

    indication: Indication | None = loaded(
        "indication_by_reference",
        key="",
        asked=_indication_asked,
        description="An indication; null if there is none.",
    )

    @strawberry.field(description="Indications, by name.")
    async def indications(
        self,
        info: Info,
        indication_filter: FilterOfIndications = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Indication]:
        viewer = info.context.viewer
        require_catalogue(viewer)
        request = page_request(INDICATIONS_BY_NAME, first, after, last, before)
        which = IndicationFilter() if indication_filter is None else indication_filter.checked()
        page = await indications_page(which, request, viewer.disclosure)
        count = partial(count_indications, which, viewer.disclosure)
        return Connection(page=page, order=INDICATIONS_BY_NAME, shown_by=Indication, count=count)

    @strawberry.field(
        description="A rating; null if there is none. Those who do not see single ratings get an error for each that "
        "is not their own, whether it exists or not."
    )
    def rating(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Id of the rating.")]
    ) -> Rating | None:
        return later(info.context.loaders.rating_by_id.load(parse_key(id, "Rating", "id")))

    ratings: RatingConnection = loaded(
        "ratings", key="", asked=ratings_asked, selects="edges.node", description="Ratings of all drugs."
    )

    @strawberry.field(
        description="Some drugs side by side for one indication. Physicians' perceptions, not measured effects."
    )
    async def compare(
        self,
        info: Info,
        drug_ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="Ids or slugs of 2 to 20 different drugs.")
        ],
        indication_id: IndicationId,
        weights: WeightsArgument = None,
        segment: SegmentArgument = None,
        prior_version: PriorVersionArgument = None,
    ) -> Comparison:
        return await comparison(
            info.context.loaders,
            drug_ids,
            indication_id,
            segment_request(segment),
            perspective_of(weights, prior_version),
        )

    @strawberry.field(
        description="Drugs by generic name, brand name, class or code, and indications by name or code, best first; "
        "tolerates typing errors. Empty when nothing is meant."
    )
    async def search(
        self,
        info: Info,
        text: Annotated[str, strawberry.argument(description="What to look for; 1 to 200 characters.")],
        kinds: Annotated[
            list[SearchKind] | None, strawberry.argument(description="What to find; everything, if left out.")
        ] = None,
        first: Annotated[
            int | None, strawberry.argument(description="How many hits at most, 1 to 100; 10 if null.")
        ] = DEFAULT_HITS,
    ) -> list[SearchHit]:
        limit = DEFAULT_HITS if first is None else first
        if not 1 <= limit <= LARGEST_PAGE:
            raise invalid_argument(f"`first` must be from 1 to {LARGEST_PAGE}; it was {limit}.")
        wanted = checked_text(text, "text")
        sought = None if kinds is None else frozenset(IndexKind[kind.name] for kind in kinds)
        require_catalogue(info.context.viewer)
        index = await info.context.catalogue_index.current(info.context.loaders.catalogue.version)
        return [
            SearchHit(kind=SearchKind[hit.kind], matched_text=hit.matched_text, exact=hit.exact, key=hit.id)
            for hit in index.search(wanted, sought, limit)
        ]

    @strawberry.field(description="What codes and names from outside stand for, in the order given.")
    async def resolve_codes(
        self,
        info: Info,
        codes: Annotated[
            list[CodeInput], strawberry.argument(description="Codes of public systems, or names; at most 100.")
        ],
    ) -> list[CodeMatch]:
        require_catalogue(info.context.viewer)
        index = await info.context.catalogue_index.current(info.context.loaders.catalogue.version)
        return [
            CodeMatch(
                system=code.system,
                value=code.value,
                found=[
                    (SearchKind[match.kind], match.id)
                    for match in index.resolve(
                        None if code.system is None else code.system.name, checked_text(code.value, "codes.value")
                    )
                ],
            )
            for code in checked_list(codes, "codes", LARGEST_CODE_LIST)
        ]

    @strawberry.field(description="Facts about the database as a whole.")
    async def meta(self, info: Info) -> Meta:
        return Meta.of(await read_installation(info.context.viewer.disclosure))


Entry = TypeVar("Entry", Drug, Indication)


def _load_node(info: Info, text: str, argument: str) -> Any:  # noqa: ANN401 - any type of node
    type_name, key = parse_global_id(text, argument)
    if isinstance(key, str):
        return info.context.loaders.physician_by_token.load((key, argument))
    loader = NODE_LOADERS.get(type_name)
    if loader is None:
        raise not_an_id(text, argument)
    return getattr(info.context.loaders, loader).load(key)

"""The comparison that a client asks for."""

from collections.abc import Sequence

from graph.errors import invalid_argument
from graph.identifiers import parse_reference
from graph.loaders import Loaders
from graph.permissions import require_catalogue, require_scores
from graph.types.comparison import Comparison
from graph.types.score import Score
from graph.types.segment import Segment
from resolvers.reads.comparisons import FEWEST_COMPARED, MOST_COMPARED, compare
from resolvers.reads.estimates import Perspective
from resolvers.reads.segments import SegmentRequest


async def comparison(
    loaders: Loaders,
    drug_ids: Sequence[str],
    indication_id: str,
    segment: SegmentRequest | None,
    perspective: Perspective,
) -> Comparison:
    """Some drugs side by side for one indication.

    Raises:
        InputError: too few drugs, too many, or an id that is none; or the reader may not read
            scores or the catalogue.
        PeerscoreError: what `resolvers.reads.comparisons.compare` raises.
    """
    if not FEWEST_COMPARED <= len(drug_ids) <= MOST_COMPARED:
        raise invalid_argument(f"`drugIds` takes {FEWEST_COMPARED} to {MOST_COMPARED} drugs; it had {len(drug_ids)}.")
    drugs = [parse_reference(text, "Drug", "drugIds") for text in drug_ids]
    indication = parse_reference(indication_id, "Indication", "indicationId")
    require_catalogue(loaders.viewer)
    require_scores(loaders.viewer)
    record = await compare(drugs, indication, segment, perspective, loaders.priors, loaders.viewer.disclosure)
    found = await loaders.known_drugs(record.drug_ids)
    compared = await loaders.known_indication(record.indication_id)
    return Comparison(
        indication=compared,
        segment=Segment.of(record.segment, fallback=record.fallback),
        prior_version=record.prior_version,
        record=record,
        drugs_by_key=dict(zip(record.drug_ids, found, strict=True)),
        scores_by_key=dict(zip(record.drug_ids, map(Score.of, record.scores()), strict=True)),
    )

"""The GraphQL operations that are measured, and their counterparts written by hand."""

from dataclasses import dataclass

SCORE = "ratingCount criteria { criterion ratingCount rawMean distribution }"
DRUG = "id slug name brandNames drugClass codes { system value }"
RATING = """
    id efficacy safety tolerability accessibility adherence preference comment createdAt
    indication { slug name }
    physician { handle specialty country experience }
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; `by_hand` is the path that answers with the same data, where there is one."""

    name: str
    query: str
    by_hand: str | None = None


def drug_page(size: int) -> Operation:
    """The most rated drugs with codes, scores and the 5 newest ratings of each."""
    return Operation(
        f"page of {size} drugs, 5 newest ratings each",
        f"""{{ drugs(first: {size}, orderBy: MOST_RATED) {{ edges {{ node {{
            {DRUG} score {{ {SCORE} }} ratings(first: 5) {{ edges {{ node {{ {RATING} }} }} }}
        }} }} }} }}""",
        f"/drug-page?first={size}",
    )


DRUG_PAGE = drug_page(50)
SMALL_DRUG_PAGE = drug_page(10)

DRUG_CARD = Operation(
    "drug card: one drug, score for gout, 5 ratings",
    f"""{{ drug(id: "colchicine") {{
        {DRUG} score(indicationId: "gout") {{ {SCORE} }} ratings(first: 5) {{ edges {{ node {{ {RATING} }} }} }}
    }} }}""",
    "/drug-card?drug=colchicine&indication=gout",
)

TREATMENTS = Operation(
    "treatments of gout (first: 20) with drug and score",
    f"""{{ indication(id: "gout") {{ name treatments(first: 20) {{ edges {{ node {{
        drug {{ {DRUG} }} score {{ {SCORE} }}
    }} }} }} }} }}""",
)

RATINGS = Operation(
    "500 ratings with drug, indication, physician",
    f"{{ ratings(first: 500) {{ edges {{ node {{ {RATING} drug {{ slug name }} }} }} }} }}",
    "/ratings?first=500",
)

FILTERED_RATINGS = Operation(
    "20 ratings of one specialty with a comment",
    f"""{{ ratings(first: 20, filter: {{ specialties: ["Rheumatology"], withComment: true }}) {{
        edges {{ node {{ {RATING} drug {{ slug name }} }} }}
    }} }}""",
)

SEARCH = Operation(
    "search for “colchisine”",
    """{ search(text: "colchisine") {
        kind matchedText exact node { ... on Drug { slug name } ... on Indication { slug name } }
    } }""",
)

MEASURED = (DRUG_PAGE, DRUG_CARD, TREATMENTS, RATINGS, FILTERED_RATINGS, SEARCH)
"""Over HTTP."""

"""Operations written by hand for the API. Each is sent by every kind of reader, and has to be executed by plan."""

from typing import Any

DRUG = """fragment drug on Drug { __typename id slug name brandNames drugClass routes firstApproved source
  codes { system value } followerCount viewerFollows }"""

SCORE = """fragment score on Score { ratingCount evidence priorVersion methodVersion segment { kind value fallback }
  suppressed { reason threshold } overall { ...estimate } criteria { criterion ratingCount rawMean divided distribution
  estimate { value } } criterion(name: SAFETY) { estimate { outOf100 lowerOutOf100 upperOutOf100 } } }
  fragment estimate on Estimate { value lower upper }"""

RATING = """fragment rating on Rating { __typename id efficacy safety tolerability accessibility adherence preference comment
  createdAt updatedAt helpfulCount viewerFoundHelpful offLabel commentState commentVersion heldComment { text state heldAt
  version } drug { name } indication { name } physician { id handle specialty country experience verified ratingCount } }"""

PAGE = "fragment page on RatingConnection { totalCount suppressed { reason } pageInfo { ...at } edges { cursor node { ...rating } } }"
AT = "fragment at on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }"

CORPUS: dict[str, tuple[str, dict[str, Any]]] = {
    "a drug's card": (
        f"query($id: ID!) {{ drug(id: $id) {{ ...drug score {{ ...score }} }} }} {DRUG} {SCORE}",
        {"id": "colchicine"},
    ),
    "no such drug": ('{ drug(id: "nothing") { name } indication(id: "nothing") { name } }', {}),
    "an id of something else": ('{ drug(id: "UmF0aW5nOjE=") { name } rating(id: "gout") { id } }', {}),
    "scores with every argument": (
        f"""query($segment: SegmentInput, $weights: CriterionWeights) {{ drug(id: "allopurinol") {{
        all: score(segment: $segment, weights: $weights) {{ ...score }} gout: score(indicationId: "gout") {{ ...score }}
        none: score(indicationId: "gout", priorVersion: 0) {{ evidence }} }} }} {SCORE}""",
        {"segment": {"country": "DE"}, "weights": {"efficacy": 1, "safety": 2}},
    ),
    "an argument that is wrong for one of two": (
        '{ a: drug(id: "colchicine") { score(indicationId: "nothing") { evidence } } b: drug(id: "colchicine") { score(indicationId: "gout") { evidence } } }',
        {},
    ),
    "versions of the priors that do not exist": (
        '{ a: drug(id: "colchicine") { score(priorVersion: 7) { evidence } } b: drug(id: "allopurinol") { score { evidence } } }',
        {},
    ),
    "a ranking": (
        """query($first: Int) { indication(id: "gout") { name ranking(minRatings: 1, first: $first) { totalCount segment { kind }
        priorVersion suppressed { reason } edges { rank rankLower rankUpper pScore probabilityBest group ratingCount cursor
        estimate { value } node { id offLabel firstRatedAt drug { name } indication { slug } score { evidence } } } } } }""",
        {"first": 3},
    ),
    "a comparison": (
        """{ compare(drugIds: ["colchicine", "allopurinol", "naproxen"], indicationId: "gout") { indication { name }
        drugs { rank pScore drug { name } estimate { value } score { ratingCount } } pairs { first { name } second { name }
        difference { value } headToHead { wins losses ties } } bestFor(criterion: SAFETY) { drug { name } }
        agreement(criterion: EFFICACY) preferenceOrder { rank ability drug { slug } } headToHeadsSuppressed { reason } } }""",
        {},
    ),
    "a comparison of one": ('{ compare(drugIds: ["colchicine"], indicationId: "gout") { priorVersion } }', {}),
    "ratings": (
        f"""query($filter: RatingFilter, $first: Int = 3) {{ ratings(filter: $filter, first: $first) {{ ...page }}
        drug(id: "colchicine") {{ ratings(first: 2, orderBy: OLDEST) {{ ...page }} }}
        indication(id: "gout") {{ ratings(last: 2) {{ ...page }} }} }} {PAGE} {AT} {RATING}""",
        {"filter": {"countries": ["DE", "US"]}},
    ),
    "a page that is too large": ("{ ratings(first: 501) { totalCount } drugs(first: 1, last: 1) { totalCount } }", {}),
    "a cursor of nobody": ('{ a: drugs(after: "x", first: 1) { totalCount } }', {}),
    "drugs": (
        f"""{{ drugs(first: 3) {{ totalCount unknownIds pageInfo {{ ...at }} edges {{ cursor node {{ ...drug
        treatments(first: 2) {{ totalCount edges {{ node {{ source indication {{ name parents {{ slug }}
        children(first: 1) {{ totalCount }} }} score {{ evidence }} }} }} }} }} }} }} }} {DRUG} {AT}""",
        {},
    ),
    "drugs by their ids": (
        "query($ids: [ID!]) { drugs(ids: $ids) { unknownIds edges { node { slug } } } }",
        {"ids": ["naproxen", "nothing", "colchicine", "naproxen"]},
    ),
    "what may not be together": ('{ drugs(ids: ["naproxen"], orderBy: NAME) { totalCount } }', {}),
    "nodes of every kind": (
        """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Drug { name } ... on Indication { slug }
        ... on Treatment { drug { name } } ... on Rating { efficacy comment } ... on Physician { handle } }
        node(id: "RHJ1Zzox") { ... on Node { id } ... on Rating { id } ...d } } fragment d on Drug { slug }""",
        {"ids": ["RHJ1Zzox", "SW5kaWNhdGlvbjox", "VHJlYXRtZW50OjE=", "UmF0aW5nOjE=", "UmF0aW5nOjk5OTk5", "x"]},
    ),
    "a search": (
        '{ search(text: "colch", first: 3) { kind matchedText exact node { id ... on Drug { name } } } }',
        {},
    ),
    "codes": (
        """query($codes: [CodeInput!]!) { resolveCodes(codes: $codes) { system value outcome nodes { __typename
        ... on Indication { name } } } }""",
        {"codes": [{"value": "gout"}, {"value": "M10.9", "system": "ICD10CM"}, {"value": "nothing"}]},
    ),
    "trends and scorecards": (
        """{ drug(id: "colchicine") { trend(months: 3) { points { month ratingCount estimate { value } suppressed { reason } }
        recent { from before ratingCount } earlier { ratingCount } change { differs probability } }
        scorecard(indicationId: "gout") { strengths { criterion difference } weaknesses { criterion } competitors { slug }
        suppressed { reason } } } }""",
        {},
    ),
    "the viewer": (
        f"""{{ viewer {{ role status scopes physician {{ handle ratingCount }} licence {{ country }} reviewsSeenAt
        ratings(first: 2) {{ ...page }} follows(first: 5) {{ edges {{ node {{ since drug {{ name }} indication {{ slug }} }} }} }}
        unreadReviews(first: 1) {{ totalCount }} }} }} {PAGE} {AT} {RATING}""",
        {},
    ),
    "moderation": (
        """{ moderationQueue(first: 5) { totalCount edges { node { kind urgent findings openedAt dueAt rating { id comment }
        heldComment { text } reports { total newest { reason note } } physician { handle } } } } }""",
        {},
    ),
    "the audit log": (
        "{ auditLog(first: 3) { totalCount edges { node { at actor action subject details { name value } } } } }",
        {},
    ),
    "facts about the whole": (
        "{ meta { __typename drugCount ratingCount simulated specialties attributions { name } } }",
        {},
    ),
    "directives": (
        """query($with: Boolean!, $without: Boolean!) { drug(id: "colchicine") { name @include(if: $with) slug @skip(if: $with)
        ... @skip(if: $without) { codes { value } } ...f @include(if: $without) } } fragment f on Drug { source }""",
        {"with": False, "without": True},
    ),
    "a variable of the wrong type": (
        "query($id: ID!, $first: Int) { drug(id: $id) { ratings(first: $first) { totalCount } } }",
        {"id": [], "first": "many"},
    ),
    "a number that is no rating's": (
        "query($id: ID!) { rating(id: $id) { ...rating } } " + RATING,
        {"id": "UmF0aW5nOjk5OTk5"},
    ),
}
"""Queries with their variables."""

NOT_PLANNED: dict[str, str] = {
    "introspection": "{ __schema { queryType { name } types { name } } }",
    "introspection beside data": '{ drug(id: "colchicine") { name } __type(name: "Drug") { name } }',
}
"""Queries that are left to graphql-core as a whole."""

INVALID: dict[str, str] = {
    "no GraphQL": "{ drug(",
    "unknown fields and arguments": '{ drug(id: "x", no: 1) { nothing } nothing }',
    "too deep": "{ node(id: 1) "
    + "{ ... on Drug { treatments { edges { node { drug " * 9
    + "{ id }"
    + " } } } } }" * 9
    + " }",
    "a subscription": "subscription { ratings { cursor } }",
}
"""What is refused before it is executed."""

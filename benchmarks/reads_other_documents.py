"""GraphQL documents that nobody has tuned anything for; with the same names of variables as the measured reads."""

COMPARISON = """query Comparison($drugs: [ID!]!, $indication: ID!) {
    compare(drugIds: $drugs, indicationId: $indication) {
        priorVersion
        drugs { rank rankLower rankUpper pScore group estimate { value lower upper } drug { slug name } }
        pairs {
            first { slug } second { slug } difference { value lower upper } probabilityFirstBetter superiority
            headToHead { physicians wins losses ties winShare winShareLower winShareUpper }
        }
    }
}"""

SEARCH = """query Search($text: String!) {
    search(text: $text) {
        kind matchedText exact
        node {
            __typename
            ... on Drug { id slug name codes { system value } score { ratingCount overall { value } } }
            ... on Indication { id slug name codes { system value } treatments(first: 5) { totalCount } }
        }
    }
}"""

MIXED_PAGE = """query MixedPage($drug: ID!, $indication: ID!, $withRatings: Boolean!, $without: Boolean = false) {
    best: indication(id: $indication) { ...Best }
    shown: drug(id: $drug) {
        ...Named
        ... on Drug { brands: brandNames classified: drugClass }
        overall: score { ...Whole }
        forIt: score(indicationId: $indication, weights: { efficacy: 3, safety: 1 }) { ...Whole }
        ratings(first: 10, orderBy: OLDEST) @include(if: $withRatings) {
            totalCount
            pageInfo { hasNextPage endCursor }
            edges { cursor node { __typename ...Rated } }
        }
        codes @skip(if: $without) { system value }
        followerCount
    }
    drugs(first: 15, orderBy: MOST_RATED) { edges { node { ...Named score { ratingCount evidence } } } }
}
fragment Named on Node { __typename id ... on Drug { slug name } ... on Indication { slug name } }
fragment Best on Indication {
    ...Named
    parents { ...Named }
    ranking(first: 5, by: EFFICACY) {
        __typename totalCount segment { kind fallback }
        edges { rank estimate { outOf100 } node { __typename drug { ...Named } offLabel firstRatedAt } }
    }
}
fragment Whole on Score {
    ratingCount evidence overall { value lower upper outOf100 }
    criteria { criterion ratingCount rawMean divided distribution estimate { value lower upper } }
}
fragment Rated on Rating {
    id efficacy safety comment createdAt updatedAt helpfulCount offLabel
    indication { ...Named } drug { ...Named } physician { id handle specialty ratingCount }
}"""

SCORECARD = """query Scorecard($drug: ID!, $indication: ID!) {
    drug(id: $drug) { scorecard(indicationId: $indication) {
        strengths { criterion difference probability strong }
        weaknesses { criterion difference probability strong }
        competitors { slug name }
    } }
}"""

TREND = """query Trend($drug: ID!, $indication: ID!) {
    drug(id: $drug) { trend(indicationId: $indication, months: 60) {
        points { month ratingCount estimate { value lower upper } }
        recent { from before ratingCount estimate { value } } earlier { from before ratingCount estimate { value } }
        change { difference { value lower upper } probability adjustedProbability comparedDrugs differs }
    } }
}"""

INDICATIONS = """query Indications($after: String) {
    indications(first: 50, after: $after) {
        totalCount
        edges { node {
            id slug name codes { system value } parents { slug name parents { slug } }
            children(first: 10) { edges { node { slug name } } }
        } }
        pageInfo { hasNextPage endCursor }
    }
}"""

FILTERED_RATINGS = """query FilteredRatings($drugs: [ID!]) {
    ratings(first: 100, filter: { drugIds: $drugs, withComment: true, experience: [SENIOR, EARLY] }) { edges { node {
        id comment createdAt drug { slug name } indication { slug name } physician { handle experience }
    } } }
}"""

SCORED_PAGE = """query ScoredPage {
    drugs(first: 50, orderBy: MOST_RATED) { edges { node {
        slug name codes { system value }
        score { ratingCount evidence criteria { criterion ratingCount rawMean distribution estimate { value } } }
        treatments(first: 3) { edges { node { indication { slug } score { overall { value } } } } }
    } } }
}"""

META = """query Meta {
    meta { dataVersion methodVersion drugCount indicationCount treatmentCount physicianCount ratingCount specialties
        attributions { name provides licence } }
}"""

"""The GraphQL documents of the reads that the limit answers as well, and how much they ask for."""

CARD_TREATMENTS = 100
RANKED = 20
PAGE = 50
NEWEST = 5
RATINGS = 500

RATING = """
    id efficacy safety tolerability accessibility adherence preference comment createdAt
    physician { handle specialty country experience }
"""

DRUG_CARD = f"""query DrugCard($drug: ID!) {{
    drug(id: $drug) {{
        slug name brandNames drugClass
        treatments(first: {CARD_TREATMENTS}) {{ edges {{ node {{
            indication {{ slug name }}
            score {{ ratingCount evidence overall {{ value lower upper }} }}
        }} }} }}
    }}
}}"""

RANKING = f"""query Ranking($indication: ID!) {{
    indication(id: $indication) {{
        ranking(first: {RANKED}) {{ edges {{
            rank rankLower rankUpper pScore probabilityBest group ratingCount
            estimate {{ value lower upper }}
            node {{ drug {{ slug name }} score {{ ratingCount overall {{ value lower upper }} }} }}
        }} }}
    }}
}}"""

NEWEST_RATINGS = f"""query NewestRatings($drugs: [ID!]) {{
    drugs(ids: $drugs) {{ edges {{ node {{
        slug name ratings(first: {NEWEST}) {{ edges {{ node {{ {RATING} }} }} }}
    }} }} }}
}}"""

RATINGS_OF_DRUG = f"""query RatingsOfDrug($drug: ID!) {{
    drug(id: $drug) {{ slug name ratings(first: {RATINGS}) {{ edges {{ node {{ {RATING} }} }} }} }}
}}"""

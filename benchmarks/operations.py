"""GraphQL operations to measure, and fields that several of them ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DRUG = "id slug name brandNames drugClass codes { system value }"
RATING = """
    id efficacy safety tolerability accessibility adherence preference comment createdAt
    indication { slug name }
    physician { handle specialty country experience }
"""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what a table calls it, its document, and the values of its variables."""

    name: str
    query: str
    variables: Mapping[str, object] = field(default_factory=dict)

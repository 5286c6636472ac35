"""The operations that the editor opens with, one tab each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Example:
    """An operation to try, with the token that its comment asks for; `variables` are shown beside it to play with."""

    name: str
    query: str
    variables: Mapping[str, object] = field(default_factory=dict)


def _example(name: str, **variables: object) -> Example:
    query = files(__package__).joinpath("examples", f"{name}.graphql").read_text(encoding="utf-8")
    return Example(name, query, variables)


EXAMPLES: tuple[Example, ...] = (
    _example("gout-treatments"),
    _example("ranking", indication="hypertension", weights={"efficacy": 2, "safety": 1, "tolerability": 1}),
    _example("comparison", drugs=["colchicine", "allopurinol", "naproxen"], indication="gout"),
    _example("drug-card", drug="colchicine", indication="gout"),
    _example("search", text="colchisine"),
    _example("newest-ratings", drug="adalimumab", after=None),
    _example("indication-page", indication="gout"),
    _example("resolve-codes"),
    _example("meta"),
    _example("viewer"),
    _example(
        "submit-rating",
        rating={
            "drugId": "colchicine",
            "indicationId": "gout",
            "efficacy": 4,
            "safety": 3,
            "comment": "Works fast if it is taken early.",
        },
    ),
)

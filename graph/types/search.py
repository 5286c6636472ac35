"""Search, and matching of codes and names from outside."""

import enum
from collections.abc import Awaitable
from typing import Any

import strawberry

from graph.context import Info
from graph.types.code import CodeSystem
from graph.types.node import Node


@strawberry.enum(description="What search can find.")
class SearchKind(enum.Enum):
    DRUG = strawberry.enum_value("DRUG", description="A drug, by generic name, brand name, class or code.")
    INDICATION = strawberry.enum_value("INDICATION", description="An indication, by name or code.")


def load_node(info: Info, kind: SearchKind, key: int) -> Awaitable[Any]:
    """The entry of this kind with this key, on its way."""
    loaders = info.context.loaders
    answer: Awaitable[Any] = (loaders.drug_by_id if kind is SearchKind.DRUG else loaders.indication_by_id).load(key)
    return answer


@strawberry.type(description="An entry that a search found.")
class SearchHit:
    kind: SearchKind = strawberry.field(description="What was found.")
    matched_text: str = strawberry.field(
        description="The name, brand name, class or code that matched, as the catalogue writes it."
    )
    exact: bool = strawberry.field(
        description="Whether the match is what was typed, but for letter case, accents and punctuation."
    )
    key: strawberry.Private[int]

    @strawberry.field(description="The entry itself.")
    def node(self, info: Info) -> Node:
        found: Any = load_node(info, self.kind, self.key)
        return found  # type: ignore[no-any-return]


@strawberry.input(description="A code of a public system, or a name, to be matched with the catalogue.")
class CodeInput:
    value: str = strawberry.field(
        description="The code, or the name if there is no `system`; at most 200 characters, in any letter case."
    )
    system: CodeSystem | None = strawberry.field(
        default=None, description="The system of the code; null: `value` is a name."
    )


@strawberry.enum(description="How many entries a code or name stands for.")
class MatchOutcome(enum.Enum):
    NONE = strawberry.enum_value("NONE", description="No entry.")
    ONE = strawberry.enum_value("ONE", description="Exactly one entry.")
    SEVERAL = strawberry.enum_value("SEVERAL", description="More than one: the catalogue cannot tell which is meant.")


@strawberry.type(description="What a code or name from outside stands for.")
class CodeMatch:
    system: CodeSystem | None = strawberry.field(description="The system asked for; null: a name.")
    value: str = strawberry.field(description="The code or name asked for, as it was given.")
    found: strawberry.Private[list[tuple[SearchKind, int]]]

    @strawberry.field(description="Whether none, one or several entries match.")
    def outcome(self) -> MatchOutcome:
        if len(self.found) > 1:
            return MatchOutcome.SEVERAL
        return MatchOutcome.ONE if self.found else MatchOutcome.NONE

    @strawberry.field(description="The entries that match, drugs before indications.")
    async def nodes(self, info: Info) -> list[Node]:
        return [await node for node in [load_node(info, kind, key) for kind, key in self.found]]

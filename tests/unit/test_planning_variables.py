"""Plain variables are taken as graphql-core takes them, and all others are left to it."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse
from graphql.execution.values import VariableValues, get_variable_values

from graph.planning.variables import PlainVariables

SCHEMA = build_schema("""
    input Range { least: Int }
    enum Colour { RED }
    type Query { field(id: ID, text: String, number: Int, flag: Boolean, ids: [ID!], texts: [String], numbers: [Int],
        share: Float, range: Range, colour: Colour, lists: [[ID]]): Int }
""")


def both(types: str, given: dict[str, Any]) -> tuple[VariableValues | None, object]:
    """What is taken, and what graphql-core makes of the same."""
    definitions = ", ".join(f"$v{place}: {one}" for place, one in enumerate(types.split()))
    (operation,) = parse(f"query ({definitions}) {{ field }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    nodes = operation.variable_definitions or ()
    return PlainVariables(SCHEMA, nodes).values(given), get_variable_values(SCHEMA, nodes, given)


@pytest.mark.parametrize(
    ("types", "given"),
    [
        ("ID!", {"v0": "gout"}),
        ("ID String Int Boolean", {"v0": "gout", "v1": "", "v2": -(2**31), "v3": False}),
        ("ID String! Int! Boolean!", {"v0": None, "v1": "a", "v2": 2**31 - 1, "v3": True}),
        ("[ID!]! [String] [ID]", {"v0": ["a", "b"], "v1": None, "v2": []}),
        ("[String!]", {"v0": ["a"], "unknown": {"is": "left out"}}),
    ],
)
def test_plain_variables(types: str, given: dict[str, Any]) -> None:
    taken, expected = both(types, given)

    assert taken is not None
    assert isinstance(expected, VariableValues)
    assert taken.coerced == expected.coerced
    # Types that wrap others are equal to nothing but themselves.
    assert str(taken.sources) == str(expected.sources)


@pytest.mark.parametrize(
    ("types", "given"),
    [
        ("ID!", {"v0": None}),
        ("ID!", {}),
        ("ID", {}),
        ("ID", {"v0": 7}),
        ("String", {"v0": 7}),
        ("Int", {"v0": 2**31}),
        ("Int", {"v0": 1.0}),
        ("Int", {"v0": True}),
        ("Boolean", {"v0": 1}),
        ("[ID!]", {"v0": "a"}),
        ("[ID!]", {"v0": ["a", None]}),
        ("[ID!]!", {"v0": None}),
        ("[ID]", {"v0": [7]}),
        ("[Int]", {"v0": [7]}),
        ("[[ID]]", {"v0": [["a"]]}),
        ("Float", {"v0": 1.5}),
        ("Range", {"v0": {"least": 1}}),
        ("Colour", {"v0": "RED"}),
        ("Query", {"v0": "a"}),
        ("ID Nothing", {"v0": "a", "v1": "b"}),
    ],
)
def test_what_is_left_to_graphql_core(types: str, given: dict[str, Any]) -> None:
    taken, _ = both(types, given)

    assert taken is None


def test_a_list_is_not_the_clients_own() -> None:
    given = {"v0": ["a"]}
    taken, _ = both("[ID!]", given)
    assert taken is not None
    taken.coerced["v0"].append("b")
    assert given == {"v0": ["a"]}

"""Documents that are kept, and the costs of their operations."""

import pytest
from graphql import OperationDefinitionNode, parse

from graph.costs import Cost, OperationCosts
from graph.documents import KEPT_CHARACTERS, LONGEST_KEPT, KnownDocument, KnownDocuments


def document() -> KnownDocument:
    return KnownDocument(parse("{ a }"))


def costs_of(text: str) -> OperationCosts:
    parsed = parse(text)
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return OperationCosts(parsed, operation)


def test_those_are_dropped_that_were_not_sent_for_longest() -> None:
    known = KnownDocuments(2)
    first, second, third = document(), document(), document()
    known.keep("1", first)
    known.keep("2", second)
    assert known.get("1") is first

    known.keep("3", third)

    assert [known.get(text) for text in "123"] == [first, None, third]


def test_together_they_have_a_limit_of_characters() -> None:
    known = KnownDocuments(500)
    fitting = KEPT_CHARACTERS // LONGEST_KEPT
    texts = [str(number).ljust(LONGEST_KEPT) for number in range(fitting + 1)]

    for text in texts:
        known.keep(text, document())

    assert len(known) == fitting
    assert known.get(texts[0]) is None
    assert all(known.get(text) for text in texts[1:])


def test_dropping_makes_room_again() -> None:
    known = KnownDocuments(1)
    for number in range(3 * KEPT_CHARACTERS // LONGEST_KEPT):
        known.keep(text := str(number).ljust(LONGEST_KEPT), document())
        assert known.get(text)


def test_a_long_document_is_not_kept() -> None:
    known = KnownDocuments(500)
    known.keep(" " * (LONGEST_KEPT + 1), document())

    assert len(known) == 0


def test_none_is_kept_where_none_shall_be() -> None:
    known = KnownDocuments(0)
    known.keep("{ a }", document())

    assert known.get("{ a }") is None


def test_the_operation_is_found_by_its_name() -> None:
    known = KnownDocument(parse("query A { drugs { totalCount } } query B { drug(id: 1) { name } }"))
    found = {name: known.costs(name) for name in (None, "A", "B", "C")}

    assert {name: costs and costs.cost({}) for name, costs in found.items()} == {
        None: Cost(20, 2),
        "A": Cost(20, 2),
        "B": Cost(1, 2),
        "C": None,
    }


SIZED = "query($n: Int = 3, $ids: [ID!]) { drugs(first: $n, ids: $ids) { nodes { id } } }"
LISTED = "query($ids: [ID!] = [1, 2], $other: Int) { drugs(ids: $ids, q: $other) { nodes { id } } }"
SPREAD = "query($n: Int) { ...f } fragment f on Query { drugs(last: $n) { ... { a(first: $n) { id } } } }"


@pytest.mark.parametrize(
    ("text", "variables", "nodes"),
    [
        (SIZED, {}, 6),
        (SIZED, {"n": 5}, 10),
        (SIZED, {"n": None}, 40),
        (SIZED, {"n": None, "ids": ["a"] * 7}, 14),
        (SIZED, {"n": "5"}, 40),
        (SIZED, {"n": True}, 2),
        (SIZED, {"n": -1}, 2),
        (SIZED, {"n": 10**9}, 1_000),
        (LISTED, {}, 4),
        (LISTED, {"ids": []}, 0),
        (LISTED, {"ids": ["a"]}, 2),
        (LISTED, {"ids": "a", "other": 9}, 40),
        (SPREAD, {"n": 4}, 20),
        (SPREAD, {}, 40),
    ],
)
def test_a_cost_that_is_kept_is_that_of_its_variables(text: str, variables: dict[str, object], nodes: int) -> None:
    used, new = costs_of(text), costs_of(text)
    for size in range(150):
        used.cost({"n": size, "ids": ["a"] * size})

    assert used.cost(variables).nodes == new.cost(variables).nodes == used.cost(variables).nodes == nodes

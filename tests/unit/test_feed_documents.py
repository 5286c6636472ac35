"""Which variables make a difference to what an event is answered with."""

import pytest
from graphql import parse

from graph.feed.documents import variables_of_events

FILTER = "($f: FeedFilter, $a: String, $x: ID, $y: Boolean = true, $z: Int)"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("{ ratings { cursor } }", [], id="none"),
        pytest.param("{ ratings(filter: $f, after: $a) { cursor } }", [], id="arguments of the subscription"),
        pytest.param("{ other: ratings(filter: {drugIds: [$x]}) { cursor } }", [], id="within such an argument"),
        pytest.param("{ ratings(after: $a) { cursor @include(if: $y) } }", ["y"], id="a directive within"),
        pytest.param("{ ratings(after: $a) @include(if: $y) { cursor } }", ["y"], id="a directive of the field"),
        pytest.param(
            "{ ratings { ... on RatingsReleased { score(weights: {safety: $z}) { n } } } }", ["z"], id="score"
        ),
        pytest.param("{ ratings(after: $x) { ... on T { drug(id: $x) { name } } } }", ["x"], id="both"),
        pytest.param("{ ... @skip(if: $y) { ratings(after: $a) { cursor } } }", ["y"], id="a fragment around"),
        pytest.param("{ ...R } fragment R on S { ratings(filter: $f) { ...E } } fragment E on F { c(x: $x) }", ["x"]),
        pytest.param(
            "{ ratings { ...E @skip(if: $y) ... on T { ...E } } } fragment E on F { c(x: [{y: $x}]) d @skip(if: $z) }",
            ["x", "y", "z"],
            id="a fragment twice",
        ),
        pytest.param("{ scoreChanged(drugIds: [$x]) { drug { a(b: $z) } } }", ["z"], id="scores"),
        pytest.param("{ ratings }", [], id="no selection"),
    ],
)
def test_variables_that_only_choose_events_make_none(document: str, expected: list[str]) -> None:
    assert sorted(variables_of_events(parse(f"subscription {FILTER} {document}"), None)) == expected


def test_of_several_operations_the_named_one_counts() -> None:
    document = parse(
        """
        query ($q: ID) { drug(id: $q) { name } }
        subscription A($a: Int) { ratings { b(c: $a) } }
        subscription B($b: Int) { ratings { b(c: $b) } }
        """
    )

    assert variables_of_events(document, "A") == {"a"}
    assert variables_of_events(document, "B") == {"b"}

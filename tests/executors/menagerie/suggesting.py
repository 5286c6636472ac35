"""Values that mean something to the menagerie's fields."""

from random import Random
from typing import Any

import hypothesis.strategies as st
from graphql import FloatValueNode, GraphQLInputType, IntValueNode, StringValueNode, get_named_type

from tests.executors.values import NO_IDEA


def suggested(random: Random, coordinate: str, argument: str, kind: GraphQLInputType) -> Any:
    """Small numbers, mostly: most fields of the menagerie tell beings apart by them."""
    name = get_named_type(kind).name
    if name == "Int" and argument != "numbers" and random.random() < 0.8:
        return random.choice([0, 1, 2, 3, 4, 5, 6, 7])
    if name == "Int" and argument == "numbers" and random.random() < 0.8:
        return [random.randrange(6) for _ in range(random.randrange(5))]
    if coordinate == "Keeper.wards" and argument == "mark":
        return random.choice([None, "a", "b"])
    return NO_IDEA


SCALARS = {
    "Even": st.integers(-3, 6).map(lambda number: IntValueNode(value=str(number if number > 4 else 2 * number))),
    "Reversed": st.sampled_from(["", "abc", "ü"]).map(lambda text: StringValueNode(value=text)),
    "Anything": st.sampled_from(
        [IntValueNode(value="7"), FloatValueNode(value="1.5"), StringValueNode(value="anything")]
    ),
}
"""What clients send for its own scalars; 5 and 6 are sent for `Even` as well, which takes the one and not the other."""

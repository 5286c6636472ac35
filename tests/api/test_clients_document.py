"""docs/subscriptions.md is what the server has, and nothing that it shows goes without being run."""

import re

import pytest
from graphql import GraphQLInputObjectType, parse, validate

from graph.feed.hub import CHECKPOINT_EVERY
from graph.feed.members import MOST_UNSENT
from graph.feed.outlets import GOING_AWAY, SLOW_READER
from graph.middleware import INTERNAL_FAILURE
from graph.schema import schema
from graph.settings import Settings
from graph.transports.endings import EXPIRED, FORBIDDEN, TRY_AGAIN_LATER
from graph.types.feed import EVENT_TYPES
from tests.clients.examples import DOCUMENT, blocks, chapter, shown_files, table

SERVED = schema._schema  # noqa: SLF001 - graphql-core's, for its validation
"""The schema."""

RUN = {
    "feed.js",
    "keep.js",
    "graphql-ws.js",
    "graphql-sse.js",
    "urql.js",
    "apollo-websocket.js",
    "apollo-multipart.js",
    "event-source.js",
    "feed.py",
}
"""What watch.js and watch.py run."""


def test_every_block_of_code_is_a_file_that_the_tests_run() -> None:
    assert set(shown_files()) == RUN
    assert len(blocks("js")) + len(blocks("python")) == len(RUN)


def test_every_operation_is_valid() -> None:
    operations = blocks("graphql")
    assert operations
    for operation in operations:
        assert validate(SERVED, parse(operation)) == []


def test_the_tables_name_every_subscription_and_every_event() -> None:
    subscription = SERVED.subscription_type
    assert subscription is not None
    fields = {name: list(field.args) for name, field in subscription.fields.items()}
    shown = [re.fullmatch(r"(\w+)\((.+)\)", cell) for cell, *_ in table("What there is")]

    assert {found[1]: found[2].split(", ") for found in shown if found} == fields
    assert [row[0] for row in table("The events")] == [event.__name__ for event in EVENT_TYPES]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"for (\d+) seconds while events went by", CHECKPOINT_EVERY),
        (r"the operator keeps (\d+) days", Settings.model_construct().feed_retention_days),
        (r"about (\d+) MB waited", MOST_UNSENT / 1_048_576),
    ],
)
def test_numbers_are_those_of_the_server(text: str, value: float) -> None:
    (shown,) = re.findall(text, DOCUMENT)
    assert float(shown) == value


def test_the_close_codes_are_those_of_the_server() -> None:
    shown = {int(row[0]) for row in table("Why a connection ends")}

    assert shown == {GOING_AWAY, SLOW_READER, EXPIRED, FORBIDDEN, TRY_AGAIN_LATER, INTERNAL_FAILURE}


def test_clients_try_again_after_every_reason_but_those_of_4403() -> None:
    rows = {int(row[0]): set(re.findall("[A-Z]+(?:_[A-Z]+)+", row[1])) for row in table("Why a connection ends")}
    refused = rows.pop(FORBIDDEN)
    passing = [
        set(re.findall('"([A-Z_]+)"', line)) for line in re.findall(r"^const PASSING = (.+)$", DOCUMENT, re.MULTILINE)
    ]

    assert len(passing) == 2
    for codes in passing:
        assert codes == set().union(*rows.values())
        assert not codes & refused


def test_the_filter_is_described_whole() -> None:
    shown = set(re.findall(r"`(\w+)`", chapter("What there is").partition("`filter` has ")[2].partition(".")[0]))
    filter_type = SERVED.type_map["FeedFilter"]

    assert isinstance(filter_type, GraphQLInputObjectType)
    assert shown == set(filter_type.fields)

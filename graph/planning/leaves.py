"""Code for scalars, enums and lists of scalars: when a value can be taken as it is."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import inf, isfinite
from typing import Any, NamedTuple
from uuid import UUID

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLString,
    Undefined,
)
from graphql.type import GraphQLLeafType
from strawberry.schema.types.base_scalars import isoformat

from graph.planning.shapes import LeafShape

LEAST_INT, GREATEST_INT = -(2**31), 2**31 - 1

MISSING = object()
"""Stands for a value that generated code cannot take."""

PLAIN = frozenset({str, int, float, bool, bytes, dict, list, tuple, date, datetime, time, timedelta, Decimal, UUID})
"""Classes of values that custom scalars may be given at once: no failures, and nothing to wait for."""

NAMES: dict[str, Any] = {
    "INFINITE": inf,
    "MISSING": MISSING,
    "PLAIN": PLAIN,
    "UTC": UTC,
    "Undefined": Undefined,
    "datetime": datetime,
    "isfinite": isfinite,
}
"""What the code needs beside builtins."""


class LeafCode(NamedTuple):
    """Code for one kind of leaf; `{value}` stands for a variable.

    Attributes:
        conversion: an expression for what the answer has, of a value that is not null; it is evaluated before the test,
            which then is about its value. Empty: the answer has the value itself.
        test: that a value which is not null can be taken. What fails it is completed as any value.
        names: what the code needs beside `NAMES`.
    """

    conversion: str
    test: str
    names: dict[str, Any]


BUILT_IN = {
    # Python compares with numbers of 30 bits in half the time, and one by one in less time than as a chain.
    GraphQLInt: f"type({{value}}) is int and "
    f"({{value}} >= {1 - 2**30} and {{value}} <= {2**30 - 1} or {LEAST_INT} <= {{value}} <= {GREATEST_INT})",
    GraphQLFloat: "type({value}) is float and {value} > -INFINITE and {value} < INFINITE",
    GraphQLString: "type({value}) is str",
    GraphQLID: "type({value}) is str",
    GraphQLBoolean: "type({value}) is bool",
}

CLASSES = {GraphQLInt: int, GraphQLFloat: float, GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}

MORE_OF_LISTS = {
    GraphQLInt: f" and (not {{value}} or ({LEAST_INT} <= min({{value}}) and max({{value}}) <= {GREATEST_INT}))",
    GraphQLFloat: " and all(map(isfinite, {value}))",
}
"""What has to be tested of the items beside their classes."""


def leaf_code(shape: LeafShape) -> LeafCode:
    """The code for a leaf."""
    leaf = shape.type
    if leaf in BUILT_IN:
        return LeafCode("", BUILT_IN[leaf], {})
    if isinstance(leaf, GraphQLEnumType):
        table = f"names_of_{leaf.name}"
        # Members are singletons that stay as long as their class, so their `id` knows them.
        names = {id(member): leaf.coerce_output_value(member) for member in _members(leaf)}
        return LeafCode(f"{table}.get(id({{value}}), MISSING)", "{value} is not MISSING", {table: names})
    if leaf.coerce_output_value is isoformat:
        known = "{value}.isoformat() if type({value}) is datetime else MISSING"
        if shape.keeps_times:
            known = "{value} if type({value}) is datetime and {value}.tzinfo is UTC else MISSING"
        return LeafCode(known, "{value} is not MISSING", {})
    coerce = f"coerce_{leaf.name}"
    known = f"{coerce}({{value}}) if type({{value}}) in PLAIN else MISSING"
    return LeafCode(
        known,
        "{value} is not MISSING and {value} is not None and {value} is not Undefined",
        {coerce: leaf.coerce_output_value},
    )


def list_test(leaf: GraphQLLeafType, item_nullable: bool) -> str | None:
    """The test that a list of leaves can be taken as it is; None if that cannot be told at once."""
    if leaf not in CLASSES or (item_nullable and leaf in MORE_OF_LISTS):
        return None
    classes = f"{{{{{CLASSES[leaf].__name__}{', type(None)' if item_nullable else ''}}}}}"
    return f"type({{value}}) is list and {classes}.issuperset(map(type, {{value}}))" + MORE_OF_LISTS.get(leaf, "")


def _members(leaf: GraphQLEnumType) -> list[Enum]:
    return [member for member in getattr(leaf, "wrapped_cls", ()) if isinstance(member, Enum)]

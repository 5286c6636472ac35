"""Catalogue entries are looked up together for all operations that ask at the same moment."""

import asyncio

import pytest
from tortoise.context import TortoiseContext

from graph.entries import Entries
from models import Drug
from resolvers.references import UnknownReference
from tests.statements import recorded_statements


async def test_many_operations_are_answered_by_one_statement(catalogue: TortoiseContext) -> None:  # noqa: ARG001
    slugs = ["colchicine", "ibuprofen", "naproxen", "colchicine"]
    expected = [(await Drug.get(slug=slug)).id for slug in slugs]
    entries = Entries()

    with recorded_statements() as statements:
        found = await asyncio.gather(*(entries.keys("drug", [slug]) for slug in slugs))

    assert [keys for (keys,) in zip(found, strict=True)] == [[key] for key in expected]
    assert len(statements) == 1


async def test_what_there_is_not_is_named_to_whom_it_concerns(catalogue: TortoiseContext) -> None:  # noqa: ARG001
    entries = Entries()

    good, bad = await asyncio.gather(
        entries.keys("drug", ["colchicine"]),
        entries.keys("drug", ["colchicine", "no-such-drug", 999_999, "no-such-drug"]),
        return_exceptions=True,
    )

    assert good == [(await Drug.get(slug="colchicine")).id]
    assert isinstance(bad, UnknownReference)
    assert bad.references == ("no-such-drug", 999_999)


async def test_nothing_is_remembered(catalogue: TortoiseContext) -> None:  # noqa: ARG001
    entries = Entries()
    with pytest.raises(UnknownReference):
        await entries.keys("drug", ["brand-new"])

    new = await Drug.create(name="brand new", slug="brand-new", source="test")

    assert await entries.keys("drug", ["brand-new"]) == [new.id]

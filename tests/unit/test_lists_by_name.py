"""Lists by name are read from an index: a page takes as long however large the catalogue is."""

from collections.abc import Awaitable, Callable

import pytest

from resolvers.database import database, dialect_of
from resolvers.disclosure import EXACT
from resolvers.paging import Page, PageRequest
from resolvers.reads.drugs import BY_NAME, DrugFilter, DrugRecord, drugs_page
from resolvers.reads.indications import IndicationFilter, IndicationRecord, indications_page
from tests.statements import recorded_statements

ReadPage = Callable[[PageRequest], Awaitable[Page[DrugRecord] | Page[IndicationRecord]]]


async def drugs(request: PageRequest) -> Page[DrugRecord]:
    return await drugs_page(DrugFilter(), BY_NAME, request, EXACT)


async def indications(request: PageRequest) -> Page[IndicationRecord]:
    return await indications_page(IndicationFilter(), request, EXACT)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("read", [drugs, indications])
@pytest.mark.parametrize("request_of", [PageRequest(50), PageRequest(50, backward=True)], ids=["first", "last"])
async def test_a_page_is_not_sorted(read: ReadPage, request_of: PageRequest) -> None:
    connection = database()
    if dialect_of(connection) == "postgres":
        await connection.execute_script("ANALYZE drug; ANALYZE indication")
    with recorded_statements() as statements:
        page = await read(request_of)
    assert len(page.records) == 50

    [statement] = [one.rpartition(": ")[0] for one in statements]
    explain = "EXPLAIN QUERY PLAN" if dialect_of(connection) == "sqlite" else "EXPLAIN"
    _, rows = await connection.execute_query(f"{explain} {statement}")
    plan = "\n".join(" ".join(map(str, dict(row).values())) for row in rows)
    assert "Index Scan" in plan or "USING INDEX" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan

"""Mutations by plan on one database, and by graphql-core on one that is equal, answer alike and leave the same.

Their root fields run one after the other, so what the first has written the second sees, and what fails takes nothing
back that is done.
"""

import asyncio
from typing import Any, NamedTuple

import strawberry
from graphql import OperationType
from hypothesis import given
from hypothesis import strategies as st
from tortoise import Tortoise

from resolvers.database import DatabaseUrl, open_database
from resolvers.viewers import ANONYMOUS
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.executors.answers import Answer
from tests.executors.examples import drawn
from tests.executors.failures import Asked
from tests.executors.generating import operations
from tests.executors.leftovers import EXECUTED_BY_GRAPHQL_CORE
from tests.executors.peerscore.database import people
from tests.executors.peerscore.suggesting import SCALARS, Suggestions
from tests.executors.peerscore.trials import Circumstances, build_bare
from tests.executors.trials import answered

pytestmark = EXECUTED_BY_GRAPHQL_CORE

RATED = """fragment rated on SubmitRatingResult { __typename ... on SubmitRatingSuccess { created rating { ...r } }
  ... on CommentHeld { findings rating { ...r } }
  ... on Error { message } ... on InvalidRating { problems { field reason } } }
  fragment r on Rating { id efficacy comment commentState createdAt updatedAt
  physician { handle } drug { score { ratingCount } } }"""

SEVERAL = f"""mutation($rating: SubmitRatingInput!, $other: SubmitRatingInput!, $id: ID!) {{
  z: submitRating(input: $rating) {{ ...rated }} a: submitRating(input: $other) {{ ...rated }}
  again: submitRating(input: $rating) {{ ...rated }}
  withdrawRating(id: $id) {{ __typename ... on WithdrawRatingSuccess {{ ratingId }} ... on Error {{ message }} }}
  gone: withdrawRating(id: $id) {{ __typename ... on Error {{ message }} }}
  markHelpful(ratingId: "no id") {{ __typename }}
  never: followDrug(drugId: "naproxen") {{ __typename }} }} {RATED}"""

FOLLOW = """mutation($drug: ID!) { a: followDrug(drugId: $drug) {
    ... on FollowDrugSuccess { new drug { viewerFollows followerCount } } }
  b: followDrug(drugId: $drug, indicationId: "gout") {
    ... on FollowDrugSuccess { new indication { name } } __typename }
  c: unfollowDrug(drugId: $drug) { ... on UnfollowDrugSuccess { followed drug { viewerFollows } } __typename }
  markReviewsSeen { ... on MarkReviewsSeenSuccess { viewer { reviewsSeenAt follows(first: 3) { totalCount } } } } }"""

MODERATE = """mutation($id: ID!) { a: moderateRating(id: $id, decision: EXCLUDE, note: "no") { __typename
    ... on ModerateRatingSuccess { ratingId commentState rating { id } } ... on Error { message } }
  b: moderateRating(id: $id, decision: REINSTATE) {
    __typename ... on ModerateRatingSuccess { rating { id offLabel } } } }"""

DRAWN = 120
"""Operations that the generator draws."""

RANDOM_COLUMNS = frozenset({"number_sealed"})
"""What is encrypted differs whenever it is written."""

WRITERS = ("physician", "moderator", "pending", "anonymous")

Write = tuple[str, Asked]
"""Who asks, and what."""


class Done(NamedTuple):
    """What operations have left.

    Attributes:
        answers: of each.
        tables: the rows of all tables, by name.
    """

    answers: list[Answer]
    tables: dict[str, list[dict[str, Any]]]


def test_mutations(databases: SqliteDatabases | PostgresDatabases, filled_template: str) -> None:
    copies = [databases.create(filled_template) for _ in range(2)]
    with asyncio.Runner() as runner:
        runner.get_loop().set_exception_handler(lambda *_: None)
        suggestions = runner.run(_suggestions(copies[0]))
        writes = [*_written(suggestions), *_drawn(suggestions)]

        core, planned = [
            runner.run(_done(url, writes, build_bare(planned=planned)))
            for url, planned in zip(copies, (False, True), strict=True)
        ]

    for write, expected, answer in zip(writes, core.answers, planned.answers, strict=True):
        assert answer == expected, write
    assert planned.tables == core.tables
    # They have done something, and have been refused something.
    assert len(core.tables["auditentry"]) > 1
    assert any(answer.errors for answer in core.answers)


def _written(suggestions: Suggestions) -> list[Write]:
    rating = {"drugId": "febuxostat", "indicationId": "gout", "efficacy": 5, "comment": "Works."}
    other = {"drugId": "probenecid", "indicationId": "gout", "efficacy": 9, "comment": "mail a.b@example.org"}
    newest, *_ = suggestions.ratings
    return [
        ("physician", Asked(SEVERAL, {"rating": rating, "other": other, "id": newest})),
        ("physician", Asked(SEVERAL, {"rating": other | {"efficacy": 1}, "other": rating, "id": newest})),
        ("pending", Asked(SEVERAL, {"rating": rating, "other": other, "id": newest})),
        ("anonymous", Asked(SEVERAL, {"rating": rating, "other": other, "id": "no id"})),
        ("physician", Asked(SEVERAL, {"rating": {"drugId": 1}, "other": None})),
        *[(writer, Asked(FOLLOW, {"drug": "allopurinol"})) for writer in WRITERS],
        *[(writer, Asked(MODERATE, {"id": one})) for writer in WRITERS for one in suggestions.ratings[1:3]],
    ]


def _drawn(suggestions: Suggestions) -> list[Write]:
    schema = build_bare(planned=False)._schema
    found: list[Write] = []

    @drawn(DRAWN)
    @given(operations(schema, OperationType.MUTATION, suggestions, SCALARS), st.sampled_from(WRITERS[:2]))
    def collect(asked: list[Asked], writer: str) -> None:
        found.extend((writer, one) for one in asked)

    collect()
    return found


async def _suggestions(url: str) -> Suggestions:
    async with open_database(DatabaseUrl.parse(url), everywhere=True):
        return await Suggestions.of_open_database()


async def _done(url: str, writes: list[Write], schema: strawberry.Schema) -> Done:
    async with open_database(DatabaseUrl.parse(url), everywhere=True):
        known = await people()
        circumstances = Circumstances()
        answers = []
        for writer, asked in writes:
            circumstances.viewer = ANONYMOUS if writer == "anonymous" else getattr(known, writer)
            answer, _ = await answered(schema, asked, circumstances.context())
            answers.append(answer)
        return Done(answers, await _tables())


async def _tables() -> dict[str, list[dict[str, Any]]]:
    tables = {}
    for model in Tortoise.apps["models"].values():
        rows = await model.all().order_by(model._meta.pk_attr).values()
        tables[model.__name__.lower()] = [
            {name: value for name, value in row.items() if name not in RANDOM_COLUMNS} for row in rows
        ]
    return tables

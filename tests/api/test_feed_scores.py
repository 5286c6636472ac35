"""`scoreChanged` tells the latest score: at once, and after whatever changes it; the last one is what a query says."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from models import Registration
from resolvers.audit import COMMAND
from resolvers.identity.erasing import erase_physician
from tests.api.conftest import close
from tests.api.listening import Subscription, subscribed
from tests.api.people import Person, rating_of, submit
from tests.clients.serving import LiveServer, live_server
from tests.people import account_id_of

FIELDS = "score { ratingCount overall { value lower upper } criteria { criterion distribution } }"
ALL_INDICATIONS = f"""subscription($drugs: [ID!]!) {{ scoreChanged(drugIds: $drugs) {{ at drug {{ slug }}
  indication {{ slug }} {FIELDS} }} }}"""
FOR_GOUT = f"""subscription($drugs: [ID!]!) {{ scoreChanged(drugIds: $drugs, indicationId: "gout") {{ at
  drug {{ slug }} indication {{ slug }} {FIELDS} }} }}"""
SCORE = f"query($drug: ID!) {{ drug(id: $drug) {{ {FIELDS} }} }}"
SCORE_FOR_GOUT = SCORE.replace("score {", 'score(indicationId: "gout") {')

WITHDRAW = "mutation($id: ID!) { withdrawRating(id: $id) { __typename } }"
MODERATE = """mutation($id: ID!, $decision: ModerationDecision!) {
  moderateRating(id: $id, decision: $decision) { __typename } }"""


@pytest.fixture(autouse=True)
def _no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores of the same drug may follow each other at once."""
    monkeypatch.setattr("graph.feed.scores.AT_MOST_EVERY", 0.0)


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


async def latest(subscription: Subscription, person: Person, drug: str = "colchicine", query: str = SCORE) -> int:
    """Read until the score comes that a query shows now; how many ratings it is of."""
    score: dict[str, Any] = (await person.result(query, drug=drug))["score"]
    while (told := await subscription.next())["score"] != close(score) or told["drug"] != {"slug": drug}:
        pass
    count: int = score["ratingCount"]
    return count


async def test_each_kind_of_change_is_followed_by_the_score_that_a_query_shows(server: LiveServer) -> None:
    physicians = [await server.physician(f"p{number}") for number in range(6)]
    reader, moderator = await server.physician("eve"), server.moderator()
    variables = {"drugs": ["colchicine"]}
    async with (
        subscribed(server, reader, FOR_GOUT, **variables) as by_physician,
        subscribed(server, moderator, ALL_INDICATIONS, **variables) as by_moderator,
    ):

        async def both() -> int:
            of_all = await latest(by_moderator, moderator)
            assert await latest(by_physician, reader, query=SCORE_FOR_GOUT) == of_all
            return of_all

        assert await both() == 0
        ratings = []
        for number, person in enumerate(physicians, start=1):
            ratings.append(await rating_of(person, efficacy=number % 5 + 1))
            assert await both() == number
        await submit(physicians[0], efficacy=1, safety=1)
        assert await both() == 6
        await physicians[1].result(WITHDRAW, id=ratings[1])
        assert await both() == 5
        await moderator.result(MODERATE, id=ratings[2], decision="EXCLUDE")
        assert await both() == 4
        await moderator.result(MODERATE, id=ratings[2], decision="REINSTATE")
        assert await both() == 5
        erased = await Registration.get(account_id=await account_id_of("p3"))
        await erase_physician(erased.physician_id, COMMAND, server.now)  # type: ignore[attr-defined]
        assert await both() == 4
        # Another indication is nothing to those who wait for the scores for gout.
        await submit(physicians[0], indication="acanthosis-nigricans")
        assert await latest(by_moderator, moderator) == 5
        await submit(physicians[0], efficacy=2)
        assert (await by_physician.next())["score"]["ratingCount"] == 4
        assert await by_physician.waiting() == []


async def test_the_scores_of_several_drugs_come_each_as_it_changes(server: LiveServer) -> None:
    ann, moderator = await server.physician("ann"), server.moderator()
    drugs = ["colchicine", "allopurinol", "febuxostat"]
    async with subscribed(server, moderator, FOR_GOUT, drugs=[*drugs, drugs[0]]) as subscription:
        begun = [await subscription.next() for _ in drugs]
        assert [one["drug"]["slug"] for one in begun] == drugs
        assert {one["indication"]["slug"] for one in begun} == {"gout"}
        assert [one["score"]["ratingCount"] for one in begun] == [0, 0, 0]
        for drug in ("febuxostat", "colchicine", "ibuprofen", "allopurinol"):
            await submit(ann, drug)
            if drug in drugs:
                assert await latest(subscription, moderator, drug, SCORE_FOR_GOUT) == 1


async def test_over_all_indications_there_is_none(server: LiveServer) -> None:
    async with subscribed(server, server.anonymous(), ALL_INDICATIONS, drugs=["colchicine"]) as subscription:
        told = await subscription.next()
    assert (told["drug"], told["indication"], told["at"]) == (
        {"slug": "colchicine"},
        None,
        "2026-07-01T12:00:00+00:00",
    )

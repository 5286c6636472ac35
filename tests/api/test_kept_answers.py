"""Answers that are kept whole: which ones, for whom, and until when."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import Any

import httpx2
import pytest

from graph.app import create_app
from graph.planning.running import Run
from graph.settings import Settings
from models import Registration
from resolvers.catalogue.importing import OWN_CATALOGUE, import_catalogue
from resolvers.database import DatabaseUrl, open_database
from resolvers.feed.sequencing import give_positions
from resolvers.feed.waking import wake_followers
from resolvers.priors.refitting import refit_prior
from resolvers.priors.stored import use_prior
from resolvers.viewers import Status
from tests.api.people import Person, rating_of, submit
from tests.api.streams import PATIENCE
from tests.api.test_score_cache import CARD, RANKING, SEGMENT
from tests.clients.serving import LiveServer, live_server
from tests.crowd import add_crowd, release_all
from tests.people import account_id_of
from tests.signing import SIGNING, bearer

CRITERION = '{ drug(id: "colchicine") { score { criterion(name: ACCESSIBILITY) { rawMean estimate { value } } } } }'
RANKING_COUNT = '{ indication(id: "gout") { ranking { totalCount pageInfo { hasNextPage endCursor } } } }'
CATALOGUE = (
    '{ drug(id: "colchicine") { id name brandNames } indication(id: "gout") { name } none: drug(id: "x") { id } }'
)
OFF_LABEL = '{ drug(id: "colchicine") { treatments(by: SAFETY) { edges { cursor node { source offLabel } } } } }'
OF_FOUR = '{ drug(id: "naproxen") { score(indicationId: "gout") { ratingCount overall { value } } } }'
FRAGMENTS = """query($id: ID!, $with: Boolean!) {
  drug(id: $id) { ...card ofAll: score @include(if: $with) { ratingCount } } }
  fragment card on Drug { name score(indicationId: "gout") { overall { value } } }"""

KEPT = (CARD, RANKING, SEGMENT, CRITERION, RANKING_COUNT, CATALOGUE, OFF_LABEL)

NOT_KEPT = (
    "{ meta { drugCount } }",
    "{ viewer { role } }",
    '{ drug(id: "colchicine") { followerCount } }',
    '{ drug(id: "colchicine") { viewerFollows } }',
    '{ drug(id: "colchicine") { codes { value } } }',
    '{ drug(id: "colchicine") { ratings { edges { node { efficacy } } } } }',
    '{ drug(id: "colchicine") { trend { __typename } } }',
    '{ drug(id: "colchicine") { scorecard(indicationId: "gout") { priorVersion } } }',
    '{ drug(id: "colchicine") { treatments { totalCount } } }',
    '{ drug(id: "colchicine") { treatments(orderBy: MOST_RATED) { edges { node { source } } } } }',
    '{ drug(id: "colchicine") { treatments { edges { node { firstRatedAt } } } } }',
    '{ indication(id: "gout") { treatments { edges { node { source } } } } }',
    '{ indication(id: "gout") { parents { name } } }',
    '{ drugs(ids: ["colchicine"]) { edges { node { name } } } }',
    '{ compare(drugIds: ["colchicine", "allopurinol"], indicationId: "gout") { __typename } }',
    '{ search(text: "gout") { matchedText } }',
    "{ nodes(ids: []) { id } }",
    '{ drug(id: "colchicine") { score(indicationId: "no-such-indication") { ratingCount } } }',
    '{ drug(id: "colchicine") { score(priorVersion: 77) { ratingCount } } }',
)


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    # Before the server starts: it shall not hear of these in the middle of a test.
    async with open_database(DatabaseUrl.parse(catalogue_url)):
        await add_crowd()
        await release_all()
        await give_positions()
        wake_followers()
    async with live_server(catalogue_url) as server:
        yield server


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every operation that is executed."""
    made: list[Any] = []
    results = Run.results

    async def noted(self: Run) -> object:
        made.append(self.plan)
        return await results(self)

    monkeypatch.setattr(Run, "results", noted)
    return made


async def keeping(reader: Person, query: str, executions: list[Any], **variables: object) -> dict[str, Any]:
    """Ask until nothing has to be executed for an answer; the first ones may come before the feed has been read."""
    async with asyncio.timeout(PATIENCE):
        while True:
            before = len(executions)
            answer = await reader.answer(query, **variables)
            if len(executions) == before:
                return answer


async def test_what_is_made_of_catalogue_and_scores_is_kept(server: LiveServer, executions: list[Any]) -> None:
    # It keeps nothing, because nobody tells it of changes.
    app = create_app(Settings(**{"database_url": server.url, **SIGNING}), server.clock)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as plain:
        readers = (server.anonymous(), server.moderator(), await server.physician("ann"))
        for query, reader in product(KEPT, readers):
            expected = await Person(plain, reader.headers).answer(query)
            assert "errors" not in expected, query
            assert await keeping(reader, query, executions) == expected, query


async def test_whatever_else_is_asked_for_is_made_anew_each_time(server: LiveServer, executions: list[Any]) -> None:
    moderator = server.moderator()
    await keeping(moderator, CATALOGUE, executions)
    for query in NOT_KEPT:
        before = len(executions)
        answers = [await moderator.answer(query) for _ in range(3)]
        assert len(executions) == before + 3, query
        assert answers[1:] == answers[:1] * 2, query


async def test_by_variables_and_by_what_a_document_includes(server: LiveServer, executions: list[Any]) -> None:
    reader = server.anonymous()
    answers = {
        (drug, with_score): await keeping(reader, FRAGMENTS, executions, id=drug, **{"with": with_score})
        for drug in ("colchicine", "febuxostat")
        for with_score in (True, False)
    }
    before = len(executions)
    for (drug, with_score), answer in answers.items():
        assert answer["data"]["drug"]["name"] == drug
        assert ("ofAll" in answer["data"]["drug"]) is with_score
        assert await reader.answer(FRAGMENTS, id=drug, **{"with": with_score}) == answer
    assert len(executions) == before


async def test_readers_who_see_different_things_share_no_answer(server: LiveServer, executions: list[Any]) -> None:
    """Four physicians have rated it: too few for physicians to be shown a score, and none of it is released."""
    moderator, anonymous, ann = server.moderator(), server.anonymous(), await server.physician("ann")
    scores = [
        (await keeping(reader, OF_FOUR, executions))["data"]["drug"]["score"] for reader in (moderator, ann, anonymous)
    ]
    assert [score["ratingCount"] for score in scores] == [4, 4, 0]
    assert [score["overall"] is None for score in scores] == [False, True, True]
    before = len(executions)
    assert (await (await server.physician("bob")).data(OF_FOUR))["drug"]["score"] == scores[1]
    assert len(executions) == before
    for scopes in (("scores",), ("catalogue",)):
        answer = await (await server.integrator(*scopes)).answer(OF_FOUR)
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_PERMITTED"]
    assert (await (await server.integrator("scores", "catalogue")).data(OF_FOUR))["drug"]["score"] == scores[2]


async def test_whoever_is_suspended_sees_less_with_the_next_request(server: LiveServer, executions: list[Any]) -> None:
    ann, anonymous = await server.physician("ann"), server.anonymous()
    seen, public = await keeping(ann, OF_FOUR, executions), await keeping(anonymous, OF_FOUR, executions)
    assert seen != public
    await Registration.filter(account_id=await account_id_of("ann")).update(status=Status.SUSPENDED.value)
    assert await ann.answer(OF_FOUR) == public


async def test_a_token_that_has_expired_opens_nothing(server: LiveServer, executions: list[Any]) -> None:
    ends = server.now + timedelta(hours=1)
    reader = Person(server.http, bearer("a moderator", moderator=True, expires_at=ends))
    await keeping(reader, CARD, executions)
    server.pass_time(timedelta(hours=2))
    assert (await reader.send(CARD)).status_code == HTTPStatus.UNAUTHORIZED


async def test_an_answer_goes_with_a_rating_of_what_it_is_about_and_with_no_other(
    server: LiveServer, executions: list[Any]
) -> None:
    ann = await server.physician("ann")
    queries = {
        '{ drug(id: "colchicine") { score { ratingCount } } }': 0,
        '{ drug(id: "febuxostat") { score { ratingCount } } }': 1,
        '{ drug(id: "febuxostat") { score(indicationId: "hypertension") { ratingCount } } }': 0,
        '{ drug(id: "febuxostat") { treatments { edges { node { source } } } } }': 1,
        RANKING: 1,
    }
    for query in queries:
        await keeping(ann, query, executions)
    await submit(ann, "febuxostat")
    # Until the feed has been read to its end nothing is used that is kept.
    await keeping(ann, CATALOGUE, executions)
    for query, anew in queries.items():
        before = len(executions)
        await ann.answer(query)
        assert len(executions) == before + anew, query


async def test_the_public_cannot_tell_from_what_is_made_anew_that_somebody_has_rated(
    server: LiveServer, executions: list[Any]
) -> None:
    anonymous, ann = server.anonymous(), await server.physician("ann")
    query = '{ drug(id: "febuxostat") { score { ratingCount } } }'
    # Whoever asks last must not have the others' answers go with theirs.
    for reader in (anonymous, ann):
        await keeping(reader, query, executions)
    await submit(ann, "febuxostat")
    await keeping(ann, CATALOGUE, executions)
    before = len(executions)
    await anonymous.answer(query)
    assert len(executions) == before
    await ann.answer(query)
    assert len(executions) == before + 1


async def test_another_prior_and_an_import_are_seen_with_the_next_request(
    server: LiveServer, executions: list[Any], tmp_path: Path
) -> None:
    readers = server.moderator(), server.anonymous()
    for reader in readers:
        await keeping(reader, CARD, executions)
        await keeping(reader, CATALOGUE, executions)
    await use_prior((await refit_prior()).version)
    for reader in readers:
        assert (await reader.data(CARD))["drug"]["score"]["priorVersion"] == 1
        await keeping(reader, CATALOGUE, executions)
    shutil.copytree(OWN_CATALOGUE, tmp_path, dirs_exist_ok=True)
    drugs = tmp_path / "drugs.csv"
    drugs.write_text(drugs.read_text().replace("COLCRYS|GLOPERBA", "COLCRYS|GLORIOUS"))
    await import_catalogue(tmp_path)
    for reader in readers:
        assert "GLORIOUS" in (await reader.data(CATALOGUE))["drug"]["brandNames"]


async def test_what_changes_while_an_answer_is_made_is_in_the_next_one(
    server: LiveServer, executions: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the read and the end of the answer somebody rates: it may be given, but not kept."""
    ann, moderator = await server.physician("ann"), server.moderator()
    await keeping(moderator, CATALOGUE, executions)
    made, go_on = asyncio.Event(), asyncio.Event()
    results = Run.results

    async def held_up(self: Run) -> object:
        answer = await results(self)
        if self.plan.root.type.name == "Query":
            made.set()
            await go_on.wait()
        return answer

    monkeypatch.setattr(Run, "results", held_up)
    asking = asyncio.create_task(moderator.answer(CARD))
    await made.wait()
    await rating_of(ann, efficacy=1)
    go_on.set()
    early = await asking
    late = await moderator.answer(CARD)
    assert late["data"]["drug"]["score"]["ratingCount"] == early["data"]["drug"]["score"]["ratingCount"] + 1


async def test_it_can_be_switched_off_alone_and_goes_with_what_it_is_made_from(
    catalogue_url: str, executions: list[Any]
) -> None:
    for name in ("answer_cache", "score_cache", "catalogue_cache"):
        async with live_server(catalogue_url, **{name: "off"}) as server:
            reader = server.anonymous()
            # What the server has read for itself.
            executions.clear()
            for number in range(1, 4):
                await reader.answer(CATALOGUE)
                assert len(executions) == number

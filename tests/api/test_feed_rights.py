"""Who may no longer read is told nothing more, wherever it was decided; who may not read is told why."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.feed import ADDED, STANDING, FeedEvent
from tests.api.listening import EVENTS, FOLLOWED, another_process, listening, streamed, subscribed
from tests.api.people import START, Person, rating_of, submit
from tests.clients.serving import LiveServer, live_server
from tests.server_processes import Start, peerscore_processes
from tests.signing import bearer

SCORES = 'subscription { scoreChanged(drugIds: ["colchicine"]) { score { ratingCount } } }'
AUTHOR = "query($id: ID!) { rating(id: $id) { physician { id } } }"
DECIDE = """mutation($id: ID!, $decision: VerificationDecision!) {
  verifyPhysician(id: $id, decision: $decision) { __typename } }"""
REGISTER = """mutation { registerPhysician(input: {specialty: "Nephrology", yearsInPractice: 7,
  licence: {country: "DE", authority: "Kammer", number: "DE-4711-55"}}) { __typename } }"""
QUEUE = "{ moderationQueue { edges { node { physician { id } } } } }"


@pytest.fixture(autouse=True)
def _no_other_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks after connections now and then: what is lost is told by the feed."""
    monkeypatch.setattr("graph.signing_in.sockets.LOOK_EVERY", 3_600)


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[LiveServer]:
    async with live_server(catalogue_url) as server:
        yield server


@pytest.fixture
def start(tmp_path: Path, repository: Path) -> Iterator[Start]:
    with peerscore_processes(tmp_path, repository) as started:
        yield started


async def decide(moderator: Person, rating: str, decision: str) -> None:
    """Decide about the author of a rating."""
    author = (await moderator.result(AUTHOR, id=rating))["physician"]["id"]
    done = await moderator.result(DECIDE, id=author, decision=decision)
    assert done == {"__typename": "VerifyPhysicianSuccess"}


async def carried_out(process: subprocess.Popen[str]) -> None:
    """Wait for the end of a command."""
    await asyncio.to_thread(process.communicate)
    assert process.returncode == 0


def code_of(answer: dict[str, Any]) -> str:
    """The code of the error that an answer without data carries."""
    assert answer.get("data") is None
    (error,) = answer["errors"]
    code: str = error["extensions"]["code"]
    return code


async def test_nothing_reaches_a_physician_that_was_committed_after_their_suspension_elsewhere(
    server: LiveServer, start: Start
) -> None:
    ann, eve = await server.physician("ann"), await server.physician("eve")
    of_eve = await rating_of(eve, "naproxen")
    drugs = ["colchicine", "allopurinol", "febuxostat", "ibuprofen", "probenecid", "prednisone"]
    async with another_process(start, server.url) as elsewhere:
        moderator = elsewhere.moderator()
        async with listening(server, eve) as socket, listening(server, ann) as other, streamed(eve) as stream:
            assert (await anext(stream))["data"]["ratings"]["__typename"] == "Checkpoint"
            await submit(ann, drugs[0])
            before = await socket.next()
            assert (await anext(stream))["data"]["ratings"] == before

            async def write() -> None:
                for drug in drugs[1:]:
                    await submit(ann, drug)

            await asyncio.gather(write(), decide(moderator, of_eve, "SUSPEND"))
            await submit(ann, drugs[0], efficacy=1)
            events, code, reason = await socket.closed()
            answers = [answer async for answer in stream]
            assert await other.told(len(drugs) + 1) == [
                *(("RatingAdded", drug) for drug in drugs),
                ("RatingRevised", drugs[0]),
            ]
    assert (code, reason) == (4403, "SUSPENDED")
    assert code_of(answers[-1]) == "SUSPENDED"
    suspended = await FeedEvent.get(kind=STANDING)
    earlier = await FeedEvent.filter(kind=ADDED, position__lt=suspended.position).count() - 1
    for received in (events, [answer["data"]["ratings"] for answer in answers[:-1]]):
        slugs = [before["drug"]["slug"], *(event["drug"]["slug"] for event in received)]
        assert slugs == drugs[: len(slugs)]
        assert len(slugs) <= earlier


async def test_scores_end_as_well(server: LiveServer, start: Start) -> None:
    eve = await server.physician("eve")
    of_eve = await rating_of(eve)
    async with another_process(start, server.url) as elsewhere, subscribed(server, eve, SCORES) as scores:
        assert await scores.next() == {"score": {"ratingCount": 1}}
        async with listening(server, eve, FOLLOWED) as followed:
            await decide(elsewhere.moderator(), of_eve, "SUSPEND")
            assert await scores.closed() == ([], 4403, "SUSPENDED")
            assert await followed.closed() == ([], 4403, "SUSPENDED")
        # Who is suspended may still read what everybody may.
        async with subscribed(server, eve, SCORES) as public_scores:
            assert await public_scores.next() == {"score": {"ratingCount": 0}}


async def test_a_key_that_is_revoked_by_a_command_is_told_nothing_more(server: LiveServer, start: Start) -> None:
    key, other = await server.integrator(), await server.integrator()
    public_part = key.headers["Authorization"].split("_")[1]
    async with listening(server, key) as socket, listening(server, other) as others, streamed(key) as stream:
        assert (await anext(stream))["data"]["ratings"]["__typename"] == "Checkpoint"
        await carried_out(start("keys", "revoke", public_part, "--database-url", server.url))
        assert await socket.closed() == ([], 4403, "INVALID_API_KEY")
        assert [code_of(answer) async for answer in stream] == ["INVALID_API_KEY"]
        assert await others.waiting() == []
    assert (await key.send(EVENTS)).status_code == 401


async def test_an_erased_physician_is_told_nothing_more(server: LiveServer, start: Start) -> None:
    ann = await server.physician("ann")
    rating = await rating_of(ann)
    author = (await server.moderator().result(AUTHOR, id=rating))["physician"]["id"]
    async with subscribed(server, ann) as socket:
        await socket.next()
        await carried_out(start("erase", "physician", author, "--yes", "--database-url", server.url))
        events, code, reason = await socket.closed()
    assert (code, reason) == (4403, "ACCOUNT_GONE")
    assert events == []


async def test_a_subscription_ends_with_its_token(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.signing_in.sockets.LOOK_EVERY", 0.01)
    async with live_server(catalogue_url) as server:
        await server.physician("eve")
        eve = Person(server.http, bearer("eve", expires_at=START + timedelta(minutes=5)))
        async with streamed(eve) as stream, listening(server, eve) as socket:
            assert (await anext(stream))["data"]["ratings"]["__typename"] == "Checkpoint"
            server.pass_time(timedelta(minutes=6))
            assert await socket.closed() == ([], 4401, "TOKEN_EXPIRED")
            assert [code_of(answer) async for answer in stream] == ["TOKEN_EXPIRED"]


async def test_who_is_verified_meanwhile_subscribes_again_to_be_told_of_single_ratings(server: LiveServer) -> None:
    ann, eve, pending = await server.physician("ann"), await server.physician("eve"), server.person("pam")
    moderator = server.moderator()
    await pending.result(REGISTER)
    async with listening(server, pending) as before, listening(server, eve) as by_eve:
        ((waiting,),) = [one.values() for one in (await moderator.result(QUEUE))["edges"]]
        decision = {"id": waiting["physician"]["id"], "decision": "VERIFY"}
        assert await moderator.result(DECIDE, **decision) == {"__typename": "VerifyPhysicianSuccess"}
        await submit(ann)
        assert await by_eve.told(1) == [("RatingAdded", "colchicine")]
        assert await before.waiting() == []
        async with listening(server, pending) as after:
            await submit(ann, "allopurinol")
            assert await after.told(1) == [("RatingAdded", "allopurinol")]
        assert await before.waiting() == []


@pytest.mark.parametrize(
    ("scopes", "query", "filters"),
    [
        (("scores",), EVENTS, None),
        (("catalogue", "feed"), SCORES, None),
        (("feed",), FOLLOWED, None),
        (("feed", "catalogue"), EVENTS, {"specialties": ["Nephrology"]}),
        (("feed", "catalogue"), EVENTS, {"countries": ["DE"]}),
    ],
)
async def test_a_key_is_told_what_it_may_not_subscribe_to(
    server: LiveServer, scopes: tuple[str, ...], query: str, filters: dict[str, Any] | None
) -> None:
    key = await server.integrator(*scopes)
    variables = {} if filters is None else {"filter": filters}
    async with subscribed(server, key, query, **variables) as subscription, streamed(key, query, **variables) as stream:
        assert await subscription.refusal() == {"code": "NOT_PERMITTED"}
        assert [code_of(answer) async for answer in stream] == ["NOT_PERMITTED"]


async def test_nobody_follows_without_having_signed_in(server: LiveServer) -> None:
    async with subscribed(server, server.anonymous(), FOLLOWED) as subscription:
        assert await subscription.refusal() == {"code": "UNAUTHENTICATED"}
    async with listening(server, server.person("somebody"), FOLLOWED) as subscription:
        assert await subscription.waiting() == []

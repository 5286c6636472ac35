"""No secret, token, key, licence number or comment is logged.

That none stands in any line that the tests of the API have logged is checked when the last of them has run: see
`log_watch` in `tests.conftest`. Here is tested that the watch sees what it has to see.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog

from graph.mutations import rating as mutations
from resolvers.database import database
from resolvers.ratings.submitting import Submission
from resolvers.sql import Parameters
from tests.api.people import Server, served, submit
from tests.leaks import LogWatch

COMMENT = "Helps, but nobody outside shall read this “here”."

REGISTER = """mutation($input: RegisterPhysicianInput!) { registerPhysician(input: $input) { __typename
  ... on Error { message } } }"""


@pytest.fixture
async def server(catalogue_url: str) -> AsyncIterator[Server]:
    async with served(catalogue_url) as server:
        yield server


def lines_since(watch: LogWatch, beginning: int) -> list[str]:
    return [line for _, line in watch.lines[beginning:]]


async def test_a_row_that_the_database_refuses_is_not_logged(
    server: Server, log_watch: LogWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL adds the whole row to its error, and the row has the comment."""

    async def refused(submission: Submission) -> None:
        parameters = Parameters()
        values = ", ".join(map(parameters.bind, (1, submission.comment, 9, submission.at)))
        await database().execute_query(
            f"INSERT INTO held_comment (rating_id, comment, state, held_at) VALUES ({values})", parameters.values
        )

    monkeypatch.setattr(mutations, "submit_rating", refused)
    ann = await server.physician("ann")
    beginning = len(log_watch.lines)
    answer = await ann.answer(
        'mutation($comment: String!) { submitRating(input: {drugId: "colchicine", indicationId: "gout", '
        "efficacy: 5, comment: $comment}) { __typename } }",
        comment=COMMENT,
    )

    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL_ERROR"
    assert COMMENT not in str(answer)
    unexpected, request = lines_since(log_watch, beginning)
    assert "unexpected error in a field" in unexpected
    assert "tortoise.exceptions.IntegrityError: (message not logged)" in unexpected
    assert '"event": "request"' in request


async def test_what_graphql_cannot_read_is_not_logged(server: Server, log_watch: LogWatch) -> None:
    """Its own message repeats the licence, to whoever sent it."""
    ann = server.person("ann")
    beginning = len(log_watch.lines)
    licence = {"country": "DE", "authority": "Ärztekammer Köln", "number": "DE-7465-2291"}
    answer = await ann.answer(REGISTER, input={"licence": licence, "specialty": "Rheumatology"})

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert len(lines_since(log_watch, beginning)) == 1


async def test_a_leak_would_be_found(server: Server) -> None:
    """Of each kind, and whichever way it is written."""
    ann, key = await server.physician("ann"), await server.integrator()
    licence = "DE-7465-2292"
    with_all = LogWatch()
    with_all.note_operation('mutation { a(note: "Tell nobody, please.") }', {"input": {"comment": COMMENT}})
    with_all.note_operation(None, {"input": {"licence": {"number": licence}}})
    leaks = {
        "comment": f'{{"event": "x", "text": "{COMMENT.encode("unicode_escape").decode()}"}}',
        "note": "console: Tell nobody, please.",
        "number": f'{{"event": "x", "of": ["{licence}"]}}',
        "token": f'{{"headers": {{"authorization": "{ann.headers["Authorization"]}"}}}}',
        "key": key.headers["Authorization"],
        "secret": "a secret that only tests know, of more than 32 bytes",
    }
    assert with_all.leaks() == []
    for line in ("request", '{"event": "request", "status": 200}', *leaks.values()):
        with_all.note_line(line)
    assert len(with_all.leaks()) == len(leaks)
    assert all("test_a_leak_would_be_found" in leak for leak in with_all.leaks())


async def test_the_watch_sees_every_line_and_every_secret(server: Server, log_watch: LogWatch) -> None:
    ann = await server.physician("ann")
    beginning = len(log_watch.lines)
    await submit(ann, comment="It takes three days to work.")
    structlog.get_logger("peerscore.test").debug("ours")
    asyncio.get_running_loop().call_exception_handler({"message": "of a library"})

    assert {"It takes three days to work.", ann.headers["Authorization"].removeprefix("Bearer ")} <= log_watch.secrets
    written = lines_since(log_watch, beginning)
    assert len(written) == 3
    assert [event in line for event, line in zip(("request", "ours", "of a library"), written, strict=True)] == [
        True
    ] * 3

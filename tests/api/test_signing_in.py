"""Signing in over HTTP: who is let in as whom, and who is refused with which answer."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from graph.app import create_app
from graph.settings import Settings
from models import Account, ApiKey
from resolvers.database import DatabaseUrl, open_database
from resolvers.identity.api_keys import CATALOGUE, create_key, revoke_key
from resolvers.viewers import Status
from tests.issuers import Issuer, public_jwk, rsa_key, running_issuer
from tests.people import NOW, account_id_of, register, set_status
from tests.signing import SIGNING, bearer, token
from tests.statements import recorded_statements
from tests.who import WHO, WHO_SCHEMA

Serve = Callable[..., Any]


@pytest.fixture
def serve(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Opens a client of a server that tells who asks."""
    monkeypatch.setattr("graph.app.build_schema", lambda *_, **__: WHO_SCHEMA)

    @asynccontextmanager
    async def opened(**more: object) -> AsyncIterator[httpx2.AsyncClient]:
        app = create_app(Settings(**{"database_url": catalogue_url, **SIGNING, **more}), lambda: NOW)
        async with (
            open_database(DatabaseUrl.parse(catalogue_url), everywhere=True),
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client,
        ):
            yield client

    return opened


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


async def who(client: httpx2.AsyncClient, headers: dict[str, str]) -> dict[str, Any]:
    answer = await client.post("/graphql", json={"query": WHO}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["data"]["who"]
    return found


async def refusal(client: httpx2.AsyncClient, headers: dict[str, str]) -> tuple[int, str, str | None]:
    """Status, code and challenge of an answer that holds one error and no data."""
    answer = await client.post("/graphql", json={"query": WHO}, headers=headers)
    assert list(answer.json()) == ["errors"]
    (error,) = answer.json()["errors"]
    assert set(error) == {"message", "extensions"}
    return answer.status_code, error["extensions"]["code"], answer.headers.get("www-authenticate")


INVALID = 'Bearer error="invalid_token"'


async def test_who_sends_nothing_is_anonymous(serve: Serve) -> None:
    async with serve() as client:
        assert await who(client, {}) == {
            "role": "ANONYMOUS",
            "status": None,
            "account": None,
            "key": None,
            "scopes": [],
        }


async def test_a_person_is_the_same_person_each_time(serve: Serve) -> None:
    async with serve() as client:
        first, again, other = [await who(client, bearer(name)) for name in ("alice", "alice", "bob")]

        assert first == again
        assert first["role"] == "REGISTERED"
        assert first["account"] != other["account"]
        assert await Account.all().count() == 2


async def test_fifty_first_requests_at_once_make_one_account(serve: Serve) -> None:
    async with serve() as client:
        found = await asyncio.gather(*(who(client, bearer("alice")) for _ in range(50)))

        assert len({one["account"] for one in found}) == 1
        assert await Account.all().count() == 1


@pytest.mark.parametrize(
    ("status", "role"),
    [
        (Status.PENDING, "REGISTERED"),
        (Status.VERIFIED, "PHYSICIAN"),
        (Status.REJECTED, "REGISTERED"),
        (Status.SUSPENDED, "REGISTERED"),
    ],
)
async def test_only_a_verified_physician_asks_as_one(serve: Serve, status: Status, role: str) -> None:
    async with serve() as client:
        await register("alice", status)
        found = await who(client, bearer("alice"))
        moderator = await who(client, bearer("alice", moderator=True))

    assert (found["role"], found["status"]) == (role, status.name)
    assert (moderator["role"], moderator["status"]) == ("MODERATOR", status.name)
    assert moderator["account"] == found["account"]


async def test_a_suspension_holds_from_the_next_request_on(serve: Serve) -> None:
    async with serve() as client:
        account_id = await register("alice", Status.VERIFIED)
        before = await who(client, bearer("alice"))
        await set_status(account_id, Status.SUSPENDED)
        after = await who(client, bearer("alice"))

    assert (before["role"], after["role"]) == ("PHYSICIAN", "REGISTERED")


async def test_signing_in_takes_one_statement(serve: Serve) -> None:
    async with serve() as client:
        key = await create_key("Clinic", (CATALOGUE,), NOW)
        for headers in (bearer("alice"), {"Authorization": f"Bearer {key.text}"}):
            await who(client, headers)
            with recorded_statements() as statements:
                await who(client, headers)
            assert len(statements) == 1


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("Bearer x.y.z", "INVALID_TOKEN"),
        ("Bearer", "INVALID_TOKEN"),
        ("", "INVALID_TOKEN"),
        ("Basic YWxpY2U6c2VjcmV0", "INVALID_TOKEN"),
        (bearer("alice", expires_at=NOW - timedelta(seconds=30))["Authorization"], "TOKEN_EXPIRED"),
        (f"Bearer peerscore_{'0' * 16}_{'0' * 64}", "INVALID_API_KEY"),
        ("Bearer peerscore_", "INVALID_API_KEY"),
    ],
)
async def test_wrong_credentials_are_refused_and_nobody_becomes_anonymous(serve: Serve, sent: str, code: str) -> None:
    async with serve() as client:
        assert await refusal(client, {"Authorization": sent}) == (401, code, INVALID)
        assert await Account.all().count() == 0


async def test_two_headers_with_different_tokens_are_refused(serve: Serve) -> None:
    async with serve() as client:
        answer = await client.post(
            "/graphql", json={"query": WHO}, headers=[*bearer("alice").items(), *bearer("bob").items()]
        )

    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "INVALID_TOKEN")


async def test_a_query_in_the_address_is_refused_alike(serve: Serve) -> None:
    async with serve() as client:
        answer = await client.get("/graphql", params={"query": WHO}, headers={"Authorization": "Bearer x.y.z"})

    assert answer.status_code == 401


async def test_where_no_issuer_and_no_secret_is_known_a_token_is_refused_and_that_is_said(serve: Serve) -> None:
    async with serve(token_secret="") as client:
        answer = await client.post("/graphql", json={"query": WHO}, headers=bearer("alice"))

    assert answer.status_code == 401
    assert answer.json()["errors"] == [
        {
            "message": "This server accepts no tokens: it knows no issuer and no token secret.",
            "extensions": {"code": "INVALID_TOKEN"},
        }
    ]


async def test_without_public_reading_everybody_has_to_sign_in_but_the_editor_is_shown(serve: Serve) -> None:
    async with serve(public_read=False) as client:
        editor = await client.get("/graphql", headers={"Accept": "text/html"})

        assert await refusal(client, {}) == (401, "UNAUTHENTICATED", "Bearer")
        assert (editor.status_code, editor.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert (await client.get("/healthz")).status_code == 200
        assert (await who(client, bearer("alice")))["role"] == "REGISTERED"


async def test_a_token_of_an_issuer_makes_a_moderator_by_the_claim_of_the_settings(
    serve: Serve, issuer: Issuer
) -> None:
    key = rsa_key()
    issuer.keys = [public_jwk(key, "first")]
    settings = {
        "token_secret": "",
        "issuer": issuer.address,
        "roles_claim": "realm_access.roles",
        "moderator_role": "m",
    }
    async with serve(**settings) as client:
        sent = {role: issuer.token(key, "RS256", realm_access={"roles": [role]}) for role in ("m", "moderator")}
        found = {role: (await who(client, {"Authorization": f"Bearer {one}"}))["role"] for role, one in sent.items()}

    assert found == {"m": "MODERATOR", "moderator": "REGISTERED"}


async def test_an_issuer_whose_keys_cannot_be_had_is_not_the_client_s_fault(serve: Serve, issuer: Issuer) -> None:
    issuer.status = 500
    async with serve(token_secret="", issuer=issuer.address) as client:
        sent = {"Authorization": f"Bearer {issuer.token(rsa_key(), 'RS256')}"}

        assert await refusal(client, sent) == (503, "SIGN_IN_UNAVAILABLE", None)
        assert (await who(client, {}))["role"] == "ANONYMOUS"


async def test_the_same_subject_of_another_issuer_is_another_person(serve: Serve) -> None:
    async with serve() as client:
        await who(client, bearer("alice"))
    async with serve(issuer="https://issuer.example") as client:
        settings = Settings(**SIGNING, issuer="https://issuer.example")
        from graph.signing_in.development import development_token  # noqa: PLC0415 - only here

        sent = development_token(settings, "alice", NOW + timedelta(hours=1))
        await who(client, {"Authorization": f"Bearer {sent}"})
        assert await Account.all().count() == 2


async def test_the_use_of_a_key_is_noted_once_a_minute_and_a_failure_to_do_so_disturbs_nobody(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("disk full")

    async with serve() as client:
        key = await create_key("Clinic", (CATALOGUE,), NOW)
        sent = {"Authorization": f"Bearer {key.text}"}
        assert (await who(client, sent))["scopes"] == ["catalogue"]
        assert (await ApiKey.get(public_part=key.public_part)).last_used_at == NOW
    monkeypatch.setattr("graph.signing_in.viewers.note_use", broken)
    async with serve() as client:
        with capture_logs() as lines:
            assert (await who(client, sent))["role"] == "INTEGRATOR"

    assert [line["event"] for line in lines if line["log_level"] == "warning"] == [
        "the use of a key could not be noted"
    ]


async def test_a_key_is_refused_from_the_next_request_on(serve: Serve) -> None:
    async with serve() as client:
        key = await create_key("Clinic", (CATALOGUE,), NOW)
        sent = {"Authorization": f"Bearer {key.text}"}
        await who(client, sent)
        await revoke_key("Clinic", NOW)

        assert await refusal(client, sent) == (401, "INVALID_API_KEY", INVALID)


async def test_keys_work_where_nobody_else_can_sign_in(serve: Serve) -> None:
    async with serve(token_secret="", public_read=False) as client:
        key = await create_key("Clinic", (CATALOGUE,), NOW)

        assert (await who(client, {"Authorization": f"Bearer {key.text}"}))["role"] == "INTEGRATOR"


async def test_no_log_line_holds_what_was_sent_and_people_are_not_named(serve: Serve) -> None:
    async with serve() as client:
        key = await create_key("Clinic", (CATALOGUE,), NOW)
        sent = ["Bearer wrong.token.here", f"Bearer {token('alice')}", f"Bearer {key.text}", "Basic YWxpY2U6c2VjcmV0"]
        with capture_logs([merge_contextvars]) as lines:
            for one in sent:
                await client.post("/graphql", json={"query": WHO}, headers={"Authorization": one})

    (record,) = {line["viewer"] for line in lines if "viewer" in line}
    assert record.startswith("key:")
    assert [line["status"] for line in lines] == [401, 200, 200, 401]
    assert [("viewer" in line) for line in lines] == [False, False, True, False]
    for one in sent:
        assert one.split(" ")[1] not in str(lines)
    assert "alice" not in str(lines)


async def test_an_allowed_website_may_send_a_token_and_read_why_it_was_refused(serve: Serve) -> None:
    website = {"Origin": "https://a.example"}
    async with serve(cors_origins=("https://a.example",)) as client:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        preflight = await client.options("/graphql", headers={**website, **asked})
        refused = await client.post(
            "/graphql", json={"query": WHO}, headers={**website, "Authorization": "Bearer x.y.z"}
        )

    assert preflight.status_code == 200
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "https://a.example")


def peerscore(folder: Path, repository: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "graph.command", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(repository), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


async def test_a_key_made_and_revoked_by_the_command(
    serve: Serve, catalogue_url: str, tmp_path: Path, repository: Path
) -> None:
    def keys(*arguments: str) -> subprocess.CompletedProcess[str]:
        return peerscore(tmp_path, repository, "keys", *arguments, "--database-url", catalogue_url)

    made = await asyncio.to_thread(keys, "create", "Example clinic", "--scope", "scores", "--scope", "catalogue")
    text = made.stdout.strip()
    async with serve() as client:
        sent = {"Authorization": f"Bearer {text}"}
        assert (await who(client, sent))["scopes"] == ["catalogue", "scores"]
        listed = await asyncio.to_thread(keys, "list")
        revoked = await asyncio.to_thread(keys, "revoke", "Example clinic")
        assert await refusal(client, sent) == (401, "INVALID_API_KEY", INVALID)
    again = await asyncio.to_thread(keys, "revoke", "Example clinic")
    _, public_part, secret = text.split("_")

    assert listed.stdout.splitlines()[1].split("\t")[:3] == ["Example clinic", public_part, "catalogue scores"]
    assert listed.stdout.splitlines()[1].split("\t")[4].startswith("2026-03-01 12:00:00")
    assert secret not in listed.stdout + made.stderr + revoked.stdout
    assert revoked.stdout == f"The key {public_part} of Example clinic is revoked.\n"
    assert (again.returncode, again.stderr) == (
        1,
        "No key that is in use has the name or the public part 'Example clinic'.\n",
    )


async def test_a_token_made_by_the_command(serve: Serve, tmp_path: Path, repository: Path) -> None:
    secret = {"PEERSCORE_TOKEN_SECRET": SIGNING["token_secret"]}
    made = await asyncio.to_thread(peerscore, tmp_path, repository, "token", "mary", "--moderator", **secret)
    without = await asyncio.to_thread(peerscore, tmp_path, repository, "token", "mary")
    forever = await asyncio.to_thread(
        peerscore, tmp_path, repository, "token", "mary", "--expires-in", "ever", **secret
    )
    async with serve() as client:
        found = await who(client, {"Authorization": f"Bearer {made.stdout.strip()}"})
        assert found["account"] == await account_id_of("mary")

    assert found["role"] == "MODERATOR"
    assert (without.returncode, without.stdout) == (1, "")
    assert without.stderr.startswith("PEERSCORE_TOKEN_SECRET is not set.")
    assert forever.returncode == 2

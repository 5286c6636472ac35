"""Settings from a command's flags, `PEERSCORE_*` variables, a .env file in the working directory, or defaults."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from resolvers.database import DatabaseUrl
from resolvers.errors import InvalidDatabaseUrl, PeerscoreError

PREFIX = "PEERSCORE_"
"""Begins the name of every variable that is a setting."""

DEFAULT_DATABASE_URL = "sqlite:///var/peerscore.sqlite3"

SHORTEST_SECRET = 32
"""Bytes of a secret that signs tokens with HS256 (RFC 7518, section 3.2)."""

KEY_BYTES = 32
"""Of the key that seals identities."""

KNOWN_DOCUMENTS = 500
"""So many documents are kept parsed and checked: an application sends the same few again and again."""

ExecutorName = Literal["planned", "graphql-core"]

Origin = Literal["flag", "variable", ".env", "default"]


class InvalidSettings(PeerscoreError):
    """Settings that cannot be used, one sentence for each."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(self.sentences))


def _checked_database_url(text: str) -> str:
    try:
        DatabaseUrl.parse(text)
    except InvalidDatabaseUrl as error:
        raise ValueError(str(error)) from error
    return text


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _checked_origin(origin: str) -> str:
    parts = urlsplit(origin)
    if origin != "*" and (
        parts.scheme not in ("http", "https") or not parts.hostname or origin != f"{parts.scheme}://{parts.netloc}"
    ):
        raise ValueError(origin)
    return origin


def _lowered(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


def _long_enough(secret: SecretStr) -> SecretStr:
    if secret and len(secret.get_secret_value().encode()) < SHORTEST_SECRET:
        raise ValueError("too short")
    return secret


def _checked_key(key: SecretStr) -> SecretStr:
    if key and len(base64.b64decode(key.get_secret_value(), validate=True)) != KEY_BYTES:
        raise ValueError("not 32 bytes")
    return key


class Settings(BaseSettings):
    """How this process is set up. Each field's description says what the setting takes."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: Annotated[str, AfterValidator(_checked_database_url)] = Field(
        DEFAULT_DATABASE_URL,
        title="The database",
        description=(
            "sqlite:///file or postgres://user:password@host:port/database, "
            "with %40 for an @ and %2F for a / in the password"
        ),
        repr=False,
    )
    host: str = Field(
        "127.0.0.1",
        min_length=1,
        title="The address to listen on",
        description="an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them",
    )
    port: int = Field(
        8000, ge=1, le=65_535, title="The port to listen on", description="a whole number from 1 to 65535"
    )
    workers: int = Field(
        1,
        ge=1,
        title="How many processes serve on that port",
        description="a whole number of at least 1",
    )
    cors_origins: Annotated[
        tuple[Annotated[str, AfterValidator(_checked_origin)], ...], NoDecode, BeforeValidator(_split)
    ] = Field(
        (),
        title="Websites whose pages may use the API",
        description="origins such as https://example.org, separated by commas, or * for every website",
    )
    explorer: bool = Field(
        default=True,
        title="Whether a browser that opens /graphql gets the query editor",
        description="true or false",
    )
    public_read: bool = Field(
        default=True,
        title="Whether people who have not signed in may read the catalogue and scores",
        description="true or false",
    )
    issuer: str = Field(
        "",
        title="The OpenID Connect issuer whose tokens are accepted",
        description="the issuer's address, exactly as tokens have it in `iss`",
    )
    audience: str = Field(
        "peerscore", min_length=1, title="What tokens must have in `aud`", description="a text that is not empty"
    )
    jwks: str = Field(
        "",
        title="Where the issuer's public keys are; if empty, its discovery document says so",
        description="a URL that begins with https:// or http://, or the name of a file",
    )
    token_secret: Annotated[SecretStr, AfterValidator(_long_enough)] = Field(
        SecretStr(""),
        title="A secret for development: tokens signed with it (HS256) are accepted",
        description=f"a text of at least {SHORTEST_SECRET} bytes",
    )
    roles_claim: str = Field(
        "roles",
        min_length=1,
        title="The claim of a token that lists roles; parts of a path are separated by dots",
        description="the name of a claim, such as realm_access.roles",
    )
    moderator_role: str = Field(
        "moderator", min_length=1, title="The role that makes a moderator", description="a text that is not empty"
    )
    identity_key: Annotated[SecretStr, AfterValidator(_checked_key)] = Field(
        SecretStr(""),
        title="The key that seals licences and hashes subjects; if empty, that of the key file",
        description="32 random bytes in base64, as `openssl rand -base64 32` makes them",
    )
    identity_key_file: str = Field(
        "var/identity.key",
        min_length=1,
        title="The file that holds that key; made when it is first needed",
        description="the name of a file",
    )
    writes_per_hour: int = Field(
        120,
        ge=1,
        title="How many writes a person has; they come back over an hour",
        description="a whole number of at least 1",
    )
    feed_retention_days: int = Field(
        90,
        ge=1,
        title="How many days of events `peerscore feed prune` keeps for subscribers who resume",
        description="a whole number of at least 1",
    )
    score_cache: Annotated[Literal["on", "off"], BeforeValidator(_lowered)] = Field(
        "on",
        title="Whether each process keeps scores and rankings in its memory",
        description="on or off",
    )
    score_cache_mb: int = Field(
        32,
        ge=1,
        title="About how many megabytes they may take in each process",
        description="a whole number of at least 1",
    )
    catalogue_cache: Annotated[Literal["on", "off"], BeforeValidator(_lowered)] = Field(
        "on",
        title="Whether each process keeps drugs and indications in its memory",
        description="on or off",
    )
    answer_cache: Annotated[Literal["on", "off"], BeforeValidator(_lowered)] = Field(
        "on",
        title="Whether whole answers are kept that are made from what the other two keep; only together with both",
        description="on or off",
    )
    handle_cache: int = Field(
        50_000,
        ge=0,
        title="How many physicians' handles each process keeps for those who have read them; 0 keeps none",
        description="a whole number of at least 0",
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error", "critical"], BeforeValidator(_lowered)] = Field(
        "info", title="The least serious log line", description="debug, info, warning, error or critical"
    )
    log_format: Annotated[Literal["auto", "console", "json"], BeforeValidator(_lowered)] = Field(
        "auto",
        title="How log lines look; auto is console on a terminal and json elsewhere",
        description="auto, console or json",
    )
    max_nodes: int = Field(
        50_000,
        ge=1,
        title="The most nodes that one operation may ask for",
        description="a whole number of at least 1",
    )
    max_depth: int = Field(
        12,
        ge=1,
        title="How deep the fields of an operation may be nested",
        description="a whole number of at least 1",
    )
    max_body_bytes: int = Field(
        1_048_576,
        ge=1,
        title="The largest request body, in bytes",
        description="a whole number of at least 1",
    )
    executor: Annotated[ExecutorName, BeforeValidator(_lowered)] = Field(
        "planned",
        title="What carries out operations: our own plans, or graphql-core field by field; the answers are the same",
        description="planned or graphql-core",
    )
    document_cache: int = Field(
        KNOWN_DOCUMENTS,
        ge=0,
        title="How many documents are kept parsed and checked; 0 keeps none",
        description="a whole number of at least 0",
    )
    debug: bool = Field(
        default=False,
        title="Whether answers say in `extensions.executor` what has carried them out",
        description="true or false",
    )
    shutdown_grace: int = Field(
        30,
        ge=0,
        title="Seconds that running requests get to end when the server stops",
        description="a whole number of at least 0",
    )

    @property
    def score_cache_bytes(self) -> int:
        """How much memory scores and rankings may take in each process; 0: none are kept."""
        return self.score_cache_mb * 1_000_000 if self.score_cache == "on" else 0

    @property
    def keeps_answers(self) -> bool:
        """Whether whole answers are kept."""
        return (self.answer_cache, self.catalogue_cache, self.score_cache) == ("on", "on", "on")


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings and, by field name, where each comes from."""

    settings: Settings
    origins: Mapping[str, Origin]


def load_settings(flags: Mapping[str, Any] | None = None) -> LoadedSettings:
    """Read and check all settings.

    Args:
        flags: values from a command's flags by field name, which win; None means that the flag was not given.

    Raises:
        InvalidSettings: naming each unknown variable and each value that cannot be used.
    """
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    variables = _names(EnvSettingsSource(Settings).env_vars)
    try:
        dotenv = _names(DotEnvSettingsSource(Settings).env_vars)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings([f"The file .env cannot be read: {error}."]) from error
    origins: dict[str, Origin] = {name: _origin(name, given, variables, dotenv) for name in Settings.model_fields}
    problems = [
        *(_unknown(name, "") for name in sorted(variables - origins.keys())),
        *(_unknown(name, " in .env") for name in sorted(dotenv - origins.keys())),
    ]
    try:
        settings = Settings(**given)
    except ValidationError as error:
        # A list can be wrong in several places; its setting is named once.
        wrong = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors())
        raise InvalidSettings([*problems, *(_wrong(name, origins[name]) for name in wrong)]) from None
    if problems:
        raise InvalidSettings(problems)
    return LoadedSettings(settings, origins)


def variable_name(field: str) -> str:
    """The variable that sets a field."""
    return PREFIX + field.upper()


def shown_value(settings: Settings, field: str) -> str:
    """A setting as its variable would hold it, with a password hidden."""
    value = getattr(settings, field)
    if field == "database_url":
        return _without_password(value)
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, SecretStr):
        return "***" if value else ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _names(variables: Mapping[str, str | None]) -> set[str]:
    """Field names, known or not, of those variables that begin with the prefix and are not empty."""
    prefix = PREFIX.lower()
    return {
        name.lower().removeprefix(prefix)
        for name, value in variables.items()
        if name.lower().startswith(prefix) and value
    }


def _origin(name: str, given: Mapping[str, Any], variables: set[str], dotenv: set[str]) -> Origin:
    if name in given:
        return "flag"
    if name in variables:
        return "variable"
    return ".env" if name in dotenv else "default"


def _unknown(name: str, place: str) -> str:
    sentence = f"{variable_name(name)}{place} is not a setting of Peerscore"
    if close := get_close_matches(name, Settings.model_fields, n=1):
        return f"{sentence}; did you mean {variable_name(close[0])}?"
    return f"{sentence}; without it, `peerscore config` lists those that are."


def _wrong(name: str, origin: Origin) -> str:
    where = {
        "flag": "--" + name.replace("_", "-"),
        "variable": variable_name(name),
        ".env": f"{variable_name(name)} in .env",
        "default": variable_name(name),
    }[origin]
    # The value is not repeated: it may hold a password.
    return f"{where} takes {Settings.model_fields[name].description}."


def _without_password(url: str) -> str:
    """The address with its password, and one that stands among its options, replaced by ***."""
    url = re.sub(r"^([a-z]+://[^:@/?#]*):[^/?#]*@", r"\1:***@", url, flags=re.IGNORECASE)
    return re.sub(r"([?&]password=)[^&#]*", r"\1***", url, flags=re.IGNORECASE)

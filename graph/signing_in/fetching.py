"""Where an issuer's keys come from: an address, a file, or the address that the issuer's discovery document names."""

import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

DISCOVERY = "/.well-known/openid-configuration"
"""Where an issuer describes itself (OpenID Connect Discovery 1.0, section 4)."""

PATIENCE = 5
"""Seconds that an issuer has for each step of an answer, and for the whole of it."""

MOST_BYTES = 1_048_576
"""Of an issuer's answer; key sets have some thousand."""

Fetch = Callable[[], Sequence[Mapping[str, Any]]]


class KeysUnavailable(Exception):
    """The keys could not be had; the message is for the log."""


def key_source(issuer: str, jwks: str) -> Fetch:
    """What gets the keys of an issuer.

    Args:
        issuer: its address.
        jwks: the address or the file of its keys; if empty, its discovery document is asked.
    """
    if not jwks:
        return lambda: _keys(_discovered(issuer), issuer)
    if _is_address(jwks):
        return lambda: _keys(_answer(jwks), jwks)
    return lambda: _keys(_content(Path(jwks)), jwks)


def _discovered(issuer: str) -> bytes:
    address = issuer.removesuffix("/") + DISCOVERY
    document = _object(_answer(address), address)
    # Somebody else's document must not name the keys (OpenID Connect Discovery 1.0, section 4.3).
    if document.get("issuer") != issuer:
        raise KeysUnavailable(f"{address} describes another issuer than {issuer}")
    keys_at = document.get("jwks_uri")
    if not isinstance(keys_at, str) or not _is_address(keys_at):
        raise KeysUnavailable(f"{address} names no address of keys")
    return _answer(keys_at)


def _is_address(text: str) -> bool:
    return urlsplit(text).scheme in ("http", "https")


def _answer(address: str) -> bytes:
    if not _is_address(address):
        raise KeysUnavailable(f"{address} is no address that begins with https:// or http://")
    request = urllib.request.Request(address, headers={"Accept": "application/json"})  # noqa: S310 - see above
    deadline = time.monotonic() + PATIENCE
    content = bytearray()
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:  # noqa: S310 - see above
            while part := response.read1(65_536):
                content += part
                if len(content) > MOST_BYTES or time.monotonic() > deadline:
                    raise KeysUnavailable(f"{address} sends too much, or too slowly")
    except (OSError, HTTPException, ValueError) as error:
        raise KeysUnavailable(f"{address} cannot be read: {error}") from error
    return bytes(content)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise KeysUnavailable(f"{file} cannot be read: {error.strerror}") from error


def _keys(content: bytes, place: str) -> list[Mapping[str, Any]]:
    keys = _object(content, place).get("keys")
    if not isinstance(keys, list):
        raise KeysUnavailable(f"{place} holds no set of keys")
    return [key for key in keys if isinstance(key, dict)]


def _object(content: bytes, place: str) -> dict[str, Any]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise KeysUnavailable(f"{place} is no JSON") from error
    if not isinstance(found, dict):
        raise KeysUnavailable(f"{place} is no JSON object")
    return found

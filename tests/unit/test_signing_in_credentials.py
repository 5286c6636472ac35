"""What a client may send to say who it is, and what is refused rather than overlooked."""

import pytest

from graph.signing_in.credentials import Credentials, credentials_of, socket_credentials
from graph.signing_in.refusals import InvalidToken


def test_nothing_sent_is_nobody() -> None:
    assert credentials_of([]) is None
    assert socket_credentials([], {}) is None
    assert socket_credentials([], {"token": "x"}) is None


@pytest.mark.parametrize("header", ["Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g== "])
def test_a_bearer_token_is_read_in_any_letter_case(header: str) -> None:
    assert credentials_of([header]) == Credentials("a.b-c_d~e+f/g==")


def test_a_key_is_told_from_a_token() -> None:
    key, token = credentials_of(["Bearer peerscore_1_2"]), credentials_of(["Bearer eyJ.e30.x"])

    assert key is not None
    assert token is not None
    assert (key.is_key, token.is_key) == (True, False)


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer a, Bearer b",
        "Bearer a\nb",
        "Bearer é",
        "Bearer =",
        "Bearera",
        "Basic dXNlcjpwYXNz",
        "token abc",
        "abc",
        'Bearer "abc"',
    ],
)
def test_anything_else_is_refused(header: str) -> None:
    with pytest.raises(InvalidToken, match='must be "Bearer"') as caught:
        credentials_of([header])

    assert "dXNlcjpwYXNz" not in str(caught.value)


def test_several_headers_are_refused_unless_they_are_alike() -> None:
    assert credentials_of(["Bearer a", "Bearer a"]) == Credentials("a")
    with pytest.raises(InvalidToken, match="several Authorization headers"):
        credentials_of(["Bearer a", "Bearer b"])


def test_a_token_may_have_16_384_characters_and_no_more() -> None:
    assert credentials_of(["Bearer " + "a" * 16_384]) is not None
    with pytest.raises(InvalidToken, match=r"longer than 16,384 characters"):
        credentials_of(["Bearer " + "a" * 16_385])


@pytest.mark.parametrize(
    ("headers", "parameters"),
    [
        (["Bearer a"], {}),
        ([], {"Authorization": "Bearer a"}),
        ([], {"authorization": "bearer a"}),
        ([], {"Authorization": "Bearer a", "authorization": "bearer a"}),
        (["Bearer a"], {"Authorization": "bearer a"}),
    ],
)
def test_a_socket_says_it_by_header_or_parameter_or_both(headers: list[str], parameters: dict[str, object]) -> None:
    assert socket_credentials(headers, parameters) == Credentials("a")


@pytest.mark.parametrize(
    ("headers", "parameters"),
    [
        (["Bearer a"], {"Authorization": "Bearer b"}),
        ([], {"Authorization": "Bearer a", "authorization": "Bearer b"}),
    ],
)
def test_a_socket_that_says_two_things_is_refused(headers: list[str], parameters: dict[str, object]) -> None:
    with pytest.raises(InvalidToken, match="differ"):
        socket_credentials(headers, parameters)


@pytest.mark.parametrize("value", [None, 7, True, ["Bearer a"], {"a": "b"}])
def test_a_parameter_that_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(InvalidToken, match="must be a text"):
        socket_credentials([], {"Authorization": value})


def test_credentials_are_not_shown() -> None:
    assert repr(Credentials("secret")) == "Credentials(***)"

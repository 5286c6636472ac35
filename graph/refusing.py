"""Answers to requests that are refused before anything is carried out."""

from cross_web import HTTPException
from starlette.responses import JSONResponse

from graph.middleware import error_response
from graph.signing_in.refusals import SignInRefused
from graph.transports.accepting import SubscriptionAsked

CODES = {400: "BAD_REQUEST", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}

Refusal = HTTPException | SignInRefused | SubscriptionAsked
"""Why a request is refused: its form, who asks, or that it wants more answers than it takes."""


def refusal(error: Refusal) -> JSONResponse:
    """What the client is told."""
    if isinstance(error, HTTPException):
        return error_response(error.status_code, CODES.get(error.status_code, "BAD_REQUEST"), error.reason)
    if isinstance(error, SubscriptionAsked):
        return error_response(406, "NOT_ACCEPTABLE", str(error))
    challenge = {} if error.challenge is None else {"WWW-Authenticate": error.challenge}
    return error_response(error.status, error.code, str(error), challenge)

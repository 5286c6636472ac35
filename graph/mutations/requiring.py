"""Who may carry mutations out."""

from graph.mutations import errors
from graph.mutations.carrying_out import Refusal
from graph.mutations.presenting import status_of
from resolvers.viewers import Role, Status, Viewer


def require_person(viewer: Viewer) -> int:
    """The account of a person who has signed in.

    Raises:
        Refusal: nobody has, or an integrator's key asks.
    """
    if viewer.account_id is not None:
        return viewer.account_id
    if viewer.role is Role.INTEGRATOR:
        raise Refusal(errors.NotPermitted(message="A key reads; only a person who signs in can write."))
    raise Refusal(
        errors.NotAuthenticated(message="Sign in first: send `Authorization: Bearer` and a token of your issuer.")
    )


def require_verified(viewer: Viewer) -> int:
    """The account of a verified physician.

    Raises:
        Refusal: it is none.
    """
    account_id = require_person(viewer)
    if viewer.status is not Status.VERIFIED:
        raise Refusal(
            errors.NotVerified(message="Only verified physicians may do this.", status=status_of(viewer.status))
        )
    return account_id


def require_moderator(viewer: Viewer) -> int:
    """The account of a moderator.

    Raises:
        Refusal: it is none.
    """
    account_id = require_person(viewer)
    if viewer.role is not Role.MODERATOR:
        raise Refusal(errors.NotPermitted(message="Only moderators may do this."))
    return account_id

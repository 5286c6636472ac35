"""What some readers are not shown at all, and how they are told."""

from graph.errors import InputError
from resolvers.viewers import RatingSight, Role, Viewer

SCORES = "scores"
CATALOGUE = "catalogue"
FEED = "feed"


def require_scores(viewer: Viewer) -> None:
    """Let only those go on who may read scores.

    Raises:
        InputError: the reader is an integrator whose key is not good for that.
    """
    _require(viewer, SCORES, "Scores, and lists sorted by them or by numbers of ratings, take")


def require_catalogue(viewer: Viewer) -> None:
    """Let only those go on who may read the catalogue.

    Raises:
        InputError: the reader is an integrator whose key is not good for that.
    """
    _require(viewer, CATALOGUE, "Drugs and indications take")


def require_feed(viewer: Viewer) -> None:
    """Let only those go on who may be told of what happens to ratings.

    Raises:
        InputError: the reader is an integrator whose key is not good for that.
    """
    _require(viewer, FEED, "Events about ratings take")


def require_follower(viewer: Viewer) -> int:
    """The account of a person who has signed in, and so can follow drugs.

    Raises:
        InputError: nobody has, or an integrator's key asks.
    """
    if viewer.account_id is not None:
        return viewer.account_id
    if viewer.role is Role.INTEGRATOR:
        raise not_permitted("A key follows no drugs; only a person who signs in can. Ask for `ratings` of the drugs.")
    raise InputError("UNAUTHENTICATED", "Sign in first: send `Authorization: Bearer` and a token of your issuer.")


def require_authors(viewer: Viewer, argument: str) -> None:
    """Let only those go on who may select ratings by what is known of their authors.

    Raises:
        InputError: the reader does not see single ratings; it names the argument.
    """
    if viewer.rating_sight is not RatingSight.ALL:
        raise not_permitted(
            f"`{argument}` is about the authors of single ratings, which are shown to verified physicians."
        )


def sees_rating(viewer: Viewer, physician_id: int | None) -> bool:
    """Whether a reader sees the single ratings of a physician, and the physician; None: of nobody who is known."""
    if viewer.rating_sight is RatingSight.OWN:
        return physician_id == viewer.physician_id
    return viewer.rating_sight is RatingSight.ALL


def rating_not_permitted() -> InputError:
    """That a reader does not see a rating; it does not say whether there is one."""
    return not_permitted("Single ratings are shown to verified physicians, and to the physician who gave them.")


def physician_not_permitted() -> InputError:
    """That a reader does not see a physician; it does not say whether there is one."""
    return not_permitted("Physicians are shown, under pseudonyms, to verified physicians, and each to themselves.")


def not_permitted(message: str) -> InputError:
    """That something is not for this reader; the message says for whom it is."""
    return InputError("NOT_PERMITTED", message)


def _require(viewer: Viewer, scope: str, what: str) -> None:
    if viewer.role is Role.INTEGRATOR and scope not in viewer.scopes:
        raise not_permitted(f"{what} a key with the scope `{scope}`, which this key does not have.")

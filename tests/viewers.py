"""Readers of every kind, as the API sees them once it knows who asks."""

from dataclasses import replace

from resolvers.viewers import ANONYMOUS, Role, Status, Viewer

INTEGRATOR = Viewer(Role.INTEGRATOR, key_id=1, scopes=frozenset({"catalogue", "scores"}))
UNREGISTERED = Viewer(Role.REGISTERED, account_id=2)
MODERATOR = Viewer(Role.MODERATOR, account_id=3)

READERS_OF_RELEASED = {"anonymous": ANONYMOUS, "integrator": INTEGRATOR, "unregistered": UNREGISTERED}
"""Those who see released scores and no ratings at all."""


def pending(physician_id: int) -> Viewer:
    """A physician who waits to be verified."""
    return Viewer(Role.REGISTERED, account_id=4, physician_id=physician_id, status=Status.PENDING)


def suspended(physician_id: int) -> Viewer:
    """A physician who was verified once."""
    return replace(pending(physician_id), status=Status.SUSPENDED)


def verified(physician_id: int) -> Viewer:
    """A verified physician."""
    return Viewer(Role.PHYSICIAN, account_id=5, physician_id=physician_id, status=Status.VERIFIED)

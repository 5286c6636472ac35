"""Clients of others, as programs: they subscribe to a real server, the way that docs/subscriptions.md shows."""

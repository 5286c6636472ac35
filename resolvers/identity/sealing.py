"""Where a sealed licence number belongs."""


def licence_context(physician_id: int) -> bytes:
    """What a physician's licence number is sealed together with: in another one's row it cannot be opened."""
    return f"licence of physician {physician_id}".encode()

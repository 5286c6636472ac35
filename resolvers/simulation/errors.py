"""Why a simulation cannot run."""

from resolvers.errors import PeerscoreError


class InvalidSimulation(PeerscoreError):
    """The number of ratings or the seed is outside its range."""

    def __init__(self, name: str, given: int, low: int, high: int) -> None:
        super().__init__(f"The {name} must be from {low:,} to {high:,}, not {given:,}.")

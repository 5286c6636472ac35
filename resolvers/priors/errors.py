"""What can go wrong with priors."""

from collections.abc import Sequence

from resolvers.errors import PeerscoreError


class UnknownPrior(PeerscoreError):
    """There is no version of the priors with this number."""

    def __init__(self, version: int, known: Sequence[int]) -> None:
        self.version = version
        self.known = tuple(known)
        *others, last = map(str, self.known)
        versions = f"the versions are {', '.join(others)} and {last}" if others else f"the only version is {last}"
        super().__init__(f"There is no version {version} of the priors: {versions}.")


class NothingToFit(PeerscoreError):
    """Priors are fitted to ratings that have been released, and there are none."""

    def __init__(self) -> None:
        super().__init__(
            "No ratings to fit priors to have been released: the first are when 11 physicians have rated a treatment."
        )

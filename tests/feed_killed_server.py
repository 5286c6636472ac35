"""A server that is killed as soon as a mutation has been committed, before anybody is told or answered.

Arguments: those of `peerscore`.
"""

import os
import signal

from graph.command import run
from resolvers.writes import replays


def die() -> None:
    """End without any further word."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    replays.wake_followers = die
    run()

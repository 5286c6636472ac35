"""A process that commits events and is killed at once, before it can tell anybody.

Arguments: address of the database; the numbers of the ratings.
"""

import asyncio
import os
import signal
import sys

from resolvers.database import DatabaseUrl, open_database
from tests.feed_events import commit


async def main(url: str, *numbers: str) -> None:
    async with open_database(DatabaseUrl.parse(url)):
        await commit(*map(int, numbers))
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

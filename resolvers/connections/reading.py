"""What a connection can do that has a short way for reads."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

Rows = list[Sequence[Any]]


class DirectlyRead(BaseDBAsyncClient):
    """A database outside of any transaction. A transaction is none: what is read in it goes its own way."""

    @abstractmethod
    async def read(self, sql: str, values: Sequence[Any]) -> Rows:
        """The rows of a SELECT that changes and locks nothing, each a sequence of its columns.

        It sees what was committed before it began, whoever did so.

        Raises:
            OperationalError: the database does not take the statement.
        """

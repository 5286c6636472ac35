"""How global ids are written: the base64 of a type's name and a primary key, as Relay has it.

Of a physician it is not the primary key but what `resolvers.pseudonyms` makes of it for one reader.
"""

from binascii import b2a_base64


def global_id(type_name: str, key: int | str) -> str:
    """The id of a node."""
    return b2a_base64(f"{type_name}:{key}".encode(), newline=False).decode()

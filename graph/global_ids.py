"""How global ids are written: the base64 of a type's name and a primary key, as Relay has it."""

import base64


def global_id(type_name: str, key: int) -> str:
    """The id of a node."""
    return base64.b64encode(f"{type_name}:{key}".encode()).decode()

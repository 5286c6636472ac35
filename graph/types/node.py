"""What all types with an id have in common."""

import strawberry


@strawberry.interface(description="Anything that can be fetched again by its id.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="Global id: opaque, unique over all types, and kept as long as the entry exists."
    )

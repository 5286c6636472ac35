"""A schema that tells who asks, to see what signing in has come to."""

import strawberry

from graph.context import Info


@strawberry.type
class Who:
    """The viewer of the operation."""

    role: str
    status: str | None
    account: int | None
    key: int | None
    scopes: list[str]


@strawberry.type
class Query:
    """The only field."""

    @strawberry.field
    def who(self, info: Info) -> Who:
        """Who asks."""
        viewer = info.context.viewer
        return Who(
            role=viewer.role.value,
            status=None if viewer.status is None else viewer.status.name,
            account=viewer.account_id,
            key=viewer.key_id,
            scopes=sorted(viewer.scopes),
        )


WHO_SCHEMA = strawberry.Schema(query=Query)

WHO = "{ who { role status account key scopes } }"

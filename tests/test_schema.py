"""`schema.graphql` is what the server serves, and every part of it is described."""

from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    is_specified_scalar_type,
)

from graph.schema import schema


def test_the_file_is_up_to_date(repository: Path) -> None:
    """If this fails: `make schema`, and look at the difference as a client would."""
    assert (repository / "schema.graphql").read_text(encoding="utf-8") == schema.as_str() + "\n"


def test_everything_is_described(repository: Path) -> None:
    described = build_schema((repository / "schema.graphql").read_text(encoding="utf-8"))
    undescribed = []
    for name, definition in described.type_map.items():
        if name.startswith("__") or is_specified_scalar_type(definition):
            continue
        if not definition.description:
            undescribed.append(name)
        if isinstance(definition, GraphQLEnumType):
            undescribed += [f"{name}.{value}" for value, item in definition.values.items() if not item.description]
        if isinstance(definition, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in definition.fields.items():
                if not field.description:
                    undescribed.append(f"{name}.{field_name}")
                undescribed += [
                    f"{name}.{field_name}({argument_name})"
                    for argument_name, argument in getattr(field, "args", {}).items()
                    if not argument.description
                ]
    assert undescribed == []

"""Finding the place of a part of an answer, which is needed only when something fails or somebody asks."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql.pyutils import Path

from graph.planning.shapes import AbstractShape, ListShape, ObjectPlan, ObjectShape, Shape

Container = dict[str, Any] | list[Any]
Key = str | int


class Place(NamedTuple):
    """Where an object or a list of the answer stands.

    Attributes:
        container: what holds it.
        key: its key or index there.
        plan: of an object; None of a list.
        item_nullable: of a list, whether its items may be null.
    """

    container: Container
    key: Key
    plan: ObjectPlan | None
    item_nullable: bool


class Places:
    """The places of all objects and lists of answers, as they are at the moment.

    Args:
        answers: one for each root.
        root: what is selected of the roots.
        chosen: for objects of an abstract type, by their `id`, the plan that was chosen.
    """

    def __init__(self, answers: list[Any], root: ObjectPlan, chosen: Mapping[int, ObjectPlan]) -> None:
        self._answers = answers
        self._chosen = chosen
        self._places: dict[int, Place] = {}
        shape = ObjectShape(root)
        for number, answer in enumerate(answers):
            self._add(answer, shape, answers, number)

    def _add(self, value: Any, shape: Shape, container: Container, key: Key) -> None:  # noqa: ANN401 - any part of it
        if isinstance(value, list) and isinstance(shape, ListShape):
            self._places[id(value)] = Place(container, key, None, shape.item_nullable)
            if isinstance(shape.item, ListShape | ObjectShape | AbstractShape):
                for index, item in enumerate(value):
                    self._add(item, shape.item, value, index)
        elif isinstance(value, dict) and isinstance(shape, ObjectShape | AbstractShape):
            plan = self._chosen[id(value)] if isinstance(shape, AbstractShape) else shape.plan
            self._places[id(value)] = Place(container, key, plan, item_nullable=False)
            for field in plan.fields:
                if isinstance(field.shape, ListShape | ObjectShape | AbstractShape):
                    self._add(value.get(field.name), field.shape, value, field.name)

    def holds(self, container: Container) -> bool:
        """Whether an object or a list is a part of an answer, and no place above it has become null."""
        while container is not self._answers:
            place = self._places.get(id(container))
            if place is None or place.container[place.key] is not container:  # type: ignore[index]
                return False
            container = place.container
        return True

    def path(self, container: Container) -> list[Key]:
        """From the number of the answer to an object or a list."""
        keys: list[Key] = []
        while container is not self._answers:
            place = self._places[id(container)]
            keys.append(place.key)
            container = place.container
        keys.reverse()
        return keys

    def order(self, container: Container, key: Key) -> list[int]:
        """Where a place stands in the order of the answer: comparable with those of other places."""
        numbers: list[int] = []
        while container is not self._answers:
            place = self._places[id(container)]
            numbers.append(key if isinstance(key, int) else place.plan.place_of(key))  # type: ignore[union-attr]
            container, key = place.container, place.key
        assert isinstance(key, int)  # noqa: S101 - the number of the answer
        numbers.append(key)
        numbers.reverse()
        return numbers

    def response_path(self, container: Container, key: Key) -> Path:
        """The path below an object or a list as resolvers see it, with the names of the types."""
        above: list[tuple[Key, str | None]] = []
        while True:
            above.append((key, self._type_name(container)))
            place = self._places[id(container)]
            container, key = place.container, place.key
            if container is self._answers:
                break
        path: Path | None = None
        for one, type_name in reversed(above):
            path = Path(path, one, type_name)
        assert path is not None  # noqa: S101 - there is at least one key
        return path

    def _type_name(self, container: Container) -> str | None:
        plan = self._places[id(container)].plan
        return None if plan is None else plan.type.name

    def become_null(self, container: Container, key: Key) -> None:
        """Put null there, or at the nearest place above that may be null."""
        while container is not self._answers:
            place = self._places[id(container)]
            nullable = (
                place.item_nullable if place.plan is None else place.plan.fields[place.plan.place_of(str(key))].nullable
            )
            if nullable:
                break
            container, key = place.container, place.key
        container[key] = None  # type: ignore[index]

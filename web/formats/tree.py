"""Which task is a step of which: no circles, no unknown parents, and no more levels than Daybook has."""

from collections.abc import Mapping
from typing import NamedTuple

from web.domain.lengths import MOST_LEVELS

DEEPEST = MOST_LEVELS - 1
NOT_IN_FILE = "The task around it is not in this file."
IN_A_CIRCLE = "These tasks are steps of each other, so it is a task by itself."
TOO_DEEP = f"Steps can be {DEEPEST} levels deep, so it stands at the deepest one."


class Place(NamedTuple):
    """How many tasks a task is a step of, the key of the nearest, and what was changed to put it there."""

    level: int = 0
    parent: str | None = None
    changed: str = ""


class Tree:
    """Places of tasks by their keys, each found once: the work is in proportion to the file, however deep it is."""

    def __init__(self, parents: Mapping[str, str | None]) -> None:
        self._parents = parents
        self._places: dict[str, Place] = {}

    def place(self, key: str) -> Place:
        """Of a task of the file."""
        path, on_path = [], set()
        current: str | None = key
        while current and current in self._parents and current not in self._places and current not in on_path:
            path.append(current)
            on_path.add(current)
            current = self._parents[current]
        if current in on_path:
            for one in path[path.index(current or "") :]:
                self._places[one] = Place(changed=IN_A_CIRCLE)
        for one in reversed(path):
            if one not in self._places:
                self._places[one] = self.below(self._parents[one])
        return self._places[key]

    def below(self, parent: str | None) -> Place:
        """Of a step of a task whose place is known."""
        if not parent:
            return Place()
        if parent not in self._parents:
            return Place(changed=NOT_IN_FILE)
        above = self._places.get(parent) or self.place(parent)
        if above.level < DEEPEST:
            return Place(above.level + 1, parent)
        return Place(DEEPEST, above.parent, TOO_DEEP)

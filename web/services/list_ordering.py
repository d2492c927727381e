"""Order by hand of lists among the lists around them, and of sections in their list."""

from collections.abc import Sequence
from typing import Any

from web.domain.errors import NotFound
from web.domain.ordering import keys_between
from web.models.list import List
from web.services.access import lock_owner
from web.services.lists import Lists
from web.services.ordering import Direction, Place, next_to
from web.services.records import Service


class ListOrdering(Service):
    # Whether the last move changed anything.
    has_moved = False

    def __init__(self, *service: Any) -> None:
        super().__init__(*service)
        self.lists = Lists(*service)

    def nudge(self, list_id: int, direction: Direction) -> List:
        """One up or down, or to an end; nothing where it stands there already. Raises NotFound."""
        lock_owner(self.connection, self.actor)
        moved = self.lists.get(list_id)
        ids = [one.id for one in self._beside(moved)]
        goes = next_to(ids, moved.id, direction)
        return self._put(moved, *goes) if goes else moved

    def put(self, list_id: int, *, after: int | None = None, before: int | None = None) -> List:
        """Behind or before another one of the lists around it; nothing where that is none of them. Raises NotFound."""
        lock_owner(self.connection, self.actor)
        return self._put(self.lists.get(list_id), after, before)

    def _put(self, moved: List, after: int | None, before: int | None) -> List:
        """Positions are not unique, so that all lists around it get new ones; only what has another one is changed."""
        beside = self._beside(moved)
        others = [one for one in beside if one.id != moved.id]
        ids = [one.id for one in others]
        if (after if before is None else before) not in ids:
            return moved
        at = ids.index(before) if before is not None else ids.index(after) + 1
        ordered = [*others[:at], moved, *others[at:]]
        if [one.id for one in ordered] == [one.id for one in beside]:
            return moved
        self.has_moved = True
        placed = zip(ordered, keys_between(None, None, len(ordered)), strict=True)
        # The moved one first: it names the operation.
        for one, position in sorted(placed, key=lambda pair: pair[0].id != moved.id):
            self.lists.change(one, "move", one.differences({"position": position}))
        return moved

    def place(self, moved: List) -> Place:
        """Where a list stands: "2 of 5"."""
        beside = self._beside(moved)
        return Place([one.id for one in beside].index(moved.id) + 1, len(beside))

    def placed(self, list_id: int) -> str:
        """Garden, 2 of 5; empty for a list that there is not."""
        try:
            moved = self.lists.get(list_id)
        except NotFound:
            return ""
        number, total = self.place(moved)
        return f"{moved.name}, {number} of {total}"

    def _beside(self, moved: List) -> Sequence[List]:
        """The lists that are ordered together: those inside one list, sections and archived ones apart."""

        def kind(one: List) -> tuple[int | None, bool, bool]:
            return one.parent_id, one.is_section, one.archived_at is not None

        return [one for one in self.lists.in_order() if kind(one) == kind(moved)]

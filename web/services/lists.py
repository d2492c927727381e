"""What a user can do with lists, their sections and what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import SQLModel

from web.domain.errors import CannotUndo, NotFound, NotPossible
from web.domain.lengths import MOST_LEVELS
from web.domain.ordering import key_at
from web.domain.timestamps import utc_now
from web.models.base import Changes, table_of, values_of
from web.models.colour import Colour
from web.models.list import List, NewList, SectionDraft, name_key
from web.models.task import Task
from web.services.access import bound_to, lock_owner, locked
from web.services.record_values import key_of, known_id
from web.services.records import Records
from web.services.tasks import Tasks

_LISTS, _TASKS = table_of(List), table_of(Task)
_TASKS_OF = locked(Task).where(_TASKS.c.list_id.in_(bindparam("lists", expanding=True))).order_by(_TASKS.c.id)


@dataclass
class Branch:
    """A list with the lists and the sections inside it."""

    root: List
    level: int = 1
    below: list["Branch"] = field(default_factory=list)


class Lists(Records[List]):
    """Names are unique among the lists of one parent, whatever their case."""

    model = List

    def tree(self) -> Sequence[Branch]:
        """The user's lists that are not archived, in their order, each with those inside it."""
        return branches([one for one in self.all() if one.archived_at is None])

    def in_order(self) -> Sequence[List]:
        """All lists and sections in their order by hand, archived ones too."""
        return sorted(self.all(), key=lambda one: (one.position, one.id or 0))

    def named(self, name: str, parent_id: int | None = None) -> List | None:
        """The list of that name, whatever its case; None where there is none."""
        return next((one for one in self._siblings(parent_id) if one.name_key == name_key(name)), None)

    def add(self, draft: SQLModel, key: str) -> List:
        """A list at the end of its siblings. Raises NotPossible for a name that is taken and a fifth level."""
        lock_owner(self.connection, self.actor)
        values = values_of(draft)
        parent_id = values.get("parent_id")
        stored_key = key_of(key, values)
        if existing := self.with_key(stored_key):
            return self.still_there(existing)
        self._require_place(parent_id, 0, is_section=values.get("is_section", False))
        self._require_free(name_key(values["name"]), parent_id)
        return self.insert({**values, "position": key_at(utc_now())}, stored_key)[0]

    def add_section(self, around: List, draft: SectionDraft, key: str) -> List:
        """A section at the end of a list, in its colour. Raises NotPossible as `add` does."""
        values = NewList(name=draft.name, colour=Colour(around.colour), parent_id=around.id, is_section=True)
        return self.add(values, key)

    def implied(self, record: List, changes: Changes) -> Changes:
        if "name" in changes:
            lock_owner(self.connection, self.actor)
            self._require_free(name_key(changes["name"][1]), record.parent_id, record)
        return {}

    def move(self, list_id: int, parent_id: int | None) -> List:
        """Into another list, or to the top; at the end there. Raises NotPossible for a circle or a fifth level."""
        lock_owner(self.connection, self.actor)
        moved = self.get(list_id)
        if moved.parent_id == parent_id:
            return moved
        self._require_fit(moved, parent_id)
        self._require_free(moved.name_key, parent_id, moved)
        places = {"parent_id": parent_id, "position": key_at(utc_now())}
        return self.change(moved, "move", moved.differences(places))

    def archive(self, list_id: int) -> List:
        """Out of every view but its own, with all that is inside. Idempotent."""
        return self._set_archived(list_id, "archive")

    def unarchive(self, list_id: int) -> List:
        """Back into all views, with all that is inside and the lists around it. Idempotent."""
        return self._set_archived(list_id, "unarchive")

    def delete(self, record_id: int, undoes: str | None = None) -> List:
        """Into the trash, with the lists inside it and all their tasks, as one operation. Idempotent."""
        lock_owner(self.connection, self.actor)
        deleted = self.any(record_id)
        if deleted.deleted_at:
            return deleted
        now, below = utc_now(), self._below(deleted)
        values = {**bound_to(self.actor), "lists": [one.id for one in (deleted, *below)]}
        tasks = Tasks(self.connection, self.actor)
        for task in self._session.scalars(_TASKS_OF, values).all():
            if task.deleted_at is None:
                tasks.change(task, "delete", {"deleted_at": (None, now)}, undoes)
        for one in (*below, deleted):
            self.change(one, "delete", {"deleted_at": (None, now)}, undoes)
        self.has_deleted = True
        return deleted

    def restore(self, record_id: int) -> List:
        """Out of the trash, with all that was deleted together with it. Idempotent. Raises NotPossible.

        To the top where the list around it is in the trash.
        """
        lock_owner(self.connection, self.actor)
        restored = self.any(record_id)
        if restored.deleted_at is None:
            return restored
        at, below = restored.deleted_at, self._below(restored, deleted=True)
        moves = self._out_of_trash(restored)
        for one in (restored, *(one for one in below if one.deleted_at == at)):
            self.bring_back(one, moves if one is restored else {})
        tasks = Tasks(self.connection, self.actor)
        values = {**bound_to(self.actor), "lists": [one.id for one in (restored, *below)]}
        for task in self._session.scalars(_TASKS_OF, values).all():
            if task.deleted_at == at:
                tasks.bring_back(task)
        return restored

    def put_back(self, record: List, values: dict[str, Any], operation: str) -> List:
        lock_owner(self.connection, self.actor)
        try:
            if "parent_id" in values:
                self._require_fit(record, values["parent_id"])
            if values.get("deleted_at", record.deleted_at) is None:
                name, parent_id = values.get("name", record.name), values.get("parent_id", record.parent_id)
                self._require_free(name_key(name), parent_id, record)
        except NotFound as problem:
            raise CannotUndo("", "The list around it is gone, so this cannot be undone.") from problem
        except NotPossible as problem:
            raise CannotUndo("", str(problem)) from problem
        return super().put_back(record, values, operation)

    def _set_archived(self, list_id: int, action: str) -> List:
        lock_owner(self.connection, self.actor)
        chosen, now = self.get(list_id), utc_now() if action == "archive" else None
        others = self._below(chosen) if now else [*self._below(chosen), *self._around(chosen)]
        for one in (chosen, *others):
            if (one.archived_at is None) != (now is None):
                self.change(one, action, {"archived_at": (one.archived_at, now)})
        return chosen

    def _below(self, chosen: List, *, deleted: bool = False) -> list[List]:
        """The lists inside a list, at all depths."""
        every = self.with_deleted() if deleted else self.all()
        found: list[List] = []
        parents = {chosen.id}
        for _ in range(MOST_LEVELS):
            children = [one for one in every if one.parent_id in parents]
            found, parents = [*found, *children], {one.id for one in children}
        return found

    def _around(self, chosen: List) -> list[List]:
        by_id = {one.id: one for one in self.all()}
        found: list[List] = []
        parent = by_id.get(chosen.parent_id)
        while parent is not None and len(found) < MOST_LEVELS:
            found.append(parent)
            parent = by_id.get(parent.parent_id)
        return found

    def _siblings(self, parent_id: int | None) -> list[List]:
        return [one for one in self.all() if one.parent_id == parent_id]

    def _require_fit(self, moved: List, parent_id: int | None) -> None:
        """Raises NotPossible where the list, with those inside it, cannot stand there; NotFound for no such list."""
        below = self._below(moved)
        if parent_id in [one.id for one in (moved, *below)]:
            raise NotPossible("A list cannot be moved into itself.")
        height = max((branch.level for branch in _flat(branches([moved, *below]))), default=1) - 1
        self._require_place(parent_id, height, is_section=moved.is_section)

    def _require_place(self, parent_id: int | None, height: int, *, is_section: bool) -> None:
        if parent_id is None:
            if is_section:
                raise NotPossible("A section needs a list around it.")
            return
        parent = self.get(known_id(parent_id))
        if parent.is_section:
            raise NotPossible("A section holds tasks only.")
        if len(self._around(parent)) + 2 + height > MOST_LEVELS:
            raise NotPossible(f"Lists can be {MOST_LEVELS} levels deep.")

    def _require_free(self, key: str, parent_id: int | None, but: List | None = None) -> None:
        for one in self._siblings(parent_id):
            if one.name_key == key and (but is None or one.id != but.id):
                kind = "section" if one.is_section else "list"
                raise NotPossible(f"There is already a {kind} “{one.name}”.")

    def _out_of_trash(self, restored: List) -> Changes:
        """To the top where the list around it is in the trash. Raises NotPossible for a name that is taken."""
        parents = [one.id for one in self.all()]
        goes_up = restored.parent_id is not None and restored.parent_id not in parents
        self._require_free(restored.name_key, None if goes_up else restored.parent_id, restored)
        if not goes_up:
            return {}
        return restored.differences({"parent_id": None, "is_section": False})


def branches(lists: Sequence[List]) -> list[Branch]:
    """The lists as trees, in their order; one whose parent is not among them stands at the top."""
    made = {one.id: Branch(one) for one in sorted(lists, key=lambda one: (one.position, one.id or 0))}
    tops: list[Branch] = []
    for branch in made.values():
        parent = made.get(branch.root.parent_id)
        (parent.below if parent else tops).append(branch)
    for top in tops:
        _number(top, 1)
    return tops


def _number(branch: Branch, level: int) -> None:
    branch.level = level
    for one in branch.below:
        _number(one, level + 1)


def _flat(tops: Sequence[Branch]) -> Sequence[Branch]:
    return [one for top in tops for one in (top, *_flat(top.below))]

"""Reads a file of any known format: first its outline, then its tasks, level by level.

The outline holds the lists, the labels and which task is a step of which, and no task: so a file of a hundred thousand
rows is read in bounded memory, and each task comes after the one that it is a step of.
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from uuid import UUID

from web.domain.lengths import MOST_LEVELS
from web.formats.detecting import Detected, detected
from web.formats.fitting import fitted, label_name, list_name
from web.formats.imported import (
    CannotRead,
    ImportedLabel,
    ImportedList,
    ImportedSettings,
    ImportedTask,
    Item,
    RefusedRow,
)
from web.formats.opening import Source
from web.formats.tree import Tree

MOST_TASKS = 250_000
MOST_NAMES = 1_000
TICK = 1_000


class Reading:
    """A file that is being read. Raises CannotRead where it is none of the formats, or breaks off.

    `tasks` may be read as often as needed; it gives the same tasks with the same identities each time.
    """

    def __init__(self, source: Source, tick: Callable[[], None] = lambda: None) -> None:
        """`tick` is called every TICK items that are read, in each pass; what it raises ends the reading."""
        self.source, self._tick = source, tick
        self.detected: Detected = detected(source)
        self.lists: dict[str, ImportedList] = {}
        self.labels: dict[str, ImportedLabel] = {}
        self.settings: ImportedSettings | None = None
        self.count = 0
        # The parent of each task that is a step, and how many levels there are.
        self._parents: dict[str, str | None] = {}
        self._labels: dict[str, str] = {}
        self._identities: dict[str, str] = {}
        seen: dict[bytes, int] = {}
        for item in self._items():
            self._outline(item, seen)
        _fit_lists(self.lists)
        around = {parent for parent in self._parents.values() if parent}
        self._identities = {key: identity for key, identity in self._identities.items() if key in around}
        self._tree = Tree(self._parents)
        self.levels = 1 + max((self._tree.place(key).level for key in self._parents), default=0)

    @property
    def format(self) -> str:
        return self.detected.name

    def tasks(self) -> Iterator[ImportedTask | RefusedRow]:
        """In the order of the file."""
        seen: dict[bytes, int] = {}
        keys: set[str] = set()
        for item in self._items():
            if isinstance(item, ImportedTask):
                yield self._fitted(item, seen, keys)
            elif isinstance(item, RefusedRow):
                yield item

    def by_level(self) -> Iterator[ImportedTask]:
        """Tasks that can be taken, those that are steps of others behind them: one pass over the file a level."""
        for level in range(self.levels):
            yield from (one for one in self.tasks() if isinstance(one, ImportedTask) and one.level == level)

    def identity_of(self, key: str) -> str:
        """The identity of a task that others are steps of, by its key in the file."""
        return self._identities[key]

    def _items(self) -> Iterator[Item]:
        for number, item in enumerate(self.detected.read(self.source)):
            if number % TICK == 0:
                self._tick()
            yield item

    def _outline(self, item: Item, seen: dict[bytes, int]) -> None:
        if isinstance(item, ImportedTask):
            self.count += 1
            if self.count > MOST_TASKS:
                raise CannotRead(f"This file has more than {MOST_TASKS:,} tasks.", item.line)
            identity = self._identity(item, seen)
            if item.key and item.key not in self._parents:
                self._parents[item.key], self._identities[item.key] = item.parent, identity
            for key in item.labels:
                self._note_label(ImportedLabel(item.line, key, key))
        elif isinstance(item, ImportedList):
            self.lists.setdefault(item.key, item)
        elif isinstance(item, ImportedLabel):
            self._note_label(item)
        elif isinstance(item, ImportedSettings):
            self.settings = item
        if len(self.lists) > MOST_NAMES or len(self.labels) > MOST_NAMES:
            raise CannotRead(f"This file has more than {MOST_NAMES:,} lists or labels.", item.line)

    def _note_label(self, label: ImportedLabel) -> None:
        """Names are compared whatever their case; a key of Daybook's own is looked up as it is."""
        if label.key in self._labels:
            return
        name = label_name(label.name)
        known = name.casefold() if not label.exact else label.key
        if name and known not in self.labels:
            label.name = name
            self.labels[known] = label
        self._labels[label.key] = known

    def _fitted(self, task: ImportedTask, seen: dict[bytes, int], keys: set[str]) -> ImportedTask | RefusedRow:
        key = task.key
        task.identity = self._identity(task, seen)
        if key and key in keys:
            task.change("id", "Another task of this file has the same id, so it has no steps here.")
            task.key = ""
        keys.add(key)
        self._place(task)
        task.labels = tuple(
            dict.fromkeys(known for one in task.labels if (known := self._labels.get(one)) in self.labels)
        )
        task.list_key = self._list(task)
        return fitted(task)

    def _identity(self, task: ImportedTask, seen: dict[bytes, int]) -> str:
        """A UUID; of equal rows each has its own. Daybook's own export says it."""
        if self.format == "daybook":
            known = task.identity.encode()
        else:
            known = sha256(f"{self.format}\n{task.identity or task.key}".encode()).digest()[:16]
        number = seen[known] = seen.get(known, 0) + 1
        if number > 1:
            return str(UUID(bytes=sha256(known + str(number).encode()).digest()[:16]))
        return task.identity if self.format == "daybook" else str(UUID(bytes=known))

    def _place(self, task: ImportedTask) -> None:
        place = self._tree.place(task.key) if task.key else self._tree.below(task.parent)
        task.level, task.parent = place.level, place.parent
        if place.changed:
            task.change("step", place.changed)

    def _list(self, task: ImportedTask) -> str | None:
        if task.list_key is not None and task.list_key not in self.lists:
            task.change("list", "This file does not say which list that is, so it is in the Inbox.")
            return None
        return task.list_key


def _fit_lists(lists: Mapping[str, ImportedList]) -> None:
    """Names that fit, each once within its parent; no circle, and not too deep."""
    taken: set[tuple[str | None, str]] = set()
    for one in lists.values():
        one.name = list_name(one.name)
        _place_list(one, lists)
        name, number = one.name, 2
        while not one.exact and (one.parent, one.name.casefold()) in taken:
            one.name, number = f"{name[:90]} {number}", number + 1
        taken.add((one.parent, one.name.casefold()))


def _place_list(one: ImportedList, lists: Mapping[str, ImportedList]) -> None:
    above: list[str] = []
    parent = one.parent
    while parent and parent in lists and parent not in above and parent != one.key:
        above.append(parent)
        parent = lists[parent].parent
    is_sound = parent is None and (not one.is_section or above)
    if not is_sound or (one.parent and lists[one.parent].is_section):
        one.parent, one.is_section = None, False
    elif len(above) >= MOST_LEVELS:
        one.parent = above[-(MOST_LEVELS - 1)]

"""Writers of each format: an `Export` in, text out, a task at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from web.formats.imported import ImportedLabel, ImportedList, ImportedTask


@dataclass(frozen=True)
class Export:
    """What a user has. `tasks` are read once; lists and labels are by their keys, in the order of the user.

    Their `exact` columns say the rest. In all formats but Daybook's own, steps come behind the task around them.
    """

    lists: Mapping[str, ImportedList]
    labels: Mapping[str, ImportedLabel]
    tasks: Iterable[ImportedTask]
    settings: Mapping[str, Any] | None = None

    def path(self, task: ImportedTask) -> tuple[list[str], str]:
        """The names of its lists from the top, and that of its section."""
        names: list[str] = []
        section, key = "", task.list_key
        while key and (one := self.lists.get(key)):
            if one.is_section:
                section = one.name
            else:
                names.insert(0, one.name)
            key = one.parent
        return names, section

    def label_names(self, task: ImportedTask) -> list[str]:
        return [self.labels[key].name for key in task.labels if key in self.labels]


Write = Callable[[Export], Iterator[str]]


def kept_words(task: ImportedTask) -> list[str]:
    """What was kept as text: name and text, a line for each."""
    return [f"{name}: {text}" for name, text in task.kept.items()]

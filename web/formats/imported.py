"""What any file of tasks says, in one shape: what readers give and what the service stores.

Everything carries the line that it stands on. A field that could not be taken as it stands has a `Fate`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from web.domain.repeating import Mode

NO_PRIORITY = 4


class CannotRead(Exception):
    """The file as a whole cannot be read. The text is one sentence for the user; `line` is 0 for the whole file."""

    def __init__(self, sentence: str, line: int = 0, *, is_encoding: bool = False, columns: Sequence[str] = ()) -> None:
        super().__init__(f"Line {line}: {sentence}" if line else sentence)
        self.line = line
        # Whether another encoding may help.
        self.is_encoding = is_encoding
        # Of a table, where the user has to say what they are.
        self.columns = columns


class Fate(NamedTuple):
    """What became of a field: changed to fit, kept as text beside the task, or left out."""

    field: str
    fate: Literal["changed", "kept", "left out"]
    sentence: str


class ImportedRepeat(NamedTuple):
    """A rule of `web.domain.recurrence`, its end, and the date that intervals count from; that is the due date."""

    rule: str
    mode: Mode = "schedule"
    until: date | None = None
    left: int | None = None
    anchor: date | None = None


class ImportedReminder(NamedTuple):
    """Minutes before the task is due, with a time of day (HH:MM) on a day before; or a moment."""

    minutes_before: int | None = None
    day_time: str | None = None
    at: datetime | None = None
    # As Daybook's own export has them.
    key: str = ""
    created_at: datetime | None = None
    sent_at: datetime | None = None
    dismissed_at: datetime | None = None


@dataclass(slots=True)
class ImportedList:
    """A list, or a section of one. `key` names it within the file; `parent` is the key of the list around it."""

    line: int
    key: str
    name: str
    parent: str | None = None
    is_section: bool = False
    colour: str = ""
    # Columns as Daybook's own export has them.
    exact: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ImportedLabel:
    line: int
    key: str
    name: str
    colour: str = ""
    exact: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ImportedSettings:
    """What the user had chosen, from Daybook's own export."""

    line: int
    values: Mapping[str, Any]


@dataclass(slots=True)
class RefusedRow:
    """A line that is no task, and why."""

    line: int
    sentence: str
    text: str = ""


@dataclass(slots=True)
class ImportedTask:
    """A task of a file. `key` names it within the file, for its steps.

    `identity` is what makes it the same task in another reading of the file: its key where that is an id, else its
    content.
    """

    line: int
    title: str
    key: str = ""
    # The key of the task that it is a step of.
    parent: str | None = None
    note: str = ""
    # Keys; a label that no ImportedLabel names is named by its key.
    list_key: str | None = None
    labels: tuple[str, ...] = ()
    priority: int = NO_PRIORITY
    completed: bool = False
    completed_at: datetime | None = None
    created_at: datetime | None = None
    start_on: date | None = None
    # A wall clock: the user's, or that of `due_zone`. The time is HH:MM.
    due_on: date | None = None
    due_time: str | None = None
    due_zone: str | None = None
    repeat: ImportedRepeat | None = None
    reminders: tuple[ImportedReminder, ...] = ()
    # What the source says and Daybook has no field for, by the name it has there; it is exported again.
    kept: dict[str, str] = field(default_factory=dict)
    fates: list[Fate] = field(default_factory=list)
    identity: str = ""
    # How many tasks it is a step of; `web.formats.reading` sets it.
    level: int = 0
    # Columns as Daybook's own export has them.
    exact: Mapping[str, Any] = field(default_factory=dict)

    def change(self, name: str, sentence: str) -> None:
        self.fates.append(Fate(name, "changed", sentence))

    def leave_out(self, name: str, sentence: str) -> None:
        self.fates.append(Fate(name, "left out", sentence))

    def keep(self, name: str, text: str, sentence: str, field_name: str = "") -> None:
        """Keep the source's own text under the name that the field has there."""
        self.kept[name] = text
        self.fates.append(Fate(field_name or name, "kept", sentence))


Item: TypeAlias = ImportedTask | ImportedList | ImportedLabel | ImportedSettings | RefusedRow

"""Daybook's own JSON, version 1, as `docs/import.md` describes it: read here, written by `writers.daybook_json`.

A record a line, fields in one order, what has its default left out: the same records give the same bytes.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta, Raw, Struct, field

from web.domain import repeating
from web.domain.ordering import InvalidPosition, key_between
from web.domain.recurrence import InvalidRule, Rule
from web.domain.repeating import Mode
from web.formats.dates import zone_or_none
from web.formats.imported import (
    CannotRead,
    ImportedLabel,
    ImportedList,
    ImportedReminder,
    ImportedRepeat,
    ImportedSettings,
    ImportedTask,
    Item,
    RefusedRow,
)
from web.formats.json_items import Lines, decoded, items
from web.formats.opening import Source

NAME, VERSION = "daybook", 1
Timestamp = Annotated[datetime, Meta(tz=True)]
Key = Annotated[str, Meta(min_length=1, max_length=36)]
Time = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class _File(Struct):
    format: str
    version: int
    settings: dict[str, Any] | None = None
    lists: list[Raw] = field(default_factory=list)
    labels: list[Raw] = field(default_factory=list)
    tasks: list[Raw] = field(default_factory=list)


class _Record(Struct):
    id: Key
    created_at: Timestamp
    updated_at: Timestamp | None = None
    deleted_at: Timestamp | None = None


class _List(_Record, kw_only=True):
    name: str
    colour: str = "grey"
    parent: str | None = None
    is_section: bool = False
    position: str = ""
    archived_at: Timestamp | None = None


class _Label(_Record, kw_only=True):
    name: str
    colour: str = "grey"


class _Repeat(Struct):
    rule: str
    mode: Mode
    anchor: date
    until: date | None = None
    left: Annotated[int, Meta(ge=1, le=999)] | None = None


class _Reminder(Struct):
    id: Key
    created_at: Timestamp
    minutes_before: Annotated[int, Meta(ge=0, le=40_320)] | None = None
    day_time: Time | None = None
    at: Timestamp | None = None
    sent_at: Timestamp | None = None
    dismissed_at: Timestamp | None = None


class _Task(_Record, kw_only=True):
    title: str
    description: str = ""
    list_key: str | None = field(name="list", default=None)
    parent: str | None = None
    series: str | None = None
    labels: list[str] = field(default_factory=list)
    priority: Annotated[int, Meta(ge=1, le=4)] = 4
    completed_at: Timestamp | None = None
    start_on: date | None = None
    due_on: date | None = None
    due_time: Time | None = None
    due_zone: str | None = None
    due_at: Timestamp | None = None
    repeat: _Repeat | None = None
    reminders: list[_Reminder] = field(default_factory=list)
    position: str = ""
    day_position: str | None = None
    kept: dict[str, str] = field(default_factory=dict)


def read_json(source: Source) -> Iterator[Item]:
    content = source.text().encode()
    file = decoded(content, _File)
    if file.version != VERSION:
        raise CannotRead(f"This file has version {file.version} of Daybook’s format; this Daybook reads {VERSION}.")
    if file.settings:
        yield ImportedSettings(2, file.settings)
    for line, one in items(file.lists, _List, Lines(content)):
        yield one if isinstance(one, RefusedRow) else _list(line, one)
    for line, label in items(file.labels, _Label, Lines(content)):
        if isinstance(label, RefusedRow):
            yield label
        else:
            yield ImportedLabel(line, label.id, label.name, label.colour, _times(label))
    for line, task in items(file.tasks, _Task, Lines(content)):
        yield task if isinstance(task, RefusedRow) else _task(line, task)


def _times(record: _Record) -> dict[str, Any]:
    times = {name: getattr(record, name) for name in ("created_at", "updated_at", "deleted_at")}
    return {
        **times,
        "updated_at": max(record.created_at, record.updated_at or record.created_at),
        "idempotency_key": record.id,
    }


def _list(line: int, one: _List) -> ImportedList:
    exact = {**_times(one), "archived_at": one.archived_at, **_position("position", one.position)}
    return ImportedList(line, one.id, one.name, one.parent, one.is_section, one.colour, exact)


def _task(line: int, one: _Task) -> ImportedTask:
    task = ImportedTask(line, one.title, one.id, one.parent, one.description, one.list_key, tuple(one.labels))
    task.identity = one.id
    task.priority, task.completed, task.completed_at = one.priority, one.completed_at is not None, one.completed_at
    task.created_at, task.start_on, task.kept = one.created_at, one.start_on, dict(one.kept)
    task.due_on = one.due_on
    task.due_time = one.due_time if one.due_on else None
    zone = zone_or_none(one.due_zone or "")
    task.due_zone = zone.key if zone and one.due_at and task.due_time else None
    task.reminders = tuple(_reminder(reminder) for reminder in one.reminders)
    if one.repeat:
        _take_repeat(task, one.repeat)
    places = {**_position("position", one.position), **_position("day_position", one.day_position)}
    task.exact = {**_times(one), **places, "series": one.series, "due_at": one.due_at if task.due_zone else None}
    return task


def _reminder(one: _Reminder) -> ImportedReminder:
    return ImportedReminder(
        one.minutes_before, one.day_time, one.at, one.id, one.created_at, one.sent_at, one.dismissed_at
    )


def _take_repeat(task: ImportedTask, one: _Repeat) -> None:
    try:
        rule = Rule.parse(one.rule)
        repeating.check(rule, one.mode, one.anchor)
        if task.due_on is None:
            raise InvalidRule("A repeat needs a due date.")
    except InvalidRule as problem:
        task.keep("repeat", one.rule, f"This repeat is kept as text. {problem}", "repeat")
        return
    task.repeat = ImportedRepeat(str(rule), one.mode, one.until, one.left, one.anchor)


def _position(name: str, key: str | None) -> Mapping[str, str]:
    """A key that later moves can work with; nothing otherwise."""
    try:
        key_between(key, None) if key else None
    except InvalidPosition:
        return {}
    return {name: key} if key and len(key) <= 100 else {}

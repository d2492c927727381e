"""Writes Daybook's own JSON, version 1; `web.formats.daybook` reads it.

A record a line; what has its default is left out. Keys stand in one order, so the same records give the same bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from web.domain.timestamps import iso
from web.formats.daybook import NAME, VERSION
from web.formats.imported import ImportedLabel, ImportedList, ImportedReminder, ImportedTask
from web.formats.writers import Export

_DEFAULTS: Mapping[str, Any] = {"colour": "grey", "is_section": False, "priority": 4, "mode": "schedule"}


def write(export: Export) -> Iterator[str]:
    settings = _json(_known(export.settings)) if export.settings else "null"
    yield f'{{"format":{_json(NAME)},"version":{VERSION},\n"settings":{settings},\n'
    yield from _array("lists", map(_list, export.lists.values()), ",\n")
    yield from _array("labels", map(_label, export.labels.values()), ",\n")
    yield from _array("tasks", map(_task, export.tasks), "}\n")


def _array(name: str, records: Iterable[Mapping[str, Any]], end: str) -> Iterator[str]:
    yield f'"{name}":['
    separator = "\n"
    for record in records:
        yield separator + _json(_known(record))
        separator = ",\n"
    yield f"{'' if separator == chr(10) else chr(10)}]{end}"


def _list(one: ImportedList) -> dict[str, Any]:
    return {
        "id": one.key,
        "name": one.name,
        "colour": one.colour,
        "parent": one.parent,
        "is_section": one.is_section,
        "position": one.exact.get("position"),
        "archived_at": one.exact["archived_at"],
        **_times(one.exact),
    }


def _label(one: ImportedLabel) -> dict[str, Any]:
    return {"id": one.key, "name": one.name, "colour": one.colour, **_times(one.exact)}


def _task(task: ImportedTask) -> dict[str, Any]:
    repeat = task.repeat
    return {
        "id": task.key,
        "title": task.title,
        "description": task.note,
        "list": task.list_key,
        "parent": task.parent,
        "series": task.exact["series"],
        "labels": list(task.labels),
        "priority": task.priority,
        "completed_at": task.completed_at,
        "start_on": task.start_on,
        "due_on": task.due_on,
        "due_time": task.due_time,
        "due_zone": task.due_zone,
        "due_at": task.exact["due_at"],
        "repeat": repeat
        and {
            "rule": repeat.rule,
            # Without a default: the reader asks for it.
            "mode": repeat.mode,
            "anchor": repeat.anchor,
            **({"until": repeat.until} if repeat.until else {}),
            **({"left": repeat.left} if repeat.left else {}),
        },
        "reminders": [_known(_reminder(one)) for one in task.reminders],
        "position": task.exact.get("position"),
        "day_position": task.exact.get("day_position"),
        "kept": task.kept,
        **_times(task.exact),
    }


def _reminder(one: ImportedReminder) -> dict[str, Any]:
    names = ("minutes_before", "day_time", "at", "created_at", "sent_at", "dismissed_at")
    return {"id": one.key, **{name: getattr(one, name) for name in names}}


def _times(exact: Mapping[str, Any]) -> dict[str, Any]:
    """Most records are as they were added."""
    changed = exact["updated_at"] if exact["updated_at"] != exact["created_at"] else None
    return {"created_at": exact["created_at"], "updated_at": changed, "deleted_at": exact["deleted_at"]}


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty or has its default; 0 and False are values."""
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "", [], {}) and (name not in _DEFAULTS or value != _DEFAULTS[name])
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_text)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return iso(value)
    assert isinstance(value, date)
    return value.isoformat()

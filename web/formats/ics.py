"""iCalendar: the VTODOs of a file (RFC 5545), each read by itself.

One line that icalendar cannot read refuses a whole file, and an unknown time zone becomes none without a word: so the
text is cut here, and zones are looked at before.
"""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Todo
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from web.formats.dates import When, zone_or_none
from web.formats.imported import CannotRead, ImportedList, ImportedReminder, ImportedTask, Item, RefusedRow
from web.formats.opening import Source
from web.formats.repeats import take_rule

BEGIN, END = "BEGIN:VTODO", "END:VTODO"
# Thunderbird and Evolution write /mozilla.org/20050126_1/Europe/Berlin (RFC 5545, section 3.2.19).
_VENDORS_ZONE = re.compile(r'(?m)^(?P<property>(?:DUE|DTSTART)\b[^:\r\n]*;TZID=)"?(?P<zone>/[^:;"\r\n]+)"?')
# Of one task; longer ones hold attachments.
MOST_LINES = 5_000
_FOLD = re.compile(r"\r?\n[ \t]")
# A property that says nothing, which icalendar takes for a wrong one.
_EMPTY = re.compile(r"(?m)^[A-Za-z0-9-]+(?:;[^:\r\n]*)?:[ \t]*\r?\n")
_TAKEN = {
    *("UID", "SUMMARY", "DESCRIPTION", "PRIORITY", "STATUS", "COMPLETED", "CREATED", "DTSTAMP", "DUE", "DTSTART"),
    *("CATEGORIES", "RRULE", "RELATED-TO", "LAST-MODIFIED", "SEQUENCE", "PERCENT-COMPLETE", "RECURRENCE-ID"),
    *("X-DAYBOOK-LIST", "X-DAYBOOK-REPEAT", "X-APPLE-SORT-ORDER"),
}


def read_text(source: Source) -> Iterator[Item]:
    seen: set[str] = set()
    name = ""
    with source.lines() as lines:
        for line, text in _components(lines):
            if not text.startswith(BEGIN):
                name = text
                continue
            item = _read(line, text, name)
            if isinstance(item, ImportedTask) and (shown := item.list_key):
                item.list_key = shown.casefold()
                if item.list_key not in seen:
                    seen.add(item.list_key)
                    yield ImportedList(line, item.list_key, shown)
            yield item


def _components(lines: Any) -> Iterator[tuple[int, str]]:
    """The text of each VTODO with its first line; before them the name of the calendar, where the file says one."""
    begun = 0
    collected: list[str] = []
    for number, line in enumerate(lines, start=1):
        written = line.rstrip("\r\n")
        if written.upper() == BEGIN:
            begun, collected = number, []
        elif not begun and written.upper().startswith("X-WR-CALNAME:"):
            yield number, written.partition(":")[2].strip()
        if begun and len(collected) <= MOST_LINES:
            collected.append(written)
        if begun and written.upper() == END:
            yield begun, "\r\n".join(collected)
            begun = 0
    if begun:
        raise CannotRead("This VTODO does not end: the file may be cut off.", begun)


def _read(line: int, text: str, calendar: str) -> ImportedTask | RefusedRow:
    rule, others = _without_rule(_FOLD.sub("", text))
    try:
        todo: Any = Todo.from_ical(_EMPTY.sub("", _VENDORS_ZONE.sub(_without_vendor, others)))
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as problem:
        return RefusedRow(line, f"This VTODO cannot be read: {str(problem)[:100]}", _summary(text))
    if todo.errors:
        name, wrong = todo.errors[0]
        return RefusedRow(line, f"{name} of this VTODO cannot be read: {str(wrong)[:100]}", _summary(text))
    try:
        return _task(line, todo, others, rule, calendar)
    except (ValueError, TypeError, AttributeError, OverflowError) as problem:
        return RefusedRow(line, f"This VTODO cannot be read: {str(problem)[:100]}", _summary(text))


def _without_rule(text: str) -> tuple[str, str]:
    """The text of its RRULE, which icalendar would change, and the VTODO without it."""
    found = re.search(r"^RRULE[^:\r\n]*:([^\r\n]*)\r\n", text, re.MULTILINE | re.IGNORECASE)
    return (found[1], text[: found.start()] + text[found.end() :]) if found else ("", text)


def _summary(text: str) -> str:
    found = re.search(r"^SUMMARY[^:]*:(.*)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _task(line: int, todo: Any, text: str, rule: str, calendar: str) -> ImportedTask:
    title = str(todo.get("SUMMARY", ""))
    uid = str(todo.get("UID", ""))
    task = ImportedTask(line, title, uid or f"line {line}", note=str(todo.get("DESCRIPTION", "")))
    task.identity = uid or f"{text}{rule}"
    # An occurrence that was changed by itself is a task of its own.
    if "RECURRENCE-ID" in todo:
        task.key = task.identity = f"{uid} {todo['RECURRENCE-ID'].to_ical().decode()}"
    task.list_key = str(todo.get("X-DAYBOOK-LIST", "")) or calendar or None
    task.labels = tuple(filter(None, (str(name).strip() for name in _categories(todo))))
    task.priority = _priority(int(todo.get("PRIORITY", 0)))
    task.completed = str(todo.get("STATUS", "")).upper() in ("COMPLETED", "CANCELLED") or "COMPLETED" in todo
    task.completed_at = _moment(todo, "COMPLETED") if "COMPLETED" in todo else None
    task.created_at = _moment(todo, "CREATED") or _moment(todo, "DTSTAMP")
    task.parent = _parent(todo)
    ends = _take_dates(task, todo, repeats=bool(rule))
    if rule:
        from_completion = str(todo.get("X-DAYBOOK-REPEAT", "")) == "completion"
        take_rule(task, rule, "RRULE", "completion" if from_completion else "schedule")
    _take_alarms(task, todo)
    _keep_others(task, text, {*_TAKEN, *ends})
    return task


def _categories(todo: Any) -> Iterator[Any]:
    found = todo.get("CATEGORIES")
    for one in found if isinstance(found, list) else filter(None, [found]):
        yield from one.cats


def _priority(number: int) -> int:
    """1 to 4 is high, 5 medium, 6 to 9 low, 0 undefined (RFC 5545, 3.8.1.9)."""
    return 4 if number <= 0 else 1 if number < 5 else 2 if number == 5 else 3


def _parent(todo: Any) -> str | None:
    found = todo.get("RELATED-TO")
    for one in found if isinstance(found, list) else filter(None, [found]):
        if str(one.params.get("RELTYPE", "PARENT")).upper() == "PARENT":
            return str(one)
    return None


def _take_dates(task: ImportedTask, todo: Any, *, repeats: bool) -> Collection[str]:
    """Gives DURATION if the due date is made of it."""
    due = _when(task, todo, "DUE")
    start = _when(task, todo, "DTSTART")
    end = _end(todo, start, repeats=repeats) if start and not due else None
    due = due or end
    if due is None and start and repeats:
        # A repeat counts from its start.
        due, start = start, None
    if due:
        task.due_on, task.due_time, task.due_zone = due
    if start and (due is None or start.day <= due.day) and not repeats:
        task.start_on = start.day
    return ("DURATION",) if end else ()


def _end(todo: Any, start: When, *, repeats: bool) -> When | None:
    """DTSTART and DURATION, which stand for DUE (RFC 5545, 3.6.2). None where a repeat would leave its own days."""
    lasts = todo["DURATION"].dt if "DURATION" in todo else timedelta()
    if lasts <= timedelta():
        return None
    end = _later(todo["DTSTART"].dt, lasts)
    day, at = (end.date(), end.time().isoformat("minutes")) if isinstance(end, datetime) else (end, None)
    return None if repeats and day != start.day else When(day, at, start.zone)


def _later(value: date, duration: timedelta) -> date:
    """Days of a duration are those of the calendar, hours are exact (RFC 5545, 3.3.6)."""
    day = value + timedelta(days=duration.days)
    hours = timedelta(seconds=duration.seconds)
    if isinstance(day, datetime) and day.tzinfo:
        return (day.astimezone(UTC) + hours).astimezone(day.tzinfo)
    return day + hours


def _when(task: ImportedTask, todo: Any, name: str) -> When | None:
    if name not in todo:
        return None
    value = todo[name].dt
    if not isinstance(value, datetime):
        return When(value) if isinstance(value, date) else None
    at = value.time().isoformat("minutes")
    zone = str(todo[name].params.get("TZID", ""))
    if zone:
        known = zone_or_none(zone) or zone_or_none(WINDOWS_TO_OLSON.get(zone, ""))
        if known is None:
            sentence = f"There is no time zone “{zone[:30]}”; the time is taken for yours."
            task.keep(f"{name} TZID", zone, sentence, "due date")
        return When(value.date(), at, known.key if known else None)
    return When(value.date(), at, "UTC" if value.tzinfo else None)


def _without_vendor(found: re.Match[str]) -> str:
    """The property with the name of the time zone alone, where there is such a zone."""
    parts = found["zone"].split("/")
    names = ("/".join(parts[first:]) for first in range(2, len(parts)))
    known = next((name for name in names if zone_or_none(name)), None)
    return f"{found['property']}{known}" if known else found[0]


def _moment(todo: Any, name: str) -> datetime | None:
    value = todo[name].dt if name in todo else None
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, 12, tzinfo=UTC) if isinstance(value, date) else None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def _take_alarms(task: ImportedTask, todo: Any) -> None:
    for alarm in todo.walk("VALARM"):
        trigger = alarm.get("TRIGGER")
        before = trigger.dt if trigger is not None else None
        minutes = -before.total_seconds() / 60 if isinstance(before, timedelta) else -1
        if isinstance(before, datetime) and before.tzinfo:
            task.reminders += (ImportedReminder(at=before.astimezone(UTC)),)
        elif task.due_on and 0 <= minutes <= 40_320:
            task.reminders += (ImportedReminder(minutes_before=round(minutes)),)
        else:
            task.leave_out("reminder", "A reminder after the due date, or more than four weeks before, is left out.")


def _keep_others(task: ImportedTask, text: str, taken: Collection[str]) -> None:
    """Properties without a field, as the file has them; those of alarms stay out."""
    outside = True
    for line in text.splitlines()[1:-1]:
        name = re.split("[;:]", line, maxsplit=1)[0].upper()
        outside = outside and name != "BEGIN"
        if outside and name not in taken and re.fullmatch("[A-Z0-9-]+", name) and len(line) <= 1_000:
            task.keep(name, line.partition(":")[2], "Daybook has no field for it.", name)
        outside = outside or name == "END"

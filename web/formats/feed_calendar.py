"""Writes the calendar of a feed (RFC 5545): the open tasks as to-dos, or as events on the day that they are due.

A time of day follows the clock of its reader unless the task is fixed to a zone; `X-WR-TIMEZONE` tells programs without
a clock of their own, such as Google Calendar, which one that is. No alarms: Daybook sends the reminders itself.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, Todo
from icalendar.prop import vDDDLists, vRecur

from web.formats.feed import FeedRepeat, FeedTask, Kind

Component: TypeAlias = Event | Todo
AnyComponent = TypeVar("AnyComponent", Event, Todo)
_PRIORITIES = {1: 1, 2: 5, 3: 9}
# The changes of the clock that a time zone is written with.
_FIRST, _LAST = date(2020, 1, 1), date(2040, 1, 1)
# How many dates of a rule are listed that few programs read right.
MOST_LISTED = 24


def write(name: str, kind: Kind, zone: str, tasks: Iterable[FeedTask]) -> bytes:
    """The whole calendar. `zone` is the owner's. Events are of tasks with a due date only."""
    calendar = Calendar()
    for key, value in {"prodid": "-//Daybook//Daybook//EN", "version": "2.0", "method": "PUBLISH"}.items():
        calendar.add(key, value)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    tasks = list(tasks)
    zones = {task.zone for task in tasks if task.zone and task.repeat}
    for used in sorted(zones):
        calendar.add_component(_timezone(used))
    components = _events if kind == "events" else _todos
    for task in tasks:
        for component in components(task):
            calendar.add_component(component)
    return bytes(calendar.to_ical())


def _todos(task: FeedTask) -> Iterator[Component]:
    """A repeat that its due date is not one of stays out: the next date comes once this one is completed."""
    todo = _described(Todo(), task)
    if task.priority in _PRIORITIES:
        todo.add("priority", _PRIORITIES[task.priority])
    if task.parent_uid:
        todo.add("related-to", task.parent_uid)
    if task.due_on:
        todo.add("due", _moment(task, task.due_on))
    if task.due_on and task.repeat and _is_date_of(task.repeat, task.due_on):
        _add_repeat(todo, task, task.repeat, task.due_on)
    elif task.start_on and (task.due_on is None or task.start_on < task.due_on):
        todo.add("dtstart", task.start_on if task.due_time is None else datetime.combine(task.start_on, time.min))
    yield todo


def _events(task: FeedTask) -> Iterator[Component]:
    """One event. Two where the due date was moved by hand: that day, and the dates of the rule after it."""
    if task.due_on is None:
        return
    event = _event(task, task.uid)
    if task.repeat and _is_date_of(task.repeat, task.due_on):
        _add_repeat(event, task, task.repeat, task.due_on)
        yield event
        return
    event.add("dtstart", _moment(task, task.due_on))
    yield event
    if (repeat := _after(task.repeat, task.due_on)) and (first := repeat.rule.next(repeat.anchor, task.due_on)):
        if repeat.until and first > repeat.until:
            return
        following = _event(task, f"{task.uid}-following")
        _add_repeat(following, task, repeat, first)
        yield following


def _event(task: FeedTask, uid: str) -> Event:
    """It takes no time: a task is due at a moment, and its owner stays free."""
    event = _described(Event(), task._replace(uid=uid))
    event.add("transp", "TRANSPARENT")
    return event


def _described(component: AnyComponent, task: FeedTask) -> AnyComponent:
    component.add("uid", task.uid)
    component.add("dtstamp", task.updated_at)
    component.add("created", task.created_at)
    component.add("last-modified", task.updated_at)
    component.add("summary", task.title)
    if task.note:
        component.add("description", task.note)
    component.add("url", task.url)
    return component


def _moment(task: FeedTask, day: date) -> date | datetime:
    """A day, a time on any clock, or a time in the zone that the task is fixed to; in UTC where it does not repeat."""
    if task.due_time is None:
        return day
    wall = datetime.combine(day, time.fromisoformat(task.due_time))
    if task.zone is None:
        return wall
    fixed = wall.replace(tzinfo=ZoneInfo(task.zone))
    return fixed if task.repeat else fixed.astimezone(UTC)


def _add_repeat(component: Component, task: FeedTask, repeat: FeedRepeat, first: date) -> None:
    """From its first date on, which the rule itself gives: a DTSTART that is none is read in different ways."""
    component.add("dtstart", _moment(task, first))
    if repeat.rule.month_days and repeat.rule.positions:
        # ical.js takes BYSETPOS for days of the week only, and beside RDATE it forgets DTSTART.
        dates = islice(_dates(repeat, first, repeat.until or date.max), min(repeat.left or MOST_LISTED, MOST_LISTED))
        for day in dates:
            component.add("rdate", _moment(task, day), parameters={} if task.due_time else {"VALUE": "DATE"})
        return
    component.add("rrule", vRecur.from_ical(str(repeat.rule) + _end(task, repeat, first)))


def _end(task: FeedTask, repeat: FeedRepeat, first: date) -> str:
    """UNTIL or COUNT, whichever is sooner: a rule may have one of them."""
    if repeat.until is None:
        return f";COUNT={repeat.left}" if repeat.left else ""
    if repeat.left and _has_dates(repeat, first, repeat.left, repeat.until):
        return f";COUNT={repeat.left}"
    last = _moment(task, repeat.until)
    if not isinstance(last, datetime):
        return f";UNTIL={last:%Y%m%d}"
    return f";UNTIL={last:%Y%m%dT%H%M%S}" if last.tzinfo is None else f";UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _has_dates(repeat: FeedRepeat, first: date, count: int, until: date) -> bool:
    """Whether the rule has so many dates until that day."""
    return len(list(islice(_dates(repeat, first, until), count))) == count


def _dates(repeat: FeedRepeat, first: date, until: date) -> Iterator[date]:
    day: date | None = first
    while day and day <= until:
        yield day
        day = repeat.rule.next(repeat.anchor, day)


def _is_date_of(repeat: FeedRepeat, day: date) -> bool:
    return repeat.rule.first(repeat.anchor, day) == day


def _after(repeat: FeedRepeat | None, day: date) -> FeedRepeat | None:
    """What is left of a repeat behind a day of its own; None where that was the last one."""
    if repeat is None or repeat.left == 1:
        return None
    return repeat._replace(left=repeat.left and repeat.left - 1)


@lru_cache(maxsize=100)
def _timezone(name: str) -> Timezone:
    """With one property for each change of the clock: of several dates in one, ical.js reads the first."""
    zone = Timezone.from_tzid(name, first_date=_FIRST, last_date=_LAST)
    for part in zone.subcomponents:
        for change in part.pop("rdate", vDDDLists([])).dts:
            part.add("rdate", change.dt)
    return zone

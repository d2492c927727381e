"""The dates of a task between its columns and the domain: what follows from a due date, and the repeat that it has."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from web.domain import repeating
from web.domain.days import shifted
from web.domain.due import Due
from web.domain.due_words import start_after_due
from web.domain.errors import NotPossible
from web.domain.preferences import Preferences, zone_or_utc
from web.domain.recurrence import InvalidRule, Rule
from web.domain.repeating import Mode, Repeat
from web.domain.zones import instant, wall_clock
from web.models.task import Task

REPEAT = ("repeat_rule", "repeat_mode", "repeat_anchor", "repeat_until", "repeat_left")
NO_REPEAT: Mapping[str, Any] = dict.fromkeys(REPEAT)


def clock_of(due_time: str | None) -> time | None:
    return time.fromisoformat(due_time) if due_time else None


def text_of(at: time | None) -> str | None:
    return at.isoformat("minutes") if at else None


def due_at(due_on: date | None, due_time: str | None, due_zone: str | None, owner: ZoneInfo) -> datetime | None:
    """The moment of a due date that is fixed to a zone; None for one that follows its owner."""
    at = clock_of(due_time)
    return instant(due_on, at, owner) if due_on and at and due_zone else None


def require_start_before_due(
    start_on: date | None, due_on: date | None, preferences: Preferences, now: datetime
) -> None:
    """Raises NotPossible for a start that is later than the due date."""
    if start_on and due_on and start_on > due_on:
        raise NotPossible(start_after_due(start_on, due_on, preferences.today(now), preferences.date_order))


def repeat_of(task: Task, preferences: Preferences) -> Repeat:
    """The repeat of a repeating task. A fixed moment repeats on the calendar of its own zone."""
    assert task.repeat_rule and task.due_on and task.repeat_anchor
    zone, day, at = preferences.zone, task.due_on, clock_of(task.due_time)
    if task.due_zone and task.due_at:
        zone = zone_or_utc(task.due_zone)
        wall = wall_clock(task.due_at, zone)
        day, at = wall.date(), wall.time()
    mode: Mode = "completion" if task.repeat_mode == "completion" else "schedule"
    return Repeat(
        rule=Rule.parse(task.repeat_rule),
        mode=mode,
        anchor=task.repeat_anchor,
        due_on=day,
        zone=zone,
        due_time=at,
        start_on=task.start_on,
        until=task.repeat_until,
        left=task.repeat_left,
    )


def moved_to(repeat: Repeat, task: Task, preferences: Preferences) -> dict[str, Any]:
    """The columns of a task that has moved to another date of its repeat."""
    due = Due(repeat.due_on, repeat.due_time)
    if task.due_zone and repeat.due_time:
        due = Due.fixed(repeat.due_on, repeat.due_time, repeat.zone, preferences.zone)
    return {
        "due_on": due.due_on,
        "due_time": text_of(due.due_time),
        "due_at": due.due_at,
        "start_on": repeat.start_on,
        "repeat_anchor": repeat.anchor,
        "repeat_left": repeat.left,
    }


def implied(task: Task, edited: Mapping[str, Any], preferences: Preferences, now: datetime) -> dict[str, Any]:
    """What the fields that were edited mean for others. Raises NotPossible for a rule that gives no date."""
    values = {**_columns(task), **edited}
    implied: dict[str, Any] = {}
    if "repeat_rule" in edited or "repeat_mode" in edited:
        implied |= _new_repeat(values, preferences, now)
    elif "due_on" in edited and edited["due_on"] is None:
        implied |= NO_REPEAT
    values |= implied
    if values["due_on"] is None:
        implied |= {"due_time": None, "due_zone": None}
    elif values["due_time"] is None:
        implied |= {"due_zone": None}
    values |= implied
    if {"due_on", "due_time", "due_zone"} & {*edited, *implied}:
        implied["due_at"] = due_at(values["due_on"], values["due_time"], values["due_zone"], preferences.zone)
    if _postpones(task, edited):
        assert task.start_on and task.due_on
        implied["start_on"] = shifted(task.start_on, (edited["due_on"] - task.due_on).days)
    return implied


def new_repeat(values: Mapping[str, Any], preferences: Preferences, now: datetime) -> dict[str, Any]:
    """The columns of a repeat that a new task has: its anchor, and a first date where none was given."""
    try:
        return _begun(values, preferences, now)
    except InvalidRule as problem:
        raise NotPossible(str(problem)) from problem


def _new_repeat(values: Mapping[str, Any], preferences: Preferences, now: datetime) -> dict[str, Any]:
    """Changing the rule keeps the date that is shown, and counts from it."""
    if values["repeat_rule"] is None:
        return dict(NO_REPEAT)
    return new_repeat({**values, "repeat_anchor": None}, preferences, now)


def _begun(values: Mapping[str, Any], preferences: Preferences, now: datetime) -> dict[str, Any]:
    rule, due_on = Rule.parse(values["repeat_rule"]), values["due_on"]
    mode: Mode = "completion" if values["repeat_mode"] == "completion" else "schedule"
    anchor = values["repeat_anchor"] or due_on
    if due_on is None:
        today = preferences.today(now)
        beginning = repeating.begin(rule, today, clock_of(values["due_time"]), preferences.zone, now)
        if beginning is None:
            raise NotPossible("This repeat gives no date.")
        anchor, due_on = beginning
    repeating.check(rule, mode, anchor)
    return {"repeat_rule": str(rule), "repeat_mode": mode, "repeat_anchor": anchor, "due_on": due_on}


def _postpones(task: Task, edited: Mapping[str, Any]) -> bool:
    """Whether an occurrence of a repeating task is moved by hand: its start keeps the distance."""
    is_moved = edited.get("due_on") is not None and "start_on" not in edited
    return bool(is_moved and task.repeat_rule and task.start_on and task.due_on)


def _columns(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in ("due_on", "due_time", "due_zone", "start_on", *REPEAT)}


def of_new(values: Mapping[str, Any], preferences: Preferences, now: datetime, *, done: bool) -> dict[str, Any]:
    """The columns of a new task that follow from its dates. Raises NotPossible for a repeat that gives no date."""
    dated: dict[str, Any] = {"completed": True, "completed_at": now} if done else {}
    dated |= new_repeat(values, preferences, now) if values["repeat_rule"] else NO_REPEAT
    due_on = dated.get("due_on", values["due_on"])
    return dated | {"due_at": due_at(due_on, values["due_time"], values["due_zone"], preferences.zone)}

"""What completing, skipping and changing a repeating task do to its dates.

One task repeats: it keeps its row and moves to the next date. Dates follow the rule on the local calendar; the time of
day is added afterwards in `zone`, so that a change of the clock never moves it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from web.domain.days import MINUTES_A_DAY, shifted
from web.domain.recurrence import HORIZON_YEARS, InvalidRule, Rule, add_months
from web.domain.zones import instant, local_day

# "schedule" counts from the anchor ("every monday"), "completion" from the day it was done ("every! 3 days").
Mode = Literal["schedule", "completion"]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The dates of a repeating task as they are now. `zone` is the owner's, or the zone a fixed moment is tied to."""

    rule: Rule
    mode: Mode
    anchor: date
    due_on: date
    zone: ZoneInfo
    due_time: time | None = None
    start_on: date | None = None
    until: date | None = None  # the last day, included
    left: int | None = None  # how often it may still be completed or skipped
    reminders: tuple[int, ...] = ()  # minutes before it is due

    @property
    def due_at(self) -> datetime:
        """The UTC instant it is due; a day without a time is due from its first moment on."""
        return self.instant_on(self.due_on)

    @property
    def reminders_at(self) -> tuple[datetime, ...]:
        """The UTC instants of the reminders."""
        return tuple(reminder_at(self.due_on, self.due_time, minutes, self.zone) for minutes in self.reminders)

    def instant_on(self, day: date) -> datetime:
        """The UTC instant of the due time on a day, midnight without one."""
        return instant(day, self.due_time or time.min, self.zone)


class Completion(NamedTuple):
    """What completing or skipping leads to: the dates from now on, or None where the task is done for good."""

    next: Repeat | None

    @property
    def is_finished(self) -> bool:
        return self.next is None


class Beginning(NamedTuple):
    """The dates a new repeat starts with."""

    anchor: date
    due_on: date


def reminder_at(due_on: date, due_time: time | None, minutes: int, zone: ZoneInfo) -> datetime:
    """The UTC instant so many minutes before a task is due.

    Whole days before are counted on the calendar; the rest is exact before a time, wall time before a day.
    """
    days, rest = divmod(minutes, MINUTES_A_DAY)
    day = shifted(due_on, -days)
    if due_time is not None:
        return instant(day, due_time, zone) - timedelta(minutes=rest)
    wall = datetime.combine(day, time.min) - timedelta(minutes=rest)
    return instant(wall.date(), wall.time(), zone)


def check(rule: Rule, mode: Mode, anchor: date) -> None:
    """Raises `InvalidRule` for a rule that cannot be stored with that mode and anchor."""
    if mode == "schedule":
        _check_names_its_day(rule)
        second = rule.next(anchor, rule.first(anchor, anchor) or date.max)
        gives_dates = second is not None
    else:
        gives_dates = all(rule.next(day, day) for day in _kinds_of_anchor(rule, anchor))
    if not gives_dates:
        raise InvalidRule(f"The rule gives no second date within {HORIZON_YEARS} years: INTERVAL never fits its days.")


def _check_names_its_day(rule: Rule) -> None:
    needed = {"WEEKLY": "BYDAY", "MONTHLY": "BYMONTHDAY or BYDAY", "YEARLY": "BYMONTH with BYMONTHDAY or BYDAY"}
    if rule.is_plain and rule.frequency in needed:
        raise InvalidRule(f"FREQ={rule.frequency} needs {needed[rule.frequency]} to say its day.")


def _kinds_of_anchor(rule: Rule, anchor: date) -> Iterator[date]:
    """One anchor for each remainder that the interval leaves: the day of completion may be any of them."""
    months = {"MONTHLY": 1, "YEARLY": 12}.get(rule.frequency, 0)
    return (add_months(anchor, months * number) for number in range(rule.interval if months else 1))


def begin(rule: Rule, starting: date, due_time: time | None, zone: ZoneInfo, now: datetime) -> Beginning | None:
    """The first date of the pattern from `starting` on, whatever the interval, which then counts from it.

    A date that is over, or whose time of day is, gives way to the next one. None where the rule gives no date.
    """
    today = local_day(now, zone)
    anchor = rule.begin(starting)
    due_on = anchor and rule.first(anchor, max(anchor, today))
    if anchor is None or due_on is None:
        return None
    if due_time is None or instant(due_on, due_time, zone) > now:
        return Beginning(anchor, due_on)
    if anchor >= today:
        anchor = due_on = rule.begin(shifted(due_on, 1))
    else:
        due_on = rule.next(anchor, due_on)
    return Beginning(anchor, due_on) if anchor and due_on else None


def complete(repeat: Repeat, at: datetime) -> Completion:
    """The dates after completing at an instant. On schedule they are later than both the date completed and `at`."""
    today = local_day(at, repeat.zone)
    if repeat.mode == "schedule":
        return _moved(repeat, _next_on_schedule(repeat, today, at))
    return _moved(replace(repeat, anchor=today), _next_from_completion(repeat, today))


def skip(repeat: Repeat, at: datetime) -> Completion:
    """The dates after leaving this one out: as completing does, but never sooner than the date that is skipped."""
    return complete(repeat, max(at, repeat.due_at) if repeat.mode == "completion" else at)


def following(repeat: Repeat, at: datetime, count: int) -> list[Repeat]:
    """The next dates, at most `count`: completed at `at`, then each on its own day and at its own time."""
    return list(islice(_completing(repeat, at), count))


def upcoming(repeat: Repeat, now: datetime, count: int = 5) -> list[Repeat]:
    """The dates to show beside a task: what follows if it is completed when due, or now where that is over."""
    return following(repeat, max(now, repeat.due_at), count)


def change_rule(repeat: Repeat, rule: Rule, mode: Mode) -> Repeat:
    """The task by another rule: its date stays, and intervals count from it. Raises `InvalidRule` as `check` does."""
    check(rule, mode, repeat.due_on)
    return replace(repeat, rule=rule, mode=mode, anchor=repeat.due_on)


def move_due(repeat: Repeat, due_on: date, due_time: time | None) -> Repeat:
    """This occurrence on another day: rule and anchor stay, so the next one is where it was."""
    return replace(repeat, due_on=due_on, due_time=due_time, start_on=_start_on(repeat, due_on))


def _next_on_schedule(repeat: Repeat, today: date, at: datetime) -> date | None:
    """The rule's first date after the due date and today; today itself where its time of day is still ahead."""
    rule, anchor = repeat.rule, repeat.anchor
    ahead_today = repeat.due_time is not None and repeat.due_on < today and repeat.instant_on(today) > at
    if ahead_today and rule.first(anchor, today) == today:
        return today
    return rule.next(anchor, max(repeat.due_on, today))


def _next_from_completion(repeat: Repeat, today: date) -> date | None:
    """The interval after today; by a pattern, its first date after today and after the due date."""
    after = today if repeat.rule.is_plain else max(today, repeat.due_on)
    return repeat.rule.next(today, after)


def _moved(repeat: Repeat, due_on: date | None) -> Completion:
    """The task on its next date, finished where no date, day or repetition is left."""
    left = None if repeat.left is None else repeat.left - 1
    if due_on is None or left == 0 or (repeat.until and due_on > repeat.until):
        return Completion(None)
    return Completion(replace(repeat, due_on=due_on, start_on=_start_on(repeat, due_on), left=left))


def _start_on(repeat: Repeat, due_on: date) -> date | None:
    """The start date keeps its distance to the due date."""
    return repeat.start_on and shifted(repeat.start_on, (due_on - repeat.due_on).days)


def _completing(repeat: Repeat, at: datetime) -> Iterator[Repeat]:
    while (completion := complete(repeat, at)).next:
        repeat = completion.next
        yield repeat
        at = repeat.due_at

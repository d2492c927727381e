"""What the page of a task says of it: its facts in words, its steps, its history. And what its small forms offer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, NamedTuple

from web.domain.days import (
    MONTH_NAMES,
    MONTHS,
    WEEKDAY_NAMES,
    WEEKDAYS,
    day_words,
    full_date,
    month_day,
    month_weeks,
    months_later,
    shifted,
    weekend,
)
from web.domain.days import next_week as first_of_next_week
from web.domain.due_words import clock_words, due_words
from web.domain.preferences import zone_or_utc
from web.domain.repeating import upcoming
from web.domain.rule_words import ordinal, shown_repeat, words_of_repeat
from web.domain.timestamps import utc_now
from web.domain.zones import instant, wall_clock
from web.models.event import Event
from web.models.label import Label
from web.models.task import Task, TaskRow
from web.services.history import History
from web.services.history_words import NOTHING, PRIORITIES, HistoryWords
from web.services.labels import Labels
from web.services.overview import NO_DETAIL, Overviews
from web.services.records import Service
from web.services.reminder_facts import ReminderFacts
from web.services.row_facts import PRIORITY_MARKS
from web.services.task_dates import clock_of, repeat_of
from web.services.tasks import Tasks
from web.services.views import Views


class Fact(NamedTuple):
    """One line of the facts: its form, its label, its value in words and marks, and what follows from it."""

    name: str
    label: str
    words: str
    more: Sequence[str] = ()
    marks: str = ""


class Choice(NamedTuple):
    """A day to choose with one press."""

    label: str
    day: date
    words: str


class Month(NamedTuple):
    """A month to choose a day from, in whole weeks; `before` and `after` are the months beside it, as YYYY-MM."""

    name: str
    weekdays: Sequence[str]
    weeks: Sequence[Sequence[date]]
    first: date
    before: str
    after: str
    today: date


class About:
    """All that the page of a task shows below its row. Each part is one statement, run when it is first read."""

    def __init__(self, service: "TaskFacts", task: Task) -> None:
        self.task = task
        self._service = service

    @cached_property
    def facts(self) -> Sequence[Fact]:
        """Three statements."""
        return [self._service.of(name, self.task) for name in _FACTS]

    @property
    def list_name(self) -> str:
        """Work › Quarterly report."""
        return self._service.list_name(self.task)

    @cached_property
    def steps(self) -> Sequence[TaskRow]:
        return Views(self._service.connection, self._service.actor).steps(self.task.id or 0)

    @cached_property
    def history(self) -> Sequence[Event]:
        """Newest first."""
        return History(self._service.connection, self._service.actor).of("tasks", self.task.id or 0)

    def happened(self, event: Event) -> str:
        """An event of the history in words."""
        return self._service.history_words.happened(event)

    @property
    def latest_operation(self) -> str:
        """The operation that changed the task last; empty for one without events."""
        return self.history[0].operation if self.history else ""


class TaskFacts(Service):
    """The facts of a task in the words, the time zone and the clock of its user."""

    @cached_property
    def overviews(self) -> Overviews:
        return Overviews(self.connection, self.actor)

    @cached_property
    def history_words(self) -> HistoryWords:
        words = HistoryWords(self.connection, self.actor)
        words.overviews = self.overviews
        return words

    def about(self, task: Task) -> About:
        return About(self, task)

    def of(self, name: str, task: Task) -> Fact:
        """One statement for labels, list and reminders, none for the others."""
        label, words = _FACTS[name]
        more = self.next_dates(task) if name == "repeat" else ()
        marks = PRIORITY_MARKS.get(task.priority, "") if name == "priority" else ""
        return Fact(name, label, words(self, task), more, marks)

    def dates(self, task: Task) -> Sequence[Fact]:
        """No statement."""
        return [self.of(name, task) for name in DATES]

    def changed(self, name: str, task: Task) -> Sequence[Fact]:
        """The fact of a form, and those that it may have changed too: another due date moves reminders."""
        names = (*DATES, "reminders") if name == "due" else DATES if name in DATES else (name,)
        return [self.of(one, task) for one in names]

    def announcement(self, name: str, task: Task) -> str:
        """Due Tomorrow, 18:00: Buy milk."""
        fact = self.of(name, task)
        return f"{fact.label} {fact.words}: {task.title}"

    def due(self, task: Task | TaskRow) -> str:
        """Tomorrow, 18:00; a fixed moment names its zone, with the time there where it is another one."""
        if task.due_on is None:
            return NOTHING
        preferences = self.actor.preferences
        now = preferences.now(utc_now())
        words = due_words(task.due_on, clock_of(task.due_time), now, preferences, is_open=not task.completed)
        if not task.due_zone or task.due_time is None:
            return words
        at = instant(task.due_on, time.fromisoformat(task.due_time), preferences.zone)
        there = wall_clock(at, zone_or_utc(task.due_zone))
        is_same = there == datetime.combine(task.due_on, time.fromisoformat(task.due_time))
        return f"{words} ({'' if is_same else f'{clock_words(there.time(), preferences.clock)} in '}{task.due_zone})"

    def start(self, task: Task) -> str:
        return self._words(task.start_on) if task.start_on else NOTHING

    def repeat(self, task: Task) -> str:
        """The rule and its end, such as every Mon, until 20 Dec 2026."""
        words, until = shown_repeat(task.repeat_rule, task.repeat_mode) or "Never", task.repeat_until
        if until:
            words += f", until {full_date(until, self.actor.preferences.date_order)}"
        return words + (f", {task.repeat_left} more times" if task.repeat_left else "")

    def priority(self, task: Task) -> str:
        return PRIORITIES[task.priority]

    def list_name(self, task: Task) -> str:
        """Work › Quarterly report."""
        return (task.list_id and self.overviews.get().path(task.list_id)) or "Inbox"

    def label_names(self, task: Task) -> str:
        """One statement for each version of the task."""
        known = (task.id, task.version)
        if known not in self._label_names:
            self._label_names[known] = self._read_label_names(task)
        return self._label_names[known]

    @cached_property
    def _label_names(self) -> dict[tuple[int | None, int], str]:
        return {}

    def _read_label_names(self, task: Task) -> str:
        row = TaskRow(*(getattr(task, name) for name in TaskRow._fields))
        marks = self.overviews.details([row]).get(row.id, NO_DETAIL).labels
        return ", ".join(mark.name for mark in marks) or NOTHING

    def reminders(self, task: Task) -> str:
        return ReminderFacts(self.connection, self.actor).words(task)

    def label_ids(self, task: Task) -> Sequence[int]:
        return Tasks(self.connection, self.actor).labels_of(task)

    def all_labels(self) -> Sequence[Label]:
        return Labels(self.connection, self.actor).all()

    def lists(self) -> Sequence[tuple[int, str]]:
        """Where a task can be moved to, beside the Inbox: the id and path of each list, its sections behind it."""
        overview = self.overviews.get()
        sections = [one for one in overview.lists if one.is_section and not one.is_archived]
        within = ((one, *(each for each in sections if each.parent_id == one.id)) for _, one in overview.tree)
        return [(one.id, overview.path(one.id)) for each in within for one in each]

    @property
    def priorities(self) -> Mapping[int, str]:
        return PRIORITIES

    def zones(self, task: Task) -> Sequence[str]:
        """The zones that a due time can be fixed to: the user's, and the one that it has."""
        return list(dict.fromkeys([self.actor.preferences.zone.key, *filter(None, [task.due_zone])]))

    def repeat_values(self, task: Task) -> Mapping[str, Any]:
        """The fields of the repeat form."""
        return {"rule": rule_of(task), "repeat_until": task.repeat_until, "repeat_left": task.repeat_left}

    def common_rules(self, task: Task) -> Sequence[str]:
        """Repeats that most tasks need, in words, for the day that the task is due; the one it has comes first."""
        day = task.due_on or self._today
        weekday, month_day = WEEKDAYS[day.weekday()], f"the {ordinal(day.day)}"
        common = [
            "every day",
            "every workday",
            f"every {weekday}",
            f"every 2 weeks on {weekday}",
            f"every month on {month_day}",
            "every month on the last day",
            f"every year on {month_day} of {MONTHS[day.month - 1]}",
        ]
        return list(dict.fromkeys([*filter(None, [rule_of(task)]), *common]))

    def next_dates(self, task: Task, count: int = 5) -> Sequence[str]:
        """The dates after the one it is due on, in words; none for a task that does not repeat."""
        if task.repeat_rule is None:
            return ()
        now, preferences = utc_now(), self.actor.preferences
        found = upcoming(repeat_of(task, preferences), now, count)
        return [self._words(one.due_on) for one in found]

    def choices(self) -> Sequence[Choice]:
        """Today, tomorrow, the weekend and next week, with their dates."""
        today, week_start = self._today, self.actor.preferences.week_start
        days = {
            "Today": today,
            "Tomorrow": shifted(today, 1),
            "Weekend": weekend(today),
            "Next week": first_of_next_week(today, week_start),
        }
        return [
            Choice(label, day, f"{WEEKDAYS[day.weekday()]} {month_day(day, self.actor.preferences.date_order)}")
            for label, day in days.items()
        ]

    def month(self, written: str, chosen: date | None) -> Month:
        """The month that is written as YYYY-MM; otherwise that of the chosen day, or this one."""
        today, week_start = self._today, self.actor.preferences.week_start
        first = _month(written) or (chosen or today).replace(day=1)
        weekdays = [WEEKDAY_NAMES[(week_start + number) % 7] for number in range(7)]
        before, after = (months_later(first, step).strftime("%Y-%m") for step in (-1, 1))
        name = f"{MONTH_NAMES[first.month - 1]} {first.year}"
        return Month(name, weekdays, month_weeks(first, week_start), first, before, after, today)

    def _words(self, day: date) -> str:
        return day_words(day, self._today, self.actor.preferences.date_order)

    @property
    def _today(self) -> date:
        return self.actor.preferences.today(utc_now())


# The label of each fact and its words, by the name of its form.
_FACTS: Mapping[str, tuple[str, Callable[[TaskFacts, Task], str]]] = {
    "due": ("Due", TaskFacts.due),
    "start": ("Start", TaskFacts.start),
    "repeat": ("Repeat", TaskFacts.repeat),
    "priority": ("Priority", TaskFacts.priority),
    "labels": ("Labels", TaskFacts.label_names),
    "move": ("List", TaskFacts.list_name),
    "reminders": ("Remind", TaskFacts.reminders),
}
DATES = ("due", "start", "repeat", "priority")


def _month(written: str) -> date | None:
    try:
        return date.fromisoformat(f"{written}-01") if len(written) == len("2026-11") else None
    except ValueError:
        return None


def rule_of(task: Task) -> str | None:
    """The rule in words, such as every 2 weeks on Mon."""
    return words_of_repeat(task.repeat_rule, task.repeat_mode) or None

"""The reminders of a task in the words, the time zone and the clock of its user, and the choices of their form."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from web.domain.days import day_words
from web.domain.reminder_words import before_words, choices, moment_words
from web.domain.timestamps import utc_now
from web.models.reminder import Reminder
from web.models.task import Task
from web.services.records import Service
from web.services.reminder_queue import LATEST
from web.services.reminders import Reminders, is_snoozed
from web.services.task_dates import clock_of

NOTHING = "None"


class ReminderLine(NamedTuple):
    id: int
    words: str


class ReminderFacts(Service):
    def words(self, task: Task) -> str:
        """One statement."""
        return words_of(self.lines(task))

    def lines(self, task: Task) -> Sequence[ReminderLine]:
        """The reminders of a task, the earliest first. One statement."""
        found = Reminders(self.connection, self.actor).of(task.id or 0)
        return [ReminderLine(one.id or 0, self.of(task, one)) for one in found]

    def of(self, task: Task, reminder: Reminder) -> str:
        """How long before, and at which moment; whether it was sent."""
        clock, parts = self.actor.preferences.clock, []
        if reminder.minutes_before is not None:
            parts.append(before_words(reminder.minutes_before, clock_of(reminder.day_time), clock))
        if reminder.at is not None:
            parts.append(self._moment(task, reminder, reminder.at))
        return ", ".join(filter(None, [*parts, _state(reminder, utc_now())]))

    def _moment(self, task: Task, reminder: Reminder, at: datetime) -> str:
        """Tomorrow, 09:50; what stands in the words before it or in the due date is left out."""
        preferences = self.actor.preferences
        wall, today = preferences.now(at), preferences.today(utc_now())
        if reminder.minutes_before is None:
            return moment_words(wall, today, preferences)
        if is_snoozed(task, reminder, preferences):
            return f"snoozed until {moment_words(wall, today, preferences)}"
        if reminder.day_time is None:
            return moment_words(wall, today, preferences, beside=task.due_on)
        return "" if wall.date() == task.due_on else day_words(wall.date(), today, preferences.date_order)

    def choices(self, task: Task) -> Mapping[str, str]:
        """What the form offers before the task is due; nothing without a due date."""
        return choices(task.due_time is not None, self.actor.preferences.clock) if task.due_on else {}


def words_of(lines: Sequence[ReminderLine]) -> str:
    """10 minutes before, 09:50; of several with · between them."""
    return " · ".join(line.words for line in lines) or NOTHING


def _state(reminder: Reminder, now: datetime) -> str:
    if reminder.sent_at is not None:
        return "sent"
    return "not sent" if reminder.at is not None and reminder.at <= now - LATEST else ""

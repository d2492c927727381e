"""Reminders for tests: adds one, sends what is due at a time, and a channel that keeps what it is given."""

from datetime import timedelta
from typing import Any

import time_machine

from tests.services.planner import NOW, Planner
from web.models.reminder import Reminder, ReminderDraft
from web.server.reminders import ReminderLoop
from web.services.reminder_channels import ReminderMessage
from web.services.reminders import Reminders

KEY = "6f0d6a52-6d7e-4a0a-9f0b-0d9c6b1d6a11"


class Recorder:
    """A channel that keeps what it is given, and fails as often as it is told."""

    def __init__(self, name: str = "email", *failures: Exception) -> None:
        self.name, self.failures = name, list(failures)
        self.sent: list[ReminderMessage] = []
        self.is_closed = False

    def send(self, message: ReminderMessage) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)

    def close(self) -> None:
        self.is_closed = True


def remind(planner: Planner, task: Any, **values: Any) -> Reminder:
    draft = ReminderDraft(**(values or {"at": NOW}))
    return planner.run(Reminders, lambda reminders: reminders.add_to(task, draft, KEY))


def sent_at(planner: Planner, reminder: Reminder, *channels: Recorder, late: timedelta = timedelta()) -> int:
    """Send what is due so long after NOW."""
    with time_machine.travel(NOW + late, tick=False):
        return ReminderLoop(planner.database, channels).send_due()


def stored(planner: Planner, reminder: Reminder) -> Reminder:
    with planner.database.reading() as session:
        found = session.get(Reminder, reminder.id)
        assert found
        return found

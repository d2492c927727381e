"""What a user can do with the reminders of a task. The sender is another program."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from web.db.types import UtcDateTime
from web.domain.errors import NotPossible
from web.domain.preferences import Preferences
from web.domain.repeating import reminder_at
from web.models.base import table_of
from web.models.reminder import Reminder, ReminderDraft
from web.models.task import Task
from web.services.access import USER_ID, bound_to, readable
from web.services.records import Records, key_of
from web.services.task_dates import clock_of

_REMINDERS = table_of(Reminder)
_OF_TASK = readable(Reminder).where(_REMINDERS.c.task_id == bindparam("task")).order_by(_REMINDERS.c.id)
_UNSENT = (
    select(Reminder, Task)
    .join(Task, (table_of(Task).c.user_id == _REMINDERS.c.user_id) & (table_of(Task).c.id == _REMINDERS.c.task_id))
    .where(_REMINDERS.c.user_id == USER_ID, _REMINDERS.c.minutes_before.is_not(None), _REMINDERS.c.sent_at.is_(None))
)
# The time of a reminder follows from the task: no version, no event. What was sent is to be sent again.
_MOVE = (
    update(_REMINDERS)
    .where(_REMINDERS.c.user_id == USER_ID, _REMINDERS.c.id == bindparam("reminder"))
    .values(at=bindparam("moved_to", type_=UtcDateTime()), sent_at=None, claimed_until=None, attempts=0)
)


class Reminders(Records[Reminder]):
    model = Reminder

    def of(self, task_id: int) -> Sequence[Reminder]:
        """The reminders of a task."""
        return self._session.scalars(_OF_TASK, {**bound_to(self.actor), "task": task_id}).all()

    def add_to(self, task: Task, draft: ReminderDraft, key: str) -> Reminder:
        """A reminder at a time, or so many minutes before the task is due. Raises NotPossible without a due date."""
        values = draft.model_dump()
        if (draft.at is None) == (draft.minutes_before is None):
            raise NotPossible("Choose a time, or how long before the task is due.")
        at = draft.at or time_of(task, draft.minutes_before, self.actor.preferences)
        if at is None:
            raise NotPossible("A reminder before the task is due needs a due date.")
        fields = {"task_id": task.id, "minutes_before": draft.minutes_before, "at": at}
        return self.insert(fields, key_of(key, {"task": task.id, **values}))[0]

    def add_default(self, task: Task) -> None:
        """The reminder that the user wants for every task with a due time."""
        minutes = self.actor.preferences.default_reminder
        if minutes is not None and task.due_time and not task.completed:
            self.add_to(task, ReminderDraft(minutes_before=minutes), task.idempotency_key)

    def follow(self, task: Task) -> None:
        """After the due date moved: reminders before it move along, and are sent again."""
        for reminder in self.of(task.id or 0):
            at = time_of(task, reminder.minutes_before, self.actor.preferences)
            if reminder.minutes_before is not None and at != reminder.at:
                self._move(reminder, at)

    def follow_zone(self) -> None:
        """After the user's time zone changed: what is due at a wall time is due at another moment."""
        for reminder, task in self._session.execute(_UNSENT, bound_to(self.actor)):
            at = time_of(task, reminder.minutes_before, self.actor.preferences)
            if at != reminder.at:
                self._move(reminder, at)

    def _move(self, reminder: Reminder, at: datetime | None) -> None:
        self.connection.execute(_MOVE, {**bound_to(self.actor), "reminder": reminder.id, "moved_to": at})


def time_of(task: Task, minutes_before: int | None, preferences: Preferences) -> datetime | None:
    """The moment of a reminder so many minutes before; None without a due date."""
    if minutes_before is None or task.due_on is None:
        return None
    return reminder_at(task.due_on, clock_of(task.due_time), minutes_before, preferences.zone)

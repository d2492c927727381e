"""What a user can do with the reminders of a task. `web.services.reminder_queue` is what sends them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from web.db.types import UtcDateTime
from web.domain.days import MINUTES_A_DAY, shifted
from web.domain.errors import NotFound, NotPossible
from web.domain.preferences import Preferences
from web.domain.repeating import reminder_at
from web.domain.timestamps import utc_now
from web.domain.zones import instant
from web.models.base import Changes, table_of
from web.models.reminder import Reminder, ReminderDraft, ReminderForm
from web.models.task import Task
from web.services.access import USER_ID, bound_to, readable
from web.services.record_values import key_of
from web.services.records import Records
from web.services.reminder_queue import TASK_OF_REMINDER
from web.services.task_dates import clock_of

SNOOZE = timedelta(minutes=10)
# Of one task.
MOST_REMINDERS = 20
_REMINDERS = table_of(Reminder)
_OF_TASK = (
    readable(Reminder).where(_REMINDERS.c.task_id == bindparam("task")).order_by(_REMINDERS.c.at, _REMINDERS.c.id)
)
_UNSENT = (
    select(Reminder, Task)
    .join(Task, TASK_OF_REMINDER)
    .where(_REMINDERS.c.user_id == USER_ID, _REMINDERS.c.minutes_before.is_not(None), _REMINDERS.c.sent_at.is_(None))
)
_ONE = update(_REMINDERS).where(_REMINDERS.c.user_id == USER_ID, _REMINDERS.c.id == bindparam("reminder"))
# The time of a reminder follows from the task: no version, no event. What was sent is to be sent again.
_MOVE = _ONE.values(
    at=bindparam("moved_to", type_=UtcDateTime()),
    sent_at=None,
    sent_by=None,
    claimed_until=None,
    attempts=0,
    dismissed_at=None,
)
# With those of the task that came before it. What has moved meanwhile is another reminder.
_DISMISS = (
    update(_REMINDERS)
    .where(_REMINDERS.c.user_id == USER_ID, _REMINDERS.c.task_id == bindparam("task"))
    .where(_REMINDERS.c.at <= bindparam("shown_at", type_=UtcDateTime()), _REMINDERS.c.dismissed_at.is_(None))
    .values(dismissed_at=bindparam("now", type_=UtcDateTime()))
)


class Reminders(Records[Reminder]):
    model = Reminder

    def of(self, task_id: int) -> Sequence[Reminder]:
        """The reminders of a task, the earliest first."""
        return self._session.scalars(_OF_TASK, {**bound_to(self.actor), "task": task_id}).all()

    def add_chosen(self, task: Task, form: ReminderForm, key: str) -> Reminder:
        """The reminder that a form asks for. Raises as `add_new`."""
        return self.add_new(task, form.draft(self.actor.preferences.zone), key)

    def add_new(self, task: Task, draft: ReminderDraft, key: str) -> Reminder:
        """A reminder of a user; one that is there already is not added again.

        Raises NotPossible for a time that is over, for the 21st, and as `add_to`.
        """
        there = self.of(task.id or 0)
        at = draft.at or time_of(task, draft, self.actor.preferences)
        same = [one for one in there if one.at == at and one.minutes_before == draft.minutes_before]
        if same:
            return same[0]
        if len(there) >= MOST_REMINDERS:
            raise NotPossible(f"A task can have up to {MOST_REMINDERS} reminders.")
        if at is not None and at <= utc_now():
            raise NotPossible("That time is over. Choose a later one.")
        return self.add_to(task, draft, key)

    def add_to(self, task: Task, draft: ReminderDraft, key: str) -> Reminder:
        """A reminder at a time, or so many minutes before the task is due. Raises NotPossible without a due date."""
        values = draft.model_dump()
        if (draft.at is None) == (draft.minutes_before is None):
            raise NotPossible("Choose a time, or how long before the task is due.")
        at = draft.at or time_of(task, draft, self.actor.preferences)
        if at is None:
            raise NotPossible("A reminder before the task is due needs a due date.")
        fields = {"task_id": task.id, "minutes_before": draft.minutes_before, "day_time": draft.day_time, "at": at}
        return self.insert(fields, key_of(key, {"task": task.id, **values}))[0]

    def add_default(self, task: Task, key: str = "") -> None:
        """The reminder that the user wants for every task with a due time, unless its moment is over."""
        minutes = self.actor.preferences.default_reminder
        if minutes is None or task.due_time is None or task.completed:
            return
        draft = ReminderDraft(minutes_before=minutes)
        at = time_of(task, draft, self.actor.preferences)
        if at is not None and at > utc_now():
            self.add_to(task, draft, key or task.idempotency_key)

    def follow(self, task: Task, action: str, changes: Changes) -> None:
        """After the due date moved: reminders before it move along, and are sent again.

        A time that is given to a task without reminders brings the one that the user wants.
        """
        reminders = self.of(task.id or 0)
        if not reminders and action == "edit" and changes.get("due_time", ("",))[0] is None:
            self.add_default(task, self.actor.operation)
        for reminder in reminders:
            at = time_of(task, reminder, self.actor.preferences)
            if reminder.minutes_before is not None and at != reminder.at:
                self._move(reminder, at)

    def following(self) -> Sequence[int]:
        """The ids of unsent reminders whose time follows from their task: of all but snoozed ones."""
        rows = self._session.execute(_UNSENT, bound_to(self.actor))
        return [one.id or 0 for one, task in rows if not is_snoozed(task, one, self.actor.preferences)]

    def follow_zone(self, following: Sequence[int]) -> None:
        """After the user's time zone changed: what is due at a wall time is due at another moment."""
        for reminder, task in self._session.execute(_UNSENT, bound_to(self.actor)):
            at = time_of(task, reminder, self.actor.preferences)
            if reminder.id in following and at != reminder.at:
                self._move(reminder, at)

    def due(self, reminder_id: int) -> Reminder | None:
        """A reminder that the page shows now; None once it was put away or has moved. Raises NotFound."""
        reminder = self.any(reminder_id)
        if reminder.deleted_at is not None:
            raise NotFound
        is_over = reminder.at is None or reminder.at > utc_now() or reminder.dismissed_at is not None
        return None if is_over else reminder

    def dismiss(self, reminder: Reminder) -> None:
        """The page shows it no more, nor earlier ones of its task, unless they have moved to another time meanwhile."""
        values = {"task": reminder.task_id, "shown_at": reminder.at, "now": utc_now()}
        self.connection.execute(_DISMISS, {**bound_to(self.actor), **values})

    def snooze(self, reminder: Reminder) -> None:
        """It comes again in ten minutes, by every channel; earlier ones of its task do not."""
        self.dismiss(reminder)
        self._move(reminder, utc_now() + SNOOZE)

    def read_again(self, reminder_id: int) -> Reminder:
        """As stored now: dismissing and snoozing change rows, not the record that was read before."""
        self._session.expire_all()
        return self.get(reminder_id)

    def _move(self, reminder: Reminder, at: datetime | None) -> None:
        self.connection.execute(_MOVE, {**bound_to(self.actor), "reminder": reminder.id, "moved_to": at})


def time_of(task: Task, reminder: Reminder | ReminderDraft, preferences: Preferences) -> datetime | None:
    """The moment of a reminder before the task is due; None without a due date, or for one at a fixed time."""
    minutes, day_time = reminder.minutes_before, clock_of(reminder.day_time)
    if minutes is None or task.due_on is None:
        return None
    if day_time is not None:
        return instant(shifted(task.due_on, -(minutes // MINUTES_A_DAY)), day_time, preferences.zone)
    return reminder_at(task.due_on, clock_of(task.due_time), minutes, preferences.zone)


def is_snoozed(task: Task, reminder: Reminder, preferences: Preferences) -> bool:
    """Whether a reminder before the task is due comes at another time than follows from that."""
    return reminder.minutes_before is not None and reminder.at != time_of(task, reminder, preferences)

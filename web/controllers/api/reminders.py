"""Reminders for programs: the same service as the pages."""

from litestar import Controller, delete, get, post
from litestar.params import FromPath

from web.controllers.api.tasks import both
from web.domain.actor import new_operation
from web.domain.errors import NotPossible
from web.http.api.answering import Answer, Items, api, created
from web.http.api.reading import Body
from web.models.reminder import ReminderBody, ReminderOut
from web.services.reminders import Reminders
from web.services.tasks import Tasks


class RemindersApi(Controller):
    path = "/api"

    @get(both("/{task_id:int}/reminders"))
    @api
    def index(self, tasks: Tasks, reminders: Reminders, task_id: FromPath[int]) -> Items[ReminderOut]:
        """The reminders of a task, the earliest first."""
        tasks.get(task_id)
        return Items.of([ReminderOut.of(one) for one in reminders.of(task_id)])

    @post(both("/{task_id:int}/reminders"))
    @api
    def create(
        self, tasks: Tasks, reminders: Reminders, task_id: FromPath[int], data: Body[ReminderBody]
    ) -> Answer[ReminderOut]:
        """Add a reminder: `at` a time, or `minutes_before` the task is due. The same one twice is one.

        409 for a time that is over, without a due date that it would come before, and for the 21st of a task.
        """
        added = reminders.add_new(tasks.get(task_id), data.draft(), new_operation())
        return created(ReminderOut.of(added), at="/api/reminders")

    @get("/reminders/{reminder_id:int}")
    @api
    def show(self, reminders: Reminders, reminder_id: FromPath[int]) -> ReminderOut:
        """One reminder."""
        return ReminderOut.of(reminders.get(reminder_id))

    @delete("/reminders/{reminder_id:int}")
    @api
    def remove(self, reminders: Reminders, reminder_id: FromPath[int]) -> None:
        """Remove a reminder. Idempotent."""
        reminders.delete(reminder_id)

    @post("/reminders/{reminder_id:int}/snooze", status_code=200)
    @api
    def snooze(self, reminders: Reminders, reminder_id: FromPath[int]) -> ReminderOut:
        """Let a reminder that is due come again in ten minutes. 409 for one that is not due or was put away."""
        due = reminders.due(reminder_id)
        if due is None:
            raise NotPossible("This reminder is not due.")
        reminders.snooze(due)
        return ReminderOut.of(reminders.read_again(reminder_id))

    @post("/reminders/{reminder_id:int}/dismiss", status_code=200)
    @api
    def dismiss(self, reminders: Reminders, reminder_id: FromPath[int]) -> ReminderOut:
        """Put away a reminder that is due, and earlier ones of its task. Idempotent."""
        if due := reminders.due(reminder_id):
            reminders.dismiss(due)
        return ReminderOut.of(reminders.read_again(reminder_id))

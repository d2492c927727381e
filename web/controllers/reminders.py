"""The reminders of a task, set in a small form as its other facts, and those that are due now, shown in every page."""

from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from web.controllers.task_answers import BESIDE, changes
from web.controllers.view_pages import read_day
from web.domain.errors import NotPossible
from web.http.forms import Form
from web.http.request import CurrentUrl
from web.http.responses import VIEWS, Page, Rendered, partials
from web.http.unit_of_work import unit_of_work
from web.models.reminder import ReminderForm
from web.models.task import Task
from web.services.overview import Overviews
from web.services.reminder_facts import ReminderFacts, words_of
from web.services.reminders import Reminders
from web.services.task_facts import Fact, TaskFacts
from web.services.tasks import Tasks

FACT = "reminders"


class TaskRemindersController(Controller):
    path = "/tasks/{task_id:int}/reminders"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def show(self, tasks: Tasks, facts: TaskFacts, task_id: FromPath[int]) -> Rendered:
        return _form(facts, tasks.get(task_id), Form.blank(ReminderForm))

    @post("/")
    @unit_of_work
    def add(
        self,
        tasks: Tasks,
        reminders: Reminders,
        facts: TaskFacts,
        words: ReminderFacts,
        task_id: FromPath[int],
        form: Form[ReminderForm],
        url: CurrentUrl,
    ) -> Rendered:
        task = tasks.get(task_id)
        if form.draft is None:
            return _form(facts, task, form, status=422)
        try:
            added = reminders.add_chosen(task, form.draft, form.key)
        except NotPossible as problem:
            return _form(facts, task, form.refused(problem, "before" if form.draft.before else "on"), status=422)
        return _changed(facts, task, url, f"Reminder added: {words.of(task, added)}")


class RemindersController(Controller):
    path = "/reminders"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def due(self, overviews: Overviews) -> Rendered:
        """What the page asks for every minute; as a page of its own what is due now."""
        return Page({"overview": overviews.get()}, "reminders/index.html", "reminders/_due.html")

    @post("/{reminder_id:int}/delete")
    @unit_of_work
    def delete(
        self,
        tasks: Tasks,
        reminders: Reminders,
        facts: TaskFacts,
        words: ReminderFacts,
        reminder_id: FromPath[int],
        url: CurrentUrl,
    ) -> Rendered:
        """Idempotent."""
        removed = reminders.delete(reminder_id)
        task = tasks.get(removed.task_id)
        return _changed(facts, task, url, f"Reminder removed: {words.of(task, removed)}")

    @post("/{reminder_id:int}/done")
    @unit_of_work
    def done(
        self,
        tasks: Tasks,
        reminders: Reminders,
        reminder_id: FromPath[int],
        url: CurrentUrl,
        due_on: FromQuery[str] = "",
    ) -> Rendered:
        """Completes the task, of a repeating one the occurrence that the notice was for, and no later one.

        A second click, after the reminder went, completes nothing.
        """
        reminder = reminders.due(reminder_id)
        if reminder is None:
            return _put_away(url, "This reminder is put away already.")
        task = tasks.complete(reminder.task_id, read_day(due_on) if due_on else None)
        reminders.dismiss(reminder)
        return _put_away(url, f"Completed: {task.title}")

    @post("/{reminder_id:int}/snooze")
    @unit_of_work
    def snooze(self, reminders: Reminders, reminder_id: FromPath[int], url: CurrentUrl) -> Rendered:
        if reminder := reminders.due(reminder_id):
            reminders.snooze(reminder)
        return _put_away(url, "Reminder comes again in 10 minutes")

    @post("/{reminder_id:int}/dismiss")
    @unit_of_work
    def dismiss(self, reminders: Reminders, reminder_id: FromPath[int], url: CurrentUrl) -> Rendered:
        if reminder := reminders.due(reminder_id):
            reminders.dismiss(reminder)
        return _put_away(url, "Reminder dismissed")


def _form(facts: TaskFacts, task: Task, form: Form[ReminderForm], *, status: int = 200) -> Rendered:
    into = None if status == 200 else f"#{FACT}-{task.id}"
    return Page(_context(facts, task, form), "tasks/fact.html", "tasks/_reminders.html", into=into, status=status)


def _context(facts: TaskFacts, task: Task, form: Form[ReminderForm]) -> dict[str, Any]:
    words = ReminderFacts(facts.connection, facts.actor)
    lines = words.lines(task)
    fact = Fact(FACT, "Remind", words_of(lines))
    return {"task": task, "form": form, "fact": fact, "reminders": lines, "choices": words.choices(task)}


def _changed(facts: TaskFacts, task: Task, url: CurrentUrl, announcement: str) -> Rendered:
    """The form again, for the next one, and the index, which says whether the page has to ask for reminders."""
    tasks = Tasks(facts.connection, facts.actor)
    context = changes(tasks, facts.overviews, url, task, announcement)
    context |= _context(facts, task, Form.blank(ReminderForm))
    return partials("tasks/_reminders.html", *BESIDE, back=f"/tasks/{task.id}/{FACT}", **context)


def _put_away(url: CurrentUrl, announcement: str) -> Rendered:
    """What is still due, and the index. The view is fetched again by the page."""
    return partials("reminders/_due.html", VIEWS, "shared/_announcement.html", back=url, announcement=announcement)

"""One task in the browser: every action is a form with a URL of its own."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.controllers.notices import offer_of, placed_words
from web.controllers.panel import NO_PANEL, PANEL, panel_alone, task_beside
from web.controllers.places import place_at, place_named
from web.controllers.task_answers import BESIDE, changed, shown
from web.controllers.task_text import TextEditor
from web.controllers.view_pages import facts_at, read_day
from web.http.forms import Form, fields_of
from web.http.request import CurrentUrl, QueryString, Target
from web.http.responses import NewPage, Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.task import TaskDraft, TaskRow
from web.models.task_drafts import StepDraft
from web.services.overview import Overviews
from web.services.task_facts import TaskFacts
from web.services.tasks import Tasks


class TaskController(Controller):
    path = "/tasks/{task_id:int}"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def show(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_facts: TaskFacts,
        task_id: FromPath[int],
        query: QueryString,
        current_url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        task = tasks.get(task_id)
        if target == PANEL:
            return panel_alone(task, current_url, tasks)
        context: dict[str, Any] = {"about": task_facts.about(task), "form": Form.blank(StepDraft)}
        context |= {"placed": placed_words(tasks, fields_of(query).get("placed", ""))}
        context |= {"facts": facts_at(current_url, overviews, [task]), "focus": True}
        return shown("tasks/_task.html", overviews, task, place_named(task_id, query, current_url), **context)

    @get("/history")
    @unit_of_work
    def history(self, tasks: Tasks, task_facts: TaskFacts, task_id: FromPath[int]) -> Rendered:
        task = tasks.get(task_id)
        return page("tasks/history.html", partial="tasks/_history.html", task=task, about=task_facts.about(task))

    @post("/")
    @unit_of_work
    def save(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        form: Form[TaskDraft],
        current_url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        return TextEditor(tasks, overviews, current_url, target).saved(form, task_id)

    @post("/complete")
    @unit_of_work(transaction=False)
    def complete(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        current_url: CurrentUrl,
        target: Target,
        due_on: FromQuery[str] = "",
    ) -> Rendered:
        """For a repeating task its address says which occurrence: a second click completes no later one."""
        task = tasks.complete(task_id, read_day(due_on) if due_on else None)
        context: dict[str, Any] = {"moved": _completed_words(task, tasks), "returned": f"task-{task.id}"}
        context["operation"] = tasks.actor.operation
        context["notice"] = {"completed": str(task.id), "operation": tasks.actor.operation} if context["moved"] else {}
        return changed(tasks, overviews, current_url, target, task, f"Completed: {task.title}", **context)

    @post("/reopen")
    @unit_of_work(transaction=False)
    def reopen(
        self, tasks: Tasks, overviews: Overviews, task_id: FromPath[int], current_url: CurrentUrl, target: Target
    ) -> Rendered:
        task = tasks.reopen(task_id)
        return changed(tasks, overviews, current_url, target, task, f"Reopened: {task.title}")

    @post("/delete")
    @unit_of_work
    def delete(self, tasks: Tasks, task_id: FromPath[int], current_url: CurrentUrl, target: Target) -> Response[Any]:
        task, place = tasks.delete(task_id), place_at(current_url)
        back = place.url(**offer_of(task.id, tasks.undoable_delete))
        if place.own_page:
            return NewPage(back)
        context: dict[str, Any] = {"task": task, "announcement": f"Deleted: {task.title}"}
        context |= {"operation": tasks.undoable_delete, "query": place.query, "counts": tasks.counts(place.query)}
        names: tuple[str, ...] = ("tasks/_undo.html", *BESIDE)
        if target == PANEL:
            names = (NO_PANEL, "tasks/_gone.html", *names)
        elif task_beside(current_url) == task.id:
            names = (*names, NO_PANEL)
        return partials(*names, back=back, **context)

    @post("/restore")
    @unit_of_work
    def restore(
        self, tasks: Tasks, overviews: Overviews, task_id: FromPath[int], current_url: CurrentUrl, target: Target
    ) -> Rendered:
        task = tasks.restore(task_id)
        return changed(tasks, overviews, current_url, target, task, f"Restored: {task.title}")


def _completed_words(task: TaskRow, tasks: Tasks) -> str:
    """For the notice; empty where the task was completed before, so that there is nothing to undo."""
    steps, moved_on, changed = tasks.effect
    if moved_on:
        due = TaskFacts(tasks.connection, tasks.actor).due(task)
        return f"Completed “{task.title}”. Next: {due}"
    with_steps = f" with {steps} step{'s' if steps > 1 else ''}" if steps else ""
    return f"Completed “{task.title}”{with_steps}" if changed else ""

"""One task in the browser: every action is a form with a URL of its own."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from web.controllers.notices import placed_words
from web.controllers.panel import NO_PANEL, PANEL, panel_of, task_beside
from web.controllers.places import Place, place_at
from web.controllers.view_pages import facts_at, fields_of, read_day
from web.http.forms import Form
from web.http.request import CurrentUrl, QueryString, Target
from web.http.responses import VIEWS, NewPage, Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.task import Task, TaskDraft, TaskRow
from web.models.task_drafts import StepDraft
from web.services.overview import Overviews
from web.services.records import EditConflict
from web.services.task_facts import TaskFacts
from web.services.tasks import Tasks

# What was done, with Undo, until the next action.
MOVED_NOTICE = "views/_moved_notice.html"
# Gone with the third task.
EXAMPLES = "tasks/_examples.html"
# What any change of a task changes elsewhere on the page.
BESIDE = ("tasks/_counts.html", VIEWS, "shared/_announcement.html")


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
            return _panel(task, current_url, tasks)
        context: dict[str, Any] = {"about": task_facts.about(task), "form": Form.blank(StepDraft)}
        context |= {"placed": placed_words(tasks, fields_of(query).get("placed", ""))}
        context |= {"facts": facts_at(current_url, overviews, [task]), "focus": True}
        return _show("tasks/_task.html", overviews, task, _place(task_id, query, current_url), **context)

    @get("/history")
    @unit_of_work
    def history(self, tasks: Tasks, task_facts: TaskFacts, task_id: FromPath[int]) -> Rendered:
        task = tasks.get(task_id)
        return page("tasks/history.html", partial="tasks/_history.html", task=task, about=task_facts.about(task))

    @get("/edit")
    @unit_of_work
    def edit(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        query: QueryString,
        current_url: CurrentUrl,
        target: Target,
    ) -> Rendered:
        task, place = tasks.get(task_id), _place(task_id, query, current_url)
        form = Form.of(TaskDraft, task)
        if target == PANEL:
            return _panel(task, current_url, tasks, form)
        return _show("tasks/_edit.html", overviews, task, place, form=form)

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

        def again(partial: str, task: Any, form: Form[TaskDraft], status: int) -> Rendered:
            if target == PANEL:
                return _panel(task, current_url, tasks, form, status=status)
            return _show(partial, overviews, task, place_at(current_url), status=status, form=form)

        if form.draft is None:
            return again("tasks/_edit.html", tasks.get(task_id), form, 422)
        try:
            task = tasks.edit(task_id, form.draft, form.version)
        except EditConflict as conflict:
            return again("tasks/_conflict.html", conflict.record, form.against(conflict), 409)
        context: dict[str, Any] = {"operation": tasks.actor.operation, "returned": f"task-{task.id}"}
        context["moved"] = f"Saved “{task.title}”" if tasks.effect.changed else ""
        context["focus"] = target != PANEL
        return _changed(tasks, overviews, current_url, target, task, f"Saved: {task.title}", **context)

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
        return _changed(tasks, overviews, current_url, target, task, f"Completed: {task.title}", **context)

    @post("/reopen")
    @unit_of_work(transaction=False)
    def reopen(
        self, tasks: Tasks, overviews: Overviews, task_id: FromPath[int], current_url: CurrentUrl, target: Target
    ) -> Rendered:
        task = tasks.reopen(task_id)
        return _changed(tasks, overviews, current_url, target, task, f"Reopened: {task.title}")

    @post("/delete")
    @unit_of_work
    def delete(self, tasks: Tasks, task_id: FromPath[int], current_url: CurrentUrl, target: Target) -> Response[Any]:
        task, place = tasks.delete(task_id), place_at(current_url)
        back = place.url(deleted=str(task.id))
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
        return _changed(tasks, overviews, current_url, target, task, f"Restored: {task.title}")


def _place(task_id: int, query: str, current_url: str) -> Place:
    """The place that the address of a task names; for its row on another page, that page."""
    return place_at(f"/tasks/{task_id}?{query}" if query else current_url)


def _show(partial: str, overviews: Overviews, task: Any, place: Place, **answer: Any) -> Rendered:
    answer |= {"crumb": place.name(overviews), "here": place.view or "/tasks"}
    return page("tasks/show.html", partial=partial, task=task, place=place, **answer)


def _panel(
    task: Task, url: CurrentUrl, tasks: Tasks, editor: Form[TaskDraft] | None = None, *, status: int = 200
) -> Rendered:
    panel = panel_of(task, place_at(url), tasks, editor)
    return page("tasks/show.html", partial="tasks/_panel.html", panel=panel, status=status)


def _completed_words(task: TaskRow, tasks: Tasks) -> str:
    """For the notice; empty where the task was completed before, so that there is nothing to undo."""
    steps, moved_on, changed = tasks.effect
    if moved_on:
        due = TaskFacts(tasks.connection, tasks.actor).due(task)
        return f"Completed “{task.title}”. Next: {due}"
    with_steps = f" with {steps} step{'s' if steps > 1 else ''}" if steps else ""
    return f"Completed “{task.title}”{with_steps}" if changed else ""


def _changed(
    tasks: Tasks,
    overviews: Overviews,
    url: CurrentUrl,
    target: Target,
    task: Task | TaskRow,
    announcement: str,
    notice: Mapping[str, str] | None = None,
    **context: Any,
) -> Rendered:
    """The row as it is now and all that changed beside it; without htmx back to where the user was, with a notice."""
    context |= changes(tasks, overviews, url, task, announcement)
    place = place_at(url)
    names: tuple[str, ...] = ("tasks/_task.html", *BESIDE)
    if place.own_page or task.id == task_beside(url):
        panel = panel_of(tasks.get(task.id or 0), place, tasks)
        context |= {"panel": panel, "about": panel.about, "form": panel.form}
        beside = "tasks/_about.html" if place.own_page else "tasks/_panel.html"
        names = (beside, *names) if target == PANEL else (*names, beside)
    if context.get("moved"):
        names = (*names, MOVED_NOTICE)
    return partials(*names, back=place.back_to(task.id, **(notice or {})), **context)


def changes(
    tasks: Tasks, overviews: Overviews, url: CurrentUrl, task: Task | TaskRow, announcement: str
) -> dict[str, Any]:
    """What the row needs, and what stands beside it."""
    place = place_at(url)
    context = {"task": task, "place": place, "query": place.query, "counts": tasks.counts(place.query)}
    return {**context, "announcement": announcement, "facts": facts_at(url, overviews, [task])}

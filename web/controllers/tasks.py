"""Tasks in the browser: every action is a form with a URL of its own."""

import re
from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery
from pydantic import ValidationError

from web.controllers.view_pages import ViewPage, facts_at, page_at
from web.http.forms import Form, errors_of, whole_number
from web.http.request import CurrentUrl, QueryString
from web.http.responses import VIEWS, Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.task import Task, TaskDraft, TaskRow
from web.models.task_drafts import QuickLine, StepDraft
from web.models.task_query import TaskQuery
from web.services.overview import Overviews
from web.services.quick_add import QuickAdd
from web.services.records import EditConflict
from web.services.row_facts import row_facts
from web.services.task_facts import TaskFacts
from web.services.tasks import Tasks
from web.services.views import Views


class TasksController(Controller):
    path = "/tasks"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(
        self,
        tasks: Tasks,
        overviews: Overviews,
        query: QueryString,
        current_url: CurrentUrl,
        deleted: FromQuery[str] = "",
    ) -> Rendered:
        view = TaskQuery.read_string(query)
        undo = tasks.deleted(whole_number(deleted)) if deleted else None
        if view.after:
            return _index(tasks, overviews, view, partial="tasks/_rows.html", deleted=undo)
        history = "HX-Replace-Url" if view.refines(TaskQuery.read_url(current_url)) else "HX-Push-Url"
        headers = {history: view.url()}
        return _index(tasks, overviews, view, partial="tasks/_list.html", headers=headers, deleted=undo)

    @post("/")
    @unit_of_work
    def add(
        self,
        quick_add: QuickAdd,
        tasks: Tasks,
        views: Views,
        overviews: Overviews,
        form: Form[QuickLine],
        current_url: CurrentUrl,
    ) -> Rendered:
        task, shown = _added(quick_add, form), page_at(current_url, views)
        if shown:
            return _added_to_view(shown, overviews, task, form)
        if task is None:
            view = TaskQuery.read_url(current_url)
            return _index(tasks, overviews, view, partial="tasks/_new.html", into="#new", status=422, form=form)
        # No fragment in the address: with one, browsers leave the field for the next task without the focus.
        new, back = Form.blank(QuickLine), TaskQuery.read_url(current_url).url(after="")
        announcement = f"Added: {task.title}"
        return _changed(tasks, overviews, current_url, task, announcement, "shared/_op.html", back=back, form=new)

    @get("/{task_id:int}")
    @unit_of_work
    def show(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_facts: TaskFacts,
        task_id: FromPath[int],
        current_url: CurrentUrl,
    ) -> Rendered:
        task = tasks.get(task_id)
        about, form = task_facts.about(task), Form.blank(StepDraft)
        facts = facts_at(current_url, overviews, [task])
        return _show("tasks/_task.html", task, focus=True, about=about, form=form, facts=facts)

    @get("/{task_id:int}/edit")
    @unit_of_work
    def edit(self, tasks: Tasks, task_id: FromPath[int]) -> Rendered:
        task = tasks.get(task_id)
        return _show("tasks/_edit.html", task, form=Form.of(TaskDraft, task))

    @post("/{task_id:int}")
    @unit_of_work
    def save(
        self,
        tasks: Tasks,
        overviews: Overviews,
        task_id: FromPath[int],
        form: Form[TaskDraft],
        current_url: CurrentUrl,
    ) -> Rendered:
        if form.draft is None:
            return _show("tasks/_edit.html", tasks.get(task_id), status=422, form=form)
        try:
            task = tasks.edit(task_id, form.draft, form.version)
        except EditConflict as conflict:
            return _show("tasks/_conflict.html", conflict.record, status=409, form=form.against(conflict))
        return _changed(tasks, overviews, current_url, task, f"Saved: {task.title}", focus=True)

    @post("/{task_id:int}/complete")
    @unit_of_work(transaction=False)
    def complete(self, tasks: Tasks, overviews: Overviews, task_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        task = tasks.complete(task_id)
        return _changed(tasks, overviews, current_url, task, f"Completed: {task.title}")

    @post("/{task_id:int}/reopen")
    @unit_of_work(transaction=False)
    def reopen(self, tasks: Tasks, overviews: Overviews, task_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        task = tasks.reopen(task_id)
        return _changed(tasks, overviews, current_url, task, f"Reopened: {task.title}")

    @post("/{task_id:int}/delete")
    @unit_of_work
    def delete(self, tasks: Tasks, task_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        task, view = tasks.delete(task_id), TaskQuery.read_url(current_url)
        context: dict[str, Any] = {"task": task, "announcement": f"Deleted: {task.title}"}
        context |= {"query": view, "counts": tasks.counts(view)}
        path = _other_page(current_url)
        back = f"{path}?deleted={task.id}" if path else view.url(deleted=str(task.id))
        return partials("tasks/_undo.html", *_BESIDE, back=back, **context)

    @post("/{task_id:int}/restore")
    @unit_of_work
    def restore(self, tasks: Tasks, overviews: Overviews, task_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        task = tasks.restore(task_id)
        return _changed(tasks, overviews, current_url, task, f"Restored: {task.title}")


_VIEW = re.compile(r"/(?:today|upcoming|inbox|done|trash|days/[-0-9]{10}|lists/[0-9]{1,18}|labels/[^/?#]{1,200})")
# What any change of a task changes elsewhere on the page.
_BESIDE = ("tasks/_counts.html", VIEWS, "shared/_announcement.html")


def _index(
    tasks: Tasks, overviews: Overviews, view: TaskQuery, *, form: Form[QuickLine] | None = None, **answer: Any
) -> Rendered:
    listing = tasks.list(view)
    answer |= {"form": form or Form.blank(QuickLine), "facts": row_facts(overviews, listing.tasks)}
    return page("tasks/index.html", query=view, listing=listing, counts=listing.counts, **answer)


def _show(partial: str, task: Any, **answer: Any) -> Rendered:
    return page("tasks/show.html", partial=partial, task=task, **answer)


def _added(quick_add: QuickAdd, form: Form[QuickLine]) -> Task | None:
    """None where something is wrong with the line; `form.errors` then says what."""
    try:
        return quick_add.add(form.draft, form.key) if form.draft else None
    except ValidationError as problem:
        form.errors = errors_of(problem)
        return None


def _added_to_view(shown: ViewPage, overviews: Overviews, task: Task | None, form: Form[QuickLine]) -> Rendered:
    """The view with its new task; where it does not show the task, a notice says where it went."""
    context: dict[str, Any] = {"shown": shown, "facts": row_facts(overviews, shown.rows), "preset_day": shown.day}
    if task is None:
        return page("views/show.html", partial="tasks/_new.html", into="#new", status=422, form=form, **context)
    context |= {"added": task, "operation": form.key}
    context |= {"form": Form.blank(QuickLine), "announcement": f"Added: {task.title}"}
    names = ("views/_tasks.html", "views/_added_notice.html", VIEWS, "shared/_announcement.html", "tasks/_op.html")
    back = f"{shown.path}?added={task.id}&operation={form.key}"
    headers = {"HX-Retarget": "#tasks", "HX-Reswap": "outerMorph"}
    return partials(*names, back=back, headers=headers, **context)


def _changed(
    tasks: Tasks,
    overviews: Overviews,
    url: CurrentUrl,
    task: Task | TaskRow,
    announcement: str,
    *more: str,
    back: str = "",
    **context: Any,
) -> Rendered:
    """The row as it is now and all that changed beside it; without htmx back to where the user was."""
    view = TaskQuery.read_url(url)
    context |= {"task": task, "announcement": announcement, "query": view, "counts": tasks.counts(view)}
    context |= {"facts": facts_at(url, overviews, [task])}
    return partials("tasks/_task.html", *_BESIDE, *more, back=back or _redirect_target(task, url), **context)


def _redirect_target(task: Task | TaskRow, url: CurrentUrl) -> str:
    """The task on the page that the user was on: its own page, or its row in the list."""
    own = re.fullmatch(r"/tasks/\d{1,19}", url.partition("?")[0].removesuffix("/edit"))
    return own[0] if own else f"{_other_page(url) or TaskQuery.read_url(url).url()}#task-{task.id}"


def _other_page(url: CurrentUrl) -> str:
    """The path of a view other than that of all tasks; empty for any other page."""
    path = url.partition("?")[0]
    return path if _VIEW.fullmatch(path) else ""

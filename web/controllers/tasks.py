"""Tasks in the browser: every action is a form with a URL of its own."""

import re
from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath, FromQuery

from web.http.forms import Form, whole_number
from web.http.request import CurrentUrl, QueryString
from web.http.responses import Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.task import Task, TaskDraft, TaskRow
from web.models.task_query import TaskQuery
from web.services.records import EditConflict
from web.services.tasks import Tasks


class TasksController(Controller):
    path = "/tasks"
    include_in_schema = False

    @get("/")
    @unit_of_work
    def index(
        self, tasks: Tasks, query: QueryString, current_url: CurrentUrl, deleted: FromQuery[str] = ""
    ) -> Rendered:
        view = TaskQuery.read_string(query)
        undo = tasks.deleted(whole_number(deleted)) if deleted else None
        if view.after:
            return _index(tasks, view, partial="tasks/_rows.html", deleted=undo)
        history = "HX-Replace-Url" if view.refines(TaskQuery.read_url(current_url)) else "HX-Push-Url"
        return _index(tasks, view, partial="tasks/_list.html", headers={history: view.url()}, deleted=undo)

    @post("/")
    @unit_of_work
    def add(self, tasks: Tasks, form: Form[TaskDraft], current_url: CurrentUrl) -> Rendered:
        view = TaskQuery.read_url(current_url)
        if form.draft is None:
            return _index(tasks, view, partial="tasks/_new.html", into="#new", status=422, form=form)
        task = tasks.add(form.draft, form.key)
        # No fragment in the address: with one, browsers leave the field for the next task without the focus.
        form, back = Form.blank(TaskDraft), view.url(after="")
        return _changed(tasks, current_url, task, f"Added: {task.title}", "shared/_op.html", back=back, form=form)

    @get("/{task_id:int}")
    @unit_of_work
    def show(self, tasks: Tasks, task_id: FromPath[int]) -> Rendered:
        return _show("tasks/_task.html", tasks.get(task_id), focus=True)

    @get("/{task_id:int}/edit")
    @unit_of_work
    def edit(self, tasks: Tasks, task_id: FromPath[int]) -> Rendered:
        task = tasks.get(task_id)
        return _show("tasks/_edit.html", task, form=Form.of(TaskDraft, task))

    @post("/{task_id:int}")
    @unit_of_work
    def save(self, tasks: Tasks, task_id: FromPath[int], form: Form[TaskDraft], current_url: CurrentUrl) -> Rendered:
        if form.draft is None:
            return _show("tasks/_edit.html", tasks.get(task_id), status=422, form=form)
        try:
            task = tasks.edit(task_id, form.draft, form.version)
        except EditConflict as conflict:
            return _show("tasks/_conflict.html", conflict.record, status=409, form=form.against(conflict))
        return _changed(tasks, current_url, task, f"Saved: {task.title}", focus=True)

    @post("/{task_id:int}/complete")
    @unit_of_work(transaction=False)
    def complete(self, tasks: Tasks, task_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        task = tasks.complete(task_id)
        return _changed(tasks, current_url, task, f"Completed: {task.title}")

    @post("/{task_id:int}/reopen")
    @unit_of_work(transaction=False)
    def reopen(self, tasks: Tasks, task_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        task = tasks.reopen(task_id)
        return _changed(tasks, current_url, task, f"Reopened: {task.title}")

    @post("/{task_id:int}/delete")
    @unit_of_work
    def delete(self, tasks: Tasks, task_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        task, view = tasks.delete(task_id), TaskQuery.read_url(current_url)
        context = {"task": task, "announcement": f"Deleted: {task.title}", "query": view, "counts": tasks.counts(view)}
        return partials("tasks/_undo.html", *_BESIDE, back=view.url(deleted=str(task.id)), **context)

    @post("/{task_id:int}/restore")
    @unit_of_work
    def restore(self, tasks: Tasks, task_id: FromPath[int], current_url: CurrentUrl) -> Rendered:
        task = tasks.restore(task_id)
        return _changed(tasks, current_url, task, f"Restored: {task.title}")


# What any change of a task changes elsewhere on the page.
_BESIDE = ("tasks/_counts.html", "shared/_announcement.html")


def _index(tasks: Tasks, view: TaskQuery, *, form: Form[TaskDraft] | None = None, **answer: Any) -> Rendered:
    listing = tasks.list(view)
    form = form or Form.blank(TaskDraft)
    return page("tasks/index.html", form=form, query=view, listing=listing, counts=listing.counts, **answer)


def _show(partial: str, task: Any, **answer: Any) -> Rendered:
    return page("tasks/show.html", partial=partial, task=task, **answer)


def _changed(
    tasks: Tasks, url: CurrentUrl, task: Task | TaskRow, announcement: str, *more: str, back: str = "", **context: Any
) -> Rendered:
    """The row as it is now and all that changed beside it; without htmx back to where the user was."""
    view = TaskQuery.read_url(url)
    context |= {"task": task, "announcement": announcement, "query": view, "counts": tasks.counts(view)}
    return partials("tasks/_task.html", *_BESIDE, *more, back=back or _redirect_target(task, url), **context)


def _redirect_target(task: Task | TaskRow, url: CurrentUrl) -> str:
    """The task on the page that the user was on: its own page, or its row in the list."""
    own = re.fullmatch(r"/tasks/\d{1,19}", url.partition("?")[0].removesuffix("/edit"))
    return own[0] if own else f"{TaskQuery.read_url(url).url()}#task-{task.id}"

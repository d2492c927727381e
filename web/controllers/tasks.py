"""Tasks in the browser: every action is a form with an address of its own."""

import re
from typing import Any

from litestar import Controller, get, post

from web.http.forms import TaskForm
from web.http.responses import Answer, page, partials
from web.http.unit_of_work import Visit, one_statement, unit
from web.models.task import Task, TaskRow
from web.models.task_query import TaskQuery
from web.services.tasks import StaleEdit


class TasksController(Controller):
    path = "/tasks"

    @get("/")
    @unit
    def index(self, visit: Visit) -> Answer:
        view, deleted_id = visit.view, visit.deleted_id
        deleted = visit.tasks.deleted(deleted_id) if deleted_id else None
        if view.after:
            return _index(visit, view, partial="tasks/_rows.html", deleted=deleted)
        history = "HX-Replace-Url" if view.refines(TaskQuery.read_url(visit.current_url)) else "HX-Push-Url"
        return _index(visit, view, partial="tasks/_list.html", headers={history: view.url()}, deleted=deleted)

    @post("/")
    @unit
    def add(self, visit: Visit) -> Answer:
        form, query = TaskForm.read(visit.fields), TaskQuery.read_url(visit.current_url)
        if form.draft is None:
            return _index(visit, query, partial="tasks/_new.html", into="#new", status=422, form=form)
        task = visit.tasks.add(form.draft, form.op)
        # No fragment in the address: with one, browsers leave the field for the next task without the focus.
        back = query.url(after="")
        return _changed(visit, task, f"Added: {task.title}", "tasks/_op.html", back=back, form=TaskForm())

    @get("/{number:str}")
    @unit
    def show(self, visit: Visit) -> Answer:
        return _show("tasks/_task.html", visit.tasks.get(visit.task_id), focus=True)

    @get("/{number:str}/edit")
    @unit
    def edit(self, visit: Visit) -> Answer:
        task = visit.tasks.get(visit.task_id)
        return _show("tasks/_edit.html", task, form=TaskForm.of(task))

    @post("/{number:str}")
    @unit
    def save(self, visit: Visit) -> Answer:
        task_id, form = visit.task_id, TaskForm.read(visit.fields)
        if form.draft is None:
            return _show("tasks/_edit.html", visit.tasks.get(task_id), status=422, form=form)
        try:
            task = visit.tasks.edit(task_id, form.draft, form.version)
        except StaleEdit as stale:
            return _show("tasks/_conflict.html", stale.task, status=409, form=form)
        return _changed(visit, task, f"Saved: {task.title}", focus=True)

    @post("/{number:str}/complete")
    @one_statement
    def complete(self, visit: Visit) -> Answer:
        task = visit.tasks.complete(visit.task_id)
        return _changed(visit, task, f"Completed: {task.title}")

    @post("/{number:str}/reopen")
    @one_statement
    def reopen(self, visit: Visit) -> Answer:
        task = visit.tasks.reopen(visit.task_id)
        return _changed(visit, task, f"Reopened: {task.title}")

    @post("/{number:str}/delete")
    @unit
    def delete(self, visit: Visit) -> Answer:
        task, query = visit.tasks.delete(visit.task_id), TaskQuery.read_url(visit.current_url)
        announcement = f"Deleted: {task.title}"
        context = {"task": task, "announcement": announcement, "query": query, "counts": visit.tasks.counts(query)}
        return partials("tasks/_undo.html", *_BESIDE, back=query.url(deleted=str(task.id)), **context)

    @post("/{number:str}/restore")
    @unit
    def restore(self, visit: Visit) -> Answer:
        task = visit.tasks.restore(visit.task_id)
        return _changed(visit, task, f"Restored: {task.title}")


# What any change of a task changes elsewhere on the page.
_BESIDE = ("tasks/_counts.html", "shared/_announcement.html")


def _index(visit: Visit, query: TaskQuery, *, form: TaskForm | None = None, **answer: Any) -> Answer:
    listing = visit.tasks.list(query)
    return page(
        "tasks/index.html", form=form or TaskForm(), query=query, listing=listing, counts=listing.counts, **answer
    )


def _show(partial: str, task: Task, **answer: Any) -> Answer:
    return page("tasks/show.html", partial=partial, task=task, **answer)


def _changed(
    visit: Visit, task: Task | TaskRow, announcement: str, *more: str, back: str | None = None, **context: Any
) -> Answer:
    """The row as it is now and all that changed beside it; without htmx back to where the user was."""
    query = TaskQuery.read_url(visit.current_url)
    context |= {"task": task, "announcement": announcement, "query": query, "counts": visit.tasks.counts(query)}
    return partials(
        "tasks/_task.html", *_BESIDE, *more, back=back or _redirect_target(task, visit.current_url), **context
    )


def _redirect_target(task: Task | TaskRow, current_url: str) -> str:
    """The task on the page that the user was on: one task's own page, or its row in the list."""
    own = re.fullmatch(r"/tasks/\d{1,10}", current_url.partition("?")[0].removesuffix("/edit"))
    return own[0] if own else f"{TaskQuery.read_url(current_url).url()}#task-{task.id}"

"""Tasks in the browser: every act is a form with an address of its own."""

import re
from typing import Any

from litestar import Controller, get, post

from web.dependencies import DeletedId, Here, MyTasks, TaskId, Typed, View
from web.forms import TaskForm
from web.models.task import Task, TaskRow
from web.models.task_query import TaskQuery
from web.rendering import Answer, page, pieces
from web.services.tasks import StaleEdit, Tasks


class TasksController(Controller):
    path = "/tasks"

    @get("/", sync_to_thread=True)
    def index(self, tasks: MyTasks, view: View, here: Here, deleted_id: DeletedId) -> Answer:
        if view.after:
            return _index(tasks, view, piece="tasks/_rows.html")
        deleted = tasks.deleted(deleted_id) if deleted_id else None
        history = "HX-Replace-Url" if view.refines(TaskQuery.read_url(here)) else "HX-Push-Url"
        return _index(tasks, view, piece="tasks/_list.html", headers={history: view.url()}, deleted=deleted)

    @post("/", sync_to_thread=True)
    def add(self, tasks: MyTasks, fields: Typed, here: Here) -> Answer:
        form = TaskForm.read(fields)
        if form.draft is None:
            query = TaskQuery.read_url(here)
            return _index(tasks, query, piece="tasks/_new.html", into="#new", status=422, form=form)
        task = tasks.add(form.draft, form.op)
        # No fragment in the address: with one, browsers leave the field for the next task without the focus.
        back = TaskQuery.read_url(here).url()
        return _changed(tasks, here, task, f"Added: {task.title}", "tasks/_op.html", back=back, form=TaskForm())

    @get("/{number:str}", sync_to_thread=True)
    def show(self, tasks: MyTasks, task_id: TaskId) -> Answer:
        return _show("tasks/_task.html", tasks.get(task_id), focus=True)

    @get("/{number:str}/edit", sync_to_thread=True)
    def edit(self, tasks: MyTasks, task_id: TaskId) -> Answer:
        task = tasks.get(task_id)
        return _show("tasks/_edit.html", task, form=TaskForm.of(task))

    @post("/{number:str}", sync_to_thread=True)
    def save(self, tasks: MyTasks, task_id: TaskId, fields: Typed, here: Here) -> Answer:
        form = TaskForm.read(fields)
        if form.draft is None:
            return _show("tasks/_edit.html", tasks.get(task_id), status=422, form=form)
        try:
            task = tasks.edit(task_id, form.draft, form.version)
        except StaleEdit as stale:
            return _show("tasks/_conflict.html", stale.task, status=409, form=form)
        return _changed(tasks, here, task, f"Saved: {task.title}", focus=True)

    @post("/{number:str}/complete", sync_to_thread=True)
    def complete(self, tasks: MyTasks, task_id: TaskId, here: Here) -> Answer:
        task = tasks.complete(task_id)
        return _changed(tasks, here, task, f"Completed: {task.title}")

    @post("/{number:str}/reopen", sync_to_thread=True)
    def reopen(self, tasks: MyTasks, task_id: TaskId, here: Here) -> Answer:
        task = tasks.reopen(task_id)
        return _changed(tasks, here, task, f"Reopened: {task.title}")

    @post("/{number:str}/delete", sync_to_thread=True)
    def delete(self, tasks: MyTasks, task_id: TaskId, here: Here) -> Answer:
        task, query = tasks.delete(task_id), TaskQuery.read_url(here)
        say = f"Deleted: {task.title}"
        context = {"task": task, "say": say, "query": query, "counts": tasks.counts(query)}
        return pieces("tasks/_undo.html", *_BESIDE, back=query.url(deleted=str(task.id)), **context)

    @post("/{number:str}/restore", sync_to_thread=True)
    def restore(self, tasks: MyTasks, task_id: TaskId, here: Here) -> Answer:
        task = tasks.restore(task_id)
        return _changed(tasks, here, task, f"Restored: {task.title}")


# What any change of a task changes elsewhere on the page.
_BESIDE = ("tasks/_counts.html", "shared/_say.html")


def _index(tasks: Tasks, query: TaskQuery, *, form: TaskForm | None = None, **answer: Any) -> Answer:
    listing = tasks.list(query)
    return page(
        "tasks/index.html", form=form or TaskForm(), query=query, listing=listing, counts=listing.counts, **answer
    )


def _show(piece: str, task: Task, **answer: Any) -> Answer:
    return page("tasks/show.html", piece=piece, task=task, **answer)


def _changed(
    tasks: Tasks, here: str, task: Task | TaskRow, say: str, *more: str, back: str | None = None, **context: Any
) -> Answer:
    """The row as it is now and all that changed beside it; without htmx back to where the person was."""
    query = TaskQuery.read_url(here)
    context |= {"task": task, "say": say, "query": query, "counts": tasks.counts(query)}
    return pieces("tasks/_task.html", *_BESIDE, *more, back=back or _place_of(task, here), **context)


def _place_of(task: Task | TaskRow, here: str) -> str:
    """The task on the page that the person was on: one task's own page, or its row in the list."""
    own = re.fullmatch(r"/tasks/\d{1,10}", here.partition("?")[0].removesuffix("/edit"))
    return own[0] if own else f"{TaskQuery.read_url(here).url()}#task-{task.id}"

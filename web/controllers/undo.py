"""Undo of one operation: a click, a bulk action or an import."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, post
from litestar.params import FromPath

from web.http.notices import with_notice, without_notices
from web.http.request import CurrentUrl
from web.http.responses import VIEWS, Partials, Redirect, Rendered
from web.http.unit_of_work import unit_of_work
from web.models.list import List
from web.models.reminder import Reminder
from web.models.task import Task
from web.services.history import History, UndoneRecord
from web.services.history_words import done_words


class UndoController(Controller):
    path = "/undo"
    include_in_schema = False

    @post("/")
    @unit_of_work
    def undo_last(self, history: History, current_url: CurrentUrl) -> Rendered:
        """The latest operation that is not undone yet: again and again it goes back step by step."""
        operation, undone, passed = history.undo_last()
        sentence = undone_words(undone)
        sentence += " What has changed since or is gone was left out." if passed else ""
        names = ("shared/_undone.html", VIEWS, "shared/_announcement.html")
        context = {"sentence": sentence, "announcement": sentence, "returned": _row_of(undone)}
        return Partials(context, names, back=with_notice(current_url, undone=operation or "nothing"))

    @post("/{operation:uuid}")
    @unit_of_work
    def undo(self, history: History, operation: FromPath[UUID], current_url: CurrentUrl) -> Redirect:
        history.undo(str(operation))
        return Redirect(without_notices(current_url))


def undone_words(undone: Sequence[UndoneRecord]) -> str:
    """Undone: Changed due date of “Buy milk” and 3 more; of a task with its labels the task, of a list with its tasks
    the list, unless it was made for the task.
    """
    if not undone:
        return "There is nothing to undo."
    lists = [one for one in undone if isinstance(one.record, List) and one.action != "add"]
    # Reminders come and go with their task, unless they are all that was changed; the copy of a repeat always.
    counted = [one for one in undone if not isinstance(one.record, Reminder) and one.action != "occurrence"] or undone
    first = [*lists, *_tasks(undone), *counted][0]
    title = getattr(first.record, "title", None) or getattr(first.record, "name", None)
    of = " of" if first.action == "edit" else ""
    words = f"Undone: {done_words(first.action, first.changes)}{of} {f'“{title}”' if title else 'a reminder'}"
    return words + _others([one for one in counted if one is not first and not _makes_room(one)])


def _makes_room(one: UndoneRecord) -> bool:
    """A list that kept its place while another one was moved."""
    return isinstance(one.record, List) and one.action == "move" and one.changes.keys() == {"position"}


def _others(others: Sequence[UndoneRecord]) -> str:
    number = len(others)
    if others and all(getattr(one.record, "parent_id", None) and isinstance(one.record, Task) for one in others):
        return f" with {number} step{'s' if number > 1 else ''}"
    return f" and {number} more" if others else ""


def _row_of(undone: Sequence[UndoneRecord]) -> str:
    """The id of the row of the first task; empty where no task was changed."""
    return next((f"task-{one.record.id}" for one in _tasks(undone)), "")


def _tasks(undone: Sequence[UndoneRecord]) -> list[UndoneRecord]:
    """The tasks themselves before those that are steps; the copy that a repeat leaves is neither."""
    tasks = [one for one in undone if isinstance(one.record, Task) and one.action != "occurrence"]
    return sorted(tasks, key=lambda one: getattr(one.record, "parent_id", None) is not None)

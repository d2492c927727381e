"""Undo of one operation: a click, a bulk action or an import."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, post
from litestar.params import FromPath

from web.http.request import CurrentUrl
from web.http.responses import VIEWS, Redirect, Rendered, partials
from web.http.unit_of_work import unit_of_work
from web.models.base import Record
from web.models.list import List
from web.models.reminder import Reminder
from web.models.task import Task
from web.services.history import History


class UndoController(Controller):
    path = "/undo"
    include_in_schema = False

    @post("/")
    @unit_of_work
    def undo_last(self, history: History, current_url: CurrentUrl) -> Rendered:
        """The latest operation that is not undone yet: again and again it goes back step by step."""
        records, passed = history.undo_last()
        sentence = _undone_words(records) if records else "There is nothing to undo."
        sentence += " What has changed since or is gone was left out." if passed else ""
        names = ("shared/_undone.html", VIEWS, "shared/_announcement.html")
        return partials(*names, back=current_url, sentence=sentence, announcement=sentence)

    @post("/{operation:uuid}")
    @unit_of_work
    def undo(self, history: History, operation: FromPath[UUID], current_url: CurrentUrl) -> Redirect:
        history.undo(str(operation))
        return Redirect(current_url)


def _undone_words(records: Sequence[Record]) -> str:
    """Undone: Buy milk and 3 more; of a task with its steps and labels the task, of a list with its tasks the list."""
    lists = [one for one in records if isinstance(one, List)]
    tasks = [one for one in records if isinstance(one, Task) and one.parent_id is None]
    # They come and go with their task, unless they are all that was changed.
    counted = [one for one in records if not isinstance(one, Reminder)] or records
    first, more = [*lists, *tasks, *counted][0], len(counted) - 1
    name = getattr(first, "title", None) or getattr(first, "name", None) or "a reminder"
    return f"Undone: {name}" + (f" and {more} more" if more else "")

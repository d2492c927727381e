"""Days and views in the browser: today, a day, what is to come, the Inbox, what is done."""

from collections.abc import Callable, Mapping
from typing import Any

from litestar import Controller, get
from litestar.params import FromPath

from web.controllers.view_pages import (
    ViewPage,
    day_page,
    done_page,
    fields_of,
    inbox_page,
    read_day,
    today_page,
    upcoming_page,
)
from web.domain.errors import NotFound
from web.http.forms import Form, idempotency_key
from web.http.request import QueryString
from web.http.responses import Rendered, page
from web.http.unit_of_work import unit_of_work
from web.models.task import Task
from web.models.task_drafts import QuickLine
from web.services.overview import Overviews
from web.services.row_facts import row_facts
from web.services.tasks import Tasks
from web.services.views import Views


class ViewsController(Controller):
    include_in_schema = False

    @get("/today")
    @unit_of_work
    def today(self, views: Views, overviews: Overviews, tasks: Tasks, query: QueryString) -> Rendered:
        return _show(today_page({}, views), overviews, tasks, fields_of(query))

    @get("/days/{day:str}")
    @unit_of_work
    def day(self, views: Views, overviews: Overviews, tasks: Tasks, day: FromPath[str], query: QueryString) -> Rendered:
        return _show(day_page(read_day(day), views), overviews, tasks, fields_of(query))

    @get("/upcoming")
    @unit_of_work
    def upcoming(self, views: Views, overviews: Overviews, tasks: Tasks, query: QueryString) -> Rendered:
        return _show(upcoming_page({}, views), overviews, tasks, fields_of(query))

    @get("/inbox")
    @unit_of_work
    def inbox(self, views: Views, overviews: Overviews, tasks: Tasks, query: QueryString) -> Rendered:
        fields = fields_of(query)
        return _show(inbox_page(fields, views), overviews, tasks, fields)

    @get("/done")
    @unit_of_work
    def done(self, views: Views, overviews: Overviews, tasks: Tasks, query: QueryString) -> Rendered:
        fields = fields_of(query)
        return _show(done_page(fields, views), overviews, tasks, fields)


def _show(shown: ViewPage, overviews: Overviews, tasks: Tasks, fields: Mapping[str, str]) -> Rendered:
    """A view with the notices that its address asks for: a task to offer back, one that was just added."""
    answer: dict[str, Any] = {"shown": shown, "facts": row_facts(overviews, shown.rows), "form": Form.blank(QuickLine)}
    answer |= {"deleted": _offered(tasks.deleted, fields.get("deleted", ""))}
    answer |= {"added": _offered(tasks.get, fields.get("added", ""))}
    operation = idempotency_key(fields.get("operation", ""))
    return page("views/show.html", partial="views/_tasks.html", operation=operation, **answer)


def _offered(find: Callable[[int], Any], task_id: str) -> Task | None:
    """The task that a notice is about, if the address names one that there is."""
    try:
        found: Task | None = find(int(task_id)) if task_id.isascii() and task_id.isdigit() else None
    except NotFound:
        return None
    return found

"""Days and views in the browser: today, a day, what is to come, the Inbox, what is done."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, get, post
from litestar.params import FromPath

from web.controllers.notices import (
    changed_list_words,
    done_words,
    list_to_make,
    moved_words,
    offered_back,
    placed_words,
    taken_back_words,
    task_of,
    understood,
)
from web.controllers.panel import panel_at
from web.controllers.view_pages import (
    ViewPage,
    day_page,
    done_page,
    facts_of,
    inbox_page,
    read_day,
    today_page,
    upcoming_page,
)
from web.http.forms import Form, fields_of, idempotency_key
from web.http.request import QueryString
from web.http.responses import VIEWS, Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.task_drafts import QuickLine
from web.services.overview import Overviews
from web.services.task_edits import TaskEdits
from web.services.tasks import Tasks
from web.services.views import Views


class ViewsController(Controller):
    include_in_schema = False

    @get("/today")
    @unit_of_work
    def today(self, views: Views, overviews: Overviews, tasks: Tasks, query: QueryString) -> Rendered:
        fields = fields_of(query)
        return show_view(today_page(fields, views), overviews, tasks, fields)

    @post("/today/move-overdue")
    @unit_of_work
    def move_overdue(self, edits: TaskEdits, views: Views, overviews: Overviews) -> Rendered:
        """All that was due before today is due today."""
        moved, operation = len(edits.move_overdue()), edits.actor.operation
        shown = today_page({}, views)
        context: dict[str, Any] = {"shown": shown, "facts": facts_of(shown, overviews)}
        context |= {"moved": moved_words(moved), "operation": operation, "announcement": moved_words(moved)}
        names = ("views/_tasks.html", "views/_moved_notice.html", VIEWS, "shared/_announcement.html")
        return partials(*names, back=f"/today?moved={moved}&operation={operation}", **context)

    @get("/days/{day:str}")
    @unit_of_work
    def day(self, views: Views, overviews: Overviews, tasks: Tasks, day: FromPath[str], query: QueryString) -> Rendered:
        fields = fields_of(query)
        return show_view(day_page(read_day(day), views, fields), overviews, tasks, fields)

    @get("/upcoming")
    @unit_of_work
    def upcoming(self, views: Views, overviews: Overviews, tasks: Tasks, query: QueryString) -> Rendered:
        fields = fields_of(query)
        return show_view(upcoming_page(fields, views), overviews, tasks, fields)

    @get("/inbox")
    @unit_of_work
    def inbox(self, views: Views, overviews: Overviews, tasks: Tasks, query: QueryString) -> Rendered:
        fields = fields_of(query)
        return show_view(inbox_page(fields, views), overviews, tasks, fields)

    @get("/done")
    @unit_of_work
    def done(self, views: Views, overviews: Overviews, tasks: Tasks, query: QueryString) -> Rendered:
        fields = fields_of(query)
        return show_view(done_page(fields, views), overviews, tasks, fields)


def show_view(
    shown: ViewPage, overviews: Overviews, tasks: Tasks, fields: Mapping[str, str], **answer: Any
) -> Rendered:
    """A view with the notices that its address asks for: a task to offer back, one that was just added or placed."""
    answer |= {"shown": shown, "facts": facts_of(shown, overviews), "form": Form.blank(QuickLine)}
    answer |= {"deleted": offered_back(tasks, fields.get("deleted", ""))}
    added = task_of(tasks, fields.get("added", ""))
    answer |= {"added": added, "list_to_make": list_to_make(added, tasks)}
    answer |= {"understood": understood(added, _line_read(fields.get("read", ""), shown), tasks)}
    answer |= {"panel": panel_at(f"{shown.path}?task={fields.get('task', '')}", tasks)}
    answer |= {"undone": taken_back_words(fields, tasks)}
    answer |= {"changed_list": changed_list_words(tasks, fields.get("changed_list", ""), fields.get("operation", ""))}
    answer |= {"moved": done_words(fields, tasks), "placed": placed_words(tasks, fields.get("placed", ""), shown)}
    operation = idempotency_key(fields.get("operation", ""))
    return page("views/show.html", partial="views/_tasks.html", operation=operation, **answer)


def _line_read(line: str, shown: ViewPage) -> QuickLine:
    """With what the page presets."""
    of_list, of_label = shown.of_list, shown.of_label
    return QuickLine(
        title=line,
        due_on=shown.day,
        list_id=of_list.id if of_list else None,
        label_id=of_label.id if of_label else None,
    )

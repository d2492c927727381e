"""All tasks, and adding one by a line: from the field of any page, and from a page of its own."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, get, post
from litestar.params import FromQuery
from pydantic import ValidationError

from web.controllers.notices import (
    added_query,
    done_words,
    list_to_make,
    offered_back,
    placed_words,
    taken_back_words,
    task_of,
    understood,
)
from web.controllers.panel import panel_at
from web.controllers.places import place_at
from web.controllers.task_answers import BESIDE, EXAMPLES, changes
from web.controllers.view_pages import ViewPage, facts_of, page_at
from web.domain.errors import NotPossible
from web.domain.folding import search_text
from web.domain.sharing import shared
from web.http.forms import Form, errors_of, fields_of, idempotency_key, whole_number
from web.http.request import CurrentUrl, PostedFields, QueryString
from web.http.responses import VIEWS, NewPage, Rendered, page, partials
from web.http.unit_of_work import unit_of_work
from web.models.task import Task
from web.models.task_drafts import QuickLine, SeveralLines
from web.models.task_query import TaskQuery
from web.services.overview import Overviews
from web.services.quick_add import QuickAdd
from web.services.quick_preview import QuickPreview
from web.services.row_facts import row_facts
from web.services.tasks import Tasks
from web.services.views import Views


class TasksController(Controller):
    path = "/tasks"
    include_in_schema = False

    @get("/", budget="searches")
    @unit_of_work
    def index(
        self,
        tasks: Tasks,
        overviews: Overviews,
        query: QueryString,
        current_url: CurrentUrl,
        deleted: FromQuery[str] = "",
        added: FromQuery[str] = "",
        operation: FromQuery[UUID | None] = None,
    ) -> Rendered:
        view = TaskQuery.read_string(query)
        task = task_of(tasks, added)
        notices: dict[str, Any] = {
            "deleted": offered_back(tasks, deleted),
            "added": task,
            "list_to_make": list_to_make(task, tasks),
            "understood": understood(task, QuickLine(title=fields_of(query).get("read", "")), tasks),
            "operation": operation,
            "panel": panel_at(f"/tasks?{query}", tasks),
            "moved": done_words(fields_of(query), tasks),
            "undone": taken_back_words(fields_of(query), tasks),
            "placed": placed_words(tasks, fields_of(query).get("placed", "")),
        }
        if view.after:
            return _index(tasks, overviews, view, partial="tasks/_rows.html", **notices)
        history = "HX-Replace-Url" if view.refines(TaskQuery.read_url(current_url)) else "HX-Push-Url"
        headers = {history: view.url()}
        return _index(tasks, overviews, view, partial="tasks/_list.html", headers=headers, **notices)

    @post("/", budget="tasks")
    @unit_of_work
    def add(
        self,
        quick_add: QuickAdd,
        tasks: Tasks,
        views: Views,
        overviews: Overviews,
        form: Form[QuickLine],
        fields: PostedFields,
        current_url: CurrentUrl,
    ) -> Rendered | NewPage:
        """The page with the task; with `open` that of the task itself.

        `Daybook-Added` says its id, to static/js/later/rows/open_row.js.
        """
        instead = idempotency_key(fields.get("instead", ""))
        task, shown = _added(quick_add, form, instead), page_at(current_url, views, overviews)
        if task and fields.get("open"):
            return NewPage(f"/tasks/{task.id}{place_at(current_url).suffix}")
        if shown:
            return _added_to_view(shown, overviews, task, form, list_to_make(task, tasks))
        place = place_at(current_url).at_start()
        if task is None:
            return _index(tasks, overviews, place.query, partial="tasks/_new.html", into="#new", status=422, form=form)
        is_shown = _is_on_top(task, place.query)
        context = changes(tasks, overviews, current_url, task, f"Added: {task.title}")
        context |= {"added": task, "is_shown": is_shown, "operation": form.key, "form": Form.blank(QuickLine)}
        context |= {"list_to_make": list_to_make(task, tasks)}
        back = f"{place.url(**added_query(task, form.draft or QuickLine(), form.key))}#new-title"
        headers = {"Daybook-Added": str(task.id)}
        names = ("tasks/_added.html", *BESIDE, "shared/_op.html", EXAMPLES)
        return partials(*names, back=back, headers=headers, **context)

    @get("/new", budget="previews")
    @unit_of_work
    def new(self, preview: QuickPreview, tasks: Tasks, query: QueryString) -> Rendered:
        """The form on a page of its own, that for several tasks too; for htmx what the line means so far.

        With `after` the task is added below another one. What another app shares fills the form, and adds nothing.
        """
        fields = fields_of(query)
        if fields.get("several"):
            return page("tasks/several.html", form=Form.blank(SeveralLines))
        form = Form.read(QuickLine, {"title": fields.get("line", ""), **fields, **_shared(fields)})
        chips = preview.preview(form.draft) if form.draft else ()
        form.errors.clear()
        context: dict[str, Any] = {"chips": chips, "suggestions": preview.suggestions(form.value("title"))}
        if after := whole_number(fields.get("after", "")):
            above = tasks.get(after)
            context |= {"below": above, "preset_day": place_at(f"/tasks/{after}?{query}").day_of(above, tasks)}
        return page("tasks/new.html", partial="tasks/_chips.html", form=form, **context)


def _shared(fields: Mapping[str, str]) -> Mapping[str, str]:
    """The fields of the form for what static/daybook.webmanifest says that an app may share."""
    if not fields.keys() & {"text", "url"}:
        return {}
    line, note = shared(*(fields.get(name, "") for name in ("title", "text", "url")))
    return {"title": line, "description": note}


def _index(
    tasks: Tasks, overviews: Overviews, view: TaskQuery, *, form: Form[QuickLine] | None = None, **answer: Any
) -> Rendered:
    """The list of all tasks under a filter, a search and a sort."""
    listing = tasks.list(view)
    answer |= {"form": form or Form.blank(QuickLine), "facts": row_facts(overviews, listing.tasks)}
    return page("tasks/index.html", query=view, listing=listing, counts=listing.counts, **answer)


def _added(quick_add: QuickAdd, form: Form[QuickLine], instead: str | None) -> Task | None:
    """None where something is wrong with the line, which `form.errors` says; `instead` of what an operation added."""
    try:
        if form.draft and instead:
            return quick_add.add_instead(instead, form.draft, form.key)
        return quick_add.add(form.draft, form.key) if form.draft else None
    except ValidationError as problem:
        form.errors = errors_of(problem)
    except NotPossible as problem:
        form.refused(problem)
    return None


def _added_to_view(
    shown: ViewPage, overviews: Overviews, task: Task | None, form: Form[QuickLine], list_name: str
) -> Rendered:
    """The view with its new task; where it does not show the task, a notice says where it went."""
    context: dict[str, Any] = {
        "shown": shown,
        "facts": facts_of(shown, overviews),
        "preset_day": shown.day,
        "preset_list": shown.of_list,
        "preset_label": shown.of_label,
    }
    if task is None:
        return page("views/show.html", partial="tasks/_new.html", into="#new", status=422, form=form, **context)
    context |= {"added": task, "operation": form.key, "list_to_make": list_name}
    context |= {"form": Form.blank(QuickLine), "announcement": f"Added: {task.title}"}
    names: tuple[str, ...] = (
        "views/_tasks.html",
        "views/_added_notice.html",
        VIEWS,
        "shared/_announcement.html",
        "shared/_op.html",
    )
    names = (*names, EXAMPLES)
    back = f"{shown.path}?{urlencode(added_query(task, form.draft or QuickLine(), form.key))}#new-title"
    headers = {"HX-Retarget": "#tasks", "HX-Reswap": "outerMorph", "Daybook-Added": str(task.id)}
    return partials(*names, back=back, headers=headers, **context)


def _is_on_top(task: Task, view: TaskQuery) -> bool:
    """Whether a task that was just added is the first one of the view."""
    text = search_text(task.title, task.description)
    return (
        view.shown_status != "completed"
        and view.sort in ("newest", "updated")
        and all(term in text for term in view.terms)
    )

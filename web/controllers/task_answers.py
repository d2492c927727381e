"""Answers about one task: its page, and its row with all that changed beside it."""

from collections.abc import Mapping
from typing import Any

from web.controllers.panel import PANEL, panel_of, task_beside
from web.controllers.places import Place, place_at
from web.controllers.view_pages import facts_at
from web.http.request import CurrentUrl, Target
from web.http.responses import VIEWS, Rendered, page, partials
from web.models.task import Task, TaskRow
from web.services.overview import Overviews
from web.services.tasks import Tasks

# What was done, with Undo, until the next action.
MOVED_NOTICE = "views/_moved_notice.html"
# Gone with the third task.
EXAMPLES = "tasks/_examples.html"
# What any change of a task changes elsewhere on the page.
BESIDE = ("tasks/_counts.html", VIEWS, "shared/_announcement.html")


def shown(partial: str, overviews: Overviews, task: Any, place: Place, **answer: Any) -> Rendered:
    answer |= {"crumb": place.name(overviews), "here": place.view or place.query.entry}
    return page("tasks/show.html", partial=partial, task=task, place=place, **answer)


def changed(
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

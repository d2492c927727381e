"""Where a user is: on a list or a view, or on the page of a task that they opened from one."""

import re
from dataclasses import replace
from datetime import date
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from web.controllers.view_pages import read_day
from web.domain.due_words import long_day
from web.domain.errors import NotFound
from web.domain.timestamps import utc_now
from web.http.forms import fields_of
from web.models.task import Task
from web.models.task_query import TaskQuery
from web.services.day_ordering import DayOrdering
from web.services.overview import Overviews
from web.services.records import Service

# Its editor and the small forms of its facts are on it too.
_OWN_PAGE = re.compile(r"(/tasks/[0-9]{1,19})(?:/[a-z]+)?")
_VIEW = re.compile(
    r"/(?:today|upcoming|inbox|done|trash|days/[-0-9]{10}|lists/[0-9]{1,18}|labels/[A-Za-z0-9_.~%-]{1,480})"
)
# What the address of a view says of the page itself: how much of it, and the task beside it.
_KEPT = ("offset", "shown", "task")


class Place(NamedTuple):
    """`view` is the path of a view, empty for the list of all tasks, which `query` describes.

    `own_page` is the path of the task's own page where the user is there, empty elsewhere.
    """

    view: str
    query: TaskQuery
    own_page: str = ""

    def day_of(self, task: Task, service: Service) -> date | None:
        """The day in whose order a task stands here; None where it has the order of its list, or of steps."""
        is_of_days = self.view.startswith(("/today", "/days/", "/upcoming"))
        return DayOrdering(service.connection, service.actor).day_of(task) if is_of_days else None

    @property
    def suffix(self) -> str:
        """What goes behind the address of a task, to come back here."""
        if self.view:
            return "?" + urlencode({"from": self.view}, safe="/")
        return self.query.url(after="").removeprefix(self.query.path)

    def url(self, **notice: str) -> str:
        """This place, with what its notices are about."""
        address = self.view or self.query.url()
        if not notice:
            return address
        return address + ("&" if "?" in address else "?") + urlencode(notice)

    def at_start(self) -> "Place":
        """On the first page of a long list."""
        return self._replace(query=replace(self.query, after=""))

    def back_to(self, task_id: int | None, **notice: str) -> str:
        """The task on the page that the user was on: its own page, or its row, which a notice may tell of."""
        return self.own_page + self.suffix if self.own_page else f"{self.url(**notice)}#task-{task_id}"

    def name(self, overviews: Overviews) -> str:
        """The name of the view, for the way back to it."""
        first, _, last = self.view[1:].partition("/")
        if first == "lists":
            found = overviews.get().list(int(last))
            return found.name if found else "Lists"
        if first == "days":
            return _day_name(last, overviews)
        if first == "labels":
            return overviews.label_name(unquote(last))
        return first.capitalize() or self.query.name


def url_after_move(url: str, task: Task, operation: str) -> str:
    """The page that a task was moved on, as it was, to say where the task is now, and what moved it; empty for no such
    page.

    From a small form that is the view it was opened from, for a step otherwise the task around it.
    """
    parts, place = urlsplit(url), place_at(url)
    placed, own = {"placed": str(task.id)}, f"/tasks/{task.id}"
    placed |= {"operation": operation} if operation else {}
    if place.own_page not in ("", own):
        placed |= dict(parse_qsl(place.suffix[1:]))
        return f"{place.own_page}?{urlencode(placed, safe='/')}"
    if place.view:
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name in _KEPT]
        return f"{place.view}?{urlencode([*kept, *placed.items()])}#task-{task.id}"
    if parts.path == "/tasks":
        return place.url(**{name: value for name, value in parse_qsl(parts.query) if name == "task"}, **placed)
    return f"/tasks/{task.parent_id}?placed={task.id}" if task.parent_id else ""


def place_at(url: str) -> Place:
    """By the address of the page that a request was sent from. A page of another kind means all tasks."""
    parts = urlsplit(url)
    own = _OWN_PAGE.fullmatch(parts.path)
    if not own:
        return Place(parts.path if _VIEW.fullmatch(parts.path) else "", TaskQuery.read_url(url))
    given = fields_of(parts.query)
    view = given.get("from", "")
    return Place(view if _VIEW.fullmatch(view) else "", TaskQuery.read(given), own[1])


def place_named(task_id: int, query: str, current_url: str) -> Place:
    """The place that the address of a task names; for its row on another page, that page."""
    return place_at(f"/tasks/{task_id}?{query}" if query else current_url)


def _day_name(written: str, overviews: Overviews) -> str:
    try:
        preferences = overviews.actor.preferences
        return long_day(read_day(written), preferences.today(utc_now()), preferences.date_order)
    except NotFound:
        return "Today"

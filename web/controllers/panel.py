"""The panel: a task beside its list, by `?task=42` in the address of the list."""

from dataclasses import dataclass
from typing import Any, ClassVar

from web.controllers.places import Place, place_at
from web.domain.errors import NotFound
from web.http.forms import Form, fields_of, whole_number
from web.http.responses import Rendered, page
from web.models.task import Task
from web.models.task_drafts import StepDraft
from web.services.task_facts import About, TaskFacts
from web.services.tasks import Tasks

# The id of its element, and the partial that leaves it empty.
PANEL, NO_PANEL = "panel", "tasks/_no_panel.html"


@dataclass(frozen=True)
class Panel:
    """A task with its facts, steps and history. `place` is the list beside it, `form` that of a new step.

    `editor` is the form of its title, of its note or of both, while they are edited in the panel.
    """

    partial: ClassVar = "tasks/_panel.html"
    task: Task
    about: About
    place: Place
    form: Form[StepDraft]
    editor: Form[Any] | None = None


@dataclass(frozen=True)
class MissingTask:
    """In place of a task that there is not. `place` is the list beside it."""

    partial: ClassVar = "tasks/_missing_panel.html"
    place: Place


def panel_of(task: Task, place: Place, tasks: Tasks, editor: Form[Any] | None = None) -> Panel:
    about = TaskFacts(tasks.connection, tasks.actor).about(task)
    return Panel(task, about, place, Form.blank(StepDraft), editor)


def panel_alone(task: Task, url: str, tasks: Tasks, editor: Form[Any] | None = None, *, status: int = 200) -> Rendered:
    """The answer to a request from the panel."""
    panel = panel_of(task, place_at(url), tasks, editor)
    return page("tasks/show.html", partial="tasks/_panel.html", panel=panel, status=status)


def panel_at(url: str, tasks: Tasks) -> Panel | MissingTask | None:
    """The panel that the address of a list asks for; None without one."""
    named, place = _named_beside(url), place_at(url)
    if not named or place.own_page:
        return None
    try:
        return panel_of(tasks.get(whole_number(named)), place, tasks)
    except NotFound:
        return MissingTask(place)


def task_beside(url: str) -> int:
    """The id of the task in the panel of a page; 0 for none."""
    return 0 if place_at(url).own_page else whole_number(_named_beside(url))


def _named_beside(url: str) -> str:
    return fields_of(url.partition("?")[2]).get("task", "")

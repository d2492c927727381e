"""The panel: a task beside its list, by `?task=42` in the address of the list."""

from typing import NamedTuple

from web.controllers.places import Place, place_at
from web.controllers.view_pages import fields_of
from web.domain.errors import NotFound
from web.http.forms import Form, whole_number
from web.models.task import Task
from web.models.task_drafts import StepDraft
from web.services.task_facts import About, TaskFacts
from web.services.tasks import Tasks

# The id of its element, and the partial that leaves it empty.
PANEL, NO_PANEL = "panel", "tasks/_no_panel.html"


class Panel(NamedTuple):
    """A task with its facts, steps and history. `place` is the list beside it, `form` that of a new step."""

    task: Task
    about: About
    place: Place
    form: Form[StepDraft]


def panel_of(task: Task, place: Place, tasks: Tasks) -> Panel:
    about = TaskFacts(tasks.connection, tasks.actor).about(task)
    return Panel(task, about, place, Form.blank(StepDraft))


def panel_at(url: str, tasks: Tasks) -> Panel | None:
    """The panel that the address of a list asks for; None without one, and for a task that there is not."""
    task_id = task_beside(url)
    try:
        return panel_of(tasks.get(task_id), place_at(url), tasks) if task_id else None
    except NotFound:
        return None


def task_beside(url: str) -> int:
    """The id of the task in the panel of a page; 0 for none."""
    path, _, query = url.partition("?")
    return 0 if place_at(path).own_page else whole_number(fields_of(query).get("task", ""))

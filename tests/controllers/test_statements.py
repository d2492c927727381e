"""How many SQL statements each page and action takes: as docs/performance.md says, whatever the number of tasks."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from tests.client import HtmlClient, Statements
from tests.factories import Factory
from web.domain.timestamps import utc_now
from web.models.task import Task
from web.settings import ROOT

PAGES = {
    "Today": "/today",
    "a day": "/days/2027-01-05",
    "Upcoming": "/upcoming",
    "Inbox": "/inbox",
    "a list": "/lists/{list}",
    "a label": "/labels/{label}",
    "Open tasks": "/tasks",
    "a search": "/tasks?q=task",
    "Done": "/done",
    "Trash": "/trash",
    "a task's page": "/tasks/{task}",
    "preview of quick add": "/tasks/new?title=Call+Bob+tomorrow+%23Home+%40phone",
}
PARTIALS = ("preview of quick add",)


class Click(NamedTuple):
    """A POST: its path, its fields, and the task that it is about."""

    path: str
    fields: dict[str, str] = {}
    task: dict[str, Any] = {}
    steps: int = 0
    on: str = "/tasks"


DUE = {"due_on": date(2026, 1, 5)}
WEEKLY = {**DUE, "repeat_rule": "FREQ=WEEKLY;BYDAY=MO", "repeat_mode": "schedule", "repeat_anchor": date(2026, 1, 5)}
CLICKS = {
    "complete": Click("/tasks/{task}/complete"),
    "complete, on Today": Click("/tasks/{task}/complete", task=DUE, on="/today"),
    "complete a repeating task": Click("/tasks/{task}/complete", task=WEEKLY),
    "complete with 3 steps": Click("/tasks/{task}/complete", steps=3),
    "reopen": Click("/tasks/{task}/reopen", task={"completed": True}),
    "add": Click("/tasks", {"title": "Buy milk"}),
    "add with list, date and label": Click("/tasks", {"title": "Call Bob tomorrow #Home @phone"}),
    "preview of several lines": Click("/tasks/several", {"lines": "A #Home\nB @phone", "preview": "1"}),
    "edit": Click("/tasks/{task}", {"title": "Buy tea", "version": "1"}),
    "set the due date": Click("/tasks/{task}/due", {"due_on": "2026-12-04", "version": "1"}),
    "set the priority": Click("/tasks/{task}/priority", {"priority": "1", "version": "1"}),
    "move to a list": Click("/tasks/{task}/move", {"list_id": "{list}", "version": "1"}),
    "delete": Click("/tasks/{task}/delete"),
    "restore": Click("/tasks/{task}/restore", task={"deleted_at": utc_now()}),
}


def documented() -> dict[str, dict[str, int]]:
    """The table of docs/performance.md."""
    section = (ROOT / "docs/performance.md").read_text().partition("\n## Statements\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
    return {name: {"postgresql": int(first), "sqlite": int(second)} for name, first, second in rows[2:]}


@pytest.fixture
def counted(ada: HtmlClient, make: Factory, statements: Statements) -> Callable[[], dict[str, int]]:
    """Counts the statements of each page and action."""
    home, phone = make.record("lists", ada.user, name="Home"), make.record("labels", ada.user, name="phone")

    def task(**values: Any) -> Task:
        return make.task(ada.user, list_id=home.id, **values)

    def count(send: Callable[..., Any], path: str, about: Task, **options: Any) -> int:
        ids = {"list": str(home.id), "label": str(phone.id), "task": str(about.id)}
        fields = {name: value.format(**ids) if isinstance(value, str) else value for name, value in options.items()}
        with statements.counted() as seen:
            answer = send(path.format(**ids), **fields)
        assert answer.status == 200, (path, answer.status, answer.alert)
        return len([one for one in seen if not one.startswith("BEGIN")])

    def counts() -> dict[str, int]:
        due = task(due_on=utc_now().date())
        task(due_on=date(2027, 1, 5))
        task(due_on=due.due_on, completed=True)
        task(deleted_at=utc_now())
        found = {name: count(ada.get, path, due, htmx=name in PARTIALS) for name, path in PAGES.items()}
        for name, click in CLICKS.items():
            about = task(**click.task)
            for _ in range(click.steps):
                task(parent_id=about.id)
            fields = {"op": str(uuid4())} | click.fields
            found[name] = count(ada.post, click.path, about, htmx=True, on=click.on, **fields)
        return found

    return counts


@pytest.mark.parametrize("number", [10, 10_000])
def test_statements_are_as_documented(
    ada: HtmlClient, make: Factory, counted: Callable[[], dict[str, int]], number: int
) -> None:
    make.tasks(ada.user, number)

    counts = counted()

    database = make.database.engine.name
    assert counts == {name: both[database] for name, both in documented().items()}


def test_the_budgets_are_kept() -> None:
    """Pages of tasks with index and numbers: four. A plain completion: three, and one more on SQLite for its event."""
    found = documented()

    pages = [found[name] for name in PAGES if name not in ("Trash", "a task's page", *PARTIALS)]
    assert max(max(both.values()) for both in pages) <= 4
    assert found["complete"] == found["complete, on Today"] == {"postgresql": 3, "sqlite": 4}

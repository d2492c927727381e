"""The facts of a task, on its page and in the database, for tests."""

from tests.client import Page
from tests.factories import Factory
from web.domain.timestamps import utc_now
from web.models.task import Task

TODAY = utc_now().date()


def fact(page: Page, name: str, task: Task) -> str:
    """The words of a fact, as its link shows them."""
    return page.tree.css_first(f"#{name}-link-{task.id} bdi").text().strip()


def stored(make: Factory, task: Task) -> Task:
    found = make.stored(task)
    assert found
    return found

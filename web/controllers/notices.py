"""What the notices of an address are about: `?deleted=7` offers a task back, `?added=7` tells where a new one is."""

from collections.abc import Mapping

from web.domain.errors import NotFound
from web.http.forms import whole_number
from web.models.task import Task
from web.services.tasks import Tasks


def offered_back(tasks: Tasks, task_id: str) -> Task | None:
    """The deleted task, if there is one."""
    return tasks.deleted(whole_number(task_id)) if task_id else None


def just_added(tasks: Tasks, task_id: str) -> Task | None:
    """The added task, unless its Undo has taken it away."""
    try:
        return tasks.get(whole_number(task_id)) if task_id else None
    except NotFound:
        return None


def counted_words(fields: Mapping[str, str]) -> str:
    """What an address says that was done to many tasks: `?moved=3`, `?several=4`; empty where it says nothing."""
    added = whole_number(fields.get("several", ""))
    return f"Added {added:,} tasks" if added else moved_words(whole_number(fields.get("moved", "")))


def moved_words(number: int) -> str:
    """Moved 3 tasks to today; empty for none."""
    words = "1 task" if number == 1 else f"{number:,} tasks"
    return f"Moved {words} to today" if number else ""

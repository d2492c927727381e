"""What the notices of an address are about: `?deleted=7` offers a task back, `?completed=7` tells what
was done, `?undone=…` what was taken back, `?added=7` and `?placed=7` where a task is, `?placed_list=7` where a list or
a section is, `?changed_list=7` what was done to one, `?read=…` the line that a task was added by."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from web.controllers.undo import undone_words
from web.controllers.view_pages import ViewPage
from web.domain.errors import NotFound
from web.http.forms import idempotency_key, whole_number
from web.models.task import Task
from web.models.task_drafts import QuickLine
from web.services.history import History
from web.services.history_words import done_words as action_words
from web.services.list_ordering import ListOrdering
from web.services.lists import Lists
from web.services.ordering import Ordering
from web.services.quick_add import QuickAdd
from web.services.quick_preview import Chip, QuickPreview
from web.services.records import Service
from web.services.task_facts import TaskFacts
from web.services.tasks import Tasks

# How many lists a notice names.
MOST_PLACES = 3
# How many records a notice of an undo counts.
MOST_TAKEN_BACK = 50
# Characters of a line that an address repeats.
MOST_READ = 500
_SUBJECTS = ("completed", "moved", "added_several", "placed_list")


def offered_back(tasks: Tasks, task_id: str) -> Task | None:
    """The deleted task, if there is one."""
    return tasks.deleted(whole_number(task_id)) if task_id else None


def offer_of(record_id: int | None, operation: str, name: str = "deleted") -> dict[str, str]:
    """For the address of the page after a delete: what was deleted, and the operation, whose Undo is the same as
    with JavaScript. Empty where a delete changed nothing, and then it is restored by its id."""
    return {name: str(record_id)} | ({"operation": operation} if operation else {})


def task_of(tasks: Tasks, task_id: str) -> Task | None:
    """The task that a notice is about, unless Undo has taken it away."""
    try:
        return tasks.get(whole_number(task_id)) if task_id else None
    except NotFound:
        return None


def list_to_make(task: Task | None, tasks: Tasks) -> str:
    """The name of a list that the title of an added task says and that there is none of; empty without one."""
    if task is None or "#" not in task.title:
        return ""
    return QuickAdd(tasks.connection, tasks.actor).unknown_list(task) or ""


def added_query(task: Task, line: QuickLine, operation: str) -> dict[str, str]:
    """For the address of the page after a task was added: the task, and the line if more than a title was read.

    With JavaScript what was read stood below the field before.
    """
    told = {"added": str(task.id), "operation": operation}
    is_short = len(line.title) <= MOST_READ and not line.after
    return told | ({"read": line.title} if is_short and line.title.strip() != task.title else {})


class Understood(NamedTuple):
    """What was read from the line of an added task: the parts with the line that keeps each as text, and the rest."""

    parts: list[tuple[Chip, str]]
    note: str
    # Of the page, by the names of their fields.
    presets: list[tuple[str, Any]]


def understood(task: Task | None, line: QuickLine, tasks: Tasks) -> Understood | None:
    """None where nothing but a title was read."""
    if task is None or not line.title:
        return None
    preview = QuickPreview(tasks.connection, tasks.actor)
    chips = [chip for chip in preview.preview(line) if chip.words and not chip.is_offer]
    if not chips:
        return None
    # A note in the line is read again with it.
    said = preview.note_of(line)
    note = (task.description or "").removeprefix(said).removeprefix("\n") if said else task.description or ""
    presets = [(name, value) for name in ("due_on", "list_id", "label_id") if (value := getattr(line, name))]
    return Understood([(chip, chip.kept_in(line.title)) for chip in chips], note, presets)


def done_words(fields: Mapping[str, str], tasks: Tasks) -> str:
    """What an operation did, as the address says: `?completed=` and the like; empty where that is not so."""
    operation = idempotency_key(fields.get("operation", ""))
    if not operation or fields.keys().isdisjoint(_SUBJECTS):
        return ""
    history = History(tasks.connection, tasks.actor)
    if "placed_list" in fields:
        words = placed_list_words(tasks, fields["placed_list"], operation)
        return f"Moved: {words}" if words else ""
    if "completed" in fields:
        return _completed_words(task_of(tasks, fields["completed"]), tasks) if history.size(operation) else ""
    if "moved" in fields:
        return moved_words(history.size(operation))
    added = several_words(*history.added(operation))
    return f"Added {added}" if added else ""


def taken_back_words(fields: Mapping[str, str], tasks: Tasks) -> str:
    """What Undo in the index took back without JavaScript, as `?undone=` says; empty without it."""
    if "undone" not in fields:
        return ""
    operation = idempotency_key(fields["undone"])
    undone = History(tasks.connection, tasks.actor).taken_back(operation) if operation else ()
    return f"{undone_words(undone[:1])} and more" if len(undone) > MOST_TAKEN_BACK else undone_words(undone)


def _completed_words(task: Task | None, tasks: Tasks) -> str:
    """Completed “Buy milk”; of a repeating task the next date too."""
    if task is None:
        return ""
    following = "" if task.completed else f". Next: {TaskFacts(tasks.connection, tasks.actor).due(task)}"
    return f"Completed “{task.title}”{following}"


def several_words(places: Mapping[str, int], steps: int) -> str:
    """4 tasks and 2 steps to Garden; 3 tasks: 2 to Inbox, 1 to Garden; empty for none.

    Before, static/js/later/rows/several.js counts them likewise. `places` has the number of tasks of each list.
    """
    numbers = {"task": sum(places.values()), "step": steps}
    words = " and ".join(f"{number:,} {one}{'' if number == 1 else 's'}" for one, number in numbers.items() if number)
    if len(places) == 1:
        return f"{words} to {next(iter(places))}" if words else ""
    named = [f"{number:,} to {name}" for name, number in places.items()]
    others = sum(places.values()) - sum([*places.values()][:MOST_PLACES])
    told = [*named[:MOST_PLACES], *([f"{others:,} to other lists"] if others else [])]
    return f"{words}: {', '.join(told)}" if words else ""


def placed_words(tasks: Tasks, task_id: str, shown: ViewPage | None = None) -> str:
    """Where a task that was moved stands now: Buy milk, 3 of 12. On a day among what its page shows of that day."""
    task = task_of(tasks, task_id)
    if task is None:
        return ""
    if on_day := _place_on_day(task, shown):
        return f"{task.title}, {on_day}"
    number, total = Ordering(tasks.connection, tasks.actor).place_in_list(task)
    if task.parent_id is None:
        return f"{task.title}, {number} of {total}"
    return f"{task.title}, {number} of {total} in {tasks.get(task.parent_id).title}"


def placed_list_words(service: Service, list_id: str, operation: str) -> str:
    """Where a list or a section stands that an operation moved: Garden, 2 of 5; empty where that is undone."""
    connection, actor = service.connection, service.actor
    is_moved = bool(History(connection, actor).size(operation, "lists"))
    return ListOrdering(connection, actor).placed(whole_number(list_id)) if is_moved else ""


def changed_list_words(service: Service, list_id: str, operation: str) -> str:
    """Archived “Garden”; empty where that is undone, or nothing was changed."""
    number, history = whole_number(list_id), History(service.connection, service.actor)
    events = history.of("lists", number) if number and operation else ()
    done = [event for event in events if event.operation == operation and not event.undone_by]
    if not done:
        return ""
    of = " of" if done[0].action == "edit" else ""
    name = Lists(service.connection, service.actor).get(number).name
    return f"{action_words(done[0].action, done[0].changes)}{of} “{name}”"


def _place_on_day(task: Task, shown: ViewPage | None) -> str:
    for section in shown.sections if shown else ():
        ids = [row.id for row in section.rows] if section.day else []
        if shown and task.id in ids:
            return f"{ids.index(task.id) + 1} of {len(ids)}{'+' if shown.is_cut else ''}"
    return ""


def moved_words(number: int) -> str:
    """Moved 3 tasks to today; empty for none."""
    words = "1 task" if number == 1 else f"{number:,} tasks"
    return f"Moved {words} to today" if number else ""

"""Quick add: a line that a user typed becomes a task, with the lists and labels that it names."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import ValidationError

from web.db.savepoint import savepoint
from web.domain.errors import NotPossible
from web.domain.quick_add import Line, Reading, Span, without
from web.domain.timestamps import utc_now
from web.models.base import values_of
from web.models.label import LabelDraft
from web.models.list import NewList
from web.models.task import Task
from web.models.task_drafts import NewTask, QuickLine, SeveralLines, TitleDraft
from web.services.day_ordering import DayOrdering
from web.services.history import History
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.ordering import Ordering
from web.services.quick_lines import QuickLines, named
from web.services.record_values import key_of
from web.services.records import Service
from web.services.steps import Steps
from web.services.task_dates import require_start_before_due, text_of
from web.services.tasks import Tasks


class QuickAdd(Service):
    """Adds what lines say, with the lists and labels that they name."""

    def __init__(self, *service: Any) -> None:
        super().__init__(*service)
        self._lines = QuickLines(*service)

    def add(self, line: QuickLine, key: str) -> Task:
        """The task of a line; a `#+list` and labels that do not exist yet are made with it, in the same operation.

        Raises ValidationError for a title or a note that is too long, NotFound for another user's list or task,
        NotPossible for a start after the due date, and for a list whose name an archived one has.
        """
        tasks, stored_key = Tasks(self.connection, self.actor), key_of(key, values_of(line))
        # Sent again it is there, and the task that it was added below may be elsewhere or gone.
        if line.after and (made := tasks.with_key(stored_key)):
            return tasks.still_there(made)
        lists, labels = dict(self._lines.lists(line.title)), self._lines.labels(line.title)
        reading = self._lines.read(line, lists, labels)
        above = tasks.get(line.after) if line.after else None
        # Before the list is made: an error makes none.
        self._require_possible(reading)
        draft = NewTask.model_validate(_values(reading, line, lists))
        if above and not reading.list:
            draft.list_id, draft.parent_id = above.list_id, above.parent_id
        draft.list_id = self._list_id(reading, lists, key) or draft.list_id
        draft.labels = self._label_ids(reading, line.label_id, labels, key)
        task = tasks.add_under(draft, stored_key)
        # A form that was sent twice at once has added and placed it already.
        return self._put_below(task, above) if above and tasks.effect.changed else task

    def add_instead(self, operation: str, line: QuickLine, key: str) -> Task:
        """As `add`, in place of the task that an operation added with what it made, which is undone.

        Raises NotFound where it is undone already, CannotUndo or NotPossible where what it added has changed since, or
        has steps; then nothing changes.
        """
        tasks = Tasks(self.connection, self.actor)
        if made := tasks.with_key(key_of(key, values_of(line))):
            return tasks.still_there(made)
        with savepoint(self.connection):
            undone = History(self.connection, self.actor).undo(operation)
            added = [one.record for one in undone if isinstance(one.record, Task)]
            if any(task.version > 1 or self._has_steps(task) for task in added):
                raise NotPossible("The task has changed since it was added. Change it on its own page.")
            return self.add(line, key)

    def _has_steps(self, task: Task) -> bool:
        family = Steps(self.connection, self.actor).family(task.id or 0)
        return any(step.deleted_at == task.deleted_at for step in family if step.id != task.id)

    def _put_below(self, task: Task, above: Task) -> Task:
        if (task.list_id, task.parent_id) == (above.list_id, above.parent_id):
            task = Ordering(self.connection, self.actor).move(task.id or 0, after=above.id)
        return DayOrdering(self.connection, self.actor).put_below(task, above)

    def add_several(self, several: SeveralLines, key: str) -> Sequence[Task]:
        """A task for each line, indented ones as steps of those above; the first 200, in one operation.

        Raises NotPossible where a line is no task; then none is added.
        """
        lists, labels = dict(self._lines.lists(several.lines)), dict(self._lines.labels(several.lines))
        lines = self._lines.read_several(several, lists, labels).lines
        # Before the first one is added: an error adds none of them.
        drafts = [self._draft(number, line, several, lists) for number, line in enumerate(lines, start=1)]
        added: list[Task] = []
        above: list[Task] = []
        for number, (line, draft) in enumerate(zip(lines, drafts, strict=True), start=1):
            del above[line.level :]
            if above:
                draft.parent_id, draft.list_id = above[-1].id, None
            else:
                draft.list_id = self._list_id(line.reading, lists, key) or draft.list_id
            draft.labels = self._label_ids(line.reading, None if above else several.label_id, labels, key)
            stored_key = key_of(str(uuid5(NAMESPACE_URL, f"{key} {number}")), values_of(several))
            task = Tasks(self.connection, self.actor).add_under(draft, stored_key)
            above.append(task)
            added.append(task)
        return added

    def problem_of(self, number: int, line: Line, several: SeveralLines, lists: Mapping[str, int]) -> str:
        """Why a line of several is no task; empty where it is one."""
        try:
            self._draft(number, line, several, lists)
        except NotPossible as problem:
            return str(problem)
        return ""

    def _draft(self, number: int, line: Line, several: SeveralLines, lists: Mapping[str, int]) -> NewTask:
        """Raises NotPossible, which names the line."""
        values = _values(line.reading, QuickLine(list_id=several.list_id), lists)
        try:
            self._require_possible(line.reading)
            return NewTask.model_validate({**values, "is_done": line.is_done})
        except ValidationError as problem:
            raise NotPossible(f"Line {number}: {problem.errors()[0]['ctx']['error']}") from problem
        except NotPossible as problem:
            raise NotPossible(f"Line {number}: {problem}") from problem

    def _require_possible(self, reading: Reading) -> None:
        require_start_before_due(reading.start_on, reading.due_on, self.actor.preferences, utc_now())

    def unknown_list(self, task: Task) -> str | None:
        """The name of a list that the title says and that can be made: what `make_list` would make."""
        span = self._lines.may_be_made(self._unknown_list(task.title))
        return span.value if span else None

    def make_list(self, task_id: int, key: str) -> Task:
        """Make the list that the title names, and move the task there without these words; one operation.

        Idempotent for one key. Raises NotPossible where the title names no list that can be made.
        """
        tasks = Tasks(self.connection, self.actor)
        task = tasks.any(task_id)
        span = None if task.deleted_at else self._lines.may_be_made(self._unknown_list(task.title))
        if span is None and History(self.connection, self.actor).size(key):
            return task
        if span is None:
            raise NotPossible("The title of this task names no list that can be made.")
        made = Lists(self.connection, self.actor).add(NewList(name=span.value), key)
        Ordering(self.connection, self.actor).to_list(task_id, made.id)
        return tasks.edit(task_id, TitleDraft(title=without(task.title, span)), tasks.get(task_id).version)

    def _unknown_list(self, title: str) -> Span | None:
        return self._lines.read(QuickLine(title=title), self._lines.lists(title), {}).unknown_list

    def _list_id(self, reading: Reading, lists: dict[str, int], key: str) -> int | None:
        """The list that the line names; `#+name` makes it, once for the operation, and puts it into `lists`."""
        if reading.list is None:
            return None
        if (found := named(reading.list, lists)) is None:
            made = Lists(self.connection, self.actor).add(
                NewList(name=reading.list), str(uuid5(NAMESPACE_URL, f"{key} list {reading.list}"))
            )
            found = lists[made.name] = made.id or 0
        return found

    def _label_ids(self, reading: Reading, preset: int | None, labels: Mapping[str, int], key: str) -> tuple[int, ...]:
        """The label that the page presets, and those that the line names."""
        named = (self._label_id(name, labels, key) for name in reading.labels)
        return (*filter(None, [preset]), *named)

    def _label_id(self, name: str, labels: Mapping[str, int], key: str) -> int:
        """Made under a key that follows from that of the task: the same form sent twice makes one label."""
        if (found := named(name, labels)) is not None:
            return found
        made = Labels(self.connection, self.actor).add(
            LabelDraft(name=name), str(uuid5(NAMESPACE_URL, f"{key} {name}"))
        )
        return made.id or 0


def _values(reading: Reading, line: QuickLine, lists: Mapping[str, int]) -> dict[str, Any]:
    """The fields of the draft; what is not read keeps its default."""
    notes: Sequence[str | None] = (reading.description, line.description)
    values = {
        "title": reading.title,
        "description": "\n".join(filter(None, notes)) or None,
        "list_id": named(reading.list, lists) if reading.list else line.list_id,
        "priority": reading.priority,
        "start_on": reading.start_on,
        "due_on": reading.due_on,
        "due_time": text_of(reading.due_time),
        "repeat_rule": reading.repeat_rule,
        "repeat_mode": reading.repeat_mode,
        "repeat_anchor": reading.repeat_anchor,
        "repeat_until": reading.until,
        "repeat_left": reading.times,
    }
    return {name: value for name, value in values.items() if value is not None}

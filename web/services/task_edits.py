"""What the small forms of a task set besides its columns: the repeat in words, its list and place, its labels."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from web.domain.errors import NotFound, NotPossible
from web.domain.quick_add import Context, DateOrder, Presets, Reading, read
from web.domain.rule_words import read_rule
from web.domain.timestamps import utc_now
from web.models.label import LabelDraft
from web.models.list import NewList
from web.models.task import Task
from web.models.task_drafts import (
    DueDraft,
    DueWords,
    MoveDraft,
    NewTask,
    PriorityDraft,
    RepeatDraft,
    RepeatWords,
    StartDraft,
    StartWords,
    TimedRepeatDraft,
)
from web.services.access import lock_owner
from web.services.day_ordering import DayOrdering
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.ordering import Direction, Ordering
from web.services.records import EditConflict, Service
from web.services.task_dates import text_of
from web.services.tasks import Tasks
from web.services.views import Views

MOST_MOVED = 1_000
Level = Literal["in", "out"]
_TITLE = "x"
# It has no row: its name in the form of a move means it all the same.
INBOX = "Inbox"


class TaskEdits(Service):
    """Each action raises EditConflict where the fact has changed after `version` of the task."""

    def __init__(self, *service: Any) -> None:
        super().__init__(*service)
        self.tasks = Tasks(*service)

    def set_repeat(self, task_id: int, words: RepeatWords, version: int) -> Task:
        """By the words, else by the chosen rule; without either the task no longer repeats.

        Raises NotPossible for words that are no repeat, and for a repeat without a date.
        """
        return self.tasks.edit(task_id, self._repeat(words), version)

    def set_due(self, task_id: int, draft: DueWords, version: int) -> Task:
        """Words without a time keep the time that the task has.

        Raises NotPossible for words that are no day, and for one before the start.
        """
        values = draft.model_dump(exclude={"words"})
        if draft.words:
            task = self.tasks.get(task_id)
            reading = self._day(draft.words, task.due_on)
            kept = {"due_time": task.due_time, "due_zone": task.due_zone}
            at = text_of(reading.due_time)
            values = {"due_on": reading.due_on, **({"due_time": at, "due_zone": None} if at else kept)}
        return self.tasks.edit(task_id, DueDraft.model_validate(values), version)

    def set_start(self, task_id: int, draft: StartWords, version: int) -> Task:
        """Raises NotPossible for words that are no day, for a time of day, and for a day after the due date."""
        start_on = draft.start_on
        if draft.words:
            reading = self._day(draft.words, None)
            if reading.due_time:
                raise NotPossible("A start is a day without a time.")
            start_on = reading.due_on
        return self.tasks.edit(task_id, StartDraft(start_on=start_on), version)

    def set_priority(self, task_id: int, draft: PriorityDraft, version: int) -> Task:
        """Version 0, of a press of a key, asks for no conflict."""
        return self.tasks.edit(task_id, draft, version or self.tasks.get(task_id).version)

    def move(self, task_id: int, draft: MoveDraft, version: int, key: str = "") -> Task:
        """Into a list or the Inbox (0), to a day, or to another place among the tasks around it. Raises NotFound.

        A name makes the list, under the key, where there is none. Version 0 asks for no conflict. Raises NotPossible
        where there is no such place, and for the name of an archived list.
        """
        if draft.to is not None:
            return self._step(task_id, draft.to, draft.due_on)
        if draft.due_on is not None:
            days = DayOrdering(self.connection, self.actor)
            return days.move(task_id, draft.due_on, after=draft.after, before=draft.before)
        ordering = Ordering(self.connection, self.actor)
        list_id = self._named_list(task_id, draft.name, key) if draft.name else draft.list_id
        if list_id is not None:
            self._require_unchanged(task_id, list_id or None, version)
            return ordering.to_list(task_id, list_id or None, after=draft.after, before=draft.before)
        return ordering.move(task_id, after=draft.after, before=draft.before)

    def set_labels(self, task_id: int, label_ids: Collection[int], name: str | None, version: int, key: str) -> Task:
        """Exactly these labels, and the one of that name, which is made where there is none."""
        self.tasks.get(task_id)
        named = [self._label(name, key)] if name else []
        return self.tasks.set_labels(task_id, [*label_ids, *named], version)

    def move_overdue(self) -> Sequence[Task]:
        """What was due before today is due today, at its time; one operation. At most a thousand tasks."""
        today = self.actor.preferences.today(utc_now())
        late = [
            row
            for row in Views(self.connection, self.actor).today(MOST_MOVED).overdue
            if row.due_on and row.due_on < today
        ]
        drafts = {row: DueDraft(due_on=today, due_time=row.due_time, due_zone=row.due_zone) for row in late}
        return [self.tasks.edit(row.id, draft, row.version) for row, draft in drafts.items()]

    def add_step(self, task: Task, title: str, key: str) -> Task:
        """At the end of the task's steps. Raises NotPossible for a fourth level."""
        return self.tasks.add(NewTask(title=title, parent_id=task.id), key)

    def _step(self, task_id: int, to: Direction | Level, day: date | None) -> Task:
        ordering = Ordering(self.connection, self.actor)
        if to == "in":
            return ordering.indent(task_id)
        if to == "out":
            return ordering.outdent(task_id)
        if day is None:
            return ordering.nudge(task_id, to)
        return DayOrdering(self.connection, self.actor).nudge(task_id, day, to)

    def _repeat(self, words: RepeatWords) -> RepeatDraft:
        text = words.words or words.rule
        if not text:
            return RepeatDraft()
        reading = self._read(text)
        values = {
            "repeat_rule": reading.repeat_rule,
            "repeat_mode": reading.repeat_mode,
            "repeat_until": reading.until or (None if reading.times else words.repeat_until),
            "repeat_left": reading.times or (None if reading.until else words.repeat_left),
        }
        if reading.due_time is None:
            return RepeatDraft.model_validate(values)
        return TimedRepeatDraft.model_validate({**values, "due_time": reading.due_time.isoformat("minutes")})

    def _day(self, words: str, due_on: date | None) -> Reading:
        """All of the words must be a day; a time alone is one of the day that the task is due on."""
        # As quick add reads them behind a title.
        reading = read(f"{_TITLE} {words}", replace(self._context, presets=Presets(due_on=due_on)))
        is_day = {span.kind for span in reading.spans} <= {"due", "time"}
        if reading.title != _TITLE or not is_day or not reading.spans:
            raise NotPossible(f"“{words}” is no day. Write it like fri 5pm, 24 dec or in 3 days.")
        return reading

    @property
    def _context(self) -> Context:
        preferences = self.actor.preferences
        order: DateOrder = "m/d" if preferences.date_order == "m/d" else "d/m"
        return Context(utc_now(), preferences.zone, preferences.week_start, order)

    def _read(self, text: str) -> Reading:
        try:
            return read_rule(text, self._context)
        except ValueError as problem:
            raise NotPossible(str(problem)) from problem

    def _require_unchanged(self, task_id: int, list_id: int | None, version: int) -> None:
        lock_owner(self.connection, self.actor)
        task = self.tasks.any(task_id)
        is_stale = 0 < version != task.version and task.list_id != list_id
        if is_stale and "list_id" in self.tasks.changed_since(task, version):
            raise EditConflict(task, ["list_id"], ["list_id"])

    def _named_list(self, task_id: int, name: str, key: str) -> int:
        self.tasks.get(task_id)
        if name.casefold() == INBOX.casefold():
            return 0
        lists = Lists(self.connection, self.actor)
        found = lists.named(name)
        if found and found.archived_at is None:
            return found.id or 0
        return lists.add(NewList(name=name), key).id or 0

    def _label(self, name: str, key: str) -> int:
        labels = Labels(self.connection, self.actor)
        try:
            return labels.named(name).id or 0
        except NotFound:
            return labels.add(LabelDraft(name=name), key).id or 0

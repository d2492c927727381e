"""What a row says of a task besides its title, in words: due, list, steps, labels, repeat, priority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple, Self

from web.domain.days import day_words, is_overdue
from web.domain.due_words import clock_words, due_words, in_a_sentence
from web.domain.preferences import Preferences
from web.domain.rule_words import shown_repeat
from web.domain.timestamps import utc_now
from web.models.task import Task, TaskRow
from web.services.overview import NO_DETAIL, Detail, LabelMark, ListRow, Overviews, list_path
from web.services.task_dates import clock_of

PRIORITY_MARKS = {1: "!!!", 2: "!!", 3: "!"}


class Facts(NamedTuple):
    """Each empty where there is nothing to say."""

    due: str
    is_overdue: bool
    marks: str
    list: str
    steps: str
    labels: Sequence[LabelMark]
    repeat: str

    @property
    def says(self) -> bool:
        """Whether there is anything to say beside the priority."""
        return bool(self.due or self.says_more)

    @property
    def says_more(self) -> bool:
        """Whether there is anything to say beside the priority and the due date."""
        return bool(self.list or self.steps or self.labels or self.repeat)


@dataclass(frozen=True)
class RowFacts:
    """The facts of the rows of a page. `day`, `list_id` and the address `label_page` are those of the page.

    Its rows do not repeat them.
    """

    preferences: Preferences
    now: datetime
    lists: Mapping[int, ListRow]
    details: Mapping[int, Detail]
    day: date | None = None
    list_id: int | None = None
    label_page: str = ""

    @property
    def zone_is_known(self) -> bool:
        return self.preferences.zone_is_known

    def on(self, day: date | None) -> Self:
        """For rows under a heading that says their day."""
        return self if day is None else replace(self, day=day)

    def elsewhere(self, task: Task | TaskRow) -> Facts:
        """The facts of a task that stands on no page: its day and its list are said."""
        return replace(self, day=None, list_id=None, label_page="").of(task) or NOTHING

    def of(self, task: Task | TaskRow) -> Facts | None:
        """None where there is nothing to say. A completed task says only when it was done."""
        if task.completed:
            return Facts(self._done(task), is_overdue=False, marks="", list="", steps="", labels=(), repeat="")
        detail = self.details.get(task.id or 0)
        says_something = task.due_on or task.list_id or task.repeat_rule or task.priority in PRIORITY_MARKS
        if not says_something and detail is None:
            # Most tasks of a list; half of the time of a row.
            return None
        detail = detail or NO_DETAIL
        return Facts(
            due=self._due(task),
            is_overdue=task.due_on is not None and is_overdue(task.due_on, clock_of(task.due_time), self.now),
            marks=PRIORITY_MARKS.get(task.priority, ""),
            list=list_path(self.lists, task.list_id, self.list_id),
            steps=f"{detail.steps_done} of {detail.steps}" if detail.steps else "",
            labels=[label for label in detail.labels if label.address != self.label_page],
            repeat=shown_repeat(task.repeat_rule, task.repeat_mode),
        )

    def _due(self, task: Task | TaskRow) -> str:
        if task.due_on is None:
            return ""
        words = due_words(task.due_on, clock_of(task.due_time), self.now, self.preferences, page_day=self.day)
        return f"by {in_a_sentence(words)}" if self._has_begun(task) else words

    def _has_begun(self, task: Task | TaskRow) -> bool:
        """Whether it stands here by its start, and is due on a later day: its due date needs a word."""
        today = self.day or self.now.date()
        return bool(task.start_on and task.due_on and task.start_on <= today < task.due_on)

    def _done(self, task: Task | TaskRow) -> str:
        at = self.preferences.now(task.completed_at or task.updated_at)
        day = "" if at.date() == self.day else day_words(at.date(), self.now.date(), self.preferences.date_order)
        return ", ".join(filter(None, (day, clock_words(at.time(), self.preferences.clock))))


NOTHING = Facts("", is_overdue=False, marks="", list="", steps="", labels=(), repeat="")


def row_facts(
    overviews: Overviews,
    rows: Sequence[Task | TaskRow],
    *,
    day: date | None = None,
    list_id: int | None = None,
    label_page: str = "",
) -> RowFacts:
    """The overview and one statement more; for completed tasks alone, that is without it."""
    preferences = overviews.actor.preferences
    details = overviews.details([row for row in rows if not row.completed])
    lists = {one.id: one for one in overviews.get().lists}
    return RowFacts(preferences, preferences.now(utc_now()), lists, details, day, list_id, label_page)

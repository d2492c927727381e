"""What the small forms of a task may set, one field or a few that belong together; each is saved by itself."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationInfo, WithJsonSchema
from sqlmodel import Field

from web.domain.recurrence import Rule
from web.domain.zones import InvalidZone, zone_named
from web.models.base import Draft
from web.models.label import LabelName
from web.models.list import ListName
from web.models.task import Description, TaskDraft, Title
from web.models.wall_time import ClockTime
from web.models.written_time import Day

NO_PRIORITY = 4
# Characters, of several tasks in one form.
MOST_TEXT = 20_000


def _with_day(due_time: str, others: ValidationInfo) -> str:
    if "due_on" in others.data and others.data["due_on"] is None:
        raise ValueError("A time needs a day.")
    return due_time


def _zone(name: str, others: ValidationInfo) -> str:
    try:
        zone_named(name)
    except InvalidZone as problem:
        raise ValueError(str(problem)) from problem
    if "due_time" in others.data and others.data["due_time"] is None:
        raise ValueError("A time zone needs a time.")
    return name


def _rule(written: str) -> str:
    """The canonical text; InvalidRule is a ValueError with a sentence for the user."""
    return str(Rule.parse(written))


def _lines(written: str) -> str:
    if not written.strip():
        raise ValueError("Write or paste a task on each line.")
    if len(written) > MOST_TEXT:
        raise ValueError(f"At most {MOST_TEXT:,} characters can be added at once.")
    return written


def _mode(mode: str) -> str:
    if mode not in ("schedule", "completion"):
        raise ValueError("A repeat counts from its schedule or from completion.")
    return mode


WallTime = Annotated[ClockTime, AfterValidator(_with_day)]
Zone = Annotated[str, AfterValidator(_zone)]
RuleText = Annotated[
    str,
    AfterValidator(_rule),
    WithJsonSchema({"type": "string", "description": "As in RFC 5545.", "examples": ["FREQ=WEEKLY;BYDAY=MO"]}),
]
Mode = Annotated[str, AfterValidator(_mode), WithJsonSchema({"type": "string", "enum": ["schedule", "completion"]})]


class TitleDraft(Draft):
    title: Title


class NoteDraft(Draft):
    description: Description | None = None


class PriorityDraft(Draft):
    """1 is the highest; 4 is none."""

    priority: int = Field(default=NO_PRIORITY, ge=1, le=4)


class StartDraft(Draft):
    """When the user means to begin: before that day the task rests."""

    start_on: Day | None = None


class DueDraft(Draft):
    """A day; a day and a time of the user's wall clock; with a zone, that moment, also after the user changes zone.

    The zone says where a repeat of it is counted.
    """

    due_on: Day | None = None
    due_time: WallTime | None = None
    due_zone: Zone | None = None


class DueWords(DueDraft):
    """A due date as its form says it: in words as quick add reads them, which count first, or by its parts."""

    words: str | None = Field(default=None, max_length=100)


class StartWords(StartDraft):
    """A start date as its form says it: in words, which count first, or a day."""

    words: str | None = Field(default=None, max_length=100)


class RepeatDraft(Draft):
    """A rule of `web.domain.recurrence`; without one the task does not repeat. `repeat_left` counts completions."""

    repeat_rule: RuleText | None = None
    repeat_mode: Mode | None = None
    repeat_until: Day | None = None
    repeat_left: int | None = Field(default=None, ge=1, le=999)


class QuickLine(Draft):
    """A line of quick add as typed, its note beside it, and what the page presets: its day, its list, its label.

    `after` is the task that it is added below: in its list, among the same steps, and on its day.

    What is wrong with the texts shows only in what is read from them, a `NewTask`.
    """

    title: str = ""
    description: str = ""
    due_on: Day | None = None
    list_id: int | None = None
    label_id: int | None = None
    after: int | None = None


class SeveralLines(Draft):
    """Lines as pasted, each a task, indented ones its steps; and what the page presets."""

    lines: Annotated[str, AfterValidator(_lines)]
    due_on: Day | None = None
    list_id: int | None = None
    label_id: int | None = None


class NewTask(TaskDraft):
    """All that a task may be added with. Without a list it is in the Inbox; a step is in the list of its parent."""

    list_id: int | None = None
    parent_id: int | None = None
    priority: int = Field(default=NO_PRIORITY, ge=1, le=4)
    start_on: Day | None = None
    due_on: Day | None = None
    due_time: WallTime | None = None
    due_zone: Zone | None = None
    repeat_rule: RuleText | None = None
    repeat_mode: Mode | None = None
    # The date that intervals count from; the due date unless given.
    repeat_anchor: Day | None = None
    repeat_until: Day | None = None
    repeat_left: int | None = Field(default=None, ge=1, le=999)
    # Labels by id.
    labels: tuple[int, ...] = ()
    is_done: bool = False


class StepDraft(TitleDraft):
    """A step to add to a task."""


class OccurrenceDraft(Draft):
    """The date of the occurrence that a form is about."""

    due_on: Day | None = None


class MoveDraft(Draft):
    """Where a task goes: into a list, or to another place among the tasks around it. List 0 is the Inbox.

    A name counts before `list_id`: that of a list at the top, which is made where there is none. With `due_on` it is
    the order of that day, otherwise that of the list or of the steps. `in` is below the task above it, as its step;
    `out` is behind the task that it is a step of.
    """

    list_id: int | None = Field(default=None, ge=0)
    name: ListName | None = None
    due_on: Day | None = None
    to: Literal["up", "down", "top", "bottom", "in", "out"] | None = None
    after: int | None = None
    before: int | None = None


class TimedRepeatDraft(RepeatDraft):
    """A repeat whose words say a time of day too."""

    due_time: WallTime | None = None


class LabelsDraft(Draft):
    """A label to make and to mark the task with, by name; those that exist are checkboxes of their own."""

    name: LabelName | None = None


class RepeatWords(Draft):
    """A repeat as its form says it: a common rule, or in words as quick add reads them; nothing of both ends it.

    `repeat_until` and `repeat_left` hold unless the words say an end.
    """

    rule: str | None = None
    words: str | None = Field(default=None, max_length=200)
    repeat_until: Day | None = None
    repeat_left: int | None = Field(default=None, ge=1, le=999)

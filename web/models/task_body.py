"""A task as programs send it: all of its fields at once, and which tasks they ask for."""

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, ValidationInfo, WithJsonSchema
from sqlmodel import Field

from web.domain.text import is_printable
from web.models.base import LARGEST_ID, Draft
from web.models.task import TaskDraft
from web.models.task_drafts import NO_PRIORITY, Mode, RuleText, WallTime, Zone
from web.models.task_query import SEARCH_LENGTH
from web.models.written_time import Day

MOST_LABELS = 50
PAGE_SIZE, MOST_OF_PAGE = 50, 200
CURSOR_LENGTH = 1000
DUE = r"^(overdue|today|upcoming|none|[0-9]{4}-[0-9]{2}-[0-9]{2}(\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?)$"
WRONG_LIST = "This must be the id of a list, or inbox."
WRONG_DUE = "This must be overdue, today, upcoming, none, a day such as 2027-03-02, or two days with .. between them."
LIST = r"^(inbox|[1-9][0-9]{0,17})$"


def _with_rule(value: object, others: ValidationInfo) -> object:
    if value is not None and others.data.get("repeat_rule", "") is None:
        raise ValueError("This needs a repeat_rule.")
    return value


def _of_form(pattern: str, sentence: str) -> AfterValidator:
    """A text of this pattern; Pydantic's own sentence would be the pattern."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(sentence)
        return text

    return AfterValidator(check)


def _schema_of_form(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


def _query(text: str) -> str:
    if not is_printable(text):
        raise ValueError("Take out the control characters; nothing contains them.")
    return text


RecordId: TypeAlias = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class TaskBody(TaskDraft):
    """All that a program may write on a task. `completed` stays as it is where it is not given."""

    list_id: RecordId | None = None
    # 1 is the highest; 4 is none.
    priority: int = Field(default=NO_PRIORITY, ge=1, le=4)
    start_on: Day | None = None
    due_on: Day | None = None
    due_time: WallTime | None = None
    due_zone: Zone | None = None
    repeat_rule: RuleText | None = None
    repeat_mode: Annotated[Mode | None, AfterValidator(_with_rule)] = None
    repeat_until: Annotated[Day | None, AfterValidator(_with_rule)] = None
    repeat_left: Annotated[int | None, AfterValidator(_with_rule)] = Field(default=None, ge=1, le=999)
    labels: tuple[RecordId, ...] = Field(default=(), max_length=MOST_LABELS)
    completed: bool | None = None


class NewTaskBody(TaskBody):
    """A task to add; with `parent_id` it is a step of that task, in its list."""

    parent_id: RecordId | None = None


class QuickAddBody(Draft):
    """A line as typed into the field of the page: `Buy milk tomorrow 5pm #Home @errand !!`."""

    line: str = Field(min_length=1, max_length=1000)


_WORDS = {"type": "string", "maxLength": SEARCH_LENGTH, "pattern": r"^[^\u0000-\u001f\u007f-\u009f]*$"}


class TaskFilter(Draft):
    """Which tasks a program asks for."""

    status: Literal["all", "pending", "completed"] = "all"
    q: Annotated[str, AfterValidator(_query), WithJsonSchema(_WORDS)] = Field(
        default="", max_length=SEARCH_LENGTH, description="Words that title or description contain; finds steps too."
    )
    list: Annotated[str, _of_form(LIST, WRONG_LIST), _schema_of_form(LIST)] | None = Field(
        default=None, description="The id of a list, or `inbox`."
    )
    label: RecordId | None = Field(default=None, description="The id of a label.")
    due: Annotated[str, _of_form(DUE, WRONG_DUE), _schema_of_form(DUE)] | None = Field(
        default=None,
        description="`overdue`, `today`, `upcoming`, `none`, a day, or two days with `..` between them.",
    )
    sort: Literal["newest", "oldest", "title", "updated"] = "newest"
    limit: int = Field(default=PAGE_SIZE, ge=1, le=MOST_OF_PAGE)
    after: str = Field(default="", max_length=CURSOR_LENGTH, description="The `next` of the page before.")


class CompletionQuery(Draft):
    """Which occurrence of a repeating task is completed; without it the next one is, by each request."""

    due_on: Day | None = Field(
        default=None, description="Completes a repeating task only while it is due on that day, so a retry is safe."
    )

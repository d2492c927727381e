"""One example of each body and each answer of the API, for its document.

Answers are instances of what handlers answer, so an example without a field, or with one of another type, is an error.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any, get_args, get_origin

from msgspec import Struct, json

from web.http.api.answering import Items
from web.http.api.problems import DETAILS, FieldError, Problem
from web.models.colour import Colour
from web.models.event import EventOut, Subject, Undone
from web.models.feed import FeedKind, FeedOut
from web.models.import_body import ImportOut, RefusedOut, RemarkOut, ReportOut, SampleOut
from web.models.import_run import State
from web.models.label import LabelOut
from web.models.list import ListOut
from web.models.preferences import DateOrder, Density, PreferencesDraft, PreferencesOut, Scheme, StartPage
from web.models.reminder import ReminderOut
from web.models.task import TaskOut
from web.models.user import Me
from web.models.webhook import WebhookOut

AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
DAY = date(2027, 3, 2)
OPERATION = "0b9f6c1e-5a51-4c0e-9c50-2f6d9b6b8a11"
_RECORD: dict[str, Any] = {"id": 7, "created_at": AT, "updated_at": AT, "version": 1}
_TASK = {"title": "Buy milk", "description": "Two litres", "due_on": "2027-03-02", "due_time": "18:00", "priority": 2}

# By the name of the Draft.
BODIES: Mapping[str, Any] = {
    "NewTaskBody": _TASK,
    "TaskBody": _TASK,
    "TaskBodyPatch": {"title": "Buy oat milk", "due_on": None},
    "QuickAddBody": {"line": "Buy milk tomorrow 5pm"},
    "MoveDraft": {"to": "top"},
    "NewListBody": {"name": "Home", "colour": "teal"},
    "ListDraft": {"name": "Home", "colour": "teal"},
    "ListDraftPatch": {"colour": "red"},
    "ParentBody": {"parent_id": None},
    "LabelDraft": {"name": "errand", "colour": "teal"},
    "LabelDraftPatch": {"name": "shopping"},
    "PreferencesDraft": {"time_zone": "Europe/Berlin", "week_start": 0, "clock": 24},
    "PreferencesDraftPatch": {"time_zone": "Europe/Berlin"},
    "ReminderBody": {"at": "2099-03-02T08:00:00Z"},
    "ReadingBody": {"columns": {"0": "title", "2": "due"}},
    "WebhookBody": {
        "url": "https://example.com/daybook",
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "types": ["tasks.add", "tasks.complete"],
    },
    "TypesBody": {"types": ["tasks.add"]},
    "SecretBody": {"secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"},
}
_ANSWERS: tuple[Struct, ...] = (
    TaskOut(
        **_RECORD,
        title="Buy milk",
        description="Two litres",
        completed=False,
        completed_at=None,
        list_id=3,
        parent_id=None,
        priority=2,
        start_on=None,
        due_on=DAY,
        due_time="18:00",
        due_zone=None,
        repeat_rule="FREQ=WEEKLY;BYDAY=TU",
        repeat_mode="schedule",
        repeat_until=None,
        repeat_left=None,
        labels=(5,),
        steps=2,
        steps_done=1,
    ),
    ListOut(**_RECORD, name="Home", colour=Colour.TEAL, parent_id=None, is_section=False, archived_at=None),
    LabelOut(**_RECORD, name="errand", colour=Colour.TEAL),
    ReminderOut(**_RECORD, task_id=7, minutes_before=30, day_time=None, at=AT, sent_at=None, dismissed_at=None),
    FeedOut(**_RECORD, kind=FeedKind.EVENTS, shown="dbf_Xk2p", list_id=3, label_id=None, last_read_at=AT),
    WebhookOut(**_RECORD, url="https://example.com/daybook", types=["tasks.add"], ended_at=None, previous_until=None),
    EventOut(
        id=41,
        operation=OPERATION,
        action="edit",
        subject="tasks",
        subject_id=7,
        version=2,
        changes={"title": ["Buy milk", "Buy oat milk"]},
        created_at=AT,
        undoes=None,
        undone_by=None,
    ),
    Undone(OPERATION, [Subject("tasks", 7)]),
    Me("fH3kq9", "Ada", "ada@example.com", "Europe/Berlin", "write"),
    PreferencesOut.of(
        PreferencesDraft(
            time_zone="Europe/Berlin",
            date_order=DateOrder.DAY_FIRST,
            start_page=StartPage.TODAY,
            scheme=Scheme.SYSTEM,
            density=Density.COMFORTABLE,
        )
    ),
    ImportOut(
        **_RECORD,
        file_name="tasks.csv",
        state=State.READY,
        format="csv",
        encoding=None,
        columns=None,
        total=1,
        done=0,
        problem=None,
        begun_at=None,
        operation=OPERATION,
        report=ReportOut(
            format_name="CSV",
            counts={"tasks": 1, "refused": 1},
            fields={"title": 1, "due date": 1},
            lists=("Home",),
            columns=("Title", "Due date"),
            remarks=(RemarkOut("due date", "kept", "This date is in words that Daybook does not read.", 1, (2,)),),
            refused=(RefusedOut(3, "A task needs a title.", ""),),
            samples=(SampleOut("Buy milk", ("Home",), date(2027, 3, 2)),),
        ),
    ),
)
_BY_TYPE = {type(answer): answer for answer in _ANSWERS}


def answer_example(kind: Any) -> Any:
    """That of the type of an answer, as JSON has it; of a page of a list with one item."""
    if get_origin(kind) is Items:
        answer = _BY_TYPE[get_args(kind)[0]]
        return json.decode(json.encode(Items.of([answer])))
    return json.decode(json.encode(_BY_TYPE[kind]))


def problem_example(status: int) -> Any:
    errors = (FieldError("title", "A task needs a title."),) if status == 422 else ()
    problem = Problem("about:blank", HTTPStatus(status).phrase, status, DETAILS[status], errors=errors)
    return json.decode(json.encode(problem))

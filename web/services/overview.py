"""What stands beside every view: all lists with their numbers, and what rows say besides the columns of a task."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, bindparam, cast, func, literal, null, or_, select, true, union_all

from web.db.one_of import one_of
from web.domain.days import passed_before
from web.domain.lengths import MOST_LEVELS
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.label import Label, address_of, name_key
from web.models.reminder import Reminder
from web.models.task import Task, TaskRow
from web.services.access import USER_ID, bound_to
from web.services.due_reminders import NEXT_SHOWN, DueReminder, DueReminders, shown_times
from web.services.paging import COUNTS, LIST_COUNTS, LISTS, NOT_ARCHIVED, TASKS
from web.services.records import Service
from web.services.view_statements import TASK_LABELS, TODAY

LABELS, REMINDERS = table_of(Label), table_of(Reminder)
# Today and overdue are counted up to this many.
MOST_COUNTED = 100
# With so many tasks a user knows how to add them.
ENOUGH_TASKS = 3


class ListRow(NamedTuple):
    """A list as the index shows it. `pending` leaves out its sections and the lists inside it."""

    id: int
    name: str
    colour: str
    parent_id: int | None
    is_section: bool
    is_archived: bool
    pending: int


class Overview(NamedTuple):
    """The lists in their order by hand, parents and sections among them, and how many open tasks each view has.

    `today` counts what is due today or begun, `overdue` what is late; both stop at 100. `kept` counts all tasks that
    there are, completed ones too.
    """

    lists: Sequence[ListRow]
    inbox: int
    today: int
    overdue: int
    kept: int = 0
    # The earliest reminder that the page has not put away, due or to come, of an open task.
    next_reminder: datetime | None = None
    read_due: Callable[[], Sequence[DueReminder]] = tuple

    @property
    def due_reminders(self) -> Sequence[DueReminder]:
        """What the page shows now; one statement, none while nothing is due."""
        is_due = self.next_reminder is not None and self.next_reminder <= utc_now()
        return self.read_due() if is_due else ()

    @property
    def is_first_run(self) -> bool:
        """Whether the user has so few tasks that examples help."""
        return self.kept < ENOUGH_TASKS

    @property
    def open(self) -> int:
        """All open tasks but those of archived lists."""
        return self.inbox + sum(one.pending for one in self.lists if not one.is_archived)

    def list(self, list_id: int) -> ListRow | None:
        return next((one for one in self.lists if one.id == list_id), None)

    def path(self, list_id: int | None) -> str:
        """As `list_path`."""
        return list_path({one.id: one for one in self.lists}, list_id)

    @property
    def archived(self) -> Sequence[ListRow]:
        """The archived lists, without sections."""
        return [one for one in self.lists if one.is_archived and not one.is_section]

    @property
    def tree(self) -> Sequence[tuple[int, ListRow]]:
        """The lists that are not archived, without sections, each below the one that it is in, with its level."""
        shown = [one for one in self.lists if not one.is_archived and not one.is_section]
        ids = {one.id for one in shown}
        return _below([one for one in shown if one.parent_id not in ids], shown, 0)

    def pending_of(self, list_id: int) -> int:
        """The open tasks of a list and its sections."""
        return sum(
            one.pending for one in self.lists if one.id == list_id or (one.is_section and one.parent_id == list_id)
        )


def list_path(lists: Mapping[int, ListRow], list_id: int | None, within: int | None = None) -> str:
    """Work › Quarterly report; from the list `within` on. Empty for the Inbox and an unknown list."""
    names: list[str] = []
    while list_id is not None and list_id != within and len(names) < MOST_LEVELS:
        if (found := lists.get(list_id)) is None:
            break
        names.append(found.name)
        list_id = found.parent_id
    return " › ".join(reversed(names))


def _below(found: Sequence[ListRow], lists: Sequence[ListRow], level: int) -> Sequence[tuple[int, ListRow]]:
    return [
        entry
        for one in found
        for entry in (
            (level, one),
            *_below([other for other in lists if other.parent_id == one.id], lists, level + 1),
        )
    ]


class LabelMark(NamedTuple):
    id: int
    name: str
    colour: str

    @property
    def address(self) -> str:
        return address_of(self.id, self.name)


class Detail(NamedTuple):
    """What the second line of a row says of a task. Steps are those right below it."""

    labels: tuple[LabelMark, ...] = ()
    steps: int = 0
    steps_done: int = 0
    reminders: int = 0


NO_DETAIL = Detail()


class Overviews(Service):
    """The numbers beside the views of one user."""

    _known: Overview | None = None

    def get(self) -> Overview:
        """One statement, however often it is asked for: call it after what changes a task."""
        if self._known is None:
            self._known = self._read()
        return self._known

    def _read(self) -> Overview:
        now = self.actor.preferences.now(utc_now())
        times = {"today": now.date(), "clock": passed_before(now).isoformat("minutes"), **shown_times()}
        rows = self.connection.execute(_OVERVIEW, {**bound_to(self.actor), **times}).all()
        lists = [ListRow._make(row[5:]) for row in rows if row.id is not None]
        return Overview(lists, *rows[0][:5], read_due=DueReminders(self.connection, self.actor).all)

    def label_name(self, address: str) -> str:
        """By the last part of its page's address, as `Labels.at`. One statement; Labels for one that there is not."""
        number = int(address) if address.isascii() and address.isdecimal() and len(address) < 19 else 0
        # PostgreSQL has no text with NUL.
        values = {**bound_to(self.actor), "label_id": number, "name_key": name_key(address.replace("\0", ""))}
        return self.connection.execute(_LABEL_NAME, values).scalar() or "Labels"

    def details(self, rows: Sequence[Task | TaskRow]) -> Mapping[int, Detail]:
        """What rows say besides their columns, by the id of the task; those without anything are missing.

        One statement; none without rows.
        """
        found: dict[int, Detail] = {}
        for task_id, kind, number, part, name, colour in self._details([row.id or 0 for row in rows]):
            detail = found.get(task_id, NO_DETAIL)
            if kind == "label":
                detail = detail._replace(labels=(*detail.labels, LabelMark(number, name, colour)))
            elif kind == "steps":
                detail = detail._replace(steps=number, steps_done=part)
            else:
                detail = detail._replace(reminders=number)
            found[task_id] = detail
        return found

    def _details(self, ids: Sequence[int]) -> Sequence[Any]:
        if not ids:
            return ()
        return self.connection.execute(_DETAILS, {**bound_to(self.actor), "ids": ids}).all()


def _up_to(*conditions: Any) -> Any:
    """How many open tasks there are, counted up to MOST_COUNTED."""
    some = (
        select(TASKS.c.id)
        .where(TASKS.c.user_id == USER_ID, TASKS.c.deleted_at.is_(None), ~TASKS.c.completed, NOT_ARCHIVED, *conditions)
        .limit(MOST_COUNTED)
    )
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def _sum(table: Any, column: str = "pending") -> Any:
    total = select(func.coalesce(func.sum(table.c[column]), 0)).where(table.c.user_id == USER_ID).scalar_subquery()
    return cast(total, Integer)


_CLOCK = bindparam("clock", type_=String())
_LATE = or_(TASKS.c.due_on < TODAY, (TASKS.c.due_on == TODAY) & (TASKS.c.due_time < _CLOCK))
_BEGUN = (TASKS.c.start_on <= TODAY, or_(TASKS.c.due_on.is_(None), TASKS.c.due_on > TODAY))
_NUMBERS = select(
    (_sum(COUNTS) - _sum(LIST_COUNTS)).label("inbox"),
    (_up_to(TASKS.c.due_on == TODAY, _LATE.is_not(true())) + _up_to(*_BEGUN)).label("today"),
    _up_to(TASKS.c.due_on <= TODAY, _LATE).label("overdue"),
    (_sum(COUNTS) + _sum(COUNTS, "completed")).label("kept"),
    NEXT_SHOWN.label("next_reminder"),
).subquery("numbers")
_OVERVIEW = (
    select(
        *_NUMBERS.c,
        *(LISTS.c[name] for name in ("id", "name", "colour", "parent_id", "is_section")),
        LISTS.c.archived_at.is_not(None).label("is_archived"),
        func.coalesce(LIST_COUNTS.c.pending, 0).label("pending"),
    )
    .select_from(_NUMBERS)
    .join(LISTS, (LISTS.c.user_id == USER_ID) & LISTS.c.deleted_at.is_(None), isouter=True)
    .join(LIST_COUNTS, (LIST_COUNTS.c.user_id == USER_ID) & (LIST_COUNTS.c.list_id == LISTS.c.id), isouter=True)
    .order_by(LISTS.c.position, LISTS.c.id)
    .execution_options(prepare=True)
)
_IS_NUMBERED = LABELS.c.id == bindparam("label_id")
_LABEL_NAME = (
    select(LABELS.c.name)
    .where(LABELS.c.user_id == USER_ID, LABELS.c.deleted_at.is_(None))
    .where(or_(_IS_NUMBERED, LABELS.c.name_key == bindparam("name_key")))
    .order_by(_IS_NUMBERED.desc())
    .limit(1)
)
_NOTHING = cast(null(), Integer)
_DETAILS = union_all(
    select(
        *(TASK_LABELS.c.task_id, literal("label", String()), LABELS.c.id, _NOTHING, LABELS.c.name, LABELS.c.colour),
    )
    .join(LABELS, LABELS.c.id == TASK_LABELS.c.label_id)
    .where(TASK_LABELS.c.user_id == USER_ID, one_of(TASK_LABELS.c.task_id, "ids"), LABELS.c.deleted_at.is_(None)),
    select(
        *(TASKS.c.parent_id, literal("steps", String()), func.count(), func.sum(cast(TASKS.c.completed, Integer))),
        *(cast(null(), String()), cast(null(), String())),
    )
    .where(TASKS.c.user_id == USER_ID, TASKS.c.deleted_at.is_(None), one_of(TASKS.c.parent_id, "ids"))
    .group_by(TASKS.c.parent_id),
    select(
        *(REMINDERS.c.task_id, literal("reminders", String()), func.count(), _NOTHING),
        *(cast(null(), String()), cast(null(), String())),
    )
    .where(REMINDERS.c.user_id == USER_ID, REMINDERS.c.deleted_at.is_(None), one_of(REMINDERS.c.task_id, "ids"))
    .group_by(REMINDERS.c.task_id),
).execution_options(prepare=True)

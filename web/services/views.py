"""What each page shows: today, a day, what is to come, the Inbox, a list, a label, what is done, the trash.

A view is one statement, whatever the number of tasks. Labels, steps and reminders of the rows that are shown are one
more (`details`), the numbers beside all lists a third (`web.services.overview`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from web.domain.days import is_overdue, shifted
from web.domain.timestamps import iso, read_iso, utc_now
from web.domain.zones import first_moment
from web.models.task import TaskRow
from web.services import view_statements as statements
from web.services.access import bound_to
from web.services.records import Service
from web.services.task_dates import clock_of
from web.services.view_statements import MOST_OF_A_DAY

PAGE_SIZE = 50
MOST_TO_COME = 500
DAYS_TO_COME = 14


class Day(NamedTuple):
    """A day's page. On other days than today `overdue` and `started` are empty."""

    day: date
    overdue: Sequence[TaskRow]
    # Due on the day, or to be begun on it.
    planned: Sequence[TaskRow]
    # Begun before, due later or never.
    started: Sequence[TaskRow]
    done: Sequence[TaskRow]
    # Whether there is more than was asked for.
    is_cut: bool


class Upcoming(NamedTuple):
    """The next days, each with its tasks, and what comes after them in order of its day."""

    days: Sequence[tuple[date, Sequence[TaskRow]]]
    later: Sequence[TaskRow]
    is_cut: bool


class Rows(NamedTuple):
    """A page of a view: where the next one begins (an offset or a cursor), and what of it was done today."""

    rows: Sequence[TaskRow]
    next: str | None
    done: Sequence[TaskRow] = ()


class DeletedRecord(NamedTuple):
    """A list or a label in the trash: the name of its table, its id and its name."""

    noun: str
    id: int
    name: str


class Trash(NamedTuple):
    """What can be restored, latest first. What was deleted together with a list or a task comes back with it.

    `others` are lists and labels.
    """

    others: Sequence[DeletedRecord]
    rows: Sequence[TaskRow]
    is_cut: bool


class Views(Service):
    """The tasks of one user as pages show them. Days are those of the user's time zone."""

    def today(self, most: int = MOST_OF_A_DAY) -> Day:
        """Overdue, due today, begun, and what was done today; of each kind at most so many."""
        now = self.actor.preferences.now(utc_now())
        parts = self._parts(statements.OF_TODAY, day=now.date(), most=most)
        overdue = [row for row in parts["due"] if _is_overdue(row, now)]
        planned = [row for row in parts["due"] if not _is_overdue(row, now)]
        return Day(now.date(), overdue, planned, parts["started"], parts["done"], _is_cut(parts, most))

    def open_today(self, most: int) -> Day:
        """As `today`, without what is done; many overdue tasks take no place of today's."""
        now = self.actor.preferences.now(utc_now())
        parts = self._parts(statements.OPEN_TODAY, day=now.date(), most=most)
        late = [row for row in parts["due"] if _is_overdue(row, now)]
        planned = [row for row in parts["due"] if not _is_overdue(row, now)]
        return Day(now.date(), [*parts["overdue"], *late], planned, parts["started"], (), _is_cut(parts, most))

    def day(self, day: date, most: int = MOST_OF_A_DAY) -> Day:
        """What is planned for a day and what was done on it; today as `today`."""
        if day == self._today:
            return self.today(most)
        parts = self._parts(statements.OF_DAY, day=day, most=most)
        return Day(day, (), [*parts["due"], *parts["started"]], (), parts["done"], _is_cut(parts, most))

    def upcoming(self, most: int = MOST_TO_COME) -> Upcoming:
        """From tomorrow on. The day of a task is its start while that is to come, else its due date."""
        today = self._today
        parts = self._parts(statements.TO_COME, day=today, most=most)
        found = [((row.due_on or today), row) for row in parts["due"]]
        found += [((row.start_on or today), row) for row in parts["started"]]
        found.sort(key=lambda one: one[0])
        days = [shifted(today, number) for number in range(1, DAYS_TO_COME + 1)]
        near = [(day, [row for its_day, row in found if its_day == day]) for day in days]
        return Upcoming(near, [row for its_day, row in found if its_day > days[-1]], _is_cut(parts, most))

    def inbox(self, offset: int = 0, size: int = PAGE_SIZE) -> Rows:
        """Open tasks without a list, in the order by hand."""
        return self._page(statements.OF_INBOX, offset, size)

    def of_list(self, list_id: int, offset: int = 0, size: int = PAGE_SIZE) -> Rows:
        """Open tasks of a list, then those of its sections, each in the order by hand."""
        return self._page(statements.OF_LIST, offset, size, list=list_id)

    def of_label(self, label_id: int, offset: int = 0, size: int = PAGE_SIZE) -> Rows:
        """Open tasks with a label, by due date; those without one last."""
        return self._page(statements.OF_LABEL, offset, size, label=label_id)

    def done(self, after: str = "", size: int = PAGE_SIZE) -> Rows:
        """Completed tasks, latest first. `after` is the `next` of the page before; a wrong one opens the first page."""
        place = _read_cursor(after)
        rows = [
            TaskRow(*row)
            for row in self._execute(statements.DONE_ON if place else statements.DONE, size=size + 1, **place)
        ]
        return Rows(rows[:size], _cursor(rows[size - 1]) if len(rows) > size else None)

    def trash(self, most: int = MOST_OF_A_DAY) -> Trash:
        """At most so many lists and labels, and so many tasks, latest first."""
        others = [DeletedRecord(*row) for row in self._execute(statements.DELETED_OTHERS, most=most)]
        rows = [TaskRow(*row) for row in self._execute(statements.DELETED, most=most)]
        return Trash(others, rows, most in (len(others), len(rows)))

    def label_counts(self) -> Mapping[int, int]:
        """How many open tasks have a label, by its id; those of archived lists are left out, as on its page."""
        return dict(self._execute(statements.LABEL_COUNTS))

    def steps(self, task_id: int) -> Sequence[TaskRow]:
        """The steps of a task in their order, completed ones too."""
        return [TaskRow(*row) for row in self._execute(statements.STEPS, parent=task_id)]

    def occurrences(self, task_id: int) -> Sequence[TaskRow]:
        """What was completed of a repeating task, latest first."""
        return [TaskRow(*row) for row in self._execute(statements.OCCURRENCES, series=task_id)]

    @property
    def _today(self) -> date:
        return self.actor.preferences.today(utc_now())

    def _page(self, statement: Any, offset: int, size: int, **values: Any) -> Rows:
        rows = self._parts(statement, day=self._today, offset=offset, size=size + 1, **values)
        more = len(rows["open"]) > size
        return Rows(rows["open"][:size], str(offset + size) if more else None, rows["done"])

    def _parts(
        self, statement: Any, *, day: date, most: int = MOST_OF_A_DAY, **values: Any
    ) -> dict[str, list[TaskRow]]:
        """The rows by their part, each part in its order."""
        zone = self.actor.preferences.zone
        times = {"begins": first_moment(day, zone), "ends": first_moment(shifted(day, 1), zone)}
        found: dict[str, list[TaskRow]] = {"overdue": [], "due": [], "started": [], "open": [], "done": []}
        for part, _, *row in self._execute(statement, day=day, today=self._today, most=most, **times, **values):
            found[part].append(TaskRow(*row))
        return found

    def _execute(self, statement: Any, **values: Any) -> Sequence[Any]:
        return self.connection.execute(statement, {**bound_to(self.actor), **values}).all()


def _is_cut(parts: Mapping[str, Sequence[TaskRow]], most: int) -> bool:
    return any(len(rows) == most for rows in parts.values())


def _is_overdue(row: TaskRow, now: datetime) -> bool:
    return row.due_on is not None and is_overdue(row.due_on, clock_of(row.due_time), now)


def _read_cursor(cursor: str) -> dict[str, Any]:
    """The place where a page of what is done ended; nothing for a cursor that is not one of ours."""
    written, _, number = cursor.rpartition("~")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return {}
    try:
        return {"after_at": read_iso(written), "after_id": int(number)}
    except (ValueError, OverflowError):
        return {}


def _cursor(row: TaskRow) -> str:
    return f"{iso(row.completed_at or row.updated_at)}~{row.id}"

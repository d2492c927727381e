"""Sample users and tasks. The same seed gives the same data; seeding twice adds nothing.

The distribution is skewed: the first user has a tenth of all tasks, a few have hundreds, most have dozens.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as Bar
from rich.text import Text
from sqlmodel import Session, SQLModel, col, delete, func, select, tuple_

from web.auth.passwords import hash_password
from web.db.database import Database
from web.db.upsert import insert_all_once
from web.domain.actor import Actor, new_operation
from web.domain.errors import CommandError
from web.domain.lengths import MOST_LEVELS
from web.models.base import table_of
from web.models.label import Label
from web.models.list import List
from web.models.reminder import Reminder
from web.models.task import Task
from web.models.task_label import TaskLabel
from web.models.user import Account, User
from web.seeds.data import DEMO_EMAIL, Plan, Row, account, seeded_id, users
from web.seeds.demo import live
from web.seeds.rows import SampleRows

DEMO_PASSWORD = "a-page-a-day"  # noqa: S105, a public demo password
# Rows per transaction: an interrupted run continues with the next batch, and SQLite's write lock is held briefly.
BATCH = 5_000
# Ids to look up with one statement.
LOOKED_UP = 500
# What a row calls by its idempotency key, and the table that has it; `parent_id` is in the table itself.
REFERENCES: Mapping[str, type[SQLModel]] = {
    "list_id": List,
    "series_id": Task,
    "task_id": Task,
    "label_id": Label,
}
Item = TypeVar("Item")


class CannotSeed(CommandError):
    """Seeding was refused and nothing was added. The text is one sentence that says why."""


def seed(database: Database, plan: Plan, console: Console) -> None:
    """Create the planned users and tasks that do not exist yet. The first is the demo user; all share its password.

    Commits in batches, so an interrupted run can be completed by another one. Shows progress on a terminal. Raises
    CannotSeed.
    """
    people = users(plan)
    _require_free_emails(database, people)
    password = hash_password(DEMO_PASSWORD, sha256(f"salt {plan.seed}".encode()).digest()[:16])
    with _progress(console) as progress:
        writer = _Writer(database, progress)
        writer.write("People", User, people, plan.people)
        writer.write("Sign-ins", Account, (account(user, password) for user in people), plan.people)
        _write_tasks(writer, plan, SampleRows(plan, people))


def _write_tasks(writer: "_Writer", plan: Plan, rows: SampleRows) -> None:
    """In the order in which they refer to each other."""
    if not plan.plain:
        for level in range(MOST_LEVELS):
            writer.write("Lists", List, rows.lists(level))
        writer.write("Labels", Label, rows.labels())
    writer.write("Tasks", Task, rows.tasks(), plan.tasks)
    if not plan.plain:
        writer.write("Tasks", Task, rows.steps_and_occurrences())
        writer.write("Marks", TaskLabel, rows.task_labels())
        writer.write("Reminders", Reminder, rows.reminders())


def seed_demo(database: Database, console: Console) -> None:
    """The demo user with a believable life (web.seeds.demo). Idempotent. Raises CannotSeed."""
    seed(database, Plan(tasks=0, plain=True), console)
    with database.transaction() as session:
        live(session.connection(), Actor(seeded_id(DEMO_EMAIL), new_operation()))


def is_empty(session: Session) -> bool:
    """Whether the database has no users."""
    return session.exec(select(col(User.id)).limit(1)).first() is None


def has_demo_user(session: Session) -> bool:
    return session.exec(select(col(User.id)).where(User.email == DEMO_EMAIL)).first() is not None


def real_users(session: Session) -> int:
    """How many users were not created by a seed."""
    return session.exec(select(func.count()).select_from(User)).one() - len(seeded_users(session))


def seeded_users(session: Session) -> list[str]:
    """The ids of all seeded users, of any seed."""
    emails = session.exec(select(User.id, User.email).where(col(User.email).endswith("@example.com"))).all()
    return [user_id for user_id, email in emails if user_id == seeded_id(email)]


def tasks_of(session: Session, people: list[str]) -> int:
    """How many tasks these users have, deleted ones included."""
    counted = select(func.count()).select_from(Task)
    batches = _batches(people, BATCH)
    return sum(session.exec(counted.where(col(Task.user_id).in_(batch))).one() for batch in batches)


def remove_seeds(database: Database, people: list[str], console: Console) -> None:
    """Delete these users with everything they own. Commits in batches."""
    with _progress(console) as progress:
        bar = progress.add_task("Removed", total=len(people))
        for batch in _batches(people, 100):
            with database.transaction() as session:
                session.connection().execute(delete(User).where(col(User.id).in_(batch)))
            progress.advance(bar, len(batch))


def _require_free_emails(database: Database, people: list[Row]) -> None:
    """Raises CannotSeed if a real user has one of the emails, which are unique."""
    seeded = {user["email"]: user["id"] for user in people}
    with database.reading() as session:
        for batch in _batches(seeded, BATCH):
            holders = session.exec(select(User.id, User.email).where(col(User.email).in_(batch))).all()
            if taken := [email for user_id, email in holders if user_id != seeded[email]]:
                raise CannotSeed(f"{taken[0]} belongs to a user who was not seeded, so nothing was added.")


class _Writer:
    """Inserts rows in batches, each in a transaction of its own. Rows that exist are left alone."""

    def __init__(self, database: Database, progress: Progress) -> None:
        self.database, self.progress = database, progress
        self._bars: dict[str, Any] = {}

    def write(self, name: str, table: type[SQLModel], rows: Iterable[Row], total: int | None = None) -> None:
        """Under a bar of this name; `total` is how many come under it in all calls."""
        if name not in self._bars:
            self._bars[name] = self.progress.add_task(name, total=total)
        for batch in _batches(rows, BATCH):
            with self.database.transaction() as session:
                if found := _with_ids(session, table, batch):
                    insert_all_once(session, table, found)
            self.progress.advance(self._bars[name], len(batch))


def _with_ids(session: Session, table: type[SQLModel], rows: Sequence[Row]) -> list[Row]:
    """The rows with ids in place of keys.

    A task loses its list, and another row is left out, where what it refers to does not exist: the user has another
    list of that name.
    """
    references = {"parent_id": table, **REFERENCES}
    columns = [name for name in references if name in rows[0]]
    ids: dict[str, int] = {}
    for name in columns:
        wanted = {(row["user_id"], row[name]) for row in rows if row[name]}
        ids |= _ids(session, references[name], {one for one in wanted if one[1] not in ids})
    found = [{**row, **{name: ids.get(row[name]) for name in columns}} for row in rows]
    whole = [all(row[name] in ids for name in columns if row[name]) for row in rows]
    return [row for row, is_whole in zip(found, whole, strict=True) if is_whole or table is Task]


def _ids(session: Session, model: type[SQLModel], wanted: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The ids of records by their key; `wanted` has their users and keys."""
    columns = table_of(model).c
    found: dict[str, int] = {}
    for some in _batches(wanted, LOOKED_UP):
        rows = select(columns.idempotency_key, columns.id).where(
            tuple_(columns.user_id, columns.idempotency_key).in_(some)
        )
        found |= {key: record_id for key, record_id in session.connection().execute(rows)}  # noqa: C416, a row is no pair to mypy
    return found


def _batches(rows: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch


class _Rate(ProgressColumn):
    """Rows per second."""

    def render(self, task: Bar) -> Text:
        return Text(f"{task.finished_speed or task.speed or 0:,.0f}/s")


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)

"""Sample users and tasks. The same seed gives the same data; seeding twice adds nothing.

The distribution is skewed: the first user has a tenth of all tasks, a few have hundreds, most have dozens.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from random import Random
from typing import Any, TypeVar
from uuid import UUID

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
from sqlmodel import Session, SQLModel, col, delete, func, select

from web.auth.passwords import hash_password
from web.db.database import Database
from web.db.upsert import insert_all_once
from web.demo import live
from web.domain.actor import Actor, new_operation
from web.domain.errors import CommandError
from web.domain.folding import search_text
from web.domain.ordering import key_at
from web.models.task import Task
from web.models.user import Account, User

DEMO_EMAIL = "demo@example.com"
DEMO_PASSWORD = "a-page-a-day"  # noqa: S105, a public demo password
# Rows per transaction: an interrupted run continues with the next batch, and SQLite's write lock is held briefly.
BATCH = 5_000
SHARE_OF_FIRST_USER = 0.1
# Fixed, so that the same seed gives the same timestamps on any day.
TODAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

FIRST = [
    "Ada", "Bruno", "Chen", "Dalia", "Emeka", "Freya", "Goran", "Hana", "Ines", "Jonas", "Kaito", "Lena", "Mateo",
    "Nadia", "Omar", "Priya",
]  # fmt: skip
LAST = [
    "Abebe", "Brandt", "Castro", "Demir", "Eklund", "Fischer", "Garcia", "Haddad", "Ivanova", "Jensen", "Kowalski",
    "Laurent", "Mori", "Novak",
]  # fmt: skip
ACTS = ["Call", "Write to", "Meet", "Thank", "Invoice", "Remind", "Visit", "Invite"]
THINGS = [
    "Book the train to Leeds", "Renew the passport", "Water the plants", "Return the library books",
    "Fix the dripping tap", "Order coffee beans", "Back up the photos", "Plan Sunday lunch",
    "Pay the electricity bill", "Clean the bicycle", "Sort the receipts", "Read chapter four",
    "Sharpen the kitchen knives", "Draft the quarterly report", "Find a present for the twins",
    "Try the new bakery", "Cancel the old subscription", "Hang the picture in the hall",
]  # fmt: skip
NOTES = [
    "Ask about the early slot first.", "The number is on the fridge.", "Before noon if possible.",
    "See https://example.com/notes for the list.", "Two of them, not three.\nAnd a spare one if they have it.",
    "It can wait until the weekend.", "Bring the old one along.",
]  # fmt: skip


Row = Mapping[str, Any]
Item = TypeVar("Item")


class CannotSeed(CommandError):
    """Seeding was refused and nothing was added. The text is one sentence that says why."""


@dataclass(frozen=True)
class Plan:
    """How many users and tasks to create, and from which seed."""

    people: int = 1
    tasks: int = 24
    seed: int = 1


def seed(database: Database, plan: Plan, console: Console) -> None:
    """Create the planned users and tasks that do not exist yet. The first is the demo user; all share its password.

    Commits in batches, so an interrupted run can be completed by another one. Shows progress on a terminal. Raises
    CannotSeed.
    """
    people = [_user(plan.seed, number) for number in range(plan.people)]
    _require_free_emails(database, people)
    password = hash_password(DEMO_PASSWORD, sha256(f"salt {plan.seed}".encode()).digest()[:16])
    with _progress(console) as progress:
        _insert(database, progress, User, plan.people, people)
        _insert(database, progress, Account, plan.people, (_account(user, password) for user in people))
        tasks = (_task(plan.seed, number, people) for number in range(plan.tasks))
        _insert(database, progress, Task, plan.tasks, tasks)


def seed_demo(database: Database, console: Console) -> None:
    """The demo user with a believable life (web.demo). Idempotent. Raises CannotSeed."""
    seed(database, Plan(tasks=0), console)
    with database.transaction() as session:
        live(session.connection(), Actor(_seeded_id(DEMO_EMAIL), new_operation()))


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
    return [user_id for user_id, email in emails if user_id == _seeded_id(email)]


def tasks_of(session: Session, people: list[str]) -> int:
    """How many tasks these users have, deleted ones included."""
    counts = (
        session.exec(select(func.count()).where(col(Task.user_id).in_(batch))).one() for batch in _batches(people)
    )
    return sum(counts)


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
        for batch in _batches(seeded):
            holders = session.exec(select(User.id, User.email).where(col(User.email).in_(batch))).all()
            if taken := [email for user_id, email in holders if user_id != seeded[email]]:
                raise CannotSeed(f"{taken[0]} belongs to a user who was not seeded, so nothing was added.")


def _user(seed: int, number: int) -> Row:
    random = Random(f"person {seed} {number}")
    first, last = random.choice(FIRST), random.choice(LAST)
    since = TODAY - timedelta(days=random.randint(30, 900))
    demo = number == 0
    email = DEMO_EMAIL if demo else f"{first}.{last}.{seed}.{number}@example.com".lower()
    return {
        "id": _seeded_id(email),
        "name": "Demo" if demo else f"{first} {last}",
        "email": email,
        "email_verified": False,
        "created_at": since,
        "updated_at": since,
    }


def _account(user: Row, password: str) -> Row:
    return {
        "id": _id(f"account {user['id']}"),
        "account_id": user["id"],
        "provider_id": "credential",
        "user_id": user["id"],
        "password": password,
        "created_at": user["created_at"],
        "updated_at": user["created_at"],
    }


def _task(seed: int, number: int, people: list[Row]) -> Row:
    random = Random(f"task {seed} {number}")
    title = random.choice(THINGS) if random.random() < 0.6 else f"{random.choice(ACTS)} {random.choice(FIRST)}"
    made = TODAY - timedelta(seconds=random.randint(60, 60 * 86400))
    changes = random.choice((0, 0, 0, 1, 2))
    completed = random.random() < 0.4
    row = {
        "user_id": people[_owner(random, number, len(people))]["id"],
        "title": title,
        "description": random.choice(NOTES) if random.random() < 0.3 else None,
        "completed": completed,
        "created_at": made,
        "updated_at": made + timedelta(minutes=random.randint(1, 600)) * min(changes + completed, 1),
        "version": 1 + changes + completed,
        "idempotency_key": str(UUID(bytes=sha256(f"op {seed} {number}".encode()).digest()[:16], version=4)),
    }
    row |= {"completed_at": row["updated_at"] if completed else None, "position": key_at(made)}
    return row | {"search_text": search_text(row["title"], row["description"])}


def _owner(random: Random, number: int, people: int) -> int:
    """The index of the task's owner: each user gets one task, the first the most, earlier ones more."""
    if number < people:
        return number
    # A larger share among few users; otherwise the second would get more.
    if people == 1 or random.random() < max(SHARE_OF_FIRST_USER, min(8 / people, 0.5)):
        return 0
    return 1 + int((people - 1) * random.random() ** 2)


def _seeded_id(email: str) -> str:
    """The id that a seeded user with this email has. A real user with the same email has a different id."""
    seed_and_number = email.partition("@")[0].split(".")[2:]
    return _id(" ".join(["person", *seed_and_number]) if seed_and_number else "demo")


def _id(name: str) -> str:
    """32 letters and digits, like Better Auth's ids."""
    return sha256(name.encode()).hexdigest()[:32]


def _insert(database: Database, progress: Progress, table: type[SQLModel], total: int, rows: Iterable[Row]) -> None:
    bar = progress.add_task({User: "People", Account: "Sign-ins", Task: "Tasks"}[table], total=total)
    for batch in _batches(rows):
        with database.transaction() as session:
            insert_all_once(session, table, batch)
        progress.advance(bar, len(batch))


def _batches(rows: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
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

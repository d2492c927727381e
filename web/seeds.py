"""People and tasks to look at: the same seed gives the same data, and twice is no more than once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from sqlmodel import Session, SQLModel, col, func, select

from web.auth.passwords import hashed
from web.database import insert_all_once
from web.models.task import Task
from web.models.user import Account, User

DEMO_EMAIL = "demo@example.com"
DEMO_PASSWORD = "a-page-a-day"  # noqa: S105, printed for everybody
BATCH = 500
# Fixed, so that the same seed gives the same moments on any day.
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


@dataclass(frozen=True)
class Plan:
    """How much to make, and from which seed."""

    people: int = 1
    tasks: int = 24
    seed: int = 1


def plant(session: Session, plan: Plan, console: Console) -> None:
    """Make what the plan says is missing. The first person is the demo person; all have the demo password.

    The caller commits. Progress shows on a terminal only.
    """
    people = [_person(plan.seed, number) for number in range(plan.people)]
    password = hashed(DEMO_PASSWORD, sha256(f"salt {plan.seed}".encode()).digest()[:16])
    session.connection()
    with _progress(console) as progress:
        _insert(session, progress, "People", len(people), people, ("id",))
        accounts = (_account(person, password) for person in people)
        _insert(session, progress, "Sign-ins", len(people), accounts, ("id",))
        tasks = (_task(plan.seed, number, people) for number in range(plan.tasks))
        _insert(session, progress, "Tasks", plan.tasks, tasks, ("user_id", "op"))


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.exec(select(col(User.id)).limit(1)).first() is None


def demo_person_is_there(session: Session) -> bool:
    return session.exec(select(col(User.id)).where(User.email == DEMO_EMAIL)).first() is not None


def strangers(session: Session) -> int:
    """How many people the database holds that no seed made."""
    return session.exec(select(func.count()).where(~col(User.email).endswith("@example.com"))).one()


def _person(seed: int, number: int) -> User:
    random = Random(f"person {seed} {number}")
    first, last = random.choice(FIRST), random.choice(LAST)
    since = TODAY - timedelta(days=random.randint(30, 900))
    demo = number == 0
    return User(
        id=_id(f"person {seed} {number}") if not demo else _id("demo"),
        name="Demo" if demo else f"{first} {last}",
        email=DEMO_EMAIL if demo else f"{first}.{last}.{seed}.{number}@example.com".lower(),
        email_verified=False,
        image=None,
        created_at=since,
        updated_at=since,
    )


def _account(person: User, password: str) -> Account:
    return Account(
        id=_id(f"account {person.id}"),
        account_id=person.id,
        provider_id="credential",
        user_id=person.id,
        password=password,
        created_at=person.created_at,
        updated_at=person.created_at,
    )


def _task(seed: int, number: int, people: list[User]) -> Task:
    random = Random(f"task {seed} {number}")
    person = people[number] if number < len(people) else random.choice(people)
    title = random.choice(THINGS) if random.random() < 0.6 else f"{random.choice(ACTS)} {random.choice(FIRST)}"
    made = TODAY - timedelta(seconds=random.randint(60, 60 * 86400))
    changes = random.choice((0, 0, 0, 1, 2))
    completed = random.random() < 0.4
    return Task(
        user_id=person.id,
        title=title,
        description=random.choice(NOTES) if random.random() < 0.3 else None,
        completed=completed,
        created_at=made,
        updated_at=made + timedelta(minutes=random.randint(1, 600)) * min(changes + completed, 1),
        version=1 + changes + completed,
        op=str(UUID(bytes=sha256(f"op {seed} {number}".encode()).digest()[:16], version=4)),
    )


def _id(name: str) -> str:
    """32 letters and digits, as Better Auth's own ids have."""
    return sha256(name.encode()).hexdigest()[:32]


def _insert(
    session: Session, progress: Progress, what: str, total: int, rows: Iterable[SQLModel], conflict: tuple[str, ...]
) -> None:
    bar = progress.add_task(what, total=total)
    for batch in _batches(rows):
        insert_all_once(session, batch, conflict)
        progress.advance(bar, len(batch))


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)

"""What the rows of `daybook seed` are made from: a plan, its users, words, and the lists of a user."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from random import Random
from typing import Any, NamedTuple

DEMO_EMAIL = "demo@example.com"
# Fixed, so that the same seed gives the same timestamps on any day.
TODAY = date(2026, 11, 21)

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
LABELS = ["errand", "phone", "desk", "home", "waiting", "quick"]
# With the days in which each comes twice.
RULES = {
    "FREQ=DAILY": 2,
    "FREQ=WEEKLY;BYDAY=MO": 14,
    "FREQ=WEEKLY;BYDAY=MO,WE,FR": 5,
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA": 28,
    "FREQ=MONTHLY;BYMONTHDAY=1": 61,
    "FREQ=MONTHLY;BYMONTHDAY=-1": 61,
    "FREQ=MONTHLY;BYDAY=-1FR": 61,
    "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=6": 731,
}

Row = Mapping[str, Any]


class SampleList(NamedTuple):
    """`parent` is the place in LISTS of the list around it."""

    name: str
    parent: int | None = None
    is_section: bool = False
    is_archived: bool = False


# Each user has the first few; the first user has all.
LISTS = (
    SampleList("House"),
    SampleList("Office"),
    SampleList("Errands to run"),
    SampleList("This month", parent=1, is_section=True),
    SampleList("The old flat", is_archived=True),
    SampleList("Repairs", parent=0),
    SampleList("Clients", parent=1),
    SampleList("Later", parent=1, is_section=True),
    SampleList("Northwind", parent=6),
    SampleList("Reading"),
    SampleList("Invoices", parent=8),
    SampleList("Kitchen", parent=5, is_section=True),
)


@dataclass(frozen=True)
class Plan:
    """How many users and tasks to create, and from which seed. Dates are relative to `today`.

    `plain` tasks have nothing but a title and a description, and their users have neither lists nor labels.
    """

    people: int = 1
    tasks: int = 24
    seed: int = 1
    plain: bool = False
    today: date = TODAY

    @property
    def now(self) -> datetime:
        return datetime.combine(self.today, time(9), UTC)


def users(plan: Plan) -> list[Row]:
    """The first one is the demo user."""
    return [_user(plan, number) for number in range(plan.people)]


def _user(plan: Plan, number: int) -> Row:
    random = Random(f"person {plan.seed} {number}")
    first, last = random.choice(FIRST), random.choice(LAST)
    since = plan.now - timedelta(days=random.randint(30, 900))
    demo = number == 0
    email = DEMO_EMAIL if demo else f"{first}.{last}.{plan.seed}.{number}@example.com".lower()
    return {
        "id": seeded_id(email),
        "name": "Demo" if demo else f"{first} {last}",
        "email": email,
        "email_verified": False,
        "created_at": since,
        "updated_at": since,
    }


def account(user: Row, password: str) -> Row:
    """The sign-in of a user; `password` is its hash."""
    return {
        "id": hashed_id(f"account {user['id']}"),
        "account_id": user["id"],
        "provider_id": "credential",
        "user_id": user["id"],
        "password": password,
        "created_at": user["created_at"],
        "updated_at": user["created_at"],
    }


def seeded_id(email: str) -> str:
    """The id that a seeded user with this email has. A real user with the same email has a different id."""
    seed_and_number = email.partition("@")[0].split(".")[2:]
    return hashed_id(" ".join(["person", *seed_and_number]) if seed_and_number else "demo")


def hashed_id(name: str) -> str:
    """32 letters and digits, like Better Auth's ids."""
    return sha256(name.encode()).hexdigest()[:32]


@cache
def level_of(one: SampleList) -> int:
    return 0 if one.parent is None else 1 + level_of(LISTS[one.parent])

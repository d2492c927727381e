"""Code that the FastAPI and the Django application share: Better Auth's cookie, filters, paging, words."""

import hmac
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode
from uuid import uuid4

from jinja2 import Environment

COOKIE = "better-auth.session_token"
PAGE_SIZE = 50
SORTS = [("newest", "Newest"), ("oldest", "Oldest"), ("title", "Title"), ("updated", "Recently edited")]


def token_of(cookie: str | None, secret: bytes) -> str | None:
    """The session token if Better Auth's signature is valid."""
    token, _, signature = unquote(cookie or "").rpartition(".")
    expected = b64encode(hmac.digest(secret, token.encode(), sha256)).decode()
    return token if token and hmac.compare_digest(signature.encode(), expected.encode()) else None


def filters(total: int, completed: int) -> list[dict]:
    """The three filters of the list with their counts."""
    numbers = [("pending", "To do", total - completed), ("completed", "Completed", completed), ("all", "All", total)]
    return [
        {
            "status": status,
            "label": label,
            "number": number,
            "shown": f"{number:,}",
            "url": f"/tasks?status={status}",
        }
        for status, label, number in numbers
    ]


def next_url(created_at: datetime, task_id: int) -> str:
    """The URL of the page after this task."""
    return f"/tasks?{urlencode({'after': cursor_of(created_at, task_id), 'shown': 2 * PAGE_SIZE})}"


def cursor_of(created_at: datetime, task_id: int) -> str:
    """Where the page after this task begins."""
    timestamp = created_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return f"{timestamp}~{task_id}"


def event_of(task: Any) -> dict[str, Any]:
    """The row of the history that says that a task was completed or reopened."""
    return {
        "user_id": task.user_id,
        "actor_id": task.user_id,
        "operation": str(uuid4()),
        "action": "complete" if task.completed else "reopen",
        "subject": "tasks",
        "subject_id": task.id,
        "version": task.version,
        "changes": {"completed": [not task.completed, task.completed]},
        "created_at": task.updated_at,
    }


# The same on every page, and so the very file.
_TEMPLATE = Path(__file__).resolve().parents[2] / "templates/shared/_row_menu.html"
ROW_MENU = Environment(autoescape=True).from_string(_TEMPLATE.read_text()).render(asset=lambda name: f"/static/{name}")


@dataclass
class Facts:
    """What a row says of an open task besides its title."""

    labels: list[Any] = field(default_factory=list)
    steps: str = ""
    list: str = ""


def facts_of(tasks: Iterable[Any], names: Mapping[int, str], labels: Iterable[Any], steps: Iterable[Any]) -> None:
    """Give each task its facts: the name of its list, its labels as pairs, its steps as parent, number and done."""
    found: dict[int, Facts] = defaultdict(Facts)
    for task in tasks:
        if task.list_id in names:
            found[task.id].list = names[task.list_id]
    for task_id, label in labels:
        found[task_id].labels.append(label)
    for task_id, number, done in steps:
        found[task_id].steps = f"{done} of {number}"
    for task in tasks:
        # Past SQLModel, which knows no such field.
        object.__setattr__(task, "facts", found.get(task.id))


def done_words(at: datetime) -> str:
    """When a task was completed, as a row says it: Today, 18:05; Mon 23 Nov, 18:05; 4 Jan 2027, 18:05."""
    today = datetime.now(UTC).date()
    days = (at.date() - today).days
    near = {0: "Today", -1: "Yesterday"}.get(days)
    far = f"{at.day} {at:%b %Y}" if at.year != today.year else f"{at:%a} {at.day} {at:%b}"
    return f"{near or far}, {at:%H:%M}"

"""Code that the FastAPI and the Django application share: Better Auth's cookie, filters, paging, words."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import unquote, urlencode

COOKIE = "better-auth.session_token"
PAGE_SIZE = 50
SORTS = [("newest", "Newest"), ("oldest", "Oldest"), ("title", "Title"), ("updated", "Recently changed")]


def token_of(cookie: str | None, secret: bytes) -> str | None:
    """The session token if Better Auth's signature is valid."""
    token, _, signature = unquote(cookie or "").rpartition(".")
    expected = b64encode(hmac.digest(secret, token.encode(), sha256)).decode()
    return token if token and hmac.compare_digest(signature.encode(), expected.encode()) else None


def filters(total: int, completed: int) -> list[dict]:
    """The three filters of the list with their counts."""
    numbers = [("all", "All", total), ("pending", "Pending", total - completed), ("completed", "Completed", completed)]
    return [
        {
            "status": status,
            "label": label,
            "number": number,
            "shown": f"{number:,}",
            "url": "/tasks" if status == "all" else f"/tasks?status={status}",
        }
        for status, label, number in numbers
    ]


def next_url(created_at: datetime, task_id: int) -> str:
    """The URL of the page after this task."""
    timestamp = created_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return f"/tasks?{urlencode({'after': f'{timestamp}~{task_id}', 'shown': 2 * PAGE_SIZE})}"


def done_words(at: datetime) -> str:
    """When a task was completed, as a row says it: Today, 18:05; Mon 23 Nov, 18:05; 4 Jan 2027, 18:05."""
    today = datetime.now(UTC).date()
    days = (at.date() - today).days
    near = {0: "Today", -1: "Yesterday"}.get(days)
    far = f"{at.day} {at:%b %Y}" if at.year != today.year else f"{at:%a} {at.day} {at:%b}"
    return f"{near or far}, {at:%H:%M}"

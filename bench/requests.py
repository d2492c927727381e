"""The requests of the load and what their responses must contain: of the pages, and of the JSON API."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from bench.data import ROWS, BenchUser

# The headers of a browser without Accept-Encoding, so that no server compresses and every body can be checked.
BROWSER = (
    "Host: localhost:{port}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-GB,en;q=0.5\r\n"
    "Sec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n"
)
HTMX = (
    "HX-Request: true\r\nHX-Request-Type: partial\r\nHX-Current-URL: http://localhost:{port}/tasks\r\n"
    "HX-Target: task-{task}\r\nOrigin: http://localhost:{port}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n"
)
# Those of a program, as httpx sends them.
PROGRAM = (
    "Host: localhost:{port}\r\nAccept: application/json\r\nUser-Agent: python-httpx/0.28.1\r\n"
    "Authorization: Bearer {token}\r\n"
)
PAGE_ROW, API_ROW = b'<li id="task-', b'"title":'


@dataclass(frozen=True, slots=True)
class Request:
    """A request as bytes, and what its response must contain: so many rows, and what only that of this user has."""

    data: bytes
    markers: tuple[bytes, ...]
    rows: int
    row: bytes = PAGE_ROW


def page(user: BenchUser, port: int) -> Request:
    """The newest tasks as a page."""
    head = f"GET /tasks HTTP/1.1\r\n{BROWSER.format(port=port, cookie=user.cookie)}\r\n"
    return Request(head.encode(), (f'data-user="{user.id}"'.encode(),), ROWS)


def click(user: BenchUser, port: int, *, complete: bool, task_id: int | None = None) -> Request:
    """Complete or reopen the user's task: the row that comes back offers the opposite."""
    task = task_id or user.task_id
    action, opposite = ("complete", "reopen") if complete else ("reopen", "complete")
    headers = BROWSER.format(port=port, cookie=user.cookie) + HTMX.format(port=port, task=task)
    head = f"POST /tasks/{task}/{action} HTTP/1.1\r\n{headers}\r\n"
    return Request(head.encode(), (f'action="/tasks/{task}/{opposite}"'.encode(),), 1)


def listing(user: BenchUser, port: int) -> Request:
    """The newest tasks as JSON."""
    head = f"GET /api/tasks HTTP/1.1\r\n{PROGRAM.format(port=port, token=user.access_token)}\r\n"
    return Request(head.encode(), (f'"id":{user.task_id},'.encode(),), ROWS, API_ROW)


def completion(user: BenchUser, port: int, *, complete: bool, task_id: int | None = None) -> Request:
    """Complete or reopen the user's task: the task comes back."""
    method, state = ("PUT", b'"completed":true') if complete else ("DELETE", b'"completed":false')
    task = task_id or user.task_id
    headers = PROGRAM.format(port=port, token=user.access_token) + "Content-Length: 0\r\n"
    head = f"{method} /api/tasks/{task}/completion HTTP/1.1\r\n{headers}\r\n"
    return Request(head.encode(), (f'"id":{task},'.encode(), state), 1, API_ROW)


@dataclass(frozen=True)
class Work:
    """What servers are compared by: a request that reads fifty tasks, and one that completes or reopens a task.

    Results are kept under `get`, `one` and `complete`, with the prefix.
    """

    prefix: str
    reads_what: str
    changes_what: str
    read: Callable[[BenchUser, int], Request]
    change: Callable[..., Request]

    def action(self, name: str) -> str:
        return self.prefix + name

    def reads(self, people: Sequence[BenchUser], port: int, connections: int) -> list[Iterator[Request]]:
        """Requests per connection: each connection loops over its share of the users."""
        return [cycle([self.read(user, port) for user in people[first::connections]]) for first in range(connections)]

    def changes(
        self, people: Sequence[BenchUser], port: int, connections: int, completed: set[int]
    ) -> list[Iterator[Request]]:
        """Each completes or reopens: it changes something, and no two connections share a task."""
        return [self._alternating(people[first::connections], port, completed) for first in range(connections)]

    def _alternating(self, people: Sequence[BenchUser], port: int, completed: set[int]) -> Iterator[Request]:
        both = {
            user.task_id: [self.change(user, port, complete=complete) for complete in (True, False)] for user in people
        }
        done = {user.task_id: user.task_id in completed for user in people}
        for task_id in cycle(both):
            yield both[task_id][done[task_id]]
            done[task_id] = not done[task_id]


PAGE = Work("", "GET /tasks", "complete, reopen", page, click)
API = Work("api_", "GET /api/tasks", "PUT, DELETE completion", listing, completion)

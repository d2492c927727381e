"""A user's tasks over the API: what the commands and the assistant's tools do."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from web.client.connection import NOT_FOUND, ApiError, Change, Connection
from web.domain.errors import CommandError

# A task as the API answers it; docs/api.md.
Task: TypeAlias = dict[str, Any]
Noun = Literal["lists", "labels"]
# Of each answer those that the commands use.
TASK = ("id", "title", "completed", "due_on", "due_time", "priority", "repeat_rule", "list_id", "labels")
PAGE = ("items", "next", "counts")
LARGEST_PAGE = 200
LATEST_EVENTS = 200


class UnknownName(CommandError):
    """No list or label has this name, or several have it."""

    exit_code = 2


class NoSuchTask(CommandError):
    def __init__(self) -> None:
        super().__init__("There is no such task; it may be in the trash.")


@dataclass(frozen=True)
class Matches:
    """The first tasks that match, and how many match."""

    tasks: list[Task]
    total: int


class RemoteTasks:
    """All raise as `Connection`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names: dict[Noun, dict[int, str]] = {}

    def me(self) -> dict[str, Any]:
        return self._connection.get("/api/me", ("email", "scope"))

    def add(self, line: str, key: str | None = None) -> Change:
        """Add a task by a line of quick add. The same key adds it once, for a day."""
        return self._connection.post("/api/tasks/quick-add", TASK, {"line": line}, key)

    def find(self, filters: Mapping[str, Any], limit: int | None) -> Matches:
        """The tasks that match the filters of `GET /api/tasks`; all of them without a limit."""
        tasks: list[Task] = []
        after = None
        while True:
            wanted = LARGEST_PAGE if limit is None else min(limit - len(tasks), LARGEST_PAGE)
            page = self._connection.get("/api/tasks", PAGE, {**filters, "limit": wanted, "after": after})
            tasks += page["items"]
            after = page["next"]
            if after is None or len(tasks) == limit:
                return Matches(tasks, page["counts"][filters.get("status") or "all"])

    def complete(self, task_id: int) -> Change:
        """Complete a task; of a repeating one the occurrence that is due now, once however often it is sent."""
        with _of_a_task():
            task = self._connection.get(f"/api/tasks/{task_id}", TASK)
            due_on = task["due_on"] if task["repeat_rule"] else None
            return self._connection.put(f"/api/tasks/{task_id}/completion", TASK, {"due_on": due_on})

    def reopen(self, task_id: int) -> Change:
        with _of_a_task():
            return self._connection.delete(f"/api/tasks/{task_id}/completion", TASK)

    def undo(self, operation: str = "") -> dict[str, Any]:
        """Take back one operation, or else the latest change. Raises CommandError where there is none.

        Answers its `operation`, its `action` such as "complete" (empty if it is too long ago), and the `records`.
        """
        try:
            undone = self._connection.post(f"/api/undo/{operation}".rstrip("/"), ("operation", "records")).body
        except ApiError as refused:
            if refused.status == NOT_FOUND:
                raise CommandError("There is nothing to undo.") from None
            raise
        events = self._connection.get("/api/events", PAGE, {"limit": LATEST_EVENTS})["items"]
        actions = [event["action"] for event in events if event["operation"] == undone["operation"]]
        return {**undone, "action": actions[-1] if actions else ""}

    def id_of(self, noun: Noun, name: str) -> int:
        """The id of the list or label of this name, whatever its case. A number is an id. Raises UnknownName."""
        if name.isdecimal():
            return int(name)
        found = [number for number, known in self._read(noun).items() if known.casefold() == name.casefold()]
        if not found:
            raise UnknownName(f"No {noun[:-1]} is named “{name}”.")
        if len(found) > 1:
            ids = " and ".join(map(str, found))
            raise UnknownName(f"Several {noun} are named “{name}”; give one of their numbers: {ids}.")
        return found[0]

    def names(self, noun: Noun, wanted: Collection[int]) -> dict[int, str]:
        """Those of the wanted lists or labels, by their ids. One that was deleted meanwhile has its id for a name."""
        if not self._names.get(noun, {}).keys() >= set(wanted):
            self._names[noun] = self._read(noun)
        return {number: self._names[noun].get(number, str(number)) for number in wanted}

    def _read(self, noun: Noun) -> dict[int, str]:
        return {one["id"]: one["name"] for one in self._connection.get(f"/api/{noun}", PAGE)["items"]}


@contextmanager
def _of_a_task() -> Iterator[None]:
    """Raises NoSuchTask for what is not found."""
    try:
        yield
    except ApiError as refused:
        if refused.status == NOT_FOUND:
            raise NoSuchTask from refused
        raise

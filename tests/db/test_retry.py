"""A request whose connection is lost runs again, with the same result as one run."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from litestar import Litestar
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from testkit.patience import PATIENCE_SECONDS
from tests.client import HtmlClient
from tests.factories import Factory
from web.app import LARGEST_FORM
from web.auth.client import BetterAuthClient
from web.db.database import LONGEST_PAUSE, Database, _pauses, is_transient
from web.domain.timestamps import utc_now
from web.models.task import Task

# SQLite has no connection to lose.
on_postgresql = pytest.mark.databases("postgresql")
# Returns once the backend has ended.
ENDED = "SELECT pg_terminate_backend(%s, %s)"
LOST = psycopg2.OperationalError("server closed the connection unexpectedly")


@contextmanager
def lost_after_commit(app: Litestar) -> Iterator[list[str]]:
    """The next COMMIT, or change in autocommit, succeeds, and the connection is lost before the client knows."""
    dialect, alone = app.state.database.engine.dialect, app.state.database.autocommit
    commit, lost = dialect.do_commit, []

    def lose(connection: Any, what: str) -> None:
        if not lost:
            lost.append(what)
            connection.close()
            raise LOST

    def lost_commit(connection: Any) -> None:
        commit(connection)
        lose(connection, "commit")

    def lost_change(_: object, cursor: Any, statement: str, *__: object) -> None:
        if "UPDATE tasks" in statement:
            lose(cursor.connection, "change")

    dialect.do_commit = lost_commit
    event.listen(alone, "after_cursor_execute", lost_change)
    try:
        yield lost
    finally:
        del dialect.do_commit
        event.remove(alone, "after_cursor_execute", lost_change)


@contextmanager
def killed_before(app: Litestar, words: str, times: int = 1) -> Iterator[list[str]]:
    """PostgreSQL ends our connection just before a statement that contains these words."""
    database, killed = app.state.database, []
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def kill(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        if words in statement and len(killed) < times:
            killed.append(statement)
            with psycopg2.connect(url) as other:
                other.cursor().execute(ENDED, (cursor.connection.info.backend_pid, 1000 * PATIENCE_SECONDS))
            other.close()

    for engine in (database.engine, database.autocommit):
        event.listen(engine, "before_cursor_execute", kill)
    try:
        yield killed
    finally:
        for engine in (database.engine, database.autocommit):
            event.remove(engine, "before_cursor_execute", kill)


ACTIONS: dict[str, Callable[[HtmlClient, Task], Any]] = {
    "edit": lambda ada, task: ada.post(f"/tasks/{task.id}", title="Buy tea", description="", version="1"),
    "complete": lambda ada, task: ada.post(f"/tasks/{task.id}/complete"),
    "reopen": lambda ada, task: ada.post(f"/tasks/{task.id}/reopen"),
    "delete": lambda ada, task: ada.post(f"/tasks/{task.id}/delete"),
    "restore": lambda ada, task: ada.post(f"/tasks/{task.id}/restore"),
}
BEFORE: dict[str, dict[str, object]] = {"reopen": {"completed": True}, "restore": {"deleted_at": utc_now()}}


@on_postgresql
class TestAConnectionLostAfterTheCommit:
    """The unit of work was committed and runs again: the second run changes nothing."""

    @pytest.mark.parametrize("form", [{"op": str(uuid4())}, {}, {"op": "no uuid"}])
    def test_an_added_task_is_one_task(self, app: Litestar, ada: HtmlClient, form: dict[str, str]) -> None:
        with lost_after_commit(app) as lost:
            answer = ada.post("/tasks", title="Buy milk", **form)

        assert (answer.status, lost) == (303, ["commit"])
        assert ada.get("/tasks").titles == ["Buy milk"]

    @pytest.mark.parametrize("action", ACTIONS)
    def test_a_change_is_one_change(self, app: Litestar, ada: HtmlClient, make: Factory, action: str) -> None:
        once, twice = (make.task(ada.user, "Buy milk", **BEFORE.get(action, {})) for _ in range(2))
        ACTIONS[action](ada, once)

        with lost_after_commit(app) as lost:
            answer = ACTIONS[action](ada, twice)

        assert (answer.status, lost) == (303, ["change" if action in ("complete", "reopen") else "commit"])
        assert content(make.stored(twice)) == content(make.stored(once))
        assert content(make.stored(twice)) != content(twice)


def content(task: Task | None) -> object:
    """The fields a user sees, and the version."""
    assert task
    return task.title, task.completed, task.version, task.deleted_at is None


@on_postgresql
@pytest.mark.parametrize("words", ["JOIN sessions", "INSERT INTO tasks", "FROM task_counts"])
def test_a_connection_lost_before_the_commit_loses_nothing(app: Litestar, ada: HtmlClient, words: str) -> None:
    with killed_before(app, words) as killed:
        answer = ada.post("/tasks", htmx=True, title="Buy milk", op=str(uuid4()))

    assert (answer.status, len(killed)) == (200, 1)
    assert "Added: Buy milk" in answer.text
    assert ada.get("/tasks").titles == ["Buy milk"]


@on_postgresql
def test_a_page_is_rendered_after_two_lost_connections(app: Litestar, ada: HtmlClient, make: Factory) -> None:
    make.tasks(ada.user, 3)

    with killed_before(app, "FROM tasks", times=2) as killed:
        answer = ada.get("/tasks")

    assert (answer.status, len(killed), len(answer.titles)) == (200, 2, 3)


@on_postgresql
def test_the_answer_is_503_after_the_deadline(app: Litestar, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.db.database.RETRY_SECONDS", 0.3)

    with killed_before(app, "FROM tasks", times=1000):
        answer = ada.get("/tasks")

    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"


@on_postgresql
def test_a_request_to_better_auth_is_never_repeated(
    app: Litestar, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    async def sign_in(*_: object, **__: object) -> list[str]:
        calls.append("sign in")
        raise OperationalError("COMMIT", {}, LOST, connection_invalidated=True)

    monkeypatch.setattr(BetterAuthClient, "sign_in", sign_in)

    answer = ada.post("/sign-in", email="ada@example.com", password="correct horse")

    assert (answer.status, calls) == (503, ["sign in"])


@on_postgresql
def test_a_body_that_is_too_large_is_refused(ada: HtmlClient) -> None:
    form = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}

    for body in (b"title=" + b"x" * 2 * LARGEST_FORM, (b"x" * 100_000 for _ in range(20))):
        answer = ada.client.post("/tasks", content=body, headers={**form, "cookie": ada.cookie})
        assert answer.status_code == 413


class Pgcode(Exception):
    def __init__(self, pgcode: str | None) -> None:
        super().__init__(pgcode)
        self.pgcode = pgcode


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (OperationalError("SELECT 1", {}, Pgcode(None), connection_invalidated=True), True),
        (OperationalError(None, None, Pgcode(None)), True),
        *((OperationalError("SELECT 1", {}, Pgcode(state)), True) for state in ("40001", "40P01", "53300", "57P03")),
        (OperationalError("SELECT 1", {}, Pgcode("57P01")), True),
        (OperationalError("SELECT 1", {}, Pgcode("57014")), False),
        (OperationalError("SELECT 1", {}, Pgcode(None)), False),
        (OperationalError(None, None, Exception("database is locked")), False),
        (IntegrityError("INSERT", {}, Pgcode("40001")), False),
        (DBAPIError("SELECT 1", {}, Pgcode(None)), False),
    ],
)
def test_which_errors_are_transient(error: DBAPIError, transient: bool) -> None:
    assert is_transient(error) is transient


def test_its_pauses_grow_up_to_the_longest() -> None:
    pauses = list(islice(_pauses(time.monotonic() + PATIENCE_SECONDS), 20))

    assert pauses[:4] == sorted(pauses[:4])
    assert all(LONGEST_PAUSE / 2 <= pause <= LONGEST_PAUSE for pause in pauses[10:])


def test_pauses_end_at_the_deadline() -> None:
    assert list(_pauses(time.monotonic())) == []


class TestAUnitOfWork:
    """`Database.run` with work of a few lines."""

    def run(self, database: Database, errors: list[Exception]) -> int:
        """How often the work ran until it succeeded; it raises these errors first."""
        runs: list[int] = []

        def work(_: Connection) -> int:
            runs.append(1)
            if errors:
                raise errors.pop(0)
            return len(runs)

        return asyncio.run(database.run(work, writing=True, transaction=True))

    def test_runs_again_after_transient_errors(self, database: Database) -> None:
        lost = OperationalError("COMMIT", {}, LOST, connection_invalidated=True)

        assert self.run(database, [lost, psycopg2.InterfaceError("connection already closed")]) == 3

    @pytest.mark.parametrize("error", [ValueError("ours"), OperationalError("SELECT 1", {}, Pgcode("57014"))])
    def test_raises_other_errors_at_once(self, database: Database, error: Exception) -> None:
        errors = [error, AssertionError("ran twice")]

        with pytest.raises(type(error)):
            self.run(database, errors)

        assert len(errors) == 1

    def test_raises_the_last_error_at_the_deadline(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("web.db.database.RETRY_SECONDS", 0.1)
        lost = [OperationalError("COMMIT", {}, LOST, connection_invalidated=True) for _ in range(1000)]

        with pytest.raises(OperationalError):
            self.run(database, lost)

        assert 0 < len(lost) < 1000

    def test_returns_its_slot_while_it_pauses(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        pauses: list[float] = []
        lost = OperationalError("COMMIT", {}, LOST, connection_invalidated=True)

        async def take_every_slot(seconds: float) -> None:
            pauses.append(seconds)
            async with database.slot(writing=True):
                pass

        monkeypatch.setattr("web.db.database.asyncio.sleep", take_every_slot)

        assert self.run(database, [lost]) == 2
        assert len(pauses) == 1

"""When a request sends statements, and when it begins and commits a transaction."""

from typing import Any

import pytest
from litestar import Litestar
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import event, text

from tests.client import HtmlClient
from tests.factories import Factory
from web.db.database import Database
from web.http.responses import Rendered


@pytest.mark.parametrize("path", ["/tasks", "/tasks?q=milk&sort=title", "/tasks/{id}", "/tasks/{id}/edit", "/tasks/0"])
def test_rendering_a_page_sends_no_statements(
    app: Litestar, ada: HtmlClient, make: Factory, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    task = make.task(ada.user, "Buy milk")
    seen = count_while_rendering(app, monkeypatch)

    ada.get(path.format(id=task.id))

    assert seen == [1, 0], "responses rendered, and statements sent while rendering"


@pytest.mark.parametrize("action", ["", "/complete", "/reopen", "/delete", "/restore"])
def test_rendering_a_partial_sends_no_statements(
    app: Litestar, ada: HtmlClient, make: Factory, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    task = make.task(ada.user, "Buy milk", description="Two of them")
    seen = count_while_rendering(app, monkeypatch)

    ada.post(f"/tasks/{task.id}{action}", htmx=True, title="Buy tea", version="1")

    assert seen == [1, 0]


def count_while_rendering(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counters that go on counting: responses rendered, and statements sent while rendering."""
    seen, rendering = [0, 0], False
    render = Rendered.rendered

    def watched(answer: Rendered, request: Any) -> Any:
        nonlocal rendering
        seen[0] += answer._response is None
        rendering = True
        try:
            return render(answer, request)
        finally:
            rendering = False

    def count(*_: object) -> None:
        seen[1] += rendering

    monkeypatch.setattr(Rendered, "rendered", watched)
    for engine in (app.state.database.engine, app.state.database.autocommit):
        event.listen(engine, "before_cursor_execute", count)
    return seen


def test_reading_begins_no_transaction(database: Database, make: Factory) -> None:
    make.task(make.user())

    with database.connect(transaction=False) as connection:
        assert connection.execute(text("SELECT count(*) FROM tasks")).scalar_one() == 1
        assert is_idle(connection.connection.driver_connection)
    with database.connect(transaction=True) as connection:
        connection.execute(text("SELECT count(*) FROM tasks"))
        assert not is_idle(connection.connection.driver_connection)


@pytest.mark.parametrize(("action", "commits"), [("complete", 0), ("reopen", 0), ("delete", 1)])
def test_a_change_commits_only_if_it_needs_a_transaction(
    app: Litestar, ada: HtmlClient, make: Factory, action: str, commits: int
) -> None:
    task = make.task(ada.user, "Buy milk", completed=action == "reopen")
    seen: list[object] = []
    for engine in (app.state.database.engine, app.state.database.autocommit):
        event.listen(engine, "commit", seen.append)

    ada.post(f"/tasks/{task.id}/{action}", htmx=True)

    # SQLite writes the event with a second statement, so it always needs a transaction.
    assert len(seen) == (1 if make.database.engine.name == "sqlite" else commits)
    assert make.stored(task) != task


def is_idle(driver: Any) -> bool:
    """Whether the driver's connection is in no transaction."""
    if hasattr(driver, "in_transaction"):
        return not driver.in_transaction
    return bool(driver.info.transaction_status == TRANSACTION_STATUS_IDLE)

"""What a request does with the database: when it asks, and when it begins a transaction."""

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
def test_no_page_asks_while_it_is_drawn(
    app: Litestar, ada: HtmlClient, make: Factory, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    task = make.task(ada.user, "Buy milk")
    seen = while_drawing(app, monkeypatch)

    ada.get(path.format(id=task.id))

    assert seen == [1, 0], "how many were drawn, and what they asked meanwhile"


@pytest.mark.parametrize("action", ["", "/complete", "/reopen", "/delete", "/restore"])
def test_no_piece_asks_while_it_is_drawn(
    app: Litestar, ada: HtmlClient, make: Factory, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    task = make.task(ada.user, "Buy milk", description="Two of them")
    seen = while_drawing(app, monkeypatch)

    ada.post(f"/tasks/{task.id}{action}", htmx=True, title="Buy tea", version="1")

    assert seen == [1, 0]


def while_drawing(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many answers were drawn, and how many statements were sent meanwhile; it goes on counting."""
    seen, drawing = [0, 0], False
    draw = Rendered.rendered

    def watched(answer: Rendered, request: Any) -> Any:
        nonlocal drawing
        seen[0] += answer._response is None
        drawing = True
        try:
            return draw(answer, request)
        finally:
            drawing = False

    def count(*_: object) -> None:
        seen[1] += drawing

    monkeypatch.setattr(Rendered, "rendered", watched)
    for engine in (app.state.database.engine, app.state.database.autocommit):
        event.listen(engine, "before_cursor_execute", count)
    return seen


def test_looking_begins_no_transaction(database: Database, make: Factory) -> None:
    make.task(make.user())

    with database.connect(transaction=False) as connection:
        assert connection.execute(text("SELECT count(*) FROM tasks")).scalar_one() == 1
        assert is_idle(connection.connection.driver_connection)
    with database.connect(transaction=True) as connection:
        connection.execute(text("SELECT count(*) FROM tasks"))
        assert not is_idle(connection.connection.driver_connection)


@pytest.mark.parametrize(("action", "commits"), [("complete", 0), ("reopen", 0), ("delete", 1)])
def test_a_change_of_one_statement_needs_no_commit(
    app: Litestar, ada: HtmlClient, make: Factory, action: str, commits: int
) -> None:
    task = make.task(ada.user, "Buy milk", completed=action == "reopen")
    seen: list[object] = []
    for engine in (app.state.database.engine, app.state.database.autocommit):
        event.listen(engine, "commit", seen.append)

    ada.post(f"/tasks/{task.id}/{action}", htmx=True)

    # SQLite writes the event in a statement of its own, and so both in a transaction.
    assert len(seen) == (1 if make.database.engine.name == "sqlite" else commits)
    assert make.stored(task) != task


def is_idle(driver: Any) -> bool:
    """Whether the driver's connection is in no transaction."""
    if hasattr(driver, "in_transaction"):
        return not driver.in_transaction
    return bool(driver.info.transaction_status == TRANSACTION_STATUS_IDLE)

"""`column IN (…)` with all numbers in one parameter, or with those that a query finds."""

import pytest
from sqlalchemy import select, text
from sqlmodel import Session

from tests.client import HtmlClient
from tests.factories import Factory
from web.db.one_of import one_of, one_of_few
from web.models.base import table_of
from web.models.task import Task

TASKS = table_of(Task)
STATEMENT = select(TASKS.c.title).where(one_of(TASKS.c.id, "ids")).order_by(TASKS.c.id)


@pytest.mark.parametrize("chosen", [[], [0], [0, 2], [0, 1, 2], [0, 0]])
def test_it_finds_the_rows_of_any_number_of_ids(
    session: Session, ada: HtmlClient, make: Factory, chosen: list[int]
) -> None:
    tasks = [make.task(ada.user, title) for title in ("Buy milk", "Call Grace", "Dig")]

    found = session.connection().execute(STATEMENT, {"ids": [tasks[place].id for place in chosen]}).scalars().all()

    assert found == [tasks[place].title for place in sorted(set(chosen))]


@pytest.mark.parametrize("title", ["Buy milk", "unknown"])
def test_it_finds_the_rows_that_a_query_names(session: Session, ada: HtmlClient, make: Factory, title: str) -> None:
    task = make.task(ada.user, "Buy milk")
    step = make.task(ada.user, "Step", parent_id=task.id)
    named = select(TASKS.c.id).where(TASKS.c.title == title)

    found = session.connection().scalars(select(TASKS.c.id).where(one_of_few(TASKS.c.parent_id, named))).all()

    assert found == ([step.id] if title == "Buy milk" else [])


@pytest.mark.databases("sqlite")
def test_sqlite_looks_them_up(session: Session) -> None:
    connection = session.connection()
    statement = str(STATEMENT.compile(connection, compile_kwargs={"render_postcompile": True}))

    plan = connection.execute(text(f"EXPLAIN QUERY PLAN {statement.replace('?', ':ids')}"), {"ids": "[1, 2]"}).all()

    assert "SEARCH tasks USING INTEGER PRIMARY KEY" in str(plan)

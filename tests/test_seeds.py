"""Seeds: the same data from the same seed, once however often, and a real sign-in."""

import io

import pytest
from rich.console import Console
from sqlmodel import Session, select

from tests.visitors import Visitor
from web.database import Database
from web.models.task import Task
from web.models.user import Account, User
from web.seeds import DEMO_EMAIL, DEMO_PASSWORD, Plan, is_empty, plant, strangers

PLAN = Plan(people=3, tasks=50, seed=7)


def planted(database: Database, plan: Plan = PLAN, console: Console | None = None) -> list[dict[str, object]]:
    with database.transaction() as session:
        plant(session, plan, console or Console(file=io.StringIO()))
    with database.reading() as session:
        return [task.model_dump(exclude={"id"}) for task in session.exec(select(Task).order_by(Task.op)).all()]


def count(session: Session, table: type[User] | type[Task] | type[Account]) -> int:
    return len(session.exec(select(table)).all())


def test_the_same_seed_gives_the_same_data(database: Database) -> None:
    first = planted(database)
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM users")

    assert planted(database) == first
    assert len(first) == 50


def test_another_seed_gives_other_data(database: Database) -> None:
    first = planted(database)

    assert len(planted(database, Plan(people=3, tasks=50, seed=8))) == 2 * len(first)


def test_twice_is_no_more_than_once(database: Database) -> None:
    planted(database)
    planted(database)

    with database.reading() as session:
        assert [count(session, table) for table in (User, Account, Task)] == [3, 3, 50]


def test_what_was_broken_off_is_completed(database: Database) -> None:
    planted(database)
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM tasks WHERE completed")

    assert len(planted(database)) == 50


def test_seeded_people_sign_in_for_real(database: Database, newcomer: Visitor) -> None:
    planted(database)
    with database.reading() as session:
        emails = session.exec(select(User.email)).all()

    assert DEMO_EMAIL in emails
    for email in emails:
        assert newcomer.post("/sign-in", email=email, password=DEMO_PASSWORD).to == "/tasks"


def test_shows_its_progress_on_a_terminal_only(database: Database) -> None:
    terminal, file = io.StringIO(), io.StringIO()
    planted(database, console=Console(file=terminal, force_terminal=True))
    planted(database, console=Console(file=file))

    assert "50/50" in terminal.getvalue()
    assert file.getvalue() == ""


@pytest.mark.parametrize("plan", [Plan(people=1, tasks=0), Plan(people=2, tasks=1)])
def test_small_plans_are_plans(database: Database, plan: Plan) -> None:
    assert len(planted(database, plan)) == plan.tasks


def test_knows_strangers_from_its_own(database: Database) -> None:
    with database.reading() as session:
        assert is_empty(session)
    planted(database)

    with database.reading() as session:
        assert strangers(session) == 0
        assert not is_empty(session)

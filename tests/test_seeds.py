"""Seeds are reproducible, idempotent, resumable and removable, and their users can sign in."""

import io
import os
import signal
import subprocess
import sys
from collections import Counter
from statistics import median

import pytest
from click.testing import CliRunner
from rich.console import Console
from sqlmodel import Session, SQLModel, func, select

from testkit.patience import PATIENCE_SECONDS
from tests.client import HtmlClient
from tests.factories import Factory
from web.cli import main
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.models.task import Task
from web.models.user import Account, User
from web.seeds import (
    DEMO_EMAIL,
    DEMO_PASSWORD,
    Plan,
    is_empty,
    real_users,
    remove_seeds,
    seed,
    seeded_users,
    tasks_of,
)
from web.settings import ROOT, Settings

PLAN = Plan(people=3, tasks=50, seed=7)
# Three batches of tasks and, to be removed, of users, so that a signal can come in the middle.
LARGE = Plan(people=300, tasks=1_300, seed=7)
OPTIONS = ["--people", "300", "--tasks", "1300", "--seed", "7"]
SMALL_BATCH = 500
# Ids differ from run to run, and so does what refers to them.
IDS = {"id", "list_id", "parent_id", "series_id"}
# Runs the command and sends it a signal in the middle of its third batch.
INTERRUPTED = f"""
import os, signal, sys
from sqlalchemy import Engine, event
from web.cli import main
from web.seeds import seeding

seeding.BATCH = {SMALL_BATCH}

# A shell that starts the tests in the background has Ctrl-C ignored, and its children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
how, prefix = int(sys.argv.pop(1)), sys.argv.pop(1)
batches = []

@event.listens_for(Engine, "after_cursor_execute")
def watch(_, __, statement, *___):
    if statement.startswith(prefix):
        batches.append(statement)
        if len(batches) == 3:
            os.kill(os.getpid(), how)

main()
"""


def seeded(database: Database, plan: Plan = PLAN, console: Console | None = None) -> list[dict[str, object]]:
    seed(database, plan, console or Console(file=io.StringIO()))
    with database.reading() as session:
        return [
            task.model_dump(exclude=IDS) for task in session.exec(select(Task).order_by(Task.idempotency_key)).all()
        ]


def count(session: Session, table: type[User] | type[Task] | type[Account]) -> int:
    return len(session.exec(select(table)).all())


def test_the_same_seed_gives_the_same_data(database: Database) -> None:
    first = seeded(database)
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM users")

    assert seeded(database) == first
    assert len(first) == 50


def test_tasks_are_skewed_towards_the_first_users(database: Database) -> None:
    seeded(database, Plan(people=40, tasks=2000))

    with database.reading() as session:
        tasks = Counter(session.exec(select(Task.user_id)).all())
        demo = session.exec(select(User.id).where(User.email == DEMO_EMAIL)).one()
    (first, most), *rest = tasks.most_common()

    assert first == demo
    assert 300 <= most <= 500
    assert len(tasks) == 40
    assert 20 <= median(tasks.values()) <= 45
    assert rest[0][1] > 3 * rest[-1][1]


def test_another_seed_gives_other_data(database: Database) -> None:
    first = seeded(database)

    assert len(seeded(database, Plan(people=3, tasks=50, seed=8))) == 2 * len(first)


def test_seeding_twice_adds_nothing(database: Database) -> None:
    seeded(database)
    seeded(database)

    with database.reading() as session:
        assert [count(session, table) for table in (User, Account, Task)] == [3, 3, 50]


def test_missing_tasks_are_added(database: Database) -> None:
    seeded(database)
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM tasks WHERE completed")

    assert len(seeded(database)) == 50


def test_seeded_users_can_sign_in(database: Database, newcomer: HtmlClient) -> None:
    seeded(database)
    with database.reading() as session:
        emails = session.exec(select(User.email)).all()

    assert DEMO_EMAIL in emails
    for email in emails:
        assert newcomer.post("/sign-in", email=email, password=DEMO_PASSWORD).to == "/"


def test_progress_is_shown_on_a_terminal_only(database: Database) -> None:
    terminal, file = io.StringIO(), io.StringIO()
    seeded(database, console=Console(file=terminal, force_terminal=True))
    seeded(database, console=Console(file=file))

    assert "50/50" in terminal.getvalue()
    assert "/s" in terminal.getvalue()
    assert file.getvalue() == ""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_an_interrupted_run_is_completed_without_duplicates(
    database: Database, migrated: Settings, how: signal.Signals
) -> None:
    output = interrupted(migrated, how, "INSERT INTO tasks", "seed", *OPTIONS)
    stored = rows(database, Task)
    again = daybook(migrated, "seed", *OPTIONS)

    assert "Traceback" not in output
    assert stored == 2 * SMALL_BATCH
    assert "The database has 300 sample users and 1300 tasks." in again
    assert [rows(database, table) for table in (User, Account, Task)] == [300, 300, 1_300]
    with database.reading() as session:
        assert session.exec(select(func.count(func.distinct(Task.idempotency_key)))).one() == 1_300


def rows(database: Database, table: type[SQLModel]) -> int:
    with database.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def daybook(settings: Settings, *arguments: str) -> str:
    """The output of the command, run in this process."""
    return CliRunner(env={"DATABASE_URL": settings.node_database_url()}).invoke(main, list(arguments)).output


def interrupted(settings: Settings, how: signal.Signals, statement: str, *words: str) -> str:
    """The output if the signal comes after the third such statement, before its commit."""
    ended = run(settings, "-c", INTERRUPTED, str(int(how)), statement, *words)
    assert ended.returncode == {signal.SIGKILL: -9, signal.SIGINT: 1}[how], ended.stdout
    return ended.stdout


def run(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": settings.node_database_url()}
    command, both = [sys.executable, *words], {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run(command, cwd=ROOT, env=env, text=True, timeout=PATIENCE_SECONDS, **both)


def test_an_email_of_a_real_user_stops_the_seeding(
    database: Database, migrated: Settings, newcomer: HtmlClient
) -> None:
    assert newcomer.post("/sign-up", name="Me", email=DEMO_EMAIL, password="correct horse").to == "/"

    output = daybook(migrated, "seed", "--force")

    assert output == f"Error: {DEMO_EMAIL} belongs to a user who was not seeded, so nothing was added.\n"
    assert [rows(database, table) for table in (User, Account, Task)] == [1, 1, 0]
    assert newcomer.post("/sign-in", email=DEMO_EMAIL, password="correct horse").to == "/"


class TestRemoving:
    def test_only_seeded_users_are_removed(self, database: Database, make: Factory) -> None:
        another_user = make.task(make.user("Ada"))
        for number in (7, -8):
            seeded(database, Plan(people=3, tasks=50, seed=number))

        with database.reading() as session:
            people = seeded_users(session)
            assert (len(people), tasks_of(session, people)) == (5, 100)
        remove_seeds(database, people, Console(file=io.StringIO()))

        with database.reading() as session:
            assert [task.id for task in session.exec(select(Task)).all()] == [another_user.id]
            assert [count(session, table) for table in (User, Account)] == [1, 0]

    def test_an_interrupted_removal_is_completed(self, database: Database, migrated: Settings, make: Factory) -> None:
        another_user = make.task(make.user("Ada"))
        seeded(database, LARGE)

        interrupted(migrated, signal.SIGKILL, "DELETE FROM users", "seed", "--remove", "--yes")
        left = rows(database, User)
        output = daybook(migrated, "seed", "--remove", "--yes")

        assert left == 101
        assert output.startswith(f"Removed {left - 1} sample users")
        with database.reading() as session:
            assert [task.id for task in session.exec(select(Task)).all()] == [another_user.id]
        assert [rows(database, table) for table in (User, Account)] == [1, 0]

    def test_a_real_account_and_its_password_stay(
        self, database: Database, migrated: Settings, newcomer: HtmlClient
    ) -> None:
        assert newcomer.post("/sign-up", name="Me", email="me@example.com", password="correct horse").to == "/"
        seeded(database)

        output = daybook(migrated, "seed", "--remove", "--yes")

        assert output == "Removed 3 sample users and their 50 tasks.\n"
        assert [rows(database, table) for table in (User, Account, Task)] == [1, 1, 0]
        assert newcomer.post("/sign-in", email="me@example.com", password="correct horse").to == "/"

    def test_a_user_with_an_email_like_a_seeded_one_is_real(self, database: Database, make: Factory) -> None:
        with database.transaction() as session:
            for email in ("ada.novak.7.1@example.com", "demo@example.com", "x@example.com"):
                values = dict.fromkeys(("created_at", "updated_at"), utc_now())
                session.add(User(id=email, name="Ada", email=email, email_verified=True, image=None, **values))

        with database.reading() as session:
            assert seeded_users(session) == []
            assert real_users(session) == 3

    def test_it_asks_first(self, database: Database, migrated: Settings) -> None:
        seeded(database)
        env = {"DATABASE_URL": migrated.database_url.render_as_string(hide_password=False)}
        command = CliRunner(env=env)

        no = command.invoke(main, ["seed", "--remove"], input="n\n")
        no_input = command.invoke(main, ["seed", "--remove"], input="")
        assert "Remove 3 sample users and their 50 tasks from" in no.output
        assert (no.exit_code, no_input.exit_code) == (1, 1)
        with database.reading() as session:
            assert count(session, Task) == 50

        yes = command.invoke(main, ["seed", "--remove", "--yes"])
        assert (yes.exit_code, yes.output) == (0, "Removed 3 sample users and their 50 tasks.\n")
        with database.reading() as session:
            assert count(session, User) == 0


@pytest.mark.parametrize("plan", [Plan(people=1, tasks=0), Plan(people=2, tasks=1)])
def test_small_plans(database: Database, plan: Plan) -> None:
    assert len(seeded(database, plan)) == plan.tasks


def test_seeded_users_are_told_from_real_ones(database: Database) -> None:
    with database.reading() as session:
        assert is_empty(session)
    seeded(database)

    with database.reading() as session:
        assert real_users(session) == 0
        assert not is_empty(session)

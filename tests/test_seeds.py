"""Seeds: the same data from the same seed, once however often, and a real sign-in."""

import io
import json
import subprocess
import sys
from collections import Counter
from hashlib import sha256
from statistics import median

import pytest
from click.testing import CliRunner
from rich.console import Console
from sqlmodel import Session, select

from tests.factories import Factory
from tests.visitors import Visitor
from web.cli import main
from web.database import Database
from web.models.moments import now
from web.models.task import Task
from web.models.user import Account, User
from web.seeds import (
    DEMO_EMAIL,
    DEMO_PASSWORD,
    Plan,
    is_empty,
    plant,
    planted_people,
    strangers,
    tasks_of,
    wipe,
)
from web.settings import ROOT, Settings

PLAN = Plan(people=3, tasks=50, seed=7)
# Dies in the third batch of tasks, when two have been committed.
KILLED = """
import os, signal, sys
from rich.console import Console
from sqlalchemy import make_url
import web.seeds
from web.database import Database
from web.settings import normalised
made = web.seeds._task
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
web.seeds._task = lambda seed, number, people: die() if number == 25 else made(seed, number, people)
web.seeds._batches.__defaults__ = (10,)
web.seeds.plant(Database(normalised(make_url(sys.argv[1]))), web.seeds.Plan(3, 50, 7), Console(stderr=True))
"""


def planted(database: Database, plan: Plan = PLAN, console: Console | None = None) -> list[dict[str, object]]:
    plant(database, plan, console or Console(file=io.StringIO()))
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


def test_the_same_seed_gives_the_same_data_on_both_databases(database: Database) -> None:
    tasks = json.dumps(planted(database), default=str)
    with database.reading() as session:
        people = sorted(session.exec(select(User.id, User.name, User.email, User.created_at)).all())

    assert sha256(f"{tasks} {people}".encode()).hexdigest()[:16] == "9f47d38e6f4e6f7d"


def test_tasks_are_spread_as_life_spreads_them(database: Database) -> None:
    planted(database, Plan(people=40, tasks=2000))

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
    assert "/s" in terminal.getvalue()
    assert file.getvalue() == ""


def test_killed_and_run_again_it_completes_without_doubles(database: Database, migrated: Settings) -> None:
    url = migrated.database_url.render_as_string(hide_password=False)
    killed = subprocess.run([sys.executable, "-c", KILLED, url], cwd=ROOT, timeout=60, check=False)
    with database.reading() as session:
        assert count(session, Task) == 20

    assert killed.returncode == -9
    assert len({task["op"] for task in planted(database)}) == 50


class TestWiping:
    def test_takes_what_seeds_made_and_nothing_else(self, database: Database, make: Factory) -> None:
        stranger = make.task(make.person("Ada"))
        for seed in (7, -8):
            planted(database, Plan(people=3, tasks=50, seed=seed))

        with database.reading() as session:
            people = planted_people(session)
            assert (len(people), tasks_of(session, people)) == (5, 100)
        wipe(database, people, Console(file=io.StringIO()))

        with database.reading() as session:
            assert [task.id for task in session.exec(select(Task)).all()] == [stranger.id]
            assert [count(session, table) for table in (User, Account)] == [1, 0]

    def test_leaves_a_stranger_with_such_an_email(self, database: Database, make: Factory) -> None:
        with database.transaction() as session:
            for email in ("ada.novak.7.1@example.com", "demo@example.com", "x@example.com"):
                values = dict.fromkeys(("created_at", "updated_at"), now())
                session.add(User(id=email, name="Ada", email=email, email_verified=True, image=None, **values))

        with database.reading() as session:
            assert planted_people(session) == []
            assert strangers(session) == 3

    def test_asks_first(self, database: Database, migrated: Settings) -> None:
        planted(database)
        env = {"DATABASE_URL": migrated.database_url.render_as_string(hide_password=False)}
        command = CliRunner(env=env)

        no = command.invoke(main, ["seed", "--wipe"], input="n\n")
        nobody = command.invoke(main, ["seed", "--wipe"], input="")
        assert "Remove 3 made-up people and their 50 tasks from" in no.output
        assert (no.exit_code, nobody.exit_code) == (1, 1)
        with database.reading() as session:
            assert count(session, Task) == 50

        yes = command.invoke(main, ["seed", "--wipe", "--yes"])
        assert (yes.exit_code, yes.output) == (0, "Removed 3 made-up people and their 50 tasks.\n")
        with database.reading() as session:
            assert count(session, User) == 0


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

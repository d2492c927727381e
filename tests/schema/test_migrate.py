"""`daybook migrate`: from any database to head, whatever is in the way, or one clear sentence."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, inspect, text

from testkit.patience import PATIENCE_SECONDS
from testkit.pgbouncer import PgBouncer
from tests.conftest import settings_for
from tests.schema.conftest import Fresh, looking
from web.cli import main
from web.db.database import Database
from web.db.search_sqlite import SHADOW_TABLES, TABLE
from web.schema import locks as locking
from web.schema.drift import differences
from web.schema.locks import MigrationFailed, is_locked, migration_engine
from web.schema.migrate import BETTER_AUTH_TABLES, configuration, downgrade, metadata, migrate, upgrade
from web.schema.revision import database_problem, head
from web.settings import ROOT, Settings

REPLICAS = 8


def daybook(settings: Settings, *words: str, **environment: str) -> tuple[int, str]:
    """What the command ends with, and what it says."""
    env = {"DATABASE_URL": settings.node_database_url(), **environment}
    told = CliRunner().invoke(main, list(words), env=env)
    return told.exit_code, told.output


def test_an_empty_database_comes_to_head(settings: Settings, engine: Engine) -> None:
    migrate(settings)

    assert database_problem(engine) is None
    made = {*BETTER_AUTH_TABLES, "alembic_version", *metadata.tables}
    on_sqlite = (TABLE, *SHADOW_TABLES) if engine.dialect.name == "sqlite" else ()
    assert set(inspect(engine).get_table_names()) == {*made, *on_sqlite}


def test_twice_is_no_news(settings: Settings, engine: Engine) -> None:
    migrate(settings)
    migrate(settings)

    assert database_problem(engine) is None


def test_a_better_auth_of_somebodys_own_need_not_count_its_callers_there(fresh: Fresh) -> None:
    elsewhere, settings = {"BETTER_AUTH_URL": "https://auth.example"}, fresh()
    with migration_engine(settings.database_url).begin() as connection:
        connection.exec_driver_sql("DROP TABLE rate_limits")

    assert daybook(settings, "migrate", **elsewhere)[0] == 0

    assert daybook(settings, "migrate", "--check", **elsewhere)[0] == 0
    with looking(settings) as connection:
        assert database_problem(connection.engine) is None
        assert differences(connection) == []
        assert "rate_limits" not in inspect(connection).get_table_names()


@pytest.mark.parametrize("revision", ["base", "0001", "0003"])
def test_from_any_revision_it_comes_to_head(fresh: Fresh, revision: str) -> None:
    settings = fresh()
    upgrade(settings.database_url)
    downgrade(settings.database_url, revision)

    upgrade(settings.database_url)

    with looking(settings) as connection:
        assert differences(connection) == []


def head_title() -> str:
    script = ScriptDirectory.from_config(configuration()).get_revision(head())
    assert script
    return script.doc


def test_down_takes_back_one_revision_and_leaves_better_auths_tables(fresh: Fresh) -> None:
    settings = fresh()
    upgrade(settings.database_url)

    assert daybook(settings, "migrate", "down")[0] == 0
    code, said = daybook(settings, "migrate", "--check")
    assert (code, said.splitlines()) == (3, [f"{head()} {head_title()}"])

    assert "is at revision none" in daybook(settings, "migrate", "down", "--to", "base")[1]
    with looking(settings) as connection:
        assert set(inspect(connection).get_table_names()) == {*BETTER_AUTH_TABLES, "alembic_version"}

    assert daybook(settings, "migrate", "down") == (1, "Error: Cannot go down: there is no revision -1 before none.\n")


def test_down_is_for_development() -> None:
    settings = settings_for("postgresql://daybook@db.example/daybook")

    code, said = daybook(settings, "migrate", "down")

    assert code == 1
    assert "may belong to real users; --force downgrades it anyway." in said


def test_check_says_what_is_to_do_and_does_nothing(settings: Settings) -> None:
    code, said = daybook(settings, "migrate", "--check")

    assert code == 3
    assert said.splitlines()[0] == "Better Auth: create table users"
    assert said.splitlines()[5:7] == ["0001 Create tasks", "0002 Check what a task holds"]
    if settings.database_url.drivername == "sqlite":
        assert not Path(str(settings.database_url.database)).exists()
    else:
        with looking(settings) as connection:
            assert inspect(connection).get_table_names() == []

    migrate(settings)
    assert daybook(settings, "migrate", "--check")[0] == 0


def test_sql_is_what_migrate_does(settings: Settings) -> None:
    code, printed = daybook(settings, "migrate", "--sql")

    assert code == 0
    assert daybook(settings, "migrate", "--check")[0] == 3
    _run_by_hand(settings, printed)
    assert daybook(settings, "migrate", "--check")[0] == 0
    with looking(settings) as connection:
        assert differences(connection) == []
    assert daybook(settings, "migrate", "--sql")[1].startswith("-- ")


def _run_by_hand(settings: Settings, script: str) -> None:
    connection = migration_engine(settings.database_url).raw_connection()
    if settings.database_url.drivername == "sqlite":
        connection.driver_connection.executescript(script)  # type: ignore[union-attr]
    else:
        connection.driver_connection.set_session(autocommit=True)  # type: ignore[union-attr]
        connection.cursor().execute(script)
    connection.close()


def test_without_users_it_says_so(settings: Settings) -> None:
    with pytest.raises(MigrationFailed, match=r"^There is no table users in .*: run Better Auth's migration first"):
        upgrade(settings.database_url)


def test_alembic_by_hand_says_so_too(settings: Settings) -> None:
    code, said = _alembic(settings, "upgrade", "head")

    assert code != 0
    assert "Traceback" not in said
    assert "There is no table users in" in said and "run Better Auth's migration first." in said


def test_alembic_by_hand_takes_turns_with_everybody(fresh: Fresh) -> None:
    settings = fresh()

    with ThreadPoolExecutor(4) as pool:
        by_hand = [pool.submit(_alembic, settings, "upgrade", "head") for _ in range(2)]
        ours = [pool.submit(upgrade, settings.database_url) for _ in range(2)]
        answers = [run.result() for run in by_hand]
        for run in ours:
            run.result()

    assert [code for code, _ in answers] == [0, 0], answers
    with looking(settings) as connection:
        assert differences(connection) == []


def _alembic(settings: Settings, *words: str) -> tuple[int, str]:
    """What `alembic` itself ends with, and what it says."""
    command = [sys.executable, "-m", "alembic", *words]
    environment = _environment(settings.node_database_url())
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("users", "words"),
    [
        ("id INTEGER PRIMARY KEY", "but its id is INTEGER."),
        ("id TEXT, email TEXT PRIMARY KEY", "but its id is TEXT and not the primary key."),
        ("email TEXT PRIMARY KEY", "but it has no id."),
    ],
)
def test_with_a_wrong_users_table_it_says_so(settings: Settings, users: str, words: str) -> None:
    with migration_engine(settings.database_url).begin() as connection:
        connection.execute(text(f"CREATE TABLE users ({users})"))

    with pytest.raises(MigrationFailed) as failed:
        migrate(settings)

    assert str(failed.value).endswith(f"is not Better Auth's: id must be text and the primary key, {words}")
    with looking(settings) as connection:
        assert inspect(connection).get_table_names() == ["users"]
        assert len(inspect(connection).get_columns("users")) <= 2


def test_a_database_from_the_future_is_left_alone(fresh: Fresh) -> None:
    settings = fresh()
    upgrade(settings.database_url)
    with migration_engine(settings.database_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(MigrationFailed, match="revision 9999, which this version does not know: a newer version has"):
        upgrade(settings.database_url)


def test_a_row_in_the_way_is_named_and_nothing_is_kept(fresh: Fresh) -> None:
    settings = fresh()
    upgrade(settings.database_url)
    downgrade(settings.database_url, "0001")
    with migration_engine(settings.database_url).begin() as connection:
        timestamp = "'2026-11-21T22:00:00.000000Z'"
        connection.execute(
            text(f"INSERT INTO users VALUES ('ada', 'Ada', 'ada@x', FALSE, NULL, {timestamp}, {timestamp})")
        )
        connection.execute(
            text(
                "INSERT INTO tasks (user_id, title, completed, created_at, updated_at, version, op)"
                f" VALUES ('ada', :tab, FALSE, {timestamp}, {timestamp}, 1, 'one')"
            ),
            {"tab": "\t"},
        )

    with pytest.raises(MigrationFailed, match=r"failed and was rolled back: .*ck_tasks_title_not_"):
        upgrade(settings.database_url)

    with looking(settings) as connection:
        assert connection.scalar(text("SELECT title FROM tasks")) == "\t"


def test_several_at_once_take_turns(fresh: Fresh) -> None:
    settings = fresh()

    with ThreadPoolExecutor(REPLICAS) as pool:
        list(pool.map(lambda _: upgrade(settings.database_url), range(REPLICAS)))

    with looking(settings) as connection:
        assert differences(connection) == []


def test_eight_replicas_at_once_are_safe(settings: Settings, request: pytest.FixtureRequest) -> None:
    """As real processes, Better Auth's migration first; on PostgreSQL through a pooler in transaction mode."""
    address = settings.node_database_url()
    if settings.database_url.drivername != "sqlite":
        pooler: PgBouncer = request.getfixturevalue("pooler")
        address = pooler.url_for(address)
    command = [sys.executable, "-m", "web.cli", "migrate"]

    replicas = [
        subprocess.Popen(command, cwd=ROOT, env=_environment(address), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(REPLICAS)
    ]
    said = [replica.communicate()[0].decode() for replica in replicas]

    assert [replica.returncode for replica in replicas] == [0] * REPLICAS, said
    with looking(settings) as connection:
        assert differences(connection) == []
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def _environment(address: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": address}


def test_it_waits_for_a_lock_and_tries_again(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = fresh()
    upgrade(settings.database_url)
    downgrade(settings.database_url, "0008")
    monkeypatch.setattr(locking, "LIMITS", ("SET LOCAL lock_timeout = '100ms'",))
    monkeypatch.setattr(locking, "SQLITE_LOCK_SECONDS", 0.1)

    with _somebody_writing(settings) as over:
        monkeypatch.setattr(locking, "is_locked", lambda problem: is_locked(problem) and not over.set())
        upgrade(settings.database_url)
    assert over.is_set()

    with looking(settings) as connection:
        assert differences(connection) == []


def test_it_does_not_wait_for_ever(fresh: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = fresh()
    upgrade(settings.database_url)
    downgrade(settings.database_url, "0008")
    monkeypatch.setattr(locking, "LIMITS", ("SET LOCAL lock_timeout = '100ms'",))
    monkeypatch.setattr(locking, "SQLITE_LOCK_SECONDS", 0.1)
    monkeypatch.setattr(locking, "RETRY_SECONDS", 0.5)

    with (
        _somebody_writing(settings),
        pytest.raises(MigrationFailed, match=r"^Another session held a lock that the migration needs for"),
    ):
        upgrade(settings.database_url)


@contextmanager
def _somebody_writing(settings: Settings) -> Iterator[threading.Event]:
    """A transaction that changed tasks and takes until the event, or the end of the block."""
    began, over = threading.Event(), threading.Event()

    def write() -> None:
        database = Database(settings.database_url)
        with database.transaction() as session:
            session.connection().execute(text("DELETE FROM tasks"))
            began.set()
            over.wait(PATIENCE_SECONDS)
        database.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert began.wait(PATIENCE_SECONDS)
    try:
        yield over
    finally:
        over.set()
        writer.join()

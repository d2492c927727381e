"""`daybook migrate`: from any database to head, whatever is in the way, or one clear sentence."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, inspect, text

from testkit.pgbouncer import PgBouncer
from tests.conftest import settings_for
from tests.schema.conftest import Fresh, looking
from tests.schema.snapshot import snapshot
from web.cli import main
from web.db.search_sqlite import SHADOW_TABLES, TABLE
from web.schema.drift import differences
from web.schema.locks import MigrationFailed, migration_engine
from web.schema.migrate import BETTER_AUTH_TABLES, configuration, downgrade, metadata, migrate, upgrade
from web.schema.revision import database_problem
from web.settings import ROOT, Settings

THREADS, REPLICAS = 8, 4


def daybook(settings: Settings, *words: str, **environment: str) -> tuple[int, str]:
    """The exit code and the output of the command."""
    env = {"DATABASE_URL": settings.node_database_url(), **environment}
    result = CliRunner().invoke(main, list(words), env=env)
    return result.exit_code, result.output


def test_an_empty_database_is_migrated_to_head(settings: Settings, engine: Engine) -> None:
    migrate(settings)

    assert database_problem(engine) is None
    created = {*BETTER_AUTH_TABLES, *metadata.tables, "alembic_version"}
    on_sqlite = (TABLE, *SHADOW_TABLES) if engine.dialect.name == "sqlite" else ()
    assert set(inspect(engine).get_table_names()) == {*created, *on_sqlite}


def test_migrating_again_changes_nothing(at_head: Settings) -> None:
    before = snapshot(at_head.database_url)

    migrate(at_head)

    assert snapshot(at_head.database_url) == before


def test_another_better_auth_needs_no_table_of_rate_limits(fresh: Fresh) -> None:
    elsewhere, settings = {"BETTER_AUTH_URL": "https://auth.example"}, fresh()
    with migration_engine(settings.database_url).begin() as connection:
        connection.exec_driver_sql("DROP TABLE rate_limits")

    assert daybook(settings, "migrate", **elsewhere)[0] == 0

    assert daybook(settings, "migrate", "--check", **elsewhere)[0] == 0
    with looking(settings) as connection:
        assert database_problem(connection.engine) is None
        assert differences(connection) == []
        assert "rate_limits" not in inspect(connection).get_table_names()


def test_a_database_taken_down_to_base_is_migrated_to_head(at_head: Settings) -> None:
    """The other revisions: tests/schema/test_revisions.py."""
    downgrade(at_head.database_url, "base")

    upgrade(at_head.database_url)

    with looking(at_head) as connection:
        assert differences(connection) == []


def test_down_reverts_one_revision_and_leaves_better_auths_tables(at_head: Settings) -> None:
    last = ScriptDirectory.from_config(configuration()).get_revision("head")

    assert daybook(at_head, "migrate", "down")[0] == 0
    code, output = daybook(at_head, "migrate", "--check")
    assert (code, output.splitlines()) == (3, [f"{last.revision} {last.doc}"])

    assert "is at revision none" in daybook(at_head, "migrate", "down", "--to", "base")[1]
    with looking(at_head) as connection:
        assert set(inspect(connection).get_table_names()) == {*BETTER_AUTH_TABLES, "alembic_version"}

    assert daybook(at_head, "migrate", "down") == (1, "Error: Cannot go down: there is no revision -1 before none.\n")


def test_down_on_a_production_database_needs_force() -> None:
    settings = settings_for("postgresql://daybook@db.example/daybook")

    code, output = daybook(settings, "migrate", "down")

    assert code == 1
    assert "may belong to real users; --force downgrades it anyway." in output


def test_check_lists_the_pending_revisions_and_changes_nothing(settings: Settings) -> None:
    code, output = daybook(settings, "migrate", "--check")

    assert code == 3
    assert output.splitlines()[0] == "Better Auth: create table users"
    ours = output.splitlines()[len(BETTER_AUTH_TABLES) :]
    assert ours[:2] == ["0001 Create tasks", "0002 Check what a task holds"]
    if settings.database_url.drivername == "sqlite":
        assert not Path(str(settings.database_url.database)).exists()
    else:
        with looking(settings) as connection:
            assert inspect(connection).get_table_names() == []

    migrate(settings)
    assert daybook(settings, "migrate", "--check")[0] == 0


def test_the_printed_sql_migrates_to_head(settings: Settings) -> None:
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


def test_a_missing_users_table_is_an_error(settings: Settings) -> None:
    with pytest.raises(MigrationFailed, match=r"^There is no table users in .*: run Better Auth's migration first"):
        upgrade(settings.database_url)


def test_alembic_upgrade_head_reports_it_too(settings: Settings) -> None:
    code, output = _alembic(settings, "upgrade", "head")

    assert code != 0
    assert "Traceback" not in output
    assert "There is no table users in" in output and "run Better Auth's migration first." in output


def test_alembic_upgrade_head_waits_for_other_migrations(fresh: Fresh) -> None:
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
    """The exit code and the output of `alembic` itself."""
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
def test_an_unexpected_users_table_is_an_error(settings: Settings, users: str, words: str) -> None:
    with migration_engine(settings.database_url).begin() as connection:
        connection.execute(text(f"CREATE TABLE users ({users})"))

    with pytest.raises(MigrationFailed) as failed:
        migrate(settings)

    assert str(failed.value).endswith(f"is not Better Auth's: id must be text and the primary key, {words}")
    with looking(settings) as connection:
        assert inspect(connection).get_table_names() == ["users"]
        assert len(inspect(connection).get_columns("users")) <= 2


def test_an_unknown_newer_revision_is_an_error(at_head: Settings) -> None:
    with migration_engine(at_head.database_url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(MigrationFailed, match="revision 9999, which this version does not know: a newer version has"):
        upgrade(at_head.database_url)


def test_a_row_that_violates_a_new_check_stops_the_migration(at_first: Settings) -> None:
    with migration_engine(at_first.database_url).begin() as connection:
        timestamp = "'2026-11-21T22:00:00.000000Z'"
        connection.execute(
            text(
                "INSERT INTO users (id, name, email, email_verified, created_at, updated_at)"
                f" VALUES ('ada', 'Ada', 'ada@x', FALSE, {timestamp}, {timestamp})"
            )
        )
        connection.execute(
            text(
                "INSERT INTO tasks (user_id, title, completed, created_at, updated_at, version, op)"
                f" VALUES ('ada', :tab, FALSE, {timestamp}, {timestamp}, 1, 'one')"
            ),
            {"tab": "\t"},
        )

    with pytest.raises(MigrationFailed, match=r"failed and was rolled back: .*ck_tasks_title_not_"):
        upgrade(at_first.database_url)

    with looking(at_first) as connection:
        assert connection.scalar(text("SELECT title FROM tasks")) == "\t"


def test_concurrent_upgrades_wait_for_each_other(fresh: Fresh) -> None:
    settings = fresh()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: upgrade(settings.database_url), range(THREADS)))

    with looking(settings) as connection:
        assert differences(connection) == []


def test_replicas_that_start_at_once_migrate_once(settings: Settings, request: pytest.FixtureRequest) -> None:
    """Real processes that run Better Auth's migration first; on PostgreSQL through a pooler in transaction mode."""
    address = settings.node_database_url()
    if settings.database_url.drivername != "sqlite":
        pooler: PgBouncer = request.getfixturevalue("pooler")
        address = pooler.url_for(address)
    command = [sys.executable, "-m", "web.cli", "migrate"]

    replicas = [
        subprocess.Popen(command, cwd=ROOT, env=_environment(address), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(REPLICAS)
    ]
    outputs = [replica.communicate()[0].decode() for replica in replicas]

    assert [replica.returncode for replica in replicas] == [0] * REPLICAS, outputs
    with looking(settings) as connection:
        assert differences(connection) == []
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def _environment(address: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": address}

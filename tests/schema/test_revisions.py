"""Every revision up and down on a database with tasks: no value is lost, and a crash changes nothing."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from tests.databases import Databases, Stage, settings_for
from tests.schema.conftest import Fresh, looking, to_first, to_head
from web.schema.drift import differences, parts
from web.schema.locks import migration_engine
from web.schema.migrate import configuration, downgrade, scripts_of, upgrade, upgrade_one
from web.schema.revision import head
from web.settings import ROOT, Settings

CONFIG = configuration()
SCRIPTS = scripts_of(CONFIG)
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]

# Columns of the first revision that a later one renames.
RENAMED = {"op": "idempotency_key"}
# Rows that the first revision allowed, unusual ones among them.
TIMESTAMP = "2026-11-21T22:00:00.123456Z"
TITLES = ["Buy milk", "😀" * 200, "x" * 200, "'; DROP TABLE tasks; --", '"quoted" and %s and :colon', " e\u0301 ", "\\"]
TASKS = [
    {
        "id": number,
        "user_id": ("ada", "bob")[number % 2],
        "title": title,
        "description": (None, "", "line\nbreak", "é" * 1000)[number % 4],
        "completed": number % 3 == 0,
        "created_at": TIMESTAMP,
        "updated_at": TIMESTAMP.replace("22:", "23:"),
        "deleted_at": TIMESTAMP.replace("22:", "23:") if number % 4 == 3 else None,
        "version": number,
        "op": f"op {number}",
    }
    for number, title in enumerate(TITLES, start=1)
]


@pytest.fixture
def filled(dialect: str, databases: Databases) -> Iterator[Settings]:
    """A database at the first revision with users and tasks."""
    with databases.copy(dialect, Stage.BETTER_AUTH, to_first, with_tasks) as url:
        yield settings_for(url)


@pytest.fixture
def filled_at_head(dialect: str, databases: Databases) -> Iterator[Settings]:
    """The same database, migrated."""
    with databases.copy(dialect, Stage.BETTER_AUTH, to_first, with_tasks, to_head) as url:
        yield settings_for(url)


def with_tasks(settings: Settings) -> None:
    with migration_engine(settings.database_url).begin() as connection:
        _fill(connection)


def _fill(connection: Connection) -> None:
    for user in ("ada", "bob"):
        values = {"id": user, "email": f"{user}@example.com", "timestamp": TIMESTAMP}
        connection.execute(
            text(
                "INSERT INTO users (id, name, email, email_verified, created_at, updated_at)"
                " VALUES (:id, :id, :email, FALSE, :timestamp, :timestamp)"
            ),
            values,
        )
    names = ", ".join(TASKS[0])
    slots = ", ".join(f":{name}" for name in TASKS[0])
    connection.execute(text(f"INSERT INTO tasks ({names}) VALUES ({slots})"), TASKS)


def test_head_is_alembics_head() -> None:
    assert head() == SCRIPTS.get_current_head()


def checksums(settings: Settings) -> dict[str, str]:
    """One over all rows for each column of the first revision, and one for the users."""
    with looking(settings) as connection:
        existing = {column["name"] for column in inspect(connection).get_columns("tasks")}
        columns = {
            name: connection.execute(
                text(f"SELECT {name if name in existing else RENAMED[name]} FROM tasks ORDER BY id")
            )
            .scalars()
            .all()
            for name in TASKS[0]
        }
        columns["users"] = [tuple(row) for row in connection.execute(text("SELECT * FROM users ORDER BY id"))]
    return {
        name: hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest() for name, values in columns.items()
    }


def schema(settings: Settings) -> dict[str, str]:
    # Going down may leave a constraint NOT VALID that was validated before, and the other way round.
    with looking(settings) as connection:
        return {
            name: definition.removesuffix(" NOT VALID") for name, definition in parts(connection, ["tasks"]).items()
        }


def test_there_is_one_head_and_one_line_of_revisions() -> None:
    assert len(SCRIPTS.get_heads()) == len(SCRIPTS.get_bases()) == 1
    assert [SCRIPTS.get_revision(revision).down_revision for revision in REVISIONS] == [None, *REVISIONS[:-1]]


def test_up_down_and_up_again_at_each_revision(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise each step down loads all revisions again.
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda _: SCRIPTS)
    before = checksums(filled)

    for revision in REVISIONS[1:]:
        below = schema(filled)
        upgrade_one(filled.database_url, CONFIG)
        above = schema(filled)
        assert downgrade(filled.database_url, config=CONFIG) == REVISIONS[REVISIONS.index(revision) - 1]
        assert schema(filled) == below, f"{revision} did not go down as it came up"
        upgrade_one(filled.database_url, CONFIG)
        assert schema(filled) == above
        assert checksums(filled) == before, f"{revision} lost something"

    with looking(filled) as connection:
        assert differences(connection) == []


def test_rows_of_the_first_revision_survive_all_later_ones(filled: Settings, filled_at_head: Settings) -> None:
    before, at_head = checksums(filled), checksums(filled_at_head)

    downgrade(filled_at_head.database_url, "0001")

    assert at_head == checksums(filled_at_head) == before

    upgrade(filled_at_head.database_url)

    assert checksums(filled_at_head) == before
    with looking(filled_at_head) as connection:
        assert differences(connection) == []


def test_existing_tasks_are_counted(filled_at_head: Settings) -> None:
    with looking(filled_at_head) as connection:
        kept = connection.execute(text("SELECT user_id, pending, completed FROM task_counts ORDER BY user_id")).all()

    visible = [task for task in TASKS if not task["deleted_at"]]
    assert [tuple(row) for row in kept] == [
        (
            user,
            sum(task["user_id"] == user and not task["completed"] for task in visible),
            sum(task["user_id"] == user and bool(task["completed"]) for task in visible),
        )
        for user in ("ada", "bob")
    ]


def test_a_checksum_detects_a_lost_letter(filled: Settings) -> None:
    before = checksums(filled)

    with migration_engine(filled.database_url).begin() as connection:
        connection.execute(text("UPDATE tasks SET title = 'Buy mil' WHERE id = 1"))

    after = checksums(filled)
    assert [name for name in before if after[name] != before[name]] == ["title"]


def test_a_crash_in_any_revision_changes_nothing_and_the_next_run_completes(filled: Settings) -> None:
    before = checksums(filled)

    assert crash_everywhere(filled, "up", "kill", "exception") >= 3 * len(REVISIONS[1:])

    assert checksums(filled) == before
    with looking(filled) as connection:
        assert differences(connection) == []


def crash_everywhere(settings: Settings, direction: str, *ways: str) -> int:
    """The number of crashes, in a process of its own: tests/schema/crashing.py."""
    command = [sys.executable, "-m", "tests.schema.crashing", settings.node_database_url(), direction, *ways]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return int(run.stdout)


def test_a_crash_while_the_first_revision_runs_changes_nothing(fresh: Fresh) -> None:
    """The test above starts behind it, with rows."""
    settings = fresh()

    assert crash_everywhere(settings, "first", "kill") >= 3

    upgrade(settings.database_url)
    with looking(settings) as connection:
        assert differences(connection) == []


def test_a_crash_on_the_way_down_changes_nothing(filled_at_head: Settings) -> None:
    assert crash_everywhere(filled_at_head, "down", "kill") >= 2 * len(REVISIONS)

    upgrade(filled_at_head.database_url)
    with looking(filled_at_head) as connection:
        assert differences(connection) == []


def test_a_crash_of_alembic_upgrade_head_changes_nothing(fresh: Fresh) -> None:
    settings = fresh()

    assert crash_everywhere(settings, "by-hand", "kill") >= 8

    with looking(settings) as connection:
        assert differences(connection) == []

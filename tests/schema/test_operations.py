"""The operations of migrations on a history for tests: each one up, down and up, on tables with rows and children."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from testkit.postgres import fresh_database
from tests.databases import Databases, Stage, settings_for
from tests.schema.conftest import looking
from web.database_url import normalised
from web.schema import operations as step
from web.schema.drift import parts
from web.schema.locks import MigrationFailed, migrating, migration_engine
from web.schema.migrate import configuration, downgrade, upgrade, upgrade_one
from web.settings import Settings

TIMESTAMP = "2026-11-21T22:00:00.123456Z"


def history() -> Config:
    config = configuration()
    config.set_main_option("version_locations", str(Path(__file__).parent / "history"))
    return config


REVISIONS = [script.revision for script in ScriptDirectory.from_config(history()).walk_revisions()][::-1]


@pytest.fixture
def notes(dialect: str, databases: Databases) -> Iterator[Settings]:
    """A database with two notes and three replies."""
    with databases.copy(dialect, Stage.BETTER_AUTH, two_notes) as url:
        yield settings_for(url)


def two_notes(settings: Settings) -> None:
    upgrade_one(settings.database_url, history())
    with migration_engine(settings.database_url).begin() as connection:
        user = {"id": "ada", "timestamp": TIMESTAMP}
        connection.execute(
            text(
                "INSERT INTO users (id, name, email, email_verified, created_at, updated_at)"
                " VALUES (:id, :id, :id, FALSE, :timestamp, :timestamp)"
            ),
            user,
        )
        connection.execute(text("INSERT INTO notes VALUES (1, 'ada', 'one', '12'), (2, 'ada', '😀', NULL)"))
        connection.execute(text("INSERT INTO replies VALUES (1, 1), (2, 1), (3, 2)"))


def kept(settings: Settings) -> tuple[Any, ...]:
    with looking(settings) as connection:
        words = "text" if "text" in {column["name"] for column in inspect(connection).get_columns("notes")} else "words"
        rows = connection.execute(text(f"SELECT id, user_id, {words}, CAST(weight AS CHAR(2)) FROM notes ORDER BY id"))
        return rows.all(), connection.execute(text("SELECT * FROM replies ORDER BY id")).all()


def schema(settings: Settings) -> dict[str, str]:
    with looking(settings) as connection:
        return parts(connection, ["notes", "replies"])


def test_up_down_and_up_again_at_each_step(notes: Settings) -> None:
    before = kept(notes)

    for revision in REVISIONS[1:]:
        below = schema(notes)
        upgrade_one(notes.database_url, history())
        above = schema(notes)
        downgrade(notes.database_url, config=history())
        assert schema(notes) == below, f"{revision} did not go down as it came up"
        upgrade_one(notes.database_url, history())
        assert schema(notes) == above
        assert kept(notes) == before, f"{revision} lost something"


def test_the_last_revision_has_every_part_under_its_name(notes: Settings) -> None:
    upgrade(notes.database_url, history())

    assert {name for name in schema(notes) if not name.startswith("column")} == {
        "constraint notes.ck_notes_colour_known",
        "constraint notes.ck_notes_words_some",
        "constraint notes.fk_notes_follows",
        "constraint notes.fk_notes_user_id_users",
        "constraint notes.pk_notes",
        "constraint notes.uq_notes_only_key",
        "constraint replies.fk_replies_note_id_notes",
        "constraint replies.pk_replies",
        "index replies.ix_replies_to",
        "trigger notes.tr_notes_refuse",
        *(
            ("index notes.pk_notes", "index notes.uq_notes_only_key", "index replies.pk_replies")
            if on_postgresql(notes)
            else ()
        ),
    }
    with looking(notes) as connection:
        found = {column["name"]: str(column["type"]) for column in inspect(connection).get_columns("notes")}
    assert (found["text"], found["weight"], found["after_id"]) == ("TEXT", "INTEGER", "BIGINT")


def on_postgresql(settings: Settings) -> bool:
    return settings.database_url.drivername != "sqlite"


@contextmanager
def in_a_migration(settings: Settings) -> Iterator[Connection]:
    with (
        migrating(settings.database_url) as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        yield connection


STEPS: dict[str, Callable[[], object]] = {
    "add a column": lambda: step.add_column("notes", step.sa.Column("colour", step.sa.String(20))),
    "drop a column": lambda: (step.drop_index("notes", "ix_notes_weight"), step.drop_column("notes", "weight")),
    "rename a column": lambda: step.rename_column("notes", "words", "text"),
    "add checks": lambda: step.add_checks("notes", ck_notes_id_positive="id > 0"),
    "add a unique": lambda: step.add_unique("notes", "uq_notes_words", ["words"]),
    "add a foreign key": lambda: step.add_foreign_key("notes", "fk_notes_id", ["id"], "notes", ["id"]),
    "drop a check": lambda: step.drop_constraint("notes", "ck_notes_words_some"),
    "drop a foreign key": lambda: step.drop_constraint("notes", "fk_notes_user_id_users", kind="foreignkey"),
    "rename a check": lambda: step.rename_constraint("notes", "ck_notes_words_some", "ck_notes_words_any"),
    "rename a foreign key": lambda: step.rename_constraint("notes", "fk_notes_user_id_users", "fk_notes_of"),
    "add an index": lambda: step.add_index("notes", "ix_notes_user_id", ["user_id"]),
    "drop an index": lambda: step.drop_index("notes", "ix_notes_weight"),
    "rename an index": lambda: step.rename_index("notes", "ix_notes_weight", "ix_notes_heavy"),
    "drop a table": lambda: step.drop_table("replies"),
    "add a trigger": lambda: step.add_trigger("tr_notes_refuse", "nonsense: it is there already"),
    "drop a trigger": lambda: step.drop_trigger("notes", "tr_notes_refuse"),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_idempotent(notes: Settings, name: str) -> None:
    with in_a_migration(notes) as connection:
        connection.execute(text("CREATE INDEX ix_notes_weight ON notes (weight)"))
    with in_a_migration(notes):
        STEPS[name]()
    once = schema(notes)

    with in_a_migration(notes):
        STEPS[name]()

    assert schema(notes) == once


def test_the_has_functions_find_what_exists(notes: Settings) -> None:
    with in_a_migration(notes):
        assert step.has_table("notes") and not step.has_table("nothing")
        assert step.has_column("notes", "words") and not step.has_column("notes", "text")
        assert not step.has_column("nothing", "words") and not step.has_constraint("nothing", "x")
        for name in ("pk_notes", "fk_notes_user_id_users", "ck_notes_words_some"):
            assert step.has_constraint("notes", name)
        assert not step.has_constraint("notes", "ck_notes_words") and not step.has_index("notes", "pk")
        assert step.has_trigger("tr_notes_refuse") and not step.has_trigger("tr_notes")


def test_rebuilding_a_table_keeps_its_children(notes: Settings) -> None:
    before = kept(notes)

    with in_a_migration(notes):
        step.add_unique("notes", "uq_notes_words", ["words"])
        step.change_column("notes", "weight", type_=step.sa.Text(), existing_type=step.sa.String(9))

    assert kept(notes) == before
    with looking(notes) as connection:
        assert connection.scalar(text("SELECT count(*) FROM replies")) == 3


def test_an_indexed_column_is_not_dropped(notes: Settings) -> None:
    with in_a_migration(notes):
        step.add_index("notes", "ix_notes_weight", ["weight"])

    with pytest.raises(step.NotSafe, match="Drop ix_notes_weight first"), in_a_migration(notes):
        step.drop_column("notes", "weight")


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Connection]:
    """A SQLite connection in a migration, with a table created outside of migrations."""
    engine = create_engine(f"sqlite:///{tmp_path}/by-hand.db")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT)")
        with Operations.context(MigrationContext.configure(connection)):
            yield connection
    engine.dispose()


def rebuild() -> None:
    step.add_checks("notes", ck_notes_id_positive="id > 0")


def test_a_rebuild_with_foreign_keys_on_is_refused(sqlite: Connection) -> None:
    sqlite.rollback()
    sqlite.exec_driver_sql("PRAGMA foreign_keys=ON")

    with pytest.raises(step.NotSafe, match="foreign_keys=ON would delete the rows that refer to it"):
        rebuild()


def test_a_rebuild_that_would_lose_an_unnamed_check_is_refused(sqlite: Connection) -> None:
    sqlite.exec_driver_sql("DROP TABLE notes")
    sqlite.exec_driver_sql("CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT CHECK (words <> ''))")

    with pytest.raises(step.NotSafe, match="constraint without a name"):
        rebuild()


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_a_rebuild_that_would_lose_an_index_on_an_expression_is_refused(sqlite: Connection) -> None:
    sqlite.exec_driver_sql("CREATE INDEX ix_notes_small ON notes (lower(words))")

    with pytest.raises(step.NotSafe, match="ix_notes_small"):
        rebuild()


def test_a_migration_that_leaves_orphans_is_rolled_back(notes: Settings) -> None:
    delete = text("DELETE FROM notes WHERE id = 1")
    if on_postgresql(notes):
        with in_a_migration(notes) as connection:
            connection.execute(delete)
        with looking(notes) as connection:
            assert connection.scalar(text("SELECT count(*) FROM replies")) == 1  # PostgreSQL takes them along
        return

    with (
        pytest.raises(MigrationFailed, match="would leave 2 rows that violate a foreign key"),
        in_a_migration(notes) as c,
    ):
        c.execute(delete)

    with looking(notes) as connection:
        assert connection.scalar(text("SELECT count(*) FROM notes")) == 2


def test_an_extension_that_the_role_may_not_create_is_one_error_line(postgres: str) -> None:
    with fresh_database(postgres) as address, create_engine(normalised(make_url(address))).connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS modest"))
        connection.execute(text("CREATE ROLE modest"))
        connection.execute(text("SET LOCAL ROLE modest"))

        with (
            Operations.context(MigrationContext.configure(connection)),
            pytest.raises(step.NotSafe, match="run CREATE EXTENSION pg_trgm as the owner of the database"),
        ):
            step.add_extension("pg_trgm")


def test_an_existing_extension_needs_no_privilege(postgres: str) -> None:
    with fresh_database(postgres) as address, create_engine(normalised(make_url(address))).connect() as connection:
        connection.execute(text("DROP ROLE IF EXISTS modest"))
        connection.execute(text("CREATE ROLE modest"))

        with Operations.context(MigrationContext.configure(connection)):
            step.add_extension("pg_trgm")
            connection.execute(text("SET LOCAL ROLE modest"))
            step.add_extension("pg_trgm")

            assert step.has_extension("pg_trgm")

"""The migrated database matches the models, also in parts that Alembic does not compare."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from tests.schema.conftest import looking
from web.db.database import Database
from web.db.search_sqlite import SHADOW_TABLES, TABLE
from web.schema.comparable import is_expression_index
from web.schema.drift import differences, parts
from web.schema.locks import migration_engine
from web.schema.migrate import BETTER_AUTH_TABLES, metadata
from web.settings import Settings


def test_a_migrated_database_has_no_differences(at_head: Settings) -> None:
    with looking(at_head) as connection:
        assert differences(connection) == []


@pytest.mark.filterwarnings("ignore:autogenerate skipping")
def test_alembic_finds_no_difference_either(database: Database) -> None:
    def ours(part: object, name: str | None, kind: str, *_: object) -> bool:
        others = (*BETTER_AUTH_TABLES, TABLE, *SHADOW_TABLES)
        return not (kind == "table" and name in others) and not is_expression_index(part)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})

        assert compare_metadata(context, metadata) == []


OWN_TABLES = ["tasks", "task_counts", "lists", "list_counts", "labels", "task_labels", "reminders", "preferences"]


@pytest.mark.parametrize("table", OWN_TABLES)
def test_every_constraint_has_a_name_by_the_convention(at_head: Settings, table: str) -> None:
    kinds = {"CHECK": "ck_", "UNIQUE": "uq_", "PRIMARY": "pk_", "FOREIGN": "fk_"}

    with looking(at_head) as connection:
        found = parts(connection, [table])

    constraints = {name.partition(".")[2]: text for name, text in found.items() if name.startswith("constraint")}
    assert len(constraints) >= 3
    for name, text in constraints.items():
        assert name.startswith(kinds[text.split("(")[0].split()[0]] + table)


BY_HAND = {
    "a check": (
        "ALTER TABLE tasks DROP CONSTRAINT ck_tasks_version_positive",
        "constraint tasks.ck_tasks_version_positive",
    ),
    "the condition of a check": (
        "ALTER TABLE tasks DROP CONSTRAINT ck_tasks_version_positive, "
        "ADD CONSTRAINT ck_tasks_version_positive CHECK (version >= 0)",
        "constraint tasks.ck_tasks_version_positive",
    ),
    "a trigger": ("DROP TRIGGER tr_tasks_created_at_stays ON tasks", "trigger tasks.tr_tasks_created_at_stays"),
    "the body of a trigger": (
        "CREATE OR REPLACE FUNCTION move_updated_at() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "trigger tasks.tr_tasks_updated_at_moves",
    ),
    "when a trigger runs": (
        "DROP TRIGGER tr_tasks_created_at_stays ON tasks; CREATE TRIGGER tr_tasks_created_at_stays "
        "BEFORE UPDATE ON tasks FOR EACH ROW WHEN (NEW.created_at < OLD.created_at) "
        "EXECUTE FUNCTION refuse_update('created_at cannot change')",
        "trigger tasks.tr_tasks_created_at_stays",
    ),
    "an additional trigger": (
        "CREATE TRIGGER tr_tasks_more AFTER INSERT ON tasks EXECUTE FUNCTION refuse_update('no')",
        "trigger tasks.tr_tasks_more",
    ),
    "a name": (
        "ALTER TABLE tasks RENAME CONSTRAINT uq_tasks_user_id_idempotency_key TO tasks_user_id_op_key",
        "constraint tasks.uq_tasks_user_id_idempotency_key",
    ),
    "a default": ("ALTER TABLE tasks ALTER version SET DEFAULT 2", "column tasks.version"),
    "an index": (
        "DROP INDEX ix_tasks_open_created_at",
        "index tasks.ix_tasks_open_created_at",
    ),
    "which rows an index holds": (
        "DROP INDEX ix_tasks_open_created_at; "
        "CREATE INDEX ix_tasks_open_created_at ON tasks (user_id, created_at, id) WHERE deleted_at IS NOT NULL",
        "index tasks.ix_tasks_open_created_at",
    ),
    "the name of the key": (
        "ALTER TABLE tasks RENAME CONSTRAINT pk_tasks TO tasks_pkey",
        "constraint tasks.pk_tasks",
    ),
    "a column": ("ALTER TABLE tasks ADD COLUMN note text", "column tasks.note"),
    "not null": ("ALTER TABLE tasks ALTER title DROP NOT NULL", "column tasks.title"),
    "cascade": (
        "ALTER TABLE tasks DROP CONSTRAINT fk_tasks_user_id_users, "
        "ADD CONSTRAINT fk_tasks_user_id_users FOREIGN KEY (user_id) REFERENCES users (id)",
        "constraint tasks.fk_tasks_user_id_users",
    ),
}
ON_SQLITE = {
    "a trigger": "DROP TRIGGER tr_tasks_created_at_stays",
    "an index": BY_HAND["an index"][0],
    "a column": BY_HAND["a column"][0],
    # SQLite has no ALTER for these, so the text in sqlite_master is changed.
    "a check": (", CONSTRAINT ck_tasks_version_positive CHECK (version >= 1)", ""),
    "the condition of a check": ("CHECK (version >= 1)", "CHECK (version >= 0)"),
    "when a trigger runs": ("WHEN NEW.created_at IS NOT OLD", "WHEN NEW.created_at < OLD"),
    "an additional trigger": "CREATE TRIGGER tr_tasks_more AFTER INSERT ON tasks BEGIN SELECT 1; END",
    "which rows an index holds": ("deleted_at IS NULL", "deleted_at IS NOT NULL"),
    "the name of the key": ("CONSTRAINT pk_tasks", "CONSTRAINT tasks_pkey"),
    "the body of a trigger": ("'+0.001 seconds'", "'+1 day'"),
    "a name": ("CONSTRAINT uq_tasks_user_id_idempotency_key", "CONSTRAINT tasks_user_id_op_key"),
    "a default": ("version INTEGER DEFAULT 1", "version INTEGER DEFAULT 2"),
    "not null": ("title VARCHAR(200) NOT NULL", "title VARCHAR(200)"),
    "cascade": (" ON DELETE CASCADE", ""),
}


@pytest.mark.parametrize("what", BY_HAND)
def test_a_manual_change_is_found(at_head: Settings, what: str) -> None:
    change_by_hand(at_head, what)

    where = BY_HAND[what][1]
    with looking(at_head) as connection:
        assert any(where in difference for difference in differences(connection))


def change_by_hand(settings: Settings, what: str) -> None:
    engine = migration_engine(settings.database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(BY_HAND[what][0])
        else:
            _change(connection, ON_SQLITE[what])


def _change(connection: Connection, by_hand: str | tuple[str, str]) -> None:
    if isinstance(by_hand, str):
        connection.exec_driver_sql(by_hand)
        return
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    for name, sql in connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").all():
        changed = " ".join(sql.split()).replace(*by_hand)
        connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE name = ?", (changed, name))

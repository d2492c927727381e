"""What a migration needs for a record: its table, constraints and triggers, in one call.

Landed migrations call these functions: their SQL is a contract. For another SQL write a function beside them.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from web.db.ddl import is_timestamp, random_uuid, utc_now_sql
from web.db.types import ISO_WIDTH
from web.schema.existing import dialect_module, on_sqlite
from web.schema.operations import (
    add_index,
    add_table,
    add_trigger,
    drop_table,
    drop_trigger,
    run_function,
)

TIMESTAMPS = ("created_at", "updated_at", "deleted_at")


def timestamp() -> Any:
    """UtcDateTime, as a migration writes it."""
    return sa.DateTime(timezone=True).with_variant(sa.String(ISO_WIDTH), "sqlite")


def big_id() -> Any:
    """64 bits; on SQLite the type that numbers rows by itself."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def position() -> Any:
    """A key of the order by hand, compared by bytes."""
    return sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql")


def create_records(table: str, *parts: sa.schema.SchemaItem) -> None:
    """Create the table of a record: the columns, constraints and triggers of `web.models.base.Record`, and `parts`.

    Constraints among the parts need a name. The index that every list starts from is (user_id, created_at, id).
    """
    add_table(
        table,
        sa.Column("id", big_id(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("created_at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.Column("updated_at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.Column("deleted_at", timestamp(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("idempotency_key", sa.String(36), nullable=False, server_default=random_uuid()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{table}_user_id_users", ondelete="CASCADE"),
        sa.UniqueConstraint("user_id", "idempotency_key", name=f"uq_{table}_user_id_idempotency_key"),
        sa.CheckConstraint("version >= 1", name=f"ck_{table}_version_positive"),
        *_sqlite_checks(table),
        *parts,
    )
    add_index(table, f"ix_{table}_user_id_created_at_id", ["user_id", "created_at", "id"])
    add_record_triggers(table)


def drop_records(table: str) -> None:
    """The triggers go with the table; PostgreSQL's functions stay, other tables use them."""
    drop_table(table)


def replace_record_triggers(table: str, follow: Sequence[str]) -> None:
    """Replace all triggers: columns that `follow` from others do not move `updated_at`."""
    drop_trigger(table, f"tr_{table}_created_at_stays")
    drop_trigger(table, f"tr_{table}_updated_at_never_back")
    drop_trigger(table, f"tr_{table}_updated_at_moves")
    add_record_triggers(table, follow=follow)


def add_record_triggers(table: str, *names: str, follow: Sequence[str] = ()) -> None:
    """The triggers of a record, or those named, and the functions that they call."""
    for statement in dialect_module().record_triggers(table, follow):
        kind, _, rest = statement.partition("TRIGGER ")
        if "FUNCTION" in kind:
            run_function(statement)
        elif not names or rest.split()[0] in names:
            add_trigger(rest.split()[0], statement)


def _sqlite_checks(table: str) -> list[sa.schema.SchemaItem]:
    if not on_sqlite():
        return []
    return [
        sa.CheckConstraint("typeof(version) = 'integer'", name=f"ck_{table}_version_is_integer"),
        *(sa.CheckConstraint(is_timestamp(name), name=f"ck_{table}_{name}_is_timestamp") for name in TIMESTAMPS),
    ]

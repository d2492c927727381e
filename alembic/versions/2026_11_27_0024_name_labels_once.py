"""Hold label names apart, whatever their case"""

from collections.abc import Iterator
from itertools import count

import sqlalchemy as sa
from alembic import op

from web.db.ddl import is_text
from web.schema.operations import (
    add_checks,
    add_column,
    add_index,
    change_column,
    drop_column,
    drop_constraint,
    drop_index,
    on_sqlite,
)
from web.schema.records import replace_record_triggers

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NAME_LENGTH = 50
UNIQUE = "uq_labels_user_id_name_key"
IS_TEXT = "ck_labels_name_key_is_text"
NOT_DELETED = dict.fromkeys(("postgresql_where", "sqlite_where"), sa.text("deleted_at IS NULL"))
LABELS = sa.table("labels", *map(sa.column, ("id", "user_id", "name", "name_key", "deleted_at", "version")))


def upgrade() -> None:
    """Of labels with one name the oldest keeps it, and each further one gets a number: errand, errand (2)."""
    # With a default no statement has to scan the table for NULLs.
    add_column("labels", sa.Column("name_key", sa.String(3 * NAME_LENGTH), nullable=False, server_default=""))
    replace_record_triggers("labels", follow=["name_key"])
    fill_in()
    change_column("labels", "name_key", existing_type=sa.String(3 * NAME_LENGTH), server_default=None)
    if on_sqlite():
        add_checks("labels", **{IS_TEXT: is_text("name_key")})
    add_index("labels", UNIQUE, ["user_id", "name_key"], unique=True, **NOT_DELETED)


def downgrade() -> None:
    drop_index("labels", UNIQUE)
    if on_sqlite():
        drop_constraint("labels", IS_TEXT)
    replace_record_triggers("labels", follow=[])
    drop_column("labels", "name_key")


def fill_in() -> None:
    if op.get_context().as_sql:
        # SQL cannot fold case as Python does: this is right for letters that have one lower case.
        op.execute("UPDATE labels SET name_key = lower(name)")
        return
    rows = op.get_bind().execute(sa.select(*LABELS.c).order_by(LABELS.c.user_id, LABELS.c.id)).all()
    taken: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.deleted_at is None:
            taken.setdefault((row.user_id, row.name.casefold()), row.id)
    for row in rows:
        values = {"name_key": row.name.casefold()}
        if row.deleted_at is None and taken[row.user_id, values["name_key"]] != row.id:
            name = next(name for name in numbered(row.name) if (row.user_id, name.casefold()) not in taken)
            taken[row.user_id, name.casefold()] = row.id
            # An editor that is open on the old name meets a conflict.
            values = {"name": name, "name_key": name.casefold(), "version": row.version + 1}
        op.get_bind().execute(sa.update(LABELS).where(LABELS.c.id == row.id).values(values))


def numbered(name: str) -> Iterator[str]:
    for number in count(2):
        end = f" ({number})"
        yield name[: NAME_LENGTH - len(end)] + end

"""Create lists"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp
from web.schema.operations import add_constraints, add_index, drop_constraint, on_sqlite
from web.schema.records import big_id, create_records, drop_records, position, replace_record_triggers, timestamp

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLOURS = "'red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink', 'grey'"
NOT_DELETED = sa.text("deleted_at IS NULL")
AT_THE_TOP = sa.text("deleted_at IS NULL AND parent_id IS NULL")
ON_SQLITE = {
    "ck_lists_position_is_text": f"position IS NULL OR {is_text('position')}",
    "ck_lists_name_is_text": is_text("name"),
    "ck_lists_name_key_is_text": is_text("name_key"),
    "ck_lists_archived_at_is_timestamp": is_timestamp("archived_at"),
}
LABELS_BY_OWNER = "uq_labels_user_id_id"


def upgrade() -> None:
    create_records(
        "lists",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("name_key", sa.String(300), nullable=False),
        sa.Column("colour", sa.String(10), nullable=False),
        sa.Column("parent_id", big_id(), nullable=True),
        sa.Column("is_section", sa.Boolean(), nullable=False, server_default=sa.text("FALSE")),
        sa.Column("position", position(), nullable=False, server_default="a0"),
        sa.Column("archived_at", timestamp(), nullable=True),
        sa.UniqueConstraint("user_id", "id", name="uq_lists_user_id_id"),
        sa.ForeignKeyConstraint(
            ["user_id", "parent_id"],
            ["lists.user_id", "lists.id"],
            name="fk_lists_user_id_parent_id_lists",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name="ck_lists_name_length"),
        sa.CheckConstraint(f"colour IN ({COLOURS})", name="ck_lists_colour_known"),
        sa.CheckConstraint("parent_id <> id", name="ck_lists_parent_is_another"),
        sa.CheckConstraint("is_section IN (FALSE, TRUE)", name="ck_lists_is_section_true_or_false"),
        sa.CheckConstraint("parent_id IS NOT NULL OR NOT is_section", name="ck_lists_section_has_parent"),
        sa.CheckConstraint("length(position) BETWEEN 1 AND 100", name="ck_lists_position_length"),
        *(sa.CheckConstraint(rule, name=name) for name, rule in ON_SQLITE.items() if on_sqlite()),
    )
    replace_record_triggers("lists", follow=["name_key", "position"])
    add_index("lists", "ix_lists_user_id_parent_id", ["user_id", "parent_id"])
    top, inner = (dict.fromkeys(("postgresql_where", "sqlite_where"), where) for where in (AT_THE_TOP, NOT_DELETED))
    add_index("lists", "uq_lists_user_id_name_key", ["user_id", "name_key"], unique=True, **top)
    names = ["user_id", "parent_id", "name_key"]
    add_index("lists", "uq_lists_user_id_parent_id_name_key", names, unique=True, **inner)
    add_constraints("labels", sa.UniqueConstraint("user_id", "id", name=LABELS_BY_OWNER))


def downgrade() -> None:
    drop_constraint("labels", LABELS_BY_OWNER, kind="unique")
    drop_records("lists")

"""Create events"""

import sqlalchemy as sa

from web.db.ddl import is_timestamp, utc_now_sql
from web.schema.operations import add_index, add_table, drop_table, on_sqlite
from web.schema.records import big_id, timestamp

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_table(
        "events",
        sa.Column("id", big_id(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("operation", sa.String(36), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(30), nullable=False),
        sa.Column("subject_id", big_id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("created_at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.Column("undoes", sa.String(36), nullable=True),
        sa.Column("undone_by", sa.String(36), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_events_user_id_users", ondelete="CASCADE"),
        *(
            [sa.CheckConstraint(is_timestamp("created_at"), name="ck_events_created_at_is_timestamp")]
            if on_sqlite()
            else []
        ),
    )
    add_index("events", "ix_events_user_id_operation", ["user_id", "operation"])
    add_index("events", "ix_events_user_id_subject_subject_id_id", ["user_id", "subject", "subject_id", "id"])


def downgrade() -> None:
    drop_table("events")

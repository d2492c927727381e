"""Create tasks"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite has no type for time: ISO 8601 text in UTC sorts as time does.
moment = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
kept = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("deleted_at", moment, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("op", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tasks_user_id_users"), ondelete="CASCADE"),
        sa.UniqueConstraint("user_id", "op", name=op.f("uq_tasks_user_id_op")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 200", name=op.f("ck_tasks_title_length")),
        sa.CheckConstraint("trim(title) <> ''", name=op.f("ck_tasks_title_not_blank")),
        sa.CheckConstraint("length(description) <= 1000", name=op.f("ck_tasks_description_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_tasks_version_positive")),
    )
    op.create_index(op.f("ix_tasks_user_id_created_at_id"), "tasks", ["user_id", "created_at", "id"])
    op.create_index(
        op.f("ix_tasks_user_id_completed"), "tasks", ["user_id", "completed"], postgresql_where=kept, sqlite_where=kept
    )


def downgrade() -> None:
    op.drop_table("tasks")

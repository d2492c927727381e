"""Create imports"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp
from web.schema.operations import add_index, add_table, drop_table, on_sqlite
from web.schema.records import big_id, create_records, drop_records, replace_record_triggers, timestamp

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STATES = (
    *("reading", "ready", "unreadable", "importing", "done"),
    *("cancelling", "cancelled", "failed", "undoing", "undone"),
)
WORKING = sa.text("state IN ('reading', 'importing', 'cancelling', 'undoing')")
FOLLOW = ["state", "report", "total", "done", "made", "problem", "attempts", "begun_at", "claimed_until"]


def upgrade() -> None:
    create_imports()
    add_table(
        "import_files",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("import_id", big_id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "import_id", "number", name="pk_import_files"),
        _to("import_files", "import_id", "imports"),
        sa.CheckConstraint("number >= 0", name="ck_import_files_number_not_negative"),
        *_on_sqlite(
            ck_import_files_number_is_integer="typeof(number) = 'integer'",
            ck_import_files_content_is_blob="typeof(content) = 'blob'",
        ),
    )
    add_table(
        "imported_tasks",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("task_id", big_id(), nullable=False),
        sa.Column("import_id", big_id(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", "task_id", name="pk_imported_tasks"),
        _to("imported_tasks", "task_id", "tasks"),
        _to("imported_tasks", "import_id", "imports"),
        *_on_sqlite(
            ck_imported_tasks_line_is_integer="typeof(line) = 'integer'",
            ck_imported_tasks_kept_is_text=f"kept IS NULL OR {is_text('kept')}",
        ),
    )
    add_index("imported_tasks", "ix_imported_tasks_user_id_import_id", ["user_id", "import_id", "task_id"])


def downgrade() -> None:
    drop_table("imported_tasks")
    drop_table("import_files")
    drop_records("imports")


def create_imports() -> None:
    create_records(
        "imports",
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("format", sa.String(20), nullable=True),
        sa.Column("encoding", sa.String(20), nullable=True),
        sa.Column("columns", sa.Text(), nullable=True),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("made", sa.Text(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("done", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("problem", sa.String(500), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("begun_at", timestamp(), nullable=True),
        sa.Column("claimed_until", timestamp(), nullable=True),
        sa.UniqueConstraint("user_id", "id", name="uq_imports_user_id_id"),
        sa.CheckConstraint("length(file_name) BETWEEN 1 AND 200", name="ck_imports_file_name_length"),
        sa.CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name="ck_imports_state_known"),
        sa.CheckConstraint("total >= 0 AND done >= 0 AND attempts >= 0", name="ck_imports_counts_not_negative"),
        *_on_sqlite(
            **{f"ck_imports_{name}_is_text": is_text(name) for name in ("file_name", "state")},
            **{
                f"ck_imports_{name}_is_text": f"{name} IS NULL OR {is_text(name)}"
                for name in ("format", "encoding", "columns", "report", "made", "problem")
            },
            **{
                f"ck_imports_{name}_is_integer": f"typeof({name}) = 'integer'" for name in ("total", "done", "attempts")
            },
            **{f"ck_imports_{name}_is_timestamp": is_timestamp(name) for name in ("begun_at", "claimed_until")},
        ),
    )
    replace_record_triggers("imports", follow=FOLLOW)
    add_index("imports", "ix_imports_working", ["id"], postgresql_where=WORKING, sqlite_where=WORKING)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name, targets = f"fk_{table}_user_id_{column}_{other}", [f"{other}.user_id", f"{other}.id"]
    return sa.ForeignKeyConstraint(["user_id", column], targets, name=name, ondelete="CASCADE")


def _on_sqlite(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=name) for name, rule in rules.items()] if on_sqlite() else []

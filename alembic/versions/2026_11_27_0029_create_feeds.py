"""Create feeds"""

import sqlalchemy as sa

from web.db.ddl import is_text
from web.schema.operations import add_index, on_sqlite
from web.schema.records import big_id, create_records, drop_records

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLE = "feeds"


def upgrade() -> None:
    create_records(
        TABLE,
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("shown", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("list_id", big_id(), nullable=True),
        sa.Column("label_id", big_id(), nullable=True),
        _to("list_id", "lists"),
        _to("label_id", "labels"),
        *_checks(
            one_source="list_id IS NULL OR label_id IS NULL",
            digest_length="length(digest) = 64",
            shown_length="length(shown) = 8",
            kind_known="kind IN ('events', 'todos')",
        ),
        *(_checks(**{f"{name}_is_text": is_text(name) for name in ("digest", "shown", "kind")}) if on_sqlite() else []),
    )
    add_index(TABLE, f"uq_{TABLE}_digest", ["digest"], unique=True)
    add_index(TABLE, f"ix_{TABLE}_user_id_list_id", ["user_id", "list_id"])
    add_index(TABLE, f"ix_{TABLE}_user_id_label_id", ["user_id", "label_id"])


def downgrade() -> None:
    drop_records(TABLE)


def _to(column: str, table: str) -> sa.ForeignKeyConstraint:
    """With the owner in it, no feed can have the list of another user."""
    return sa.ForeignKeyConstraint(
        ["user_id", column],
        [f"{table}.user_id", f"{table}.id"],
        name=f"fk_{TABLE}_user_id_{column}_{table}",
        ondelete="CASCADE",
    )


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{TABLE}_{name}") for name, rule in rules.items()]

"""Keep an audit log and count failed guesses"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp, utc_now_sql
from web.schema.operations import add_index, add_table, drop_table, on_sqlite
from web.schema.records import big_id, timestamp

revision = "0036"
down_revision = "0034"
branch_labels = None
depends_on = None

AUDIT, GUESSES = "audit_entries", "failed_guesses"


def upgrade() -> None:
    add_table(
        AUDIT,
        sa.Column("id", big_id(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("address", sa.String(64), nullable=True),
        sa.Column("at", timestamp(), nullable=False, server_default=utc_now_sql()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{AUDIT}"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{AUDIT}_user_id_users", ondelete="CASCADE"),
        *_checks(AUDIT, kind_length="length(kind) BETWEEN 1 AND 40", address_length="length(address) <= 64"),
        *_on_sqlite(
            AUDIT,
            kind_is_text=is_text("kind"),
            address_is_text=f"address IS NULL OR {is_text('address')}",
            at_is_timestamp=is_timestamp("at"),
        ),
    )
    add_index(AUDIT, f"ix_{AUDIT}_user_id_id", ["user_id", "id"])
    add_index(AUDIT, f"ix_{AUDIT}_at", ["at"])
    add_table(
        GUESSES,
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("failed_at", timestamp(), nullable=False),
        sa.Column("next_at", timestamp(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=f"pk_{GUESSES}"),
        *_checks(GUESSES, digest_length="length(digest) = 64", failures_not_negative="failures >= 0"),
        *_on_sqlite(
            GUESSES,
            digest_is_text=is_text("digest"),
            failures_is_integer="typeof(failures) = 'integer'",
            **{f"{name}_is_timestamp": is_timestamp(name) for name in ("failed_at", "next_at")},
        ),
    )
    add_index(GUESSES, f"ix_{GUESSES}_failed_at", ["failed_at"])


def downgrade() -> None:
    drop_table(GUESSES)
    drop_table(AUDIT)


def _on_sqlite(table: str, **rules: str) -> list[sa.schema.SchemaItem]:
    return _checks(table, **rules) if on_sqlite() else []


def _checks(table: str, **rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{table}_{name}") for name, rule in rules.items()]

"""Create access tokens"""

import sqlalchemy as sa

from web.db.ddl import is_text, is_timestamp
from web.schema.operations import add_index, on_sqlite
from web.schema.records import create_records, drop_records, replace_record_triggers, timestamp

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE = "access_tokens"


def upgrade() -> None:
    create_records(
        TABLE,
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("shown", sa.String(8), nullable=False),
        sa.Column("scope", sa.String(10), nullable=False),
        sa.Column("expires_at", timestamp(), nullable=True),
        sa.Column("last_used_at", timestamp(), nullable=True),
        *_checks(
            name_length="length(name) BETWEEN 1 AND 60",
            digest_length="length(digest) = 64",
            shown_length="length(shown) = 8",
            scope_known="scope IN ('read', 'write')",
        ),
        *_checks_of_sqlite(),
    )
    replace_record_triggers(TABLE, follow=["last_used_at"])
    add_index(TABLE, f"uq_{TABLE}_digest", ["digest"], unique=True)


def downgrade() -> None:
    drop_records(TABLE)


def _checks_of_sqlite() -> list[sa.schema.SchemaItem]:
    if not on_sqlite():
        return []
    texts = {f"{name}_is_text": is_text(name) for name in ("name", "digest", "shown", "scope")}
    times = {f"{name}_is_timestamp": is_timestamp(name) for name in ("expires_at", "last_used_at")}
    return _checks(**texts, **times)


def _checks(**rules: str) -> list[sa.schema.SchemaItem]:
    return [sa.CheckConstraint(rule, name=f"ck_{TABLE}_{name}") for name, rule in rules.items()]

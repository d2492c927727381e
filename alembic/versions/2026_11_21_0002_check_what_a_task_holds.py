"""Check what a task holds"""

from web.schema.operations import add_checks, drop_constraint, on_sqlite, validate

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Unicode's white space, zero-width and direction marks, blank letters: nothing that a person would see.
RANGES = (
    *((0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0xAD, 0xAD), (0x034F, 0x034F), (0x061C, 0x061C)),
    *((0x115F, 0x1160), (0x1680, 0x1680), (0x180E, 0x180E), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x2064)),
    *((0x2066, 0x206F), (0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
)
CODES = [code for first, last in RANGES for code in range(first, last + 1)]

ON_BOTH = {"ck_tasks_completed_true_or_false": "completed IN (FALSE, TRUE)"}
# SQLite takes any value for any column.
ON_SQLITE = {
    "ck_tasks_title_is_text": "typeof(title) = 'text' AND instr(title, char(0)) = 0",
    "ck_tasks_description_is_text": (
        "description IS NULL OR typeof(description) = 'text' AND instr(description, char(0)) = 0"
    ),
    "ck_tasks_version_is_integer": "typeof(version) = 'integer'",
    **{
        f"ck_tasks_{name}_is_moment": (
            f"strftime('%Y-%m-%dT%H:%M:%S', substr({name}, 1, 19), '+0 days') IS substr({name}, 1, 19)"
            f" AND substr({name}, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]Z'"
        )
        for name in ("created_at", "updated_at", "deleted_at")
    },
}


def upgrade() -> None:
    drop_constraint("tasks", "ck_tasks_title_not_blank")
    add_checks("tasks", ck_tasks_title_not_blank=f"trim(title, {blanks()}) != ''", **more())


def downgrade() -> None:
    drop_constraint("tasks", "ck_tasks_title_not_blank", *more())
    add_checks("tasks", ck_tasks_title_not_blank="trim(title) <> ''")
    validate("tasks", "ck_tasks_title_not_blank")


def blanks() -> str:
    if on_sqlite():
        return f"char({', '.join(map(str, CODES))})"
    # Alembic reads a bare colon or backslash before a letter as its own.
    return "E'" + "".join(f"\\u{code:04X}" for code in CODES) + "'"


def more() -> dict[str, str]:
    return ON_BOTH | (ON_SQLITE if on_sqlite() else {})

"""Hold older tasks to the checks"""

from web.schema.operations import validate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    validate("tasks", "ck_tasks_title_not_blank")
    validate("tasks", "ck_tasks_completed_true_or_false")


def downgrade() -> None:
    """Valid is what they may stay."""

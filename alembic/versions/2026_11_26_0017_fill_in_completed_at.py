"""Fill in completed_at"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The time of the last change is the best that is known; `updated_at` stays."""
    op.execute("UPDATE tasks SET completed_at = updated_at WHERE completed AND completed_at IS NULL")


def downgrade() -> None:
    """Nothing to do: the next revision down drops the column."""

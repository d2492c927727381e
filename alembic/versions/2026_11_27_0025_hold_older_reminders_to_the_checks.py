"""Hold older reminders and preferences to the checks"""

from web.schema.operations import validate

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    validate("reminders", "ck_reminders_day_time_is_time")
    validate("reminders", "ck_reminders_day_time_has_days")
    validate("preferences", "ck_preferences_reminders_by_email_true_or_false")
    validate("preferences", "ck_preferences_digest_hour_known")


def downgrade() -> None:
    """Valid is what they may stay."""

"""`daybook purge` as a real process."""

from datetime import timedelta

from sqlalchemy import make_url

from tests.factories import Factory
from tests.server.command import daybook
from tests.server.conftest import MigratedEnvironment
from web.db.database import Database
from web.domain.timestamps import utc_now


def test_purge_removes_records_deleted_30_days_ago(migrated_environment: MigratedEnvironment) -> None:
    env = migrated_environment()
    make = Factory(Database(make_url(env["DATABASE_URL"])))
    ada = make.user("Ada")
    for days in (29, 31):
        deleted_at = utc_now() - timedelta(days=days)
        make.task(ada, f"Deleted {days} days ago", deleted_at=deleted_at)
        make.record("labels", ada, name=f"Deleted {days} days ago", deleted_at=deleted_at)

    first, second = daybook("purge", env), daybook("purge", env)

    assert (first.returncode, first.stdout) == (0, "Removed 2 deleted records.\n")
    assert (second.returncode, second.stdout) == (0, "Removed 0 deleted records.\n")

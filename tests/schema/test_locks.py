"""A migration waits for a table that another session has locked, for a limited time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from testkit.patience import PATIENCE_SECONDS
from tests.schema.conftest import looking
from web.db.database import Database
from web.schema import locks as locking
from web.schema.drift import differences
from web.schema.locks import MigrationFailed, is_locked
from web.schema.migrate import downgrade, upgrade
from web.settings import Settings


def test_a_locked_table_is_retried(at_head: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    downgrade(at_head.database_url, "0008")
    monkeypatch.setattr(locking, "LIMITS", ("SET LOCAL lock_timeout = '100ms'",))
    monkeypatch.setattr(locking, "SQLITE_LOCK_SECONDS", 0.1)

    with _open_transaction(at_head) as release:
        monkeypatch.setattr(locking, "is_locked", lambda problem: is_locked(problem) and not release.set())
        upgrade(at_head.database_url)
    assert release.is_set()

    with looking(at_head) as connection:
        assert differences(connection) == []


def test_a_table_that_stays_locked_is_an_error(at_head: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    downgrade(at_head.database_url, "0008")
    monkeypatch.setattr(locking, "LIMITS", ("SET LOCAL lock_timeout = '100ms'",))
    monkeypatch.setattr(locking, "SQLITE_LOCK_SECONDS", 0.1)
    monkeypatch.setattr(locking, "RETRY_SECONDS", 0.5)

    with (
        _open_transaction(at_head),
        pytest.raises(MigrationFailed, match=r"^Another session held a lock that the migration needs for"),
    ):
        upgrade(at_head.database_url)


@contextmanager
def _open_transaction(settings: Settings) -> Iterator[threading.Event]:
    """A transaction that has changed tasks and lasts until the event or the end of the block."""
    began, release = threading.Event(), threading.Event()

    def write() -> None:
        database = Database(settings.database_url)
        with database.transaction() as session:
            session.connection().execute(text("DELETE FROM tasks"))
            began.set()
            release.wait(PATIENCE_SECONDS)
        database.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert began.wait(PATIENCE_SECONDS)
    try:
        yield release
    finally:
        release.set()
        writer.join()

"""Reminders are sent by processes that may be killed: none is lost, and a second copy has the same tag."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from litestar.testing import TestClient
from sqlalchemy.exc import OperationalError
from sqlmodel import func, select

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.factories import Factory
from tests.push_service import Browser, PushService
from web.app import create_app
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.mail_settings import read_mail_settings
from web.models.reminder import Reminder
from web.models.user import User
from web.push.channel import PushChannel
from web.server.reminders import ReminderLoop, channels
from web.services.reminder_channels import ReminderMessage
from web.settings import ROOT, Settings

MANY = 2000
# Of the thread of a loop.
NAME = "reminders"


@contextmanager
def worker(url: str, file: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "tests.server.reminder_worker", url, str(file)], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def remind(make: Factory, number: int) -> list[str]:
    """So many due reminders of one task; their tags."""
    user = make.user()
    task, at = make.task(user), utc_now()
    with make.database.transaction() as session:
        rows = [Reminder(user_id=user.id, task_id=task.id, at=at, idempotency_key=str(uuid4())) for _ in range(number)]
        session.add_all(rows)
        session.flush()
        return [f"reminder-{row.id}-{at:%Y%m%dT%H%M%SZ}" for row in rows]


def unsent(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Reminder).where(Reminder.sent_at.is_(None))) or 0


def test_two_workers_that_are_killed_lose_none_of_2000(
    database: Database, make: Factory, migrated: Settings, tmp_path: Path
) -> None:
    url, file = migrated.database_url.render_as_string(hide_password=False), tmp_path / "sent"
    tags = remind(make, MANY)
    file.touch()

    def sent() -> list[str]:
        return file.read_text().split()

    with ExitStack() as stack:
        first, second = (stack.enter_context(worker(url, file)) for _ in range(2))
        wait_until(lambda: len(sent()) > MANY // 4)
        first.kill()
        stack.enter_context(worker(url, file))
        wait_until(lambda: len(sent()) > MANY // 2)
        second.kill()
        wait_until(lambda: unsent(database) == 0)

    assert set(sent()) == set(tags)
    # Of each killed process the one that it was sending; the lease of a process that was held up may end too.
    assert len(sent()) - MANY <= 2 * 20


class Blocking:
    """A channel that sends when it is let."""

    name = "blocking"

    def __init__(self) -> None:
        self.is_closed = False
        self.began, self.may_end = threading.Event(), threading.Event()
        self.tags: list[str] = []

    def send(self, message: ReminderMessage) -> None:
        self.began.set()
        self.may_end.wait(PATIENCE_SECONDS)
        self.tags.append(message.tag)

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.databases("sqlite")
def test_stopping_ends_after_the_message_that_is_being_sent(database: Database, make: Factory) -> None:
    channel = Blocking()
    loop = ReminderLoop(database, [channel], interval=0)
    remind(make, 3)

    loop.start()
    channel.began.wait(PATIENCE_SECONDS)
    stopping = threading.Thread(target=loop.stop)
    stopping.start()
    wait_until(lambda: loop.is_stopping)
    channel.may_end.set()
    stopping.join(PATIENCE_SECONDS)

    assert not loop.is_alive
    assert channel.is_closed
    assert len(channel.tags) == 1
    assert unsent(database) == 2


@pytest.mark.databases("sqlite")
def test_the_loop_outlives_a_database_that_fails(
    database: Database, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, failed = Blocking(), threading.Event()
    channel.may_end.set()
    whole: Callable[..., Any] = Database.connect

    def fails_once(self: Database, **options: Any) -> Any:
        if not failed.is_set():
            failed.set()
            raise OperationalError("SELECT", {}, Exception("away"))
        return whole(self, **options)

    remind(make, 1)
    monkeypatch.setattr(Database, "connect", fails_once)
    loop = ReminderLoop(database, [channel], interval=0)

    loop.start()
    wait_until(lambda: bool(channel.tags))
    loop.stop()

    assert failed.is_set()


@pytest.mark.databases("sqlite")
def test_only_a_server_that_is_told_to_sends(migrated: Settings, database: Database) -> None:
    seen = []

    for app in (create_app(migrated), create_app(migrated, runs_loops=True)):
        with TestClient(app):
            seen.append(is_sending())
    seen.append(is_sending())

    assert seen == [False, True, False]


def test_a_due_reminder_reaches_the_devices_of_its_user(database: Database, make: Factory, migrated: Settings) -> None:
    service, browser = PushService(), Browser()
    remind(make, 1)
    with database.reading() as session:
        reminder = session.exec(select(Reminder)).one()
        owner = session.exec(select(User)).one()
    make.record("push_subscriptions", owner, **browser.stored)

    ReminderLoop(database, [PushChannel(migrated, database, service.transport)]).send_due()

    (shown,) = service.received(browser)
    assert (shown["title"], shown["navigate"]) == ("Buy milk", f"http://daybook.test/tasks/{reminder.task_id}")
    assert unsent(database) == 0


def is_sending() -> bool:
    return NAME in [thread.name for thread in threading.enumerate()]


@pytest.mark.databases("sqlite")
def test_the_settings_say_which_channels_there_are(migrated: Settings, database: Database) -> None:
    mail = read_mail_settings("smtp://127.0.0.1", "daybook@example.com")
    both = replace(migrated, mail=mail)
    neither = replace(migrated, vapid_private_key="")

    names = [[one.name for one in channels(settings, database)] for settings in (both, migrated, neither)]

    assert names == [["push", "email"], ["push"], []]

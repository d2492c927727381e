"""Users with the daily email, and a sender of it at a time that the test sets."""

from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from threading import Event
from typing import Any

import time_machine
from sqlmodel import col, update
from sqlmodel import delete as sql_delete

from tests.client import ORIGIN
from tests.factories import SECRET, Factory
from tests.mail.server import MailServer
from tests.services.planner import BERLIN, Planner, day
from web.db.database import Database
from web.mail.digest import DigestSender
from web.mail_settings import MailSettings, read_mail_settings
from web.models.digest import Digest
from web.models.preferences import PreferencesDraft
from web.models.user import User
from web.services import digests as queue
from web.services.digests import DigestClaim, DigestContent
from web.services.preferences import PreferencesService

SEVEN = datetime(2026, 11, 27, 7, tzinfo=BERLIN)


def planner_with_digest(database: Database, make: Factory, *, email: str | None = None) -> Planner:
    """A user with an overdue task who chose the daily email at seven."""
    planner = Planner(database, make)
    choose(planner, digest_hour=7)
    planner.add(due_on=day("2026-11-25"))
    if email is not None:
        with database.transaction() as session:
            session.execute(update(User).where(col(User.id) == planner.user.id).values(email=email))
    return planner


def choose(planner: Planner, **values: Any) -> None:
    draft = PreferencesDraft(**{"time_zone": "Europe/Berlin", **values})
    planner.run(PreferencesService, lambda service: service.save(draft))


class Acting(DigestSender):
    """A sender in whose work something happens: `during` is called for each email, right before it leaves."""

    def __init__(self, *values: Any, during: Callable[[DigestContent], Any], **named: Any) -> None:
        super().__init__(*values, **named)
        self._during = during

    def message(self, found: DigestContent) -> EmailMessage:
        self._during(found)
        return super().message(found)


def sender(
    planner: Planner, post_office: MailServer, during: Callable[[DigestContent], Any] = lambda found: None
) -> DigestSender:
    return Acting(mail_settings(post_office), planner.database, during=during, app_url=ORIGIN, secret=SECRET)


def mail_settings(post_office: MailServer) -> MailSettings:
    return read_mail_settings(post_office.url, "Daybook <daybook@example.com>")


def send(planner: Planner, post_office: MailServer, at: datetime, **options: Any) -> int:
    """How many emails have left after a look at this moment."""
    with time_machine.travel(at, tick=False):
        sender(planner, post_office, **options).send_some(Event())
    return len(post_office.messages)


def claimed_at(planner: Planner, at: datetime) -> DigestClaim:
    with time_machine.travel(at, tick=False), planner.database.transaction() as session:
        [taken] = queue.claim(session.connection())
        return taken


def delete_user(planner: Planner) -> None:
    with planner.database.transaction() as session:
        session.execute(sql_delete(User).where(col(User.id) == planner.user.id))


def stored(planner: Planner) -> Digest:
    with planner.database.reading() as session:
        found = session.get(Digest, planner.user.id)
        assert found
        return found

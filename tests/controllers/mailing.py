"""A client of an application that sends email, and what waits to be sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Litestar
from litestar.testing import TestClient
from sqlmodel import col, select

from tests.client import ORIGIN, HtmlClient
from tests.databases import settings_for
from web.db.database import Database
from web.models.outgoing_mail import OutgoingMail
from web.settings import Settings

MAIL = {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "Daybook <daybook@example.com>"}


def mailing_settings(migrated: Settings, better_auth_url: str) -> Settings:
    return settings_for(str(migrated.node_database_url()), BETTER_AUTH_URL=better_auth_url, **MAIL)


@contextmanager
def client_of(app: Litestar) -> Iterator[HtmlClient]:
    with TestClient(app, base_url=ORIGIN) as client:
        yield HtmlClient(client)


def mails(database: Database, kind: str) -> list[OutgoingMail]:
    """Those of a kind that wait, the oldest first."""
    with database.reading() as session:
        found = select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(col(OutgoingMail.created_at))
        return list(session.exec(found))


def link(database: Database, kind: str) -> str:
    """The path of the last link of that kind."""
    return str(mails(database, kind)[-1].facts["url"]).removeprefix(ORIGIN)

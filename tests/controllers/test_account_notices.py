"""What a user is told by email of what happened to the account, with a real Better Auth process."""

from datetime import timedelta

import pytest

from tests.client import HtmlClient
from tests.controllers.accounts import PASSWORD, signed_in, signed_up
from tests.controllers.mailing import mails
from tests.factories import Factory
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.services import audit

SIGN_IN = {"email": "ada@example.com", "password": PASSWORD}


def test_a_sign_in_from_a_new_browser_is_told_once(visitor: HtmlClient, database: Database) -> None:
    here = signed_up(visitor)

    here.post("/sign-in", **SIGN_IN)
    from_here = len(mails(database, "new-sign-in"))
    signed_in(visitor, visitor.post("/sign-in", **SIGN_IN)).post("/sign-in", **SIGN_IN)

    assert from_here == 0
    assert [mail.facts["device"] for mail in mails(database, "new-sign-in")] == ["A browser"]


def test_a_wrong_password_is_not_told(visitor: HtmlClient, database: Database) -> None:
    signed_up(visitor)

    visitor.post("/sign-in", **{**SIGN_IN, "password": "wrong horse"})

    assert mails(database, "new-sign-in") == []


@pytest.mark.parametrize("kind", sorted(audit.NOTICES))
def test_some_entries_of_the_audit_log_are_told(database: Database, make: Factory, kind: str) -> None:
    ada = make.user("Ada", "ada@example.com")

    with database.transaction() as session:
        audit.note(session.connection(), ada.id, kind, utc_now())
        audit.note(session.connection(), ada.id, "signed-out", utc_now())

    assert [mail.address for mail in mails(database, kind)] == ["ada@example.com"]


def test_six_messages_of_a_kind_in_a_day_are_enough(database: Database, make: Factory) -> None:
    """An account may name the address of another person, whose mailbox shall not be filled with it."""
    eve, now = make.user("Eve", "victim@example.com"), utc_now()

    with database.transaction() as session:
        for hours in (30, *range(10)):
            audit.note(session.connection(), eve.id, "name-changed", now - timedelta(hours=hours))
        audit.note(session.connection(), eve.id, "passkey-added", now)

    assert [len(mails(database, kind)) for kind in ("name-changed", "passkey-added")] == [1 + audit.MOST_TOLD, 1]

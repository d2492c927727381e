"""The audit log of what users do with more than a password, with the real Better Auth."""

from datetime import timedelta

import pytest

from tests.better_auth import QUICK
from tests.client import ORIGIN, HtmlClient
from tests.controllers.accounts import signed_up
from tests.controllers.mailing import link, mails
from tests.controllers.test_two_factor import PASSWORD, SETTINGS, TurnedOn, app_code, with_cookies
from tests.factories import Factory
from web.auth.calls import CHANGES
from web.auth.passwords import hash_password
from web.db.database import Database
from web.domain.log_context import addresses
from web.domain.timestamps import utc_now
from web.models.outgoing_mail import OutgoingMail
from web.services.audit import KINDS, MOST_BY_OTHERS, MOST_SHOWN, forget_old, latest, note, note_of_email


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return [entry.kind for entry in reversed(latest(session.connection(), 100))]


@pytest.fixture
def turned_on(newcomer: HtmlClient, make: Factory) -> TurnedOn:
    user = make.user("Ada", "ada@example.com")
    make.account(user, hash_password(PASSWORD, b"salt of 16 bytes", QUICK))
    return TurnedOn(newcomer.signed_in_as(user, make))


def test_two_steps_are_one_sign_in(turned_on: TurnedOn, database: Database) -> None:
    turned_on.first_step()
    assert kinds(database) == ["two-factor-on"]

    ada = with_cookies(turned_on.visitor, turned_on.sign_in(app_code(turned_on.uri, later=1)))
    ada.post(f"{SETTINGS}/disable", current_password="wrong horse")
    ada.post(f"{SETTINGS}/disable", current_password=PASSWORD)

    assert kinds(database) == ["two-factor-on", "signed-in", "password-refused", "two-factor-off"]


def test_wrong_and_used_codes_are_noted(turned_on: TurnedOn, database: Database) -> None:
    """The sender of one knows the password."""
    for code in ("000000", "aaaaa-aaaaa", turned_on.codes[0], turned_on.first_code):
        turned_on.sign_in(code)

    refused = ["code-refused", "code-refused"]
    assert kinds(database)[1:] == [*refused, "backup-code-used", "signed-in", "code-reused"]


@pytest.mark.databases("sqlite")
def test_a_wrong_code_without_a_first_step_is_not_noted(newcomer: HtmlClient, database: Database) -> None:
    forged = HtmlClient(newcomer.client, cookie="better-auth.two_factor=2fa-forged.c2lnbmF0dXJl")

    for visitor in (newcomer, forged):
        visitor.post("/sign-in/code", code="000000")

    assert kinds(database) == []


def test_what_links_in_mails_do_is_noted(visitor: HtmlClient, database: Database) -> None:
    ada = signed_up(visitor)
    for email in ("ada@example.com", "unknown@example.com"):
        visitor.post("/forgot-password", email=email)
    first, second = mails(database, "reset-password")[0], mails(database, "verify-email")[0]
    ada.post("/settings/account/email", email="ada@example.org", current_password=PASSWORD)

    for mail in (second, second):
        visitor.post(path_of(mail))
    visitor.post(link(database, "verify-new-email"))
    ada.post("/settings/account/email", email="ada@example.net", current_password=PASSWORD)
    visitor.post(link(database, "confirm-email-change"))
    for password in ("short", "a new password", "another password"):
        visitor.post(path_of(first), password=password)

    assert kinds(database) == [
        *("signed-up", "password-reset-asked", "email-change-asked"),
        *("email-confirmed", "email-changed", "email-change-asked", "email-change-confirmed", "password-reset"),
    ]


def test_a_reset_that_proves_an_address_says_what_it_ended(visitor: HtmlClient, database: Database) -> None:
    signed_up(visitor)
    visitor.post("/forgot-password", email="ADA@example.com")

    visitor.post(link(database, "reset-password"), password="a new password")

    assert kinds(database) == ["signed-up", "password-reset-asked", "password-reset-first"]


def test_a_link_that_better_auth_itself_answers_is_noted(visitor: HtmlClient, database: Database) -> None:
    """It leads on to a page, and names there what failed."""
    signed_up(visitor)
    token = link(database, "verify-email").rpartition("/")[2]

    for sent in (f"{token}a", token):
        visitor.get(f"/api/auth/verify-email?token={sent}&callbackURL=/tasks")

    assert kinds(database) == ["signed-up", "email-confirmed"]


def test_what_programs_are_given_is_noted(ada: HtmlClient, database: Database) -> None:
    key = "5f3c9c0e-0000-4000-8000-00000000000"
    for _ in range(2):
        ada.post("/settings/tokens", name="Backup", scope="read", lifetime="30", op=f"{key}1")
        ada.post("/settings/feeds", source="all", kind="events", op=f"{key}2")
    for noun in ("tokens", "feeds"):
        for path in [revoke_path(ada, noun)] * 2:
            ada.post(path)

    assert kinds(database) == ["token-made", "feed-made", "token-revoked", "feed-revoked"]


@pytest.mark.databases("sqlite")
def test_what_others_cause_is_noted_twenty_times_an_hour(database: Database, make: Factory) -> None:
    """They would fill the database."""
    ada, now = make.user(email="ada@example.com"), utc_now()

    with database.transaction() as session:
        for minutes in (0, 61):
            for _ in range(MOST_BY_OTHERS + 5):
                at = now + timedelta(minutes=minutes)
                note_of_email(session.connection(), ada.email, "password-reset-asked", at)

    assert len(kinds(database)) == 2 * MOST_BY_OTHERS


@pytest.mark.databases("sqlite")
def test_every_change_has_words(database: Database) -> None:
    """A kind without words would be shown as it is."""
    assert {*CHANGES.values()} <= KINDS.keys()


def path_of(mail: OutgoingMail) -> str:
    return str(mail.facts["url"]).removeprefix(ORIGIN)


def revoke_path(user: HtmlClient, noun: str) -> str:
    form = user.get(f"/settings/{noun}").tree.css_first("form[action*='/revoke']")
    return str(form.attributes["action"])


def test_ended_sessions_are_noted(make: Factory, signed_out: HtmlClient, database: Database) -> None:
    user = make.user()
    ada, other = signed_out.signed_in_as(user, make), make.sign_in(user)

    ada.post(f"/settings/sessions/{other.id}/end")

    assert kinds(database) == ["sessions-ended"]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("policy", "kept"), [("full", "192.0.2.7"), ("network", "192.0.2.0/24"), ("none", None)])
def test_the_settings_say_how_much_of_an_address_is_kept(
    database: Database, make: Factory, monkeypatch: pytest.MonkeyPatch, policy: str, kept: str | None
) -> None:
    monkeypatch.setattr(addresses, "kept", policy)
    user = make.user()

    with database.transaction() as session:
        note(session.connection(), user.id, "signed-in", utc_now(), "192.0.2.7")

    with database.reading() as session:
        assert [entry.address for entry in latest(session.connection(), 1)] == [kept]


@pytest.mark.databases("sqlite")
def test_others_do_not_push_what_happened_off_the_page(ada: HtmlClient, database: Database) -> None:
    """An intruder could hide what they did behind wrong passwords."""
    with database.transaction() as session:
        for kind in ["two-factor-off", *["refused"] * MOST_SHOWN]:
            note(session.connection(), ada.user.id, kind, utc_now())

    page = ada.get("/settings/activity")
    shown = page.text

    assert "Two-factor authentication turned off" in shown
    assert shown.count("Sign-in refused") == MOST_BY_OTHERS
    assert page.link("change your password") == "/settings/account/password"


@pytest.mark.databases("sqlite")
def test_entries_are_kept_for_90_days(database: Database, make: Factory) -> None:
    user = make.user()
    with database.transaction() as session:
        for days in (89, 91):
            note(session.connection(), user.id, f"{days}", utc_now() - timedelta(days=days))

    with database.transaction() as session:
        forget_old(session.connection(), utc_now())

    assert kinds(database) == ["89"]

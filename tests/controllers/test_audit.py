"""The audit log of what users do with more than a password, with the real Better Auth."""

from datetime import timedelta

import pytest

from tests.better_auth import QUICK
from tests.client import HtmlClient
from tests.controllers.test_two_factor import PASSWORD, SETTINGS, TurnedOn, with_cookies
from tests.factories import Factory
from web.auth.passwords import hash_password
from web.db.database import Database
from web.domain.log_context import addresses
from web.domain.timestamps import utc_now
from web.services.audit import MOST_REFUSED, MOST_SHOWN, forget_old, latest, note


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

    ada = with_cookies(turned_on.visitor, turned_on.sign_in(turned_on.codes[0]))
    ada.post(f"{SETTINGS}/disable", current_password="wrong horse")
    ada.post(f"{SETTINGS}/disable", current_password=PASSWORD)

    assert kinds(database) == ["two-factor-on", "signed-in", "password-refused", "two-factor-off"]


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

    shown = ada.get("/settings/activity").text

    assert "Two-factor authentication turned off" in shown
    assert shown.count("Sign-in refused") == MOST_REFUSED


@pytest.mark.databases("sqlite")
def test_entries_are_kept_for_90_days(database: Database, make: Factory) -> None:
    user = make.user()
    with database.transaction() as session:
        for days in (89, 91):
            note(session.connection(), user.id, f"{days}", utc_now() - timedelta(days=days))

    with database.transaction() as session:
        forget_old(session.connection(), utc_now())

    assert kinds(database) == ["89"]

"""The link of an email: it ends one kind of email, for its user, from anywhere and without a session."""

import pytest

from tests.client import HtmlClient
from tests.factories import SECRET, Factory
from web.db.database import Database
from web.domain.actor import Actor, new_operation
from web.domain.preferences import Preferences
from web.mail.unsubscribing import FIELDS, read_token, token_of, unsubscribe_url
from web.models.preferences import PreferencesDraft
from web.models.user import User
from web.services.preferences import PreferencesService

CHOSEN = PreferencesDraft(clock=12, digest_hour=7, reminders_by_email=True)
LEFT = {"digest_hour": (None, True), "reminders_by_email": (7, False)}


@pytest.fixture
def reader(database: Database, make: Factory) -> User:
    user = make.user("Ada")
    with database.transaction() as session:
        PreferencesService(session.connection(), Actor(user.id, new_operation())).save(CHOSEN)
    return user


def preferences(database: Database, user: User) -> Preferences:
    with database.reading() as session:
        return PreferencesService(session.connection(), Actor(user.id, new_operation())).get()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site", "origin": "https://mail.example"}])
def test_one_press_in_the_mail_program_ends_it(
    signed_out: HtmlClient, database: Database, reader: User, field: str, headers: dict[str, str]
) -> None:
    path = f"/unsubscribe/{token_of(SECRET, reader.id, field)}"

    answers = [
        signed_out.ask("POST", path, data={"List-Unsubscribe": "One-Click"}, headers=headers),
        signed_out.ask("POST", path, files={"List-Unsubscribe": (None, "One-Click")}, headers=headers),
    ]

    now = preferences(database, reader)
    assert [answer.status for answer in answers] == [200, 200]
    assert (now.digest_hour, now.reminders_by_email) == LEFT[field]
    assert now.clock == 12


def test_following_the_link_asks_first(signed_out: HtmlClient, database: Database, reader: User) -> None:
    path = f"/unsubscribe/{token_of(SECRET, reader.id, 'digest_hour')}"

    page = signed_out.get(path)
    asked = preferences(database, reader)
    signed_out.ask("POST", page.tree.css_first("main form").attributes["action"] or "")

    assert "No more daily emails" in page.text
    assert asked.digest_hour == 7
    assert preferences(database, reader).digest_hour is None


def test_the_page_of_another_user_ends_only_those_of_the_link(
    ada: HtmlClient, database: Database, reader: User
) -> None:
    ada.post(f"/unsubscribe/{token_of(SECRET, reader.id, 'digest_hour')}")

    assert preferences(database, reader).digest_hour is None


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.databases("sqlite")
def test_a_forged_link_is_not_found(signed_out: HtmlClient, database: Database, reader: User, method: str) -> None:
    token = token_of(SECRET, reader.id, "digest_hour")
    field, user, signature = token.split(".")
    forged = [
        f"reminders_by_email.{user}.{signature}",
        f"{field}.{'0' * len(user)}.{signature}",
        f"{field}.{user}.{signature[:-1]}",
        f"{field}.{user}.{signature}x",
        f"{field}.{user}.{signature[:-1]}é",
        token_of(SECRET, reader.id, "clock"),
        token_of("another secret, as long as it has to be", reader.id, "digest_hour"),
        "x",
    ]

    statuses = [signed_out.ask(method, f"/unsubscribe/{one}").status for one in forged]

    assert statuses == [404] * len(forged)
    assert preferences(database, reader).digest_hour == 7


@pytest.mark.databases("sqlite")
def test_a_user_who_is_gone_changes_nothing(signed_out: HtmlClient, database: Database) -> None:
    assert signed_out.ask("POST", f"/unsubscribe/{token_of(SECRET, 'gone', 'digest_hour')}").status == 200


ODD_IDS = ["a1b2", "a.b", "a/b", "ü%2F", "a b?c#d", "..", "%"]


@pytest.mark.parametrize("user_id", ODD_IDS)
@pytest.mark.databases("sqlite")
def test_the_link_of_any_user_works(signed_out: HtmlClient, user_id: str) -> None:
    url = unsubscribe_url("", SECRET, user_id, "digest_hour")

    assert (signed_out.ask("GET", url).status, signed_out.ask("POST", url).status) == (200, 200)


@pytest.mark.databases("sqlite")
def test_the_link_of_an_earlier_email_works(signed_out: HtmlClient, database: Database, reader: User) -> None:
    signature = token_of(SECRET, reader.id, "digest_hour").rpartition(".")[2]

    signed_out.ask("POST", f"/unsubscribe/digest_hour.{reader.id}.{signature}")

    assert preferences(database, reader).digest_hour is None


@pytest.mark.parametrize("user_id", [*ODD_IDS, ""])
def test_a_token_names_its_user(user_id: str) -> None:
    assert read_token(SECRET, token_of(SECRET, user_id, "digest_hour")) == (user_id, "digest_hour")

"""A forgotten password: asking for a link, and what the link opens, with a real Better Auth process."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from litestar import Litestar
from sqlmodel import select

from tests.better_auth import better_auth_process
from tests.client import HtmlClient
from tests.controllers.accounts import PASSWORD, signed_up
from tests.controllers.mailing import client_of, link, mailing_settings, mails
from tests.controllers.test_passkeys import add_passkey
from tests.factories import Factory
from web.controllers.account_forms import MESSAGES
from web.db.database import Database
from web.domain.timestamps import iso, utc_now
from web.models.user import User
from web.settings import Settings

NEW = "a new password"
KIND = "reset-password"


def sign_in(visitor: HtmlClient, password: str) -> int:
    return visitor.post("/sign-in", email="ada@example.com", password=password).status


def test_a_link_that_was_sent_sets_a_new_password_once(visitor: HtmlClient, database: Database) -> None:
    ada = signed_up(visitor)
    asked = visitor.post(visitor.get("/sign-in").link("Forgot your password?"), email="ada@example.com")
    path = link(database, KIND)

    form = visitor.get(path)
    answer = visitor.post(path, password=NEW)

    assert asked.status == form.status == 200
    assert answer.to == "/sign-in?done=password"
    assert "Your password was changed" in visitor.get(answer.to).text
    assert (sign_in(visitor, PASSWORD), sign_in(visitor, NEW)) == (422, 303)
    assert ada.get("/tasks").to.startswith("/sign-in")
    assert len(mails(database, "password-changed")) == 1
    again = [visitor.get(path), visitor.post(path, password="another password")]
    assert [page.status for page in again] == [410, 410]
    assert again[0].link("Ask for another one") == "/forgot-password"


def test_the_answer_does_not_tell_who_has_an_account(visitor: HtmlClient, database: Database) -> None:
    signed_up(visitor)

    known, unknown = (visitor.post("/forgot-password", email=email) for email in ("ada@example.com", "bob@example.com"))

    assert known.html.replace("ada@", "bob@") == unknown.html
    assert known.status == unknown.status == 200
    assert [mail.address for mail in mails(database, KIND)] == ["ada@example.com"]


def test_both_answers_take_as_long_as_the_slower_one(visitor: HtmlClient) -> None:
    """A lower bound, set in auth/account.mjs: a slow machine keeps to it too."""
    signed_up(visitor)

    times = [
        visitor.post("/forgot-password", email=email).response.elapsed
        for email in ("ada@example.com", "bob@example.com")
    ]

    assert min(times) >= timedelta(milliseconds=395)


def test_the_database_does_not_hold_the_token_of_a_link(visitor: HtmlClient, database: Database) -> None:
    signed_up(visitor)
    visitor.post("/forgot-password", email="ada@example.com")
    token = link(database, KIND).rpartition("/")[2]

    with database.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT identifier, value FROM verifications").all()

    assert len(stored) == 1
    assert token not in str(stored)


def test_a_link_that_has_expired_says_so(visitor: HtmlClient, database: Database) -> None:
    signed_up(visitor)
    visitor.post("/forgot-password", email="ada@example.com")
    with database.transaction() as session:
        past = iso(utc_now() - timedelta(minutes=1))
        session.connection().exec_driver_sql(f"UPDATE verifications SET expires_at = '{past}'")

    page = visitor.get(link(database, KIND))

    assert (page.status, page.tree.css_first("h1").text()) == (410, "This link has expired")
    assert visitor.post(link(database, KIND), password=NEW).status == 410
    assert sign_in(visitor, PASSWORD) == 303


def test_a_new_password_ends_the_links_that_were_sent_before(visitor: HtmlClient, database: Database) -> None:
    signed_up(visitor)
    for _ in range(2):
        visitor.post("/forgot-password", email="ada@example.com")
    first, second = (str(mail.facts["url"]) for mail in mails(database, KIND))

    visitor.post(second, password=NEW)

    assert visitor.get(first).status == 410


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_the_first_proof_of_an_address_ends_what_was_made_before(
    visitor: HtmlClient, database: Database, make: Factory, is_confirmed: bool
) -> None:
    """Another person may have signed up with it, and kept a way in until its owner comes."""
    eve = signed_up(visitor)
    if is_confirmed:
        visitor.post(link(database, "verify-email"))
    with database.reading() as session:
        user = session.exec(select(User)).one()
    add_passkey(make, user, "eves")
    _, token = make.access_token(user)
    _, feed = make.feed(user)
    make.webhook(user)

    visitor.post("/forgot-password", email="ada@example.com")
    visitor.post(link(database, KIND), password=NEW)

    api = visitor.ask("GET", "/api/tasks", headers={"authorization": f"Bearer {token}"})
    assert (api.status, visitor.get(f"/feeds/{feed}.ics").status) == ((200, 200) if is_confirmed else (401, 404))
    assert eve.get("/tasks").to.startswith("/sign-in")
    with database.reading() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("SELECT count(*) FROM passkeys").scalar_one() == is_confirmed
        left = "SELECT count(*) FROM webhooks WHERE deleted_at IS NULL"
        assert connection.exec_driver_sql(left).scalar_one() == is_confirmed
        assert session.exec(select(User)).one().email_verified


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """What Daybook logged; the client of the test logs its own requests."""
    return "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("daybook"))


def test_a_refused_password_leaves_no_token_in_the_log(
    visitor: HtmlClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    signed_up(visitor)
    visitor.post("/forgot-password", email="ada@example.com")
    path = link(database, KIND)

    page = visitor.post(path, password="password1")

    assert page.status == 422
    assert "PASSWORD_TOO_COMMON" in caplog.text
    assert path.rpartition("/")[2] not in logged(caplog)


def test_a_password_of_name_and_address_is_refused_and_the_link_stays(visitor: HtmlClient, database: Database) -> None:
    signed_up(visitor, "lovelace@example.com")
    visitor.post("/forgot-password", email="lovelace@example.com")
    path = link(database, KIND)

    page = visitor.post(path, password="Ada-Lovelace")
    done = visitor.post(path, password="another horse")

    assert (page.status, page.error("password")) == (422, MESSAGES["PASSWORD_OF_CONTEXT"][1])
    assert done.to == "/sign-in?done=password"


def test_a_stranger_cannot_fill_a_users_inbox(visitor: HtmlClient, database: Database) -> None:
    signed_up(visitor)

    statuses = {visitor.post("/forgot-password", email="ada@example.com").status for _ in range(7)}

    assert statuses == {200}
    assert len(mails(database, KIND)) == 5


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("password", "words"),
    [("short", "Use at least 8 characters."), ("x" * 129, "Use at most 128 characters."), ("", "Enter your password.")],
)
def test_a_new_password_is_held_to_the_rules_of_a_sign_up(visitor: HtmlClient, password: str, words: str) -> None:
    page = visitor.post("/reset-password/abc", password=password)

    assert (page.status, page.error("password")) == (422, words)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("token", ["a" * 201, "a%2Fb", "é", "a.b", "a b"])
def test_an_odd_token_is_not_found(visitor: HtmlClient, token: str) -> None:
    assert visitor.get(f"/reset-password/{token}").status == 404


@pytest.mark.databases("sqlite")
def test_the_address_of_a_link_is_not_logged(visitor: HtmlClient, caplog: pytest.LogCaptureFixture) -> None:
    visitor.get("/reset-password/secrettoken")

    assert "secrettoken" not in logged(caplog)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("email", ["", "ada", "x" * 250 + "@example.com"])
def test_an_address_that_is_none_is_refused(visitor: HtmlClient, email: str) -> None:
    page = visitor.post("/forgot-password", email=email)

    assert page.status == 422
    assert page.error("email")


@pytest.mark.databases("sqlite")
def test_another_site_cannot_ask_or_choose(visitor: HtmlClient) -> None:
    paths = ("/forgot-password", "/reset-password/abc")

    answers = [visitor.ask("POST", path, headers={"sec-fetch-site": "cross-site"}, data={}) for path in paths]

    assert [answer.status for answer in answers] == [403, 403]


@pytest.mark.databases("sqlite")
def test_without_a_mail_server_the_page_says_who_can_help(signed_out: HtmlClient) -> None:
    page = signed_out.get("/forgot-password")

    assert "daybook password" in page.text
    assert page.tree.css_first("main form") is None


@pytest.mark.databases("sqlite")
def test_a_better_auth_that_sends_no_mail_has_the_same_sentence(
    migrated: Settings, built_app: Callable[[Settings], Litestar], database: Database
) -> None:
    with (
        better_auth_process(migrated.node_database_url()) as process,
        client_of(built_app(mailing_settings(migrated, process.url))) as visitor,
    ):
        page = visitor.post("/forgot-password", email="ada@example.com")

    assert "daybook password" in page.text


@pytest.mark.databases("sqlite")
def test_password_managers_find_the_page_to_change_a_password(signed_out: HtmlClient) -> None:
    assert signed_out.get("/.well-known/change-password").to == "/settings/account/password"

"""Deleting an account without its password: by a link in a mail, and never by a session alone."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.client import ORIGIN, HtmlClient
from tests.controllers.mailing import link, mails
from tests.factories import Factory
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.services.audit import latest, note
from web.services.closing import all_accounts
from web.services.deletion_links import MOST_AN_HOUR

PAGE, KIND = "/settings/deletion", "deletion-link"


@pytest.fixture
def ada(visitor: HtmlClient, make: Factory) -> HtmlClient:
    """Ada, signed in, who has no password."""
    return visitor.signed_in_as(make.user("Ada", "ada@example.com"), make)


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return [account.state[:16] for account in all_accounts(session.connection())]


def asked(user: HtmlClient, database: Database) -> str:
    """The path of the link that was sent."""
    assert user.post(f"{PAGE}/link").to == f"{PAGE}?done=link"
    return link(database, KIND)


@pytest.mark.parametrize("path", ["/delete-user", "/delete-user/callback", "/delete-user/callback?token=abc"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.databases("sqlite")
def test_better_auths_own_deletion_is_not_found(
    ada: HtmlClient, better_auth: object, database: Database, method: str, path: str
) -> None:
    """It would delete the account at once, for a session alone."""
    body = {"json": {}} if method == "POST" else {}

    answer = ada.ask(method, f"/api/auth{path}", headers={"cookie": ada.cookie, "origin": ORIGIN}, **body)

    assert answer.status == 404
    assert states(database) == ["active"]


def test_a_link_deletes_the_account_once_it_is_confirmed(
    ada: HtmlClient, visitor: HtmlClient, database: Database
) -> None:
    path = asked(ada, database)

    shown, before = visitor.get(path), states(database)
    done = visitor.post(path)

    assert "ada@example.com" in shown.text
    assert shown.tree.css_first("main form").attributes["action"] == path
    assert before == ["active"]
    assert "deleted in two weeks" in done.text
    assert states(database) == ["to be deleted at"]
    assert ada.get("/tasks").to.startswith("/sign-in")
    assert len(mails(database, "deletion-asked")) == 1
    with database.reading() as session:
        kinds = [entry.kind for entry in latest(session.connection(), 10)]
    assert kinds == ["deletion-asked", "deletion-link-asked"]
    assert [visitor.get(path).status, visitor.post(path).status] == [410, 410]


def test_it_works_once_although_the_account_was_kept(
    ada: HtmlClient, visitor: HtmlClient, database: Database, make: Factory
) -> None:
    path = asked(ada, database)
    visitor.post(path)

    visitor.signed_in_as(ada.user, make).post(f"{PAGE}/keep")

    assert visitor.post(path).status == 410
    assert states(database) == ["active"]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", ["password-changed", "password-reset", "sessions-ended-by-operator"])
def test_it_ends_where_another_person_may_have_asked(
    ada: HtmlClient, visitor: HtmlClient, database: Database, kind: str
) -> None:
    path = asked(ada, database)

    with database.transaction() as session:
        note(session.connection(), ada.user.id, kind, utc_now())

    assert visitor.post(path).status == 410
    assert states(database) == ["active"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entries SET at = :past",
        "UPDATE users SET email = 'new@example.com'",
    ],
)
def test_it_ends_after_an_hour_and_with_the_address(
    ada: HtmlClient, visitor: HtmlClient, database: Database, change: str
) -> None:
    path = asked(ada, database)

    with database.transaction() as session:
        past = (utc_now() - timedelta(minutes=61)).isoformat(timespec="microseconds").replace("+00:00", "Z")
        session.connection().execute(text(change), {"past": past} if ":past" in change else {})

    assert visitor.post(path).status == 410
    assert states(database) == ["active"]


@pytest.mark.databases("sqlite")
def test_only_the_last_one_works_and_few_are_sent(ada: HtmlClient, visitor: HtmlClient, database: Database) -> None:
    paths = [asked(ada, database) for _ in range(MOST_AN_HOUR)]

    refused = ada.post(f"{PAGE}/link")

    assert [visitor.get(path).status for path in paths] == [410] * (MOST_AN_HOUR - 1) + [200]
    assert refused.to == f"{PAGE}?done=later"
    assert len(mails(database, KIND)) == MOST_AN_HOUR


@pytest.mark.databases("sqlite")
def test_no_other_token_deletes_anything(
    ada: HtmlClient, visitor: HtmlClient, database: Database, make: Factory
) -> None:
    """That of one user with the entry of another, an altered one, and what has another form."""
    path = asked(ada, database)
    bobs = asked(visitor.signed_in_as(make.user("Bob", "bob@example.com"), make), database)
    (_, entry, mac), (_, _, other) = (one.replace(".", "/").split("/")[-3:] for one in (path, bobs))

    forged = [f"{entry}.{other}", f"{entry}.{mac[:-1]}{'0' if mac[-1] != '0' else '1'}"]
    odd = [f"0{entry}.{mac}", f"{entry}", f".{mac}", f"{entry}.{mac}0", "9" * 18 + f".{mac}", "%00"]

    assert [visitor.post(f"/delete-account/{token}").status for token in forged] == [410, 410]
    assert {visitor.post(f"/delete-account/{token}").status for token in odd} <= {404, 410}
    assert states(database) == ["active", "active"]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("sends_mail", "words"), [(True, "Send me a link"), (False, "The operator of this Daybook")])
def test_the_page_says_what_is_possible(
    visitor: HtmlClient, newcomer: HtmlClient, make: Factory, sends_mail: bool, words: str
) -> None:
    user = make.user("Ada")
    ada = (visitor if sends_mail else newcomer).signed_in_as(user, make)

    assert words in ada.get(PAGE).text
    assert ada.post(f"{PAGE}/link").status == (303 if sends_mail else 404)


@pytest.mark.databases("sqlite")
def test_signed_out_and_from_other_sites_none_is_sent(ada: HtmlClient, visitor: HtmlClient, database: Database) -> None:
    foreign = ada.ask("POST", f"{PAGE}/link", headers={"cookie": ada.cookie, "sec-fetch-site": "cross-site"})

    assert visitor.post(f"{PAGE}/link").to.startswith("/sign-in")
    assert foreign.status == 403
    assert mails(database, KIND) == []

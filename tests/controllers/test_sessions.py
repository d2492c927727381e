"""Where a user is signed in, in the settings."""

from datetime import timedelta

from sqlmodel import col, select

from tests.client import HtmlClient, Statements
from tests.factories import Factory
from web.auth.session_uses import note_use
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.models.session_use import SessionUse
from web.models.user import AuthSession

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"
SESSIONS = "/settings/sessions"


def sign_in(user: HtmlClient, make: Factory, **values: object) -> tuple[HtmlClient, AuthSession]:
    """The same user in another browser."""
    made = make.sign_in(user.user, **values)  # type: ignore[arg-type]
    return HtmlClient(user.client, user.user, make.cookie(made)), made


def listed(user: HtmlClient) -> list[str]:
    return [" ".join(row.text().split()) for row in user.get(SESSIONS).tree.css("#sessions > li")]


def test_each_is_listed_with_its_device_and_address_and_without_its_token(ada: HtmlClient, make: Factory) -> None:
    _, phone = sign_in(ada, make, user_agent=ANDROID, ip_address="203.0.113.7")

    page = ada.get(SESSIONS)

    here, there = listed(ada)
    assert "(this one)" in here and "Sign out" not in here
    assert "Sign out everywhere else" in page.text
    assert there.startswith("Chrome on Android Signed in ") and "from 203.0.113.7" in there
    described = page.tree.css_first("#sessions button").attributes["aria-describedby"]
    assert page.tree.css_first(f"#{described}").text().strip().startswith("Signed in ")
    assert phone.token not in page.html and ada.cookie.partition("=")[2] not in page.html


def test_the_last_use_is_noted_once_an_hour_with_its_address(
    ada: HtmlClient, make: Factory, statements: Statements
) -> None:
    phone, made = sign_in(ada, make, ip_address="203.0.113.7", created_at=utc_now() - timedelta(minutes=61))

    with statements.counted() as first:
        phone.get("/settings")
    with statements.counted() as second:
        phone.get("/settings")

    shown = next(row for row in listed(ada) if "(this one)" not in row)
    assert "from 203.0.113.7" in shown and shown.partition("last used")[2].split("from ")[1].startswith("testclient")
    assert ["session_uses" in one for one in first if one.startswith("INSERT")] == [True]
    assert [one for one in second if one.startswith("INSERT")] == []
    with make.database.reading() as session:
        assert session.get_one(SessionUse, made.id).used_at > utc_now() - timedelta(minutes=1)


def test_a_use_is_noted_again_after_an_hour_and_not_for_an_ended_session(
    ada: HtmlClient, make: Factory, database: Database
) -> None:
    _, made = sign_in(ada, make)
    start = utc_now()

    with database.transaction() as session:
        for minutes, address in ((0, "192.0.2.1"), (59, "192.0.2.2"), (60, "192.0.2.3")):
            note_use(session.connection(), made.id, address, start + timedelta(minutes=minutes))
        first = session.get_one(SessionUse, made.id)
        note_use(session.connection(), "ended", "192.0.2.1", start)

    assert (first.address, first.used_at) == ("192.0.2.3", start + timedelta(minutes=60))


def test_what_a_browser_says_it_is_is_shown_as_text(ada: HtmlClient, make: Factory) -> None:
    sign_in(ada, make, user_agent="<b>Chrome/1</b>", ip_address="<i>::1</i>")

    page = ada.get(SESSIONS)

    assert page.tree.css("#sessions b, #sessions i") == []
    assert "<i>::1</i>" in page.text


def test_ended_it_is_signed_out_there_and_no_longer_listed(ada: HtmlClient, make: Factory) -> None:
    phone, made = sign_in(ada, make)

    page = ada.get(ada.post(f"{SESSIONS}/{made.id}/end").to)

    assert "Signed out there." in page.text
    assert phone.get("/tasks").to.startswith("/sign-in")
    assert ada.get("/tasks").status == 200
    assert len(listed(ada)) == 1
    assert ada.post(f"{SESSIONS}/{made.id}/end").status == 404


def test_all_others_end_at_once(ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
    others = [sign_in(ada, make)[0] for _ in range(3)]

    ada.post(f"{SESSIONS}/end-others")

    assert [other.get("/tasks").status for other in others] == [303] * 3
    assert (ada.get("/tasks").status, bob.get("/tasks").status) == (200, 200)


def test_an_expired_one_is_not_listed(ada: HtmlClient, make: Factory) -> None:
    sign_in(ada, make, expires_at=utc_now() - timedelta(hours=1))

    assert len(listed(ada)) == 1
    assert "Sign out everywhere else" not in ada.get(SESSIONS).text


def test_another_users_session_stays(ada: HtmlClient, bob: HtmlClient, make: Factory, database: Database) -> None:
    _, made = sign_in(ada, make)

    assert bob.post(f"{SESSIONS}/{made.id}/end").status == 404
    with database.reading() as session:
        assert session.exec(select(AuthSession).where(col(AuthSession.id) == made.id)).one()

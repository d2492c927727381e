"""Deleting an account: the password, two weeks to change one's mind, and nothing left of it afterwards."""

import json
from datetime import timedelta

import pytest
from sqlmodel import SQLModel

from tests.client import HtmlClient, Page
from tests.controllers.accounts import PASSWORD, sign_up, signed_in
from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import utc_now
from web.models import import_all
from web.models.preferences import PreferencesDraft
from web.services.audit import latest
from web.services.closing import GRACE, Deletion, delete_due, disable, enable
from web.services.preferences import PreferencesService, address_for_reminders

EMAIL = "ada@example.com"
PAGE = "/settings/deletion"


@pytest.fixture
def ada(newcomer: HtmlClient) -> HtmlClient:
    """Ada with an account of the real Better Auth."""
    return signed_in(newcomer, sign_up(newcomer))


def sign_in(browser: HtmlClient, password: str = PASSWORD) -> Page:
    return browser.post("/sign-in", email=EMAIL, password=password)


def count(database: Database, table: str) -> int:
    with database.reading() as session:
        return int(session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def delete_at(database: Database, later: timedelta) -> int:
    with database.transaction() as session:
        return delete_due(session.connection(), utc_now() + later)


class TestAsking:
    def test_needs_the_password(self, ada: HtmlClient, database: Database) -> None:
        pages = [ada.post(PAGE, current_password=password) for password in ("", "wrong horse")]

        assert [page.error("current_password") for page in pages] == [
            "Enter your current password.",
            "That is not your current password.",
        ]
        assert [page.status for page in pages] == [422, 422]
        assert "wrong horse" not in pages[1].html
        assert pages[1].link("Settings") == "/settings", "the index stands beside it"
        assert ada.get("/tasks").status == 200
        assert count(database, "closed_accounts") == 0

    def test_signs_out_everywhere_and_says_what_comes(self, newcomer: HtmlClient, ada: HtmlClient) -> None:
        phone = signed_in(newcomer, sign_in(newcomer))

        page = ada.post(PAGE, current_password=PASSWORD)

        assert page.to == "/sign-in"
        notice = HtmlClient(ada.client, cookie=page.headers["set-cookie"].partition(";")[0]).get("/sign-in")
        assert "Your account will be deleted in two weeks." in notice.text
        assert [browser.get("/tasks").to for browser in (ada, phone)] == ["/sign-in?next=%2Ftasks"] * 2

    def test_is_limited_as_signing_in_is(self, ada: HtmlClient) -> None:
        pages = [ada.post(PAGE, current_password="wrong horse") for _ in range(12)]

        assert pages[-1].status == 429
        assert pages[-1].alert.startswith("Too many attempts.")
        assert int(pages[-1].headers["retry-after"]) > 0
        assert ada.post(PAGE, current_password=PASSWORD).status == 429


class TestForeignRequests:
    """As the generated questions of tests/routes ask of every other form."""

    @pytest.mark.parametrize("path", [PAGE, f"{PAGE}/keep"])
    def test_are_refused(self, ada: HtmlClient, make: Factory, database: Database, path: str) -> None:
        bob = make.user("Bob")

        other_page = ada.post(f"{path}?page_user={bob.id}", current_password=PASSWORD)
        other_site = ada.ask("POST", path, headers={"cookie": ada.cookie, "sec-fetch-site": "cross-site"})
        signed_out = HtmlClient(ada.client).post(path, current_password=PASSWORD)

        assert (other_page.status, other_site.status, signed_out.status) == (409, 403, 303)
        assert signed_out.to.startswith("/sign-in")
        assert count(database, "closed_accounts") == 0


class TestTwoWeeks:
    @pytest.fixture
    def back(self, newcomer: HtmlClient, ada: HtmlClient) -> HtmlClient:
        """Ada, who asked and signed in again."""
        ada.post("/tasks", title="Buy milk")
        ada.post(PAGE, current_password=PASSWORD)
        return signed_in(newcomer, sign_in(newcomer))

    @pytest.mark.parametrize("path", ["/", "/today", "/tasks", "/settings", "/settings/tokens", "/sign-in"])
    def test_every_page_leads_to_the_one_that_says_when(self, back: HtmlClient, path: str) -> None:
        assert back.get(path).to == PAGE

    def test_the_page_says_when_and_offers_to_keep_the_account(self, back: HtmlClient) -> None:
        page = back.get(PAGE)

        assert "Your account will be deleted on" in page.text
        assert page.tree.css_first("time").attributes["datetime"][:10] == (utc_now() + GRACE).date().isoformat()
        assert "Your account is kept" in back.get(back.post(f"{PAGE}/keep").to).text
        assert back.get("/tasks").titles == ["Buy milk"]
        assert "Your password" in back.get(PAGE).text

    def test_the_export_is_still_there(self, back: HtmlClient) -> None:
        assert "Buy milk" in back.get("/settings/export/daybook.json").html

    def test_nothing_can_be_changed(self, back: HtmlClient, database: Database) -> None:
        assert back.post("/tasks", title="Buy tea").to == PAGE
        assert count(database, "tasks") == 1

    def test_asking_again_does_not_begin_them_again(self, back: HtmlClient, database: Database) -> None:
        with database.reading() as session:
            user_id = session.connection().exec_driver_sql("SELECT id FROM users").scalar_one()
            before = Deletion(session.connection(), Actor(str(user_id))).at()

        back.post(PAGE, current_password=PASSWORD)

        with database.reading() as session:
            assert Deletion(session.connection(), Actor(str(user_id))).at() == before

    def test_others_find_nothing(self, make: Factory, signed_out: HtmlClient, database: Database) -> None:
        user = make.user()
        _, token = make.access_token(user)
        _, address = make.feed(user)
        bearer = {"authorization": f"Bearer {token}", "accept": "application/json"}
        before = [signed_out.get("/api/tasks", **bearer).status, signed_out.get(f"/feeds/{address}.ics").status]

        with database.transaction() as session:
            Deletion(session.connection(), Actor(user.id)).ask()

        answer = signed_out.get("/api/tasks", **bearer)
        assert before == [200, 200]
        assert answer.status == 403
        assert json.loads(answer.html)["detail"].startswith("This account will be deleted on")
        assert signed_out.get(f"/feeds/{address}.ics").status == 404


class TestAfterwards:
    def test_only_accounts_whose_time_is_over_go(
        self, ada: HtmlClient, newcomer: HtmlClient, database: Database
    ) -> None:
        sign_up(newcomer, "bob@example.com", name="Bob")
        ada.post(PAGE, current_password=PASSWORD)

        assert delete_at(database, GRACE - timedelta(minutes=1)) == 0
        assert delete_at(database, GRACE + timedelta(minutes=1)) == 1
        assert count(database, "users") == 1
        assert sign_in(newcomer).alert == "Wrong email or password."

    def test_no_table_has_anything_of_it(self, ada: HtmlClient, database: Database) -> None:
        ada.post("/tasks", title="Buy milk tomorrow #Garden @errand")
        ada.post(
            "/settings/tokens", name="Backup", scope="write", lifetime="30", op="5f3c9c0e-0000-4000-8000-000000000001"
        )
        with database.reading() as session:
            user_id = session.connection().exec_driver_sql("SELECT id FROM users").scalar_one()
        assert len(tables_with(database, str(user_id), EMAIL)) > 5

        ada.post(PAGE, current_password=PASSWORD)
        delete_at(database, GRACE + timedelta(minutes=1))

        assert tables_with(database, str(user_id), EMAIL) == []


class TestDisabled:
    def test_its_user_cannot_sign_in_until_it_is_enabled(
        self, newcomer: HtmlClient, ada: HtmlClient, database: Database
    ) -> None:
        with database.transaction() as session:
            user_id = str(session.connection().exec_driver_sql("SELECT id FROM users").scalar_one())
            disable(session.connection(), user_id)

        wrong, right = sign_in(newcomer, "wrong horse"), sign_in(newcomer)
        by_api = newcomer.ask("POST", "/api/auth/sign-in/email", json={"email": EMAIL, "password": PASSWORD})

        assert ada.get("/tasks").to.startswith("/sign-in")
        assert wrong.alert == "Wrong email or password."
        assert right.alert == "This account is disabled. Ask the operator of this Daybook."
        assert (by_api.status, "set-cookie" in by_api.headers) == (403, False)
        assert count(database, "sessions") == 0
        with database.transaction() as session:
            enable(session.connection(), user_id)
        assert sign_in(newcomer).status == 303

    def test_its_tokens_are_refused(self, make: Factory, signed_out: HtmlClient, database: Database) -> None:
        user = make.user()
        _, token = make.access_token(user)

        with database.transaction() as session:
            disable(session.connection(), user.id)

        assert signed_out.get("/api/tasks", authorization=f"Bearer {token}").status == 401


def test_the_activity_page_shows_the_users_own_entries(
    ada: HtmlClient, newcomer: HtmlClient, database: Database
) -> None:
    sign_in(newcomer, "wrong horse")
    sign_up(newcomer, "bob@example.com", name="Bob")

    page = ada.get("/settings/activity")

    shown = [row.text().split("\n")[0].strip() for row in page.tree.css(".device__name")]
    assert shown == ["Sign-in refused: wrong password", "Account created"]
    assert "from testclient" in page.text
    with database.reading() as session:
        assert len(latest(session.connection(), 10)) == 3


def tables_with(database: Database, *texts: str) -> list[str]:
    """The tables in which any value has one of these texts."""
    import_all()
    names = {*SQLModel.metadata.tables, "verifications", "rate_limits", "jwks"}
    with database.reading() as session:
        rows = {name: str(session.connection().exec_driver_sql(f"SELECT * FROM {name}").all()) for name in names}
    return sorted(name for name, found in rows.items() if any(text in found for text in texts))


def test_no_mail_is_sent_for_a_closed_account(database: Database, make: Factory) -> None:
    user = make.user("Ada", EMAIL)

    with database.transaction() as session:
        PreferencesService(session.connection(), Actor(user.id)).save(PreferencesDraft(reminders_by_email=True))
        before = address_for_reminders(session.connection(), user.id)
        disable(session.connection(), user.id)
        after = address_for_reminders(session.connection(), user.id)

    assert (before, after) == (EMAIL, None)

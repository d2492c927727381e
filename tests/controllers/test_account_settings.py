"""Settings > Account: name, email address and password, with a real Better Auth process."""

import pytest
from sqlmodel import col, select

from tests.client import HtmlClient, Page, Statements
from tests.controllers.accounts import PASSWORD, signed_in, signed_up
from tests.controllers.mailing import link, mails
from web.db.database import Database
from web.models.user import User

INDEX = "/settings/account"
FORMS = {"name": {"name": "Ada"}, "email": {"email": "new@example.com"}, "password": {"password": "a new password"}}
PARTS = [
    *("Two-factor authentication", "Passkeys", "Where you are signed in", "Activity of your account"),
    "Delete your account",
]
on_one = pytest.mark.databases("sqlite")
of_every_form = pytest.mark.parametrize("form", [*FORMS, "verification"])


def stored(database: Database, email: str = "ada@example.com") -> User:
    with database.reading() as session:
        return session.exec(select(User).where(col(User.email) == email)).one()


def followed(visitor: HtmlClient, path: str) -> Page:
    """The page behind the button of a link, which does nothing by itself."""
    assert visitor.get(path).tree.css_first("main form").attributes["action"] == path
    return visitor.post(path)


@on_one
class TestThePage:
    def test_shows_the_users_name_and_address(self, ada: HtmlClient) -> None:
        page = ada.get(ada.get("/settings").link("Your account"))

        assert (page.status, page.tree.css_first("h1").text()) == (200, "Account")
        assert page.shown_in(ada.user.email)

    def test_signed_out_it_asks_to_sign_in(self, signed_out: HtmlClient) -> None:
        assert signed_out.get(INDEX).to == "/sign-in?next=%2Fsettings%2Faccount"

    @pytest.mark.parametrize("name", PARTS)
    def test_leads_to_all_that_concerns_signing_in_and_back(self, ada: HtmlClient, name: str) -> None:
        part = ada.get(ada.get(INDEX).link(name))

        assert (part.status, part.tree.css_first("h1").text()) == (200, name)
        assert part.link("Back to the account") == INDEX

    @pytest.mark.parametrize("page", ["", "/name", "/email", "/password"])
    def test_keeps_to_its_statements(self, ada: HtmlClient, statements: Statements, page: str) -> None:
        with statements.counted() as seen:
            answer = ada.get(INDEX + page)

        assert answer.status == 200
        assert len([one for one in seen if not one.startswith("BEGIN")]) <= 2

    def test_without_a_mail_server_no_address_can_be_changed(self, ada: HtmlClient) -> None:
        assert "confirm" not in ada.get(INDEX).text
        assert "sends no email" in ada.get(f"{INDEX}/email").text


@on_one
class TestEveryForm:
    @of_every_form
    def test_signed_out_it_asks_to_sign_in(self, signed_out: HtmlClient, form: str) -> None:
        assert signed_out.post(f"{INDEX}/{form}", **FORMS.get(form, {})).to.startswith("/sign-in?next=")

    @of_every_form
    def test_another_site_cannot_send_it(self, ada: HtmlClient, form: str) -> None:
        headers = {"cookie": ada.cookie, "sec-fetch-site": "cross-site"}

        assert ada.ask("POST", f"{INDEX}/{form}", headers=headers, data=FORMS.get(form, {})).status == 403

    @pytest.mark.parametrize("form", FORMS)
    def test_another_users_page_cannot_send_it(self, visitor: HtmlClient, form: str) -> None:
        ada, bob = signed_up(visitor), signed_up(visitor, "bob@example.com")
        action = ada.get(f"{INDEX}/{form}").tree.css_first("main form").attributes["action"]

        assert bob.post(str(action), **FORMS[form]).status == 409

    @of_every_form
    def test_another_method_is_refused(self, ada: HtmlClient, form: str) -> None:
        assert ada.ask("PUT", f"{INDEX}/{form}", headers={"cookie": ada.cookie}).status in (403, 405)

    @pytest.mark.parametrize("form", ["email", "password"])
    def test_a_wrong_password_changes_nothing(self, visitor: HtmlClient, database: Database, form: str) -> None:
        ada = signed_up(visitor)

        page = ada.post(f"{INDEX}/{form}", **FORMS[form], current_password="wrong horse")

        assert (page.status, page.error("current_password")) == (422, "That is not your current password.")
        assert page.tree.css_first("[autofocus]").attributes["name"] == "current_password"
        assert page.value("current_password") == ""
        assert mails(database, "verify-new-email") == mails(database, "password-changed") == []
        assert visitor.post("/sign-in", email="ada@example.com", password=PASSWORD).status == 303

    @pytest.mark.parametrize("form", ["email", "password"])
    def test_the_password_is_asked_for(self, visitor: HtmlClient, form: str) -> None:
        page = signed_up(visitor).post(f"{INDEX}/{form}", **FORMS[form])

        assert (page.status, page.error("current_password")) == (422, "Enter your current password.")


class TestTheName:
    def test_is_changed(self, visitor: HtmlClient, database: Database) -> None:
        ada = signed_up(visitor)

        answer = ada.post(f"{INDEX}/name", name=" Ada Lovelace ")

        assert answer.to == f"{INDEX}?done=name"
        assert "Your name was changed." in ada.get(answer.to).text
        assert stored(database).name == "Ada Lovelace"
        assert not stored(database).email_verified

    @on_one
    @pytest.mark.parametrize("name", ["", " \u200b", "x" * 101, "a\x00b", "a\u0085b"])
    def test_is_held_to_the_rules_of_a_sign_up(self, visitor: HtmlClient, database: Database, name: str) -> None:
        ada = signed_up(visitor)

        form = ada.post(f"{INDEX}/name", name=name)
        endpoint = ada.client.post(
            "/api/auth/update-user",
            json={"name": name},
            headers={"cookie": ada.cookie, "origin": "http://daybook.test"},
        )

        assert (form.status, endpoint.status_code) == (422, 400)
        assert form.error("name")
        assert stored(database).name == "Ada"


class TestThePassword:
    def test_is_changed_and_ends_the_other_sessions(self, visitor: HtmlClient, database: Database) -> None:
        ada = signed_up(visitor)
        page = visitor.post("/sign-in", email="ada@example.com", password=PASSWORD)
        other = signed_in(visitor, page)
        visitor.post("/forgot-password", email="ada@example.com")

        answer = ada.post(f"{INDEX}/password", current_password=PASSWORD, password="a new password")

        here = signed_in(visitor, answer)
        assert "Your password was changed" in here.get(answer.to).text
        assert other.get("/tasks").to.startswith("/sign-in")
        assert ada.get("/tasks").to.startswith("/sign-in")
        assert [mail.address for mail in mails(database, "password-changed")] == ["ada@example.com"]
        assert visitor.get(link(database, "reset-password")).status == 410

    @on_one
    def test_is_held_to_the_rules_of_a_sign_up(self, visitor: HtmlClient) -> None:
        page = signed_up(visitor).post(f"{INDEX}/password", current_password=PASSWORD, password="short")

        assert (page.status, page.error("password")) == (422, "Use at least 8 characters.")


class TestTheAddress:
    def test_is_confirmed_by_a_link_that_a_sign_up_sends(self, visitor: HtmlClient, database: Database) -> None:
        ada = signed_up(visitor)
        before = ada.get(INDEX).text

        page = followed(visitor, link(database, "verify-email"))

        assert "not confirmed" in before
        assert (page.status, page.tree.css_first("h1").text()) == (200, "Confirmed")
        assert "new address" not in page.text
        assert stored(database).email_verified
        assert "not confirmed" not in ada.get(INDEX).text

    def test_another_link_can_be_asked_for(self, visitor: HtmlClient, database: Database) -> None:
        ada = signed_up(visitor)
        action = ada.get(INDEX).tree.css_first("main form").attributes["action"]

        answer = ada.post(str(action))

        assert "on its way" in ada.get(answer.to).text
        assert len(mails(database, "verify-email")) == 2
        followed(visitor, link(database, "verify-email"))
        assert "confirmed already" in ada.get(ada.post(f"{INDEX}/verification").to).text

    def test_is_changed_once_both_addresses_have_confirmed_it(self, visitor: HtmlClient, database: Database) -> None:
        ada = signed_up(visitor)
        followed(visitor, link(database, "verify-email"))

        asked = ada.post(f"{INDEX}/email", email="New@example.com", current_password=PASSWORD)
        unchanged = stored(database).email
        first = followed(visitor, link(database, "confirm-email-change"))
        still = stored(database).email
        second = followed(visitor, link(database, "verify-new-email"))

        assert "to your present address, and another one to the new address" in ada.get(asked.to).text
        assert "Another link is on its way" in first.text
        assert "Sign in with the new address" in second.text
        assert [mail.address for mail in mails(database, "confirm-email-change")] == ["ada@example.com"]
        assert [mail.address for mail in mails(database, "verify-new-email")] == ["new@example.com"]
        assert unchanged == still == "ada@example.com"
        assert stored(database, "new@example.com").email_verified
        [notice] = mails(database, "email-changed")
        assert (notice.address, notice.facts["new_email"]) == ("ada@example.com", "new@example.com")
        assert ada.get(INDEX).shown_in("new@example.com")
        assert followed(visitor, link(database, "verify-new-email")).status == 410

    def test_the_link_to_the_old_one_sends_one_message_to_the_new_one(
        self, visitor: HtmlClient, database: Database
    ) -> None:
        """The new one may be another person's, whom the link would send as many as it is followed."""
        ada = signed_up(visitor)
        followed(visitor, link(database, "verify-email"))
        ada.post(f"{INDEX}/email", email="victim@example.com", current_password=PASSWORD)

        answers = [followed(visitor, link(database, "confirm-email-change")).status for _ in range(3)]

        assert answers == [200, 410, 410]
        assert len(mails(database, "verify-new-email")) == 1

    def test_a_new_password_ends_a_change_that_was_asked_for_before(
        self, visitor: HtmlClient, database: Database
    ) -> None:
        """Who knew the old password would have the account in the end."""
        ada = signed_up(visitor)
        ada.post(f"{INDEX}/email", email="eve@example.com", current_password=PASSWORD)

        ada.post(f"{INDEX}/password", current_password=PASSWORD, password="a new password")

        assert followed(visitor, link(database, "verify-new-email")).status == 410
        assert stored(database).email == "ada@example.com"

    def test_one_that_was_never_confirmed_is_not_asked(self, visitor: HtmlClient, database: Database) -> None:
        """It may be mistyped; it hears of the change."""
        ada = signed_up(visitor)

        asked = ada.post(f"{INDEX}/email", email="new@example.com", current_password=PASSWORD)
        followed(visitor, link(database, "verify-new-email"))

        assert "once you have followed the link" in ada.get(asked.to).text
        assert stored(database, "new@example.com").email_verified
        assert mails(database, "confirm-email-change") == []
        assert [mail.address for mail in mails(database, "email-changed")] == ["ada@example.com"]

    def test_one_that_is_taken_gets_the_same_answer(self, visitor: HtmlClient, database: Database) -> None:
        ada = signed_up(visitor)
        signed_up(visitor, "bob@example.com")

        taken, free = (
            ada.post(f"{INDEX}/email", email=email, current_password=PASSWORD)
            for email in ("bob@example.com", "new@example.com")
        )

        assert (taken.status, taken.to) == (free.status, free.to)
        assert [mail.address for mail in mails(database, "verify-new-email")] == ["new@example.com"]

    @on_one
    def test_is_not_changed_to_itself(self, visitor: HtmlClient) -> None:
        page = signed_up(visitor).post(f"{INDEX}/email", email="ADA@example.com", current_password=PASSWORD)

        assert (page.status, page.error("email")) == (422, "This is your address already.")

    @on_one
    def test_the_endpoint_asks_for_the_password_too(self, visitor: HtmlClient, database: Database) -> None:
        ada = signed_up(visitor)

        answers = [
            ada.client.post(
                "/api/auth/change-email",
                json={"newEmail": "new@example.com", **password},
                headers={"cookie": ada.cookie, "origin": "http://daybook.test"},
            ).json()["code"]
            for password in ({}, {"password": "wrong horse"}, {"password": ""})
        ]

        assert answers == ["INVALID_PASSWORD"] * 3
        assert mails(database, "verify-new-email") == []

    @on_one
    def test_no_other_user_can_ask_for_a_link(self, visitor: HtmlClient, database: Database) -> None:
        signed_up(visitor)
        visitor.client.cookies.clear()

        answer = visitor.client.post(
            "/api/auth/send-verification-email",
            json={"email": "ada@example.com"},
            headers={"origin": "http://daybook.test"},
        )

        assert answer.status_code == 401
        assert len(mails(database, "verify-email")) == 1

    @on_one
    @pytest.mark.parametrize(
        ("token", "status"), [("abc", 404), ("a.b.c", 410), ("a" * 101 + ".b.c", 404), ("a.b.c.d", 404), ("a.é.c", 404)]
    )
    def test_an_odd_link_confirms_nothing(self, visitor: HtmlClient, token: str, status: int) -> None:
        assert visitor.post(f"/confirm-email/{token}").status == status

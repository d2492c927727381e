"""Sign-up, sign-in and sign-out with a real Better Auth process."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from tests.client import HtmlClient, Statements
from tests.controllers.accounts import PASSWORD, sign_up, signed_in
from web.db.database import Database
from web.models.user import AuthSession, User


class TestSigningUp:
    def test_creates_an_account_and_signs_in(self, newcomer: HtmlClient) -> None:
        page = sign_up(newcomer)

        ada = signed_in(newcomer, page)
        assert (page.status, page.to) == (303, "/")
        assert "Ada" in ada.get("/tasks").text

    def test_sent_twice_creates_one_account_and_signs_in(self, newcomer: HtmlClient) -> None:
        with ThreadPoolExecutor() as together:
            pages = list(together.map(lambda _: sign_up(newcomer), range(2)))
        pages.append(sign_up(newcomer))

        assert [(page.status, page.to) for page in pages] == [(303, "/")] * 3
        assert "Ada" in signed_in(newcomer, pages[-1]).get("/tasks").text

    def test_with_another_password_does_not_sign_in_to_an_existing_account(self, newcomer: HtmlClient) -> None:
        sign_up(newcomer)

        page = sign_up(newcomer, password="another password")

        assert page.error("email") == "An account with this email already exists. Sign in instead."
        assert "set-cookie" not in page.headers

    def test_reports_an_email_that_is_taken(self, newcomer: HtmlClient) -> None:
        sign_up(newcomer)

        page = sign_up(newcomer, "ADA@example.com", name="Another Ada", password="another password")

        assert page.status == 422
        assert page.error("email") == "An account with this email already exists. Sign in instead."
        assert page.value("name") == "Another Ada"
        assert page.value("email") == "ADA@example.com"
        assert page.value("password") == ""
        assert PASSWORD not in page.html

    @pytest.mark.parametrize(
        ("password", "words"),
        [
            ("short", "Use at least 8 characters."),
            ("x" * 129, "Use at most 128 characters."),
            ("", "Enter your password."),
            ("Password1", "Many people use this password, so it is guessed first. Choose another one."),
        ],
    )
    def test_reports_an_invalid_password(self, newcomer: HtmlClient, password: str, words: str) -> None:
        page = sign_up(newcomer, password=password)

        assert page.status == 422
        assert page.error("password") == words
        assert page.value("email") == "ada@example.com"

    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        [
            ("name", " ", "Enter your name."),
            ("name", "x" * 101, "Names can be up to 100 characters (this one is 101)."),
            ("name", "a\x00b", "Remove the control characters."),
            ("email", "", "Enter your email address."),
            ("email", "ada", "Enter an email address, such as ada@example.com."),
            ("email", "ada @example.com", "Enter an email address, such as ada@example.com."),
            ("email", "a" * 250 + "@example.com", "Emails can be up to 255 characters (this one is 262)."),
        ],
    )
    def test_reports_an_invalid_field(self, newcomer: HtmlClient, field: str, typed: str, words: str) -> None:
        page = newcomer.post(
            "/sign-up", **{"name": "Ada", "email": "ada@example.com", "password": PASSWORD, field: typed}
        )

        assert page.status == 422
        assert page.error(field) == words

    def test_reports_everything_that_is_wrong_at_once(self, newcomer: HtmlClient) -> None:
        page = newcomer.post("/sign-up", name=" ", email="ada", password="short")

        assert page.status == 422
        assert [page.error(name) for name in ("name", "email", "password")] == [
            "Enter your name.",
            "Enter an email address, such as ada@example.com.",
            "Use at least 8 characters.",
        ]
        assert page.tree.css_first("[autofocus]").attributes["name"] == "name"

    @pytest.mark.parametrize("password", ["🔑" * 4, "xyz tuv ", "x" * 128])
    def test_counts_a_password_as_better_auth_does(self, newcomer: HtmlClient, password: str) -> None:
        assert sign_up(newcomer, password=password).status == 303

    def test_accepts_any_characters_in_a_password(self, newcomer: HtmlClient) -> None:
        password = "пароль 密码 🔑 \u00e9"

        sign_up(newcomer, password=password)
        page = newcomer.post("/sign-in", email="ada@example.com", password=password)

        assert page.status == 303


class TestSigningIn:
    def test_redirects_to_the_page_that_was_requested(self, newcomer: HtmlClient) -> None:
        sign_up(newcomer)

        form = newcomer.get("/sign-in?next=%2Ftasks%3Fstatus%3Dpending")
        page = newcomer.post("/sign-in", email="ada@example.com", password=PASSWORD, next=form.value("next"))

        assert page.to == "/tasks?status=pending"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/tasks\r\nset-cookie: a=b",
            "/ok\\..\\evil",
            "tasks",
            "http:tasks",
            " //evil.example",
        ],
    )
    def test_never_redirects_to_another_site(self, newcomer: HtmlClient, elsewhere: str) -> None:
        sign_up(newcomer)

        form = newcomer.ask("GET", "/sign-in", params={"next": elsewhere})
        page = newcomer.post("/sign-in", email="ada@example.com", password=PASSWORD, next=elsewhere)

        assert form.value("next") == ""
        assert page.to == "/"

    @pytest.mark.parametrize(("email", "password"), [("ada@example.com", "wrong horse"), ("bob@example.com", PASSWORD)])
    def test_does_not_reveal_whether_email_or_password_was_wrong(
        self, newcomer: HtmlClient, email: str, password: str
    ) -> None:
        sign_up(newcomer)

        page = newcomer.post("/sign-in", email=email, password=password, next="/tasks?q=milk")

        assert page.status == 422
        assert page.alert == "Wrong email or password."
        assert page.value("email") == email
        assert page.value("next") == "/tasks?q=milk"
        assert password not in page.html
        assert "set-cookie" not in page.headers

    @pytest.mark.parametrize("email", ["no email", "a\x00@example.com", "x" * 3000])
    def test_a_malformed_email_is_refused(self, newcomer: HtmlClient, email: str) -> None:
        assert newcomer.post("/sign-in", email=email, password=PASSWORD).status == 422

    def test_requires_email_and_password(self, newcomer: HtmlClient) -> None:
        page = newcomer.post("/sign-in", email="", password="")

        assert page.error("email") == "Enter your email address."
        assert page.error("password") == "Enter your password."

    def test_redirects_a_signed_in_user(self, newcomer: HtmlClient) -> None:
        ada = signed_in(newcomer, sign_up(newcomer))

        assert ada.get("/sign-in").to == ada.get("/sign-up").to == "/"
        assert ada.get("/").to == "/today"

    def test_is_the_start_page_when_signed_out(self, newcomer: HtmlClient) -> None:
        assert newcomer.get("/").to == "/sign-in"

    def test_replaces_the_session_of_an_earlier_user(self, newcomer: HtmlClient) -> None:
        sign_up(newcomer, "bob@example.com", name="Bob")
        ada = signed_in(newcomer, sign_up(newcomer))

        page = ada.post("/sign-in", email="bob@example.com", password=PASSWORD)

        assert "Bob" in signed_in(newcomer, page).get("/tasks").text
        assert "Ada" in ada.get("/tasks").text

    def test_the_sign_in_and_sign_up_pages_send_no_statements(
        self, signed_out: HtmlClient, statements: Statements
    ) -> None:
        with statements.counted() as seen:
            signed_out.get("/sign-in")
            signed_out.get("/sign-up")

        assert seen == []


class TestSigningOut:
    def test_ends_the_session_and_clears_the_cookie(self, newcomer: HtmlClient) -> None:
        ada = signed_in(newcomer, sign_up(newcomer))

        page = ada.post("/sign-out")

        assert (page.status, page.to) == (303, "/sign-in")
        assert any("Max-Age=0" in cookie for cookie in page.headers.get_list("set-cookie"))
        assert ada.get("/tasks").to.startswith("/sign-in")

    def test_is_idempotent(self, newcomer: HtmlClient) -> None:
        ada = signed_in(newcomer, sign_up(newcomer))

        assert [ada.post("/sign-out").status for _ in range(2)] == [303, 303]
        assert newcomer.post("/sign-out").status == 303


class TestWithoutBetterAuth:
    def test_signing_in_is_temporarily_unavailable(self, signed_out: HtmlClient) -> None:
        page = signed_out.post("/sign-in", email="ada@example.com", password=PASSWORD)

        assert page.status == 503
        assert page.headers["retry-after"] == "5"
        assert "Back in a moment" in page.text

    def test_signed_in_users_keep_working(self, ada: HtmlClient) -> None:
        assert ada.post("/tasks", title="Buy milk").status == 303
        assert ada.get("/tasks").titles == ["Buy milk"]


class TestStoredAccounts:
    def test_are_written_by_better_auth(self, newcomer: HtmlClient, database: Database) -> None:
        sign_up(newcomer)

        with database.reading() as session:
            user, sign_in = session.exec(select(User)).one(), session.exec(select(AuthSession)).one()

        assert (user.name, user.email, user.email_verified) == ("Ada", "ada@example.com", False)
        assert (sign_in.user_id, sign_in.user_agent) == (user.id, "testclient")

"""Unexpected errors: the error page, the message for htmx and the log entry."""

import logging

import psycopg2
import pytest
from litestar import Litestar
from sqlalchemy import Connection, event

from tests.client import HtmlClient, Statements
from web.domain.errors import SearchTooSlow, TooManySearches
from web.services.labels import Labels
from web.services.tasks import Tasks


class TestUnexpectedErrors:
    @pytest.fixture
    def broken(self, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> HtmlClient:
        def fail(*_: object) -> None:
            raise RuntimeError("a secret of the inside")

        for method in ("counts", "list"):
            monkeypatch.setattr(Tasks, method, fail)
        return ada

    def test_show_a_page_with_a_reference_that_is_logged(
        self, broken: HtmlClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.ERROR):
            page = broken.get("/tasks?q=private")

        reference = page.tree.css_first("code").text()
        assert page.status == 500
        assert "Unexpected error" in page.text
        assert "secret" not in page.html
        assert reference in caplog.text
        assert "a secret of the inside" in caplog.text
        assert "private" not in caplog.text

    def test_show_a_message_with_a_reference_for_htmx(self, broken: HtmlClient) -> None:
        partial = broken.post("/tasks", htmx=True, title="Buy milk")

        assert partial.status == 500
        assert partial.headers["hx-retarget"] == "#notices"
        assert "Reference" in partial.alert

    def test_show_programs_the_reference(
        self, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("a secret of the inside")

        monkeypatch.setattr(Labels, "all", fail)

        problem = ada.get("/api/labels").response.json()

        reference = problem["detail"].rpartition("Reference: ")[2].removesuffix(".")
        assert reference in caplog.text
        assert "secret" not in str(problem)

    def test_roll_the_change_back(self, broken: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> None:
        broken.post("/tasks", htmx=True, title="Buy milk")
        monkeypatch.undo()

        assert broken.get("/tasks").titles == []

    def test_a_lost_connection_is_a_503_instead(self, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> None:
        def die(*_: object) -> None:
            raise psycopg2.OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(Tasks, "list", die)
        monkeypatch.setattr("web.db.database.RETRY_SECONDS", 0)

        answer = ada.get("/tasks")

        assert (answer.status, answer.headers["retry-after"]) == (503, "5")

    @pytest.mark.databases("postgresql")
    def test_a_database_that_accepts_no_changes_is_a_503_for_changes(self, app: Litestar, ada: HtmlClient) -> None:
        """As after a failover to a standby. It was a 500."""

        def make_read_only(connection: Connection) -> None:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

        event.listen(app.state.database.engine, "begin", make_read_only)
        try:
            answer, page = ada.post("/tasks", title="Buy milk"), ada.get("/tasks")
        finally:
            event.remove(app.state.database.engine, "begin", make_read_only)

        assert (answer.status, answer.headers["retry-after"], page.status) == (503, "5", 200)

    def test_during_commit_show_the_same_page(self, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("the commit failed")

        monkeypatch.setattr("sqlalchemy.Connection.commit", fail)
        page = ada.post("/tasks", title="Buy milk")
        monkeypatch.undo()

        assert page.status == 500
        assert "Unexpected error" in page.text
        assert ada.get("/tasks").titles == []


def test_what_no_longer_exists_is_said_where_the_page_stays(ada: HtmlClient) -> None:
    headers = {"cookie": ada.cookie, "sec-fetch-site": "same-origin", "hx-request": "true", "hx-request-type": "full"}

    undo = ada.ask("POST", "/tasks/12345/restore", headers={**headers, "hx-target": "ul#tasks"})
    back = ada.ask("GET", "/tasks/12345", headers={**headers, "hx-target": "body"})

    assert (undo.status, back.status) == (404, 404)
    assert undo.tree.css_first("[data-reason]").text().strip().startswith("This no longer exists.")
    assert "This page does not exist" in back.text


class TestTheShell:
    """What stands around an error page."""

    @pytest.mark.parametrize(
        "path", ["/nowhere", "/tasks/0", "/tasks/2147483647", "/static/nothing.css", "/tasks/1/complete"]
    )
    def test_a_signed_in_user_keeps_the_index(self, ada: HtmlClient, path: str) -> None:
        page = ada.get(path)

        assert page.status in (404, 405)
        assert page.link("Open tasks") == page.link("Back to your tasks") == "/tasks"
        assert page.tree.css_first("form[action='/sign-out']")

    def test_it_asks_no_database_for_an_unknown_path(self, ada: HtmlClient, statements: Statements) -> None:
        with statements.counted() as seen:
            page = ada.get("/nowhere")

        assert page.tree.css_first("#index")
        assert seen == []

    @pytest.mark.parametrize("cookie", ["", "better-auth.session_token=forged.signature"])
    def test_a_signed_out_user_has_none(self, signed_out: HtmlClient, cookie: str) -> None:
        page = HtmlClient(signed_out.client, cookie=cookie).get("/nowhere")

        assert page.status == 404
        assert page.tree.css("#index, form") == []
        assert page.link("Back to Daybook") == "/"


class TestARefusedSearch:
    @pytest.mark.parametrize(("error", "words"), [(SearchTooSlow, "took too long"), (TooManySearches, "still running")])
    def test_shows_the_reason(
        self, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch, error: type[Exception], words: str
    ) -> None:
        def refuse(*_: object) -> None:
            raise error

        monkeypatch.setattr("web.db.database.RETRY_SECONDS", 0)
        monkeypatch.setattr(Tasks, "list", refuse)

        page, partial = ada.get("/tasks?q=a"), ada.get("/tasks?q=a", htmx=True)

        assert (page.status, partial.status) == (503, 503)
        assert words in page.text
        assert words in partial.alert

"""What a user sees when something breaks on our side."""

import logging

import psycopg2
import pytest

from tests.client import HtmlClient
from web.domain.errors import SearchTooSlow, TooManySearches
from web.services.tasks import Tasks


class TestOurFaults:
    @pytest.fixture
    def broken(self, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> HtmlClient:
        def fail(*_: object) -> None:
            raise RuntimeError("a secret of the inside")

        for method in ("counts", "list"):
            monkeypatch.setattr(Tasks, method, fail)
        return ada

    def test_are_a_page_with_a_number_to_quote(self, broken: HtmlClient, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            page = broken.get("/tasks?q=private")

        reference = page.tree.css_first("code").text()
        assert page.status == 500
        assert "Unexpected error" in page.text
        assert "secret" not in page.html
        assert reference in caplog.text
        assert "a secret of the inside" in caplog.text
        assert "private" not in caplog.text

    def test_are_a_message_for_htmx(self, broken: HtmlClient) -> None:
        partial = broken.post("/tasks", htmx=True, title="Buy milk")

        assert partial.status == 500
        assert partial.headers["hx-retarget"] == "#notices"
        assert "Reference" in partial.alert

    def test_leave_nothing_half_done(self, broken: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> None:
        broken.post("/tasks", htmx=True, title="Buy milk")
        monkeypatch.undo()

        assert broken.get("/tasks").titles == []

    def test_a_connection_that_died_is_none(self, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> None:
        def die(*_: object) -> None:
            raise psycopg2.OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(Tasks, "list", die)
        monkeypatch.setattr("web.db.database.RETRY_SECONDS", 0)

        answer = ada.get("/tasks")

        assert (answer.status, answer.headers["retry-after"]) == (503, "5")

    def test_at_the_last_moment_are_faults_too(self, ada: HtmlClient, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("the commit failed")

        monkeypatch.setattr("sqlalchemy.Connection.commit", fail)
        page = ada.post("/tasks", title="Buy milk")
        monkeypatch.undo()

        assert page.status == 500
        assert "Unexpected error" in page.text
        assert ada.get("/tasks").titles == []


class TestASearchThatIsRefused:
    @pytest.mark.parametrize(("error", "words"), [(SearchTooSlow, "took too long"), (TooManySearches, "still running")])
    def test_is_a_sentence(
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

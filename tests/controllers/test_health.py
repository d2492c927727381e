"""Health checks, the 404 page and static files: routes that need no user."""

import pytest
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient
from tests.conftest import settings_for
from web.app import create_app
from web.db.database import Database


@pytest.mark.usefixtures("patient")
class TestTheSite:
    def test_is_alive_and_ready(self, newcomer: HtmlClient) -> None:
        assert [newcomer.get(path).status for path in ("/healthz", "/readyz")] == [200, 200]

    def test_is_not_ready_without_better_auth(self, signed_out: HtmlClient) -> None:
        answer = signed_out.get("/readyz")

        assert (signed_out.get("/healthz").status, answer.status) == (200, 503)
        assert answer.response.text == "Better Auth does not answer, so users cannot sign in.\n"

    def test_is_not_ready_while_the_schema_is_outdated(self, newcomer: HtmlClient, database: Database) -> None:
        with database.transaction() as session:
            session.connection().exec_driver_sql("CREATE TABLE kept AS SELECT version_num FROM alembic_version")
            session.connection().exec_driver_sql("DELETE FROM alembic_version")
        try:
            answer = newcomer.get("/readyz")
        finally:
            with database.transaction() as session:
                session.connection().exec_driver_sql("INSERT INTO alembic_version SELECT version_num FROM kept")
                session.connection().exec_driver_sql("DROP TABLE kept")

        assert answer.status == 503
        assert answer.response.text.startswith("The database is at revision none and the code at ")
        assert newcomer.get("/readyz").status == 200

    def test_is_not_ready_without_a_database_and_shows_no_password(self) -> None:
        settings = settings_for("postgresql://ada:hunter2@127.0.0.1:9/book")
        with TestClient(create_app(settings), base_url=ORIGIN) as client:
            answer = HtmlClient(client).get("/readyz")

        assert answer.status == 503
        assert answer.response.text.startswith("The database does not answer.\n")
        assert "hunter2" not in answer.response.text

    def test_shows_a_page_for_an_unknown_url(self, signed_out: HtmlClient) -> None:
        page = signed_out.get("/nowhere/at/all")

        assert page.status == 404
        assert "Page not found" in page.text
        assert page.tree.css_first("main a").attributes["href"] == "/"

    @pytest.mark.parametrize(
        "path", ["/static/", "/static/daybook.css", "/static/..%2f..%2fpyproject.toml", "/static/%00"]
    )
    def test_serves_no_other_files_under_static(self, signed_out: HtmlClient, path: str) -> None:
        assert signed_out.get(path).status == 404

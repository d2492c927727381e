"""Security and cache headers, which every response has."""

import pytest
from litestar.testing import TestClient

from tests.client import HtmlClient
from tests.conftest import settings_for
from web.app import create_app
from web.settings import Settings

# Middleware and assets do not depend on the database.
pytestmark = pytest.mark.databases("sqlite")

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
PATHS = ["/", "/tasks", "/sign-in", "/sign-up", "/healthz", "/readyz", "/nowhere", "/tasks/0", "/static/nothing.css"]


class TestEveryResponse:
    @pytest.mark.parametrize("path", [*PATHS, "/api/auth/get-session", "/api/nowhere", "/tasks/../../etc", "/%00"])
    def test_has_the_security_headers(self, ada: HtmlClient, signed_out: HtmlClient, path: str) -> None:
        for visitor in (ada, signed_out):
            answer = visitor.get(path)

            assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
            assert "strict-transport-security" not in answer.headers

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
    def test_has_the_security_headers_for_every_method(self, signed_out: HtmlClient, method: str) -> None:
        answer = signed_out.ask(method, "/tasks", headers={"sec-fetch-site": "same-origin"})

        assert answer.status in (204, 303, 405)
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS

    def test_is_not_cached_unless_it_is_a_static_file(self, ada: HtmlClient) -> None:
        page = ada.get("/tasks")
        style = page.tree.css_first("link[rel=stylesheet]").attributes["href"] or ""

        assert page.headers["cache-control"] == "no-store"
        assert "immutable" in ada.get(style).headers["cache-control"]
        assert ada.get(style).headers["content-type"].startswith("text/css")

    def test_has_hsts_if_app_url_is_https(self, migrated: Settings) -> None:
        app = create_app(settings_for(migrated.node_database_url(), APP_URL="https://daybook.example"))

        with TestClient(app, base_url="https://daybook.example") as client:
            assert "max-age=63072000" in HtmlClient(client).get("/nowhere").headers["strict-transport-security"]

    def test_does_not_name_the_server(self, signed_out: HtmlClient) -> None:
        assert "server" not in signed_out.get("/").headers

"""Requests for a host that is not ours are refused, whatever they ask for."""

from collections.abc import Callable

import pytest
from litestar.testing import TestClient

from tests.client import HtmlClient, Page
from tests.databases import settings_for
from tests.http.test_headers import SECURITY_HEADERS
from web.app import create_app, with_outer_middleware
from web.settings import Settings

# The database is not asked.
pytestmark = pytest.mark.databases("sqlite")

Ask = Callable[..., Page]


@pytest.fixture
def ask(migrated: Settings) -> Ask:
    """Asks a Daybook with these settings for a path, with this Host header."""

    def asked(host: str, path: str = "/sign-in", **environment: str) -> Page:
        app = create_app(settings_for(migrated.node_database_url(), **environment))
        with TestClient(with_outer_middleware(app), base_url="http://unused.example") as client:
            return HtmlClient(client).ask("GET", path, headers={"host": host})

    return asked


PUBLIC = {"APP_URL": "https://daybook.example"}
OTHERS = ["evil.example", "daybook.example.evil.example", "xdaybook.example", "203.0.113.7", "", "[", "a b", "@a"]


@pytest.mark.parametrize("host", OTHERS)
@pytest.mark.parametrize("environment", [PUBLIC, {"APP_URL": "http://localhost:8000"}], ids=["public", "at home"])
def test_another_host_is_told_ours(ask: Ask, host: str, environment: dict[str, str]) -> None:
    page = ask(host, **environment)

    assert (page.status, page.html) == (421, f"This Daybook is at {environment['APP_URL']}.\n")
    assert {name: page.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert page.headers["cache-control"] == "no-store"
    assert "daybook" not in page.headers


@pytest.mark.parametrize(
    "host", ["daybook.example", "DAYBOOK.example:443", "localhost", "127.0.0.1:8000", "[::1]:8000", "ada.localhost"]
)
def test_our_host_and_this_machine_are_served(ask: Ask, host: str) -> None:
    assert ask(host, **PUBLIC).status == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_health_check_may_name_any_host(ask: Ask, path: str) -> None:
    assert ask("10.0.0.7:8000", path, **PUBLIC).status in (200, 503)


def test_other_machines_may_use_any_name_until_one_is_set(ask: Ask) -> None:
    assert ask("daybook.local", APP_URL="http://localhost:8000", HOST="0.0.0.0").status == 200

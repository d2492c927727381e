"""Every answer, errors included, has headers worth at least 130 points of MDN's HTTP Observatory."""

from collections.abc import Iterator

import pytest
from litestar.testing import TestClient

from tests.client import HtmlClient, Page
from tests.databases import settings_for
from tests.factories import Factory
from tests.hostile.claims import Claim
from tests.hostile.observatory import WeakHeaders, score
from tests.routes.walk import routes
from web.app import create_app, with_outer_middleware
from web.db.database import Database
from web.http.response_headers import HEADERS
from web.settings import Settings

pytestmark = pytest.mark.databases("sqlite")

ORIGIN = "https://daybook.example"
SESSION = settings_for("sqlite:///unused.db", APP_URL=ORIGIN).session_cookie
ODD = ["/", "/nowhere", "/static/nothing.css", "/tasks/0", "/%00", "/a//b", "/tasks?q=%ff", "/healthz", "/readyz"]
ASSETS = ["/robots.txt", "/service-worker.js", "/favicon.ico", "/api/openapi.json", "/api/docs", "/api/nowhere"]
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X")


@pytest.fixture
def https(migrated: Settings, database: Database) -> Iterator[HtmlClient]:
    """A client of a Daybook that users reach over https."""
    app = create_app(settings_for(migrated.node_database_url(), APP_URL=ORIGIN))
    with TestClient(with_outer_middleware(app), base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield HtmlClient(client)


def signed_in(client: HtmlClient, make: Factory) -> HtmlClient:
    user = make.user()
    return HtmlClient(client.client, user, f"{SESSION}={make.cookie(make.sign_in(user)).partition('=')[2]}")


def points(page: Page) -> int:
    return score(page.headers, page.headers.get_list("set-cookie"), page.html)


def test_the_first_page_is_worth_130_points(https: HtmlClient, make: Factory, claim: Claim) -> None:
    page = https.get("/sign-in")

    assert points(page) >= 130
    assert points(signed_in(https, make).get("/tasks")) >= 130
    claim("MDN HTTP Observatory, by its rules", points(page), "points without its bonus for preloaded HSTS")


def test_every_answer_has_all_headers(https: HtmlClient, make: Factory, claim: Claim) -> None:
    ada = signed_in(https, make)
    paths = sorted({route.at(1, ada.owner) for route in routes()} | {*ODD, *ASSETS})

    answers = [
        (method, path, client.ask(method, path, headers={"cookie": client.cookie} if client.cookie else {}))
        for path in paths
        for client, methods in ((https, METHODS), (ada, METHODS[:2]))
        for method in methods
    ]

    lacking = [
        (method, path, page.status)
        for method, path, page in answers
        if any(page.headers.get(name) != value for name, value in HEADERS.items()) or points(page) < 125
    ]
    assert lacking == []
    statuses = {page.status for _, _, page in answers}
    assert statuses >= {200, 204, 303, 403, 404, 405}
    assert not [one for one in answers if one[2].status >= 500 and one[1] != "/readyz"]
    claim("answers of every route and method, errors too", len(answers), "all security headers on each")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content-security-policy", "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'none'"),
        ("content-security-policy", "default-src 'none'"),
        ("content-security-policy", ""),
        ("referrer-policy", "unsafe-url"),
        ("x-content-type-options", ""),
        ("strict-transport-security", "max-age=60"),
        ("access-control-allow-origin", "*"),
    ],
)
def test_a_weaker_header_is_noticed(https: HtmlClient, name: str, value: str) -> None:
    headers = {**https.get("/sign-in").headers, name: value}

    with pytest.raises(WeakHeaders):
        score(headers, [], "")

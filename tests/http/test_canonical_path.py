"""A path has one reading: routers, prefixes and proxies must not disagree about it."""

import json
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient
from web.app import with_outer_middleware
from web.http.middleware.canonical_path import MAX_LENGTH, is_canonical

pytestmark = pytest.mark.databases("sqlite")

UNCLEAR = [
    *("//tasks", "/tasks//", "//", "/api//auth/get-session", "///api/auth/get-session", "/api/auth//get-session"),
    *("/./tasks", "/../tasks", "/tasks/..", "/tasks/.", "/api/auth/../../etc", "/static/../tasks", "/..;/tasks"),
    *("/%2e/tasks", "/%2E%2e/tasks", "/..%2ftasks", "/tasks%2F1", "/tasks%5c1", "/tasks\\1", "/..%3b/tasks"),
    *("/tasks%00", "/%00", "/tasks%0a", "/tasks%7f", "/%252e%252e/tasks", "/%c0%ae/tasks"),
    *("/%zz", "/tasks%", "/%u002e"),
    "/" + "a" * MAX_LENGTH,
]
CANONICAL = ["/", "/tasks", "/tasks/", "/tasks/1/edit", "/.well-known/x", "/a..b/c.", "/caf%C3%A9", "/a%20b", "/~a-b_c"]


@pytest.fixture
def client(app: Litestar) -> Iterator[HtmlClient]:
    with TestClient(with_outer_middleware(app), base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield HtmlClient(client)


@pytest.mark.parametrize("path", UNCLEAR)
def test_an_unclear_path_is_recognised(path: str) -> None:
    assert not is_canonical(path.encode())


@pytest.mark.parametrize("path", CANONICAL)
def test_a_canonical_path_is_recognised(path: str) -> None:
    assert is_canonical(path.encode())


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("path", ["//tasks", "///api/auth/get-session", "/api//auth/sign-out", "/tasks%2f1", "/%00"])
def test_an_unclear_path_is_not_found(client: HtmlClient, method: str, path: str) -> None:
    """HEAD of Better Auth's paths included: no GET of a link that works once is made of it."""
    answer = client.ask(method, ORIGIN + path, headers={"sec-fetch-site": "same-origin"})

    assert answer.status == 404


def test_an_unclear_path_has_the_usual_page(client: HtmlClient) -> None:
    assert "Page not found" in client.ask("GET", ORIGIN + "//tasks").text


def test_an_unclear_path_of_the_api_is_a_problem(client: HtmlClient) -> None:
    answer = client.get("/api/tasks%0a/7")

    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


def test_an_unknown_path_of_better_auth_is_not_found_as_json(client: HtmlClient) -> None:
    answer = client.get("/api/auth/nowhere")

    assert (answer.status, json.loads(answer.html)["code"]) == (404, "NOT_FOUND")

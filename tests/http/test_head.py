"""HEAD returns the status and headers of GET, without a body, for every page."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient
from tests.factories import Factory
from web.app import with_outer_middleware
from web.http.middleware.head import Head

# Middleware and assets do not depend on the database.
pytestmark = pytest.mark.databases("sqlite")

PAGES = ["/", "/sign-in", "/sign-up", "/tasks", "/tasks?q=milk", "/robots.txt", "/healthz", "/readyz", "/nowhere"]


@pytest.fixture
def signed_out(app: Litestar) -> Iterator[HtmlClient]:
    with TestClient(with_outer_middleware(app), base_url=ORIGIN) as client:
        yield HtmlClient(client)


def assert_head_matches_get(visitor: HtmlClient, path: str, coding: str = "identity") -> None:
    headers = {"accept-encoding": coding, **({"cookie": visitor.cookie} if visitor.cookie else {})}

    whole, head = (visitor.ask(method, path, headers=headers) for method in ("GET", "HEAD"))

    assert (head.status, head.response.content) == (whole.status, b""), path
    assert {**head.headers, "content-length": ""} == {**whole.headers, "content-length": ""}
    # A fresh idempotency key changes the length of a compressed page by some bytes.
    assert abs(int(head.headers["content-length"]) - int(whole.headers["content-length"])) < 20


@pytest.mark.parametrize("coding", ["identity", "br"])
def test_head_of_a_page_has_the_headers_of_get(
    ada: HtmlClient, signed_out: HtmlClient, make: Factory, coding: str
) -> None:
    task = make.task(ada.user, "Buy milk")

    for path in (*PAGES, f"/tasks/{task.id}", f"/tasks/{task.id}/edit"):
        assert_head_matches_get(ada, path, coding)
        assert_head_matches_get(signed_out, path, coding)


def test_head_of_a_style_sheet_has_the_headers_of_get(signed_out: HtmlClient) -> None:
    style = signed_out.get("/sign-in").tree.css_first("link[rel=stylesheet]").attributes["href"] or ""

    assert_head_matches_get(signed_out, style, "br")


def test_head_is_listed_among_the_allowed_methods(ada: HtmlClient) -> None:
    answer = ada.ask("PUT", "/tasks", headers={"cookie": ada.cookie, "sec-fetch-site": "same-origin"})

    assert answer.status == 405
    assert {"GET", "HEAD", "POST"} <= set(answer.headers["allow"].split(", "))


def test_head_does_not_consume_better_auths_one_time_links(signed_out: HtmlClient) -> None:
    answer = signed_out.ask("HEAD", "/api/auth/verify-email?token=once")

    assert answer.status == 405
    assert "HEAD" not in answer.headers["allow"]


def test_a_body_in_several_chunks_is_dropped_entirely() -> None:
    sent: list[Any] = []

    async def app(scope: Any, _: Any, send: Any) -> None:
        assert scope["method"] == "GET"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Head(app)({"type": "http", "method": "HEAD", "path": "/tasks"}, None, send))  # type: ignore[arg-type, typeddict-item]

    assert [message.get("body") for message in sent] == [None, b"", b""]

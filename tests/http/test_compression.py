"""Pages and partials are compressed if the client accepts it, unless the length could leak data to another site."""

import asyncio
import gzip
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient
from tests.factories import Factory
from web.app import with_outer_middleware
from web.http.middleware.compression import Compression, choose_coding

# Middleware and assets do not depend on the database.
pytestmark = pytest.mark.databases("sqlite")

BROWSERS = "gzip, deflate, br, zstd"


@pytest.fixture
def signed_out(app: Litestar) -> Iterator[HtmlClient]:
    with TestClient(with_outer_middleware(app), base_url=ORIGIN) as client:
        yield HtmlClient(client)


@pytest.fixture
def ada(signed_out: HtmlClient, make: Factory) -> HtmlClient:
    ada = signed_out.signed_in_as(make.user("Ada"), make)
    make.tasks(ada.user, 50)
    return ada


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (BROWSERS, "br"),
        ("gzip, deflate", "gzip"),
        ("br", "br"),
        ("BR;Q=0.5", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br; q=0, gzip", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("*;q=0.1, identity;q=0.2", "identity"),
        ("identity", "identity"),
        ("identity;q=0, br", "br"),
        ("gzip;q=0.5, identity", "identity"),
        ("gzip;q=0", "identity"),
        ("*;q=0", "identity"),
        ("zebra, brotli, gzipped", "identity"),
        ("gzip;q=high", "identity"),
        ("gzip;q=nan", "identity"),
        ("gzip;level=9", "gzip"),
        (",,;;q=", "identity"),
        ("\xff", "identity"),
        ("", "identity"),
    ],
)
def test_the_coding_follows_accept_encoding(accepted: str, coding: str) -> None:
    assert choose_coding(accepted.encode("latin-1")) == coding


def test_without_accept_encoding_the_response_is_not_compressed() -> None:
    assert choose_coding(None) == "identity"


def test_a_page_is_identical_in_every_coding(ada: HtmlClient) -> None:
    answers = {accepted: ada.get("/tasks/0", accept_encoding=accepted) for accepted in ("br", "gzip", "identity")}

    codings = {accepted: answer.headers.get("content-encoding") for accepted, answer in answers.items()}
    assert codings == {"br": "br", "gzip": "gzip", "identity": None}
    assert len({answer.html for answer in answers.values()}) == 1
    assert all(
        int(answer.headers["content-length"]) < len(answer.html) * (0.6 if coding else 1.1)
        for answer, coding in zip(answers.values(), codings.values(), strict=True)
    )


@pytest.mark.parametrize("accepted", [BROWSERS, "identity"])
@pytest.mark.parametrize("path", ["/tasks", "/sign-in", "/nowhere", "/readyz"])
def test_vary_names_accept_encoding(ada: HtmlClient, path: str, accepted: str) -> None:
    assert "Accept-Encoding" in ada.get(path, accept_encoding=accepted).headers["vary"].split(", ")


def test_vary_keeps_the_htmx_headers(ada: HtmlClient) -> None:
    vary = ada.get("/tasks", accept_encoding=BROWSERS).headers["vary"]

    assert sorted(vary.split(", ")) == ["Accept-Encoding", "HX-Request", "HX-Request-Type"]


def test_a_partial_is_compressed_once_it_exceeds_one_packet(ada: HtmlClient) -> None:
    row = ada.get("/tasks").tree.css_first(".task__toggle").attributes["action"] or ""
    headers = {"cookie": ada.cookie, "accept-encoding": "gzip", "sec-fetch-site": "same-origin", "hx-request": "true"}

    small = ada.ask("GET", "/tasks/0", headers=headers)
    large = ada.ask("POST", row, headers=headers)

    assert len(small.html) > 200
    assert "content-encoding" not in small.headers
    assert large.headers["content-encoding"] == "gzip"
    assert len(large.html) > 2 * int(large.headers["content-length"])


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/tasks/0", 404), ("/tasks", 403)])
def test_an_error_page_is_compressed(ada: HtmlClient, path: str, status: int) -> None:
    headers = {"cookie": ada.cookie, "accept-encoding": "br", "origin": "http://evil.example"}

    answer = ada.ask("POST" if status == 403 else "GET", path, headers=headers)

    assert (answer.status, answer.headers["content-encoding"]) == (status, "br")
    assert answer.is_page


def test_a_redirect_is_not_compressed(signed_out: HtmlClient) -> None:
    answer = signed_out.get("/tasks", accept_encoding=BROWSERS)

    assert answer.status == 303
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_search_linked_from_another_site_is_not_compressed(ada: HtmlClient, site: str) -> None:
    guess = ada.get("/tasks?q=Task", accept_encoding=BROWSERS, sec_fetch_site=site)
    plain = ada.get("/tasks", accept_encoding=BROWSERS, sec_fetch_site=site)

    assert "content-encoding" not in guess.headers
    assert len(guess.titles) == 50
    assert plain.headers["content-encoding"] == "br"


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_a_search_from_our_own_page_is_compressed(ada: HtmlClient, site: str | None) -> None:
    headers = {"sec_fetch_site": site} if site else {}

    assert ada.get("/tasks?q=Task", accept_encoding=BROWSERS, **headers).headers["content-encoding"] == "br"


def test_better_auth_responses_are_passed_through_unchanged(ada: HtmlClient) -> None:
    answer = ada.get("/api/auth/get-session", accept_encoding=BROWSERS)

    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


def test_a_response_with_a_content_encoding_is_not_compressed_again() -> None:
    page = Random(1).randbytes(2000)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", b"text/html"), (b"content-encoding", b"gzip")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": gzip.compress(page)})

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=Compression(app)), base_url=ORIGIN) as client:
            return await client.get("/", headers={"accept-encoding": BROWSERS})

    answer = asyncio.run(ask())

    assert (answer.headers["content-encoding"], answer.content) == ("gzip", page)

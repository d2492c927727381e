"""Bytes transferred by a first visit: a list of 50 typical tasks and an empty cache."""

from collections.abc import Iterator

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from rich.console import Console
from sqlmodel import select

from tests.client import ORIGIN, HtmlClient, Page
from tests.factories import Factory
from web import seeds
from web.app import with_outer_middleware
from web.db.database import Database
from web.models.user import User

# TCP's initial congestion window: a server may send ten packets before the first acknowledgement.
INITIAL_WINDOW = 14_000


@pytest.fixture
def ada(app: Litestar, database: Database, make: Factory) -> Iterator[HtmlClient]:
    seeds.seed(database, seeds.Plan(tasks=250), Console(quiet=True))
    with database.reading() as session:
        user = session.exec(select(User)).one()
    with TestClient(with_outer_middleware(app), base_url=ORIGIN) as client:
        yield HtmlClient(client).signed_in_as(user, make)


def size(page: Page, *, with_headers: bool = False) -> int:
    """Bytes transferred."""
    headers = sum(len(name) + len(value) + 4 for name, value in page.headers.items()) if with_headers else 0
    return int(page.headers["content-length"]) + headers


def resource_urls(page: Page, selector: str = "link[rel], script") -> list[str]:
    nodes = page.tree.css(selector)
    return [node.attributes.get("src") or node.attributes.get("href") or "" for node in nodes]


@pytest.mark.parametrize("accepted", ["gzip, deflate, br, zstd", "gzip"])
def test_the_page_with_its_resources_is_under_45_kilobytes(ada: HtmlClient, accepted: str) -> None:
    page = ada.get("/tasks", accept_encoding=accepted)

    fetched = [page, *(ada.get(address, accept_encoding=accepted) for address in resource_urls(page))]

    assert len(page.titles) == 50
    assert [answer.status for answer in fetched] == [200] * 6
    assert sum(map(size, fetched)) < 45_000


@pytest.mark.parametrize("accepted", ["br", "gzip"])
def test_the_page_fits_into_the_initial_congestion_window(ada: HtmlClient, accepted: str) -> None:
    page = ada.get("/tasks", accept_encoding=accepted)

    assert page.headers["content-encoding"] == accepted
    assert size(page, with_headers=True) < INITIAL_WINDOW * 0.9


def test_only_the_style_sheet_blocks_rendering(ada: HtmlClient) -> None:
    page = ada.get("/tasks")

    blocking = [node for node in page.tree.css("head script") if "defer" not in node.attributes]
    assert not blocking
    assert len(resource_urls(page, "link[rel=stylesheet]")) == 1
    assert not page.tree.css("style, body script, img, iframe, link[rel=preload], [style]")


def test_the_response_to_a_click_is_a_small_fraction_of_the_page(ada: HtmlClient) -> None:
    page = ada.get("/tasks", accept_encoding="br")
    row = page.tree.css_first("[action$=complete]").attributes["action"] or ""
    headers = {"cookie": ada.cookie, "hx-request": "true", "sec-fetch-site": "same-origin"}

    plain = ada.ask("POST", row, headers={**headers, "accept-encoding": "identity"})
    smaller = ada.ask("POST", row, headers={**headers, "accept-encoding": "br"})

    assert len(plain.titles) == len(smaller.titles) == 1
    assert size(plain) < len(page.html.encode()) * 0.07
    # With the numbers of the index.
    assert size(smaller) < 1_600


def test_a_client_without_compression_gets_the_same_page(ada: HtmlClient) -> None:
    plain = ada.get("/tasks", accept_encoding="identity")
    smaller = ada.get("/tasks", accept_encoding="br")

    assert size(plain) == len(plain.html.encode())
    assert plain.titles == smaller.titles
    assert size(plain) > 6 * size(smaller)


def test_content_length_equals_the_bytes_sent(ada: HtmlClient) -> None:
    with ada.client.stream("GET", "/tasks", headers={"cookie": ada.cookie, "accept-encoding": "br"}) as answer:
        raw: httpx.Response = answer

        assert len(b"".join(raw.iter_raw())) == int(raw.headers["content-length"])

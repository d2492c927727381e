"""Requests that no browser sends: malformed addresses, malformed hosts, early disconnects."""

import asyncio
import logging
from typing import Any

import pytest
from litestar import Litestar

from tests.client import ORIGIN, HtmlClient


class TestMalformedRequests:
    """Malformed requests never cause a server error."""

    @pytest.mark.parametrize("name", ["referer", "hx-current-url"])
    @pytest.mark.parametrize(
        "address",
        ["http://[", "//[", ORIGIN + "//[", ORIGIN + "//evil.example/", "a:b:c", "http://evil.example/tasks?q=x"],
    )
    def test_a_malformed_page_address_is_ignored(
        self, ada: HtmlClient, signed_out: HtmlClient, name: str, address: str
    ) -> None:
        same = {"sec-fetch-site": "same-origin", name: address}

        own = ada.ask("POST", "/tasks", data={"title": "Buy milk"}, headers={"cookie": ada.cookie, **same})
        theirs = signed_out.ask("POST", "/tasks", data={"title": "Buy milk"}, headers=same)

        assert (own.status, own.to.partition("?")[0]) == (303, "/tasks")
        assert (theirs.status, theirs.to) == (303, "/sign-in?next=%2F")

    @pytest.mark.parametrize("host", ["daybook.test:abc", "daybook.test:99999999", "[", ""])
    def test_a_malformed_host_is_ignored(self, signed_out: HtmlClient, host: str) -> None:
        answer = signed_out.ask("GET", "/tasks?q=%C3%A9", headers={"host": host})

        assert (answer.status, answer.to) == (303, "/sign-in?next=%2Ftasks%3Fq%3D%25C3%25A9")

    @pytest.mark.parametrize("path", ["/tasks", "/labels"])
    @pytest.mark.parametrize("number", ["", "0", "-1", "²", "x", "9" * 19, "9" * 5000])
    def test_an_odd_number_is_no_deleted_record(self, ada: HtmlClient, path: str, number: str) -> None:
        page = ada.get(f"{path}?deleted={number}")

        assert page.status == 200
        assert page.tree.css("#notices form") == []

    def test_a_client_that_disconnects_early_logs_no_error(
        self, app: Litestar, ada: HtmlClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        headers = {"cookie": ada.cookie, "sec-fetch-site": "same-origin", "content-length": "9"}
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/tasks",
            "raw_path": b"/tasks",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": None,
            "server": None,
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]

        assert sent[0]["status"] == 400
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

    @pytest.mark.parametrize("body", ["[" * 50_000, '{"name":' + "[" * 50_000], ids=["a list", "a field"])
    def test_json_nested_too_deeply_is_a_bad_request(
        self, ada: HtmlClient, caplog: pytest.LogCaptureFixture, body: str
    ) -> None:
        headers = {"cookie": ada.cookie, "sec-fetch-site": "same-origin", "content-type": "application/json"}

        answer = ada.ask("POST", "/api/labels", content=body, headers=headers)

        assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json")
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

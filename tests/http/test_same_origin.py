"""The same-origin rule for requests that change something."""

import json

import pytest

from tests.client import ORIGIN, HtmlClient
from tests.factories import Factory

# Middleware and assets do not depend on the database.
pytestmark = pytest.mark.databases("sqlite")


class TestRequestsThatChangeSomething:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"sec-fetch-site": "same-origin"}, 303),
            ({"sec-fetch-site": "none"}, 303),
            ({"sec-fetch-site": "same-site"}, 403),
            ({"sec-fetch-site": "cross-site"}, 403),
            ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, 403),
            ({"sec-fetch-site": "", "origin": ORIGIN}, 303),
            ({"origin": ORIGIN}, 303),
            ({"origin": "http://evil.example"}, 403),
            ({"origin": ORIGIN + ".evil.example"}, 403),
            ({"origin": "null"}, 403),
            ({}, 403),
        ],
    )
    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
    def test_are_accepted_from_our_own_origin_only(
        self, ada: HtmlClient, make: Factory, headers: dict[str, str], status: int, kind: str
    ) -> None:
        task = make.task(ada.user)

        answer = ada.ask(
            "POST", f"/tasks/{task.id}/complete", headers={"cookie": ada.cookie, "content-type": kind, **headers}
        )

        assert answer.status == status
        stored = make.stored(task)
        assert stored
        assert stored.completed is (status == 303)

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ([("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-origin")], 403),
            ([("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], 403),
            ([("sec-fetch-site", "none"), ("sec-fetch-site", "same-site"), ("origin", ORIGIN)], 403),
            ([("origin", "http://evil.example"), ("origin", ORIGIN)], 403),
            ([("origin", ORIGIN), ("origin", "http://evil.example")], 403),
            ([("origin", f"{ORIGIN}, http://evil.example")], 403),
            ([("cookie", "a=b")], 403),
            ([("cookie", "a=b"), ("origin", "")], 403),
            ([("cookie", "a=b"), ("origin", ORIGIN)], 303),
        ],
    )
    @pytest.mark.parametrize("session_first", [True, False])
    def test_are_judged_by_every_header_of_a_name(
        self,
        ada: HtmlClient,
        make: Factory,
        headers: list[tuple[str, str]],
        status: int,
        session_first: bool,
    ) -> None:
        task = make.task(ada.user)
        session = [("cookie", ada.cookie)]
        sent = session + headers if session_first else headers + session

        answer = ada.ask("POST", f"/tasks/{task.id}/complete", headers=sent)

        assert answer.status == status

    def test_refused_show_a_page_with_a_link(self, ada: HtmlClient) -> None:
        page = ada.ask("POST", "/tasks", headers={"cookie": ada.cookie, "origin": "http://evil.example"})

        assert "Request blocked" in page.text
        assert page.tree.css_first("main a")

    def test_without_a_session_are_accepted_from_any_origin(self, newcomer: HtmlClient) -> None:
        answer = newcomer.ask("POST", "/sign-in", data={"email": "a@example.com", "password": "12345678"})

        assert answer.status == 422

    def test_on_better_auths_paths_are_checked_too(self, ada: HtmlClient) -> None:
        answer = ada.ask("POST", "/api/auth/sign-out", headers={"cookie": ada.cookie, "sec-fetch-site": "cross-site"})

        assert answer.status == 403
        assert json.loads(answer.html)["code"] == "FORBIDDEN"

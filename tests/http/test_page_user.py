"""Requests from a page rendered for one user after another user signed in in a second tab."""

import pytest

from tests.client import HtmlClient, Page
from tests.factories import Factory

REFUSAL = "You signed in with another account since this page was opened, so nothing was done."


@pytest.fixture
def bob(ada: HtmlClient, make: Factory) -> HtmlClient:
    return ada.signed_in_as(make.user("Bob"), make)


def request(bob: HtmlClient, method: str, path: str, page_user: str) -> Page:
    headers = {"cookie": bob.cookie, "hx-request": "true", "sec-fetch-site": "same-origin", "daybook-user": page_user}
    return bob.ask(method, path, headers=headers, data={"title": "Ada's plan"} if method == "POST" else None)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/tasks"), ("GET", "/tasks?status=pending"), ("GET", "/tasks/1")]
)
def test_an_htmx_request_from_another_users_page_is_refused(
    ada: HtmlClient, bob: HtmlClient, method: str, path: str
) -> None:
    refused = request(bob, method, path, ada.user.id)

    assert refused.status == 409
    assert refused.headers["hx-retarget"] == "#notices"
    assert refused.alert.startswith(f"{REFUSAL} What you typed is still here.")
    assert refused.link("Open the page again") == ""
    assert bob.get("/tasks").counts == (0, 0, 0)


def test_a_form_sent_without_javascript_from_another_users_page_is_refused(ada: HtmlClient, bob: HtmlClient) -> None:
    action = ada.get("/tasks").tree.css_first("#new").attributes["action"] or ""

    refused = bob.post(action, title="Ada's plan")

    assert (refused.status, refused.is_page) == (409, True)
    assert refused.tree.css_first("h1").text() == "Another account"
    assert REFUSAL in refused.text
    assert bob.get("/tasks").counts == ada.get("/tasks").counts == (0, 0, 0)


def test_requests_from_the_users_own_page_are_accepted(ada: HtmlClient) -> None:
    action = ada.get("/tasks").tree.css_first("#new").attributes["action"] or ""

    assert ada.post(action, title="Buy milk").status == 303
    assert request(ada, "POST", "/tasks", ada.user.id).status == 200
    assert ada.get("/tasks").counts == (2, 2, 0)


def test_a_request_after_the_session_ended_is_redirected_to_sign_in(ada: HtmlClient, signed_out: HtmlClient) -> None:
    gone = signed_out.ask(
        "POST", "/tasks", headers={"hx-request": "true", "daybook-user": ada.user.id}, data={"title": "x"}
    )

    assert gone.headers["hx-redirect"].startswith("/sign-in")


def test_a_request_that_names_no_page_user_is_accepted(ada: HtmlClient) -> None:
    assert ada.post("/tasks", title="Buy milk").status == 303

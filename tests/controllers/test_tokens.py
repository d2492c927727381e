"""Access tokens in the settings."""

import pytest

from tests.client import HtmlClient
from tests.controllers.api.client import Program
from web.services import access_tokens


def make_token(user: HtmlClient, **fields: str) -> str:
    """The token that the page shows."""
    page = user.post("/settings/tokens", **{"name": "Backup", "scope": "write", "lifetime": "30", **fields})
    shown = page.tree.css_first("#made-token")
    return shown.attributes["value"] or "" if shown else ""


def test_a_token_is_shown_once_and_works(ada: HtmlClient) -> None:
    key = "6f9d1b1e-0000-4000-8000-000000000001"

    token, again = make_token(ada, op=key), make_token(ada, op=key)

    assert Program(ada, authorization=f"Bearer {token}").titles() == []
    assert again == ""
    index = ada.get("/settings/tokens")
    assert token not in index.html
    assert "Backup" in index.text and token[:8] in index.text


@pytest.mark.databases("sqlite")
def test_without_javascript_there_is_no_copy_button(ada: HtmlClient) -> None:
    page = ada.post("/settings/tokens", name="Backup", scope="write", lifetime="30")

    assert page.tree.css_first("[data-copy=made-token][hidden] button") is not None


def test_a_revoked_token_is_refused(ada: HtmlClient) -> None:
    token = make_token(ada)
    action = ada.get("/settings/tokens").tree.css_first("form[action*=revoke]").attributes["action"] or ""

    page = ada.get(ada.post(action).to)

    assert "Revoked" in page.text and "Backup" not in page.tree.css_first("#tokens").text()
    assert Program(ada, authorization=f"Bearer {token}").send("GET", "/api/tasks").status == 401


def test_there_are_not_too_many(ada: HtmlClient) -> None:
    for number in range(access_tokens.MOST_TOKENS):
        make_token(ada, name=f"Program {number}")

    page = ada.post("/settings/tokens", name="One more", scope="read", lifetime="30")

    assert (page.status, page.error("name")) == (422, "There are 50 tokens already. Revoke one that is no longer used.")

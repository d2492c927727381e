"""Settings > Account: the page and what it shows."""

import pytest

from tests.client import HtmlClient, Statements

pytestmark = pytest.mark.databases("sqlite")


def test_it_shows_the_users_name_and_address(ada: HtmlClient) -> None:
    page = ada.get(ada.get("/settings").link("Your account: name, e-mail address, password"))

    assert (page.status, page.tree.css_first("h1").text()) == (200, "Account")
    assert page.shown_in(ada.user.email)


def test_signed_out_it_asks_to_sign_in(signed_out: HtmlClient) -> None:
    assert signed_out.get("/settings/account").to == "/sign-in?next=%2Fsettings%2Faccount"


def test_it_keeps_to_its_statements(ada: HtmlClient, statements: Statements) -> None:
    with statements.counted() as seen:
        ada.get("/settings/account")

    assert len([one for one in seen if not one.startswith("BEGIN")]) <= 2

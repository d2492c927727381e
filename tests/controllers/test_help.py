"""The help on the keys: a page, and what the dialog of any other page loads."""

import pytest

from tests.client import HtmlClient

pytestmark = pytest.mark.databases("sqlite")


def test_the_keys_have_a_page(ada: HtmlClient) -> None:
    page = ada.get("/help/keys")

    assert page.tree.css_first("h1").text() == "Keys"
    assert "Complete or reopen" in page.text
    assert {"↓", "↑", "Tab"} <= {key.text() for key in page.tree.css("dt kbd")}
    assert page.tree.css_first("main noscript").text() == "Keys need JavaScript."
    assert ada.get("/today").link("Keys?") == "/help/keys"


def test_a_dialog_gets_the_keys_and_a_way_to_close_it(ada: HtmlClient) -> None:
    part = ada.get("/help/keys", htmx=True)

    assert not part.is_page
    assert "Complete or reopen" in part.text
    assert part.tree.css_first("form[method=dialog] button").text() == "Close"


def test_signed_out_it_asks_to_sign_in(signed_out: HtmlClient) -> None:
    assert signed_out.get("/help/keys").to == "/sign-in?next=%2Fhelp%2Fkeys"

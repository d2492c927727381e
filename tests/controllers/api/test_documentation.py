"""The OpenAPI document and its page are public."""

import pytest

from tests.client import HtmlClient

pytestmark = pytest.mark.databases("sqlite")


def test_the_document_is_sent_once(signed_out: HtmlClient) -> None:
    first = signed_out.get("/api/openapi.json")
    again = signed_out.get("/api/openapi.json", if_none_match=first.headers["etag"])

    assert (first.status, first.response.json()["openapi"]) == (200, "3.1.0")
    assert (again.status, again.html) == (304, "")


@pytest.mark.parametrize("address", ["/api", "/api/"])
def test_the_root_leads_to_the_page(signed_out: HtmlClient, address: str) -> None:
    root = signed_out.get(address)

    assert (root.status, root.to) == (303, "/api/docs")


def test_the_page_has_nothing_inline(signed_out: HtmlClient) -> None:
    page = signed_out.get("/api/docs")

    assert page.status == 200
    assert not [script for script in page.tree.css("script") if script.text()]
    assert not page.tree.css("style, [style]")

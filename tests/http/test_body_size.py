"""A request whose declared length is too large is refused before its body arrives, on every route."""

import pytest

from tests.client import HtmlClient
from web.app import LARGEST_FORM

pytestmark = pytest.mark.databases("sqlite")

PATHS = ("/tasks", "/tasks/1/complete", "/sign-in", "/sign-out", "/api/labels", "/api/auth/sign-in/email")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("cookies", ["", "theirs"])
def test_a_declared_length_above_the_limit_is_refused(ada: HtmlClient, path: str, cookies: str) -> None:
    headers = {"content-length": str(LARGEST_FORM + 1), "sec-fetch-site": "same-origin"}
    headers |= {"cookie": ada.cookie} if cookies else {}

    answer = ada.ask("POST", path, headers=headers)

    assert answer.status == 413


def test_the_refusal_is_a_page_and_for_htmx_a_notice(ada: HtmlClient) -> None:
    headers = {"content-length": "2000000", "sec-fetch-site": "same-origin", "cookie": ada.cookie}

    page = ada.ask("POST", "/tasks", headers=headers)
    notice = ada.ask("POST", "/tasks", headers={**headers, "hx-request": "true", "hx-request-type": "partial"})

    assert page.is_page and "Request too large" in page.text
    assert notice.headers["hx-retarget"] == "#notices"


def test_a_length_below_the_limit_is_not_refused(ada: HtmlClient) -> None:
    headers = {"content-length": str(LARGEST_FORM), "sec-fetch-site": "same-origin", "cookie": ada.cookie}

    assert ada.ask("POST", "/tasks/1/complete", headers=headers).status == 404

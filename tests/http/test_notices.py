"""Where a page leads back to is that page, without what it said of the last action."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from tests.client import HtmlClient
from tests.factories import Factory
from web.domain.timestamps import utc_now
from web.http.notices import without_notices

TOLD = [
    ("/settings/sessions?done=others", "/settings/sessions"),
    ("/tasks?q=milk&deleted=7&operation=5f3c9c0e-0000-4000-8000-000000000001", "/tasks?q=milk"),
    ("/settings/tokens?page_user=5f3c9c0e", "/settings/tokens"),
    ("/tasks?q=done&sort=title", "/tasks?q=done&sort=title"),
    ("/tasks/new?several=1", "/tasks/new?several=1"),
]


@pytest.mark.parametrize(("address", "back"), TOLD)
def test_what_was_done_is_left_out_of_an_address(address: str, back: str) -> None:
    assert without_notices(address) == back


@pytest.mark.parametrize("address", ["/settings/account?done=password", "/settings?saved=1"])
def test_after_signing_in_nothing_is_told_that_was_done_before(signed_out: HtmlClient, address: str) -> None:
    """The settings said “Saved.” of an earlier time, above what had just been refused."""
    page, _, _ = address.partition("?")

    assert signed_out.get(address).to == f"/sign-in?next={quote(page, safe='')}"


def test_lines_sent_after_the_session_ended_lead_back_to_their_form(signed_out: HtmlClient) -> None:
    page = signed_out.post("/tasks/several", on="/tasks/new?several=1", lines="Buy milk\nCall Bob")

    assert page.to == "/sign-in?next=%2Ftasks%2Fnew%3Fseveral%3D1"


def test_after_a_confirmation_nothing_is_told_that_was_not_done(signed_out: HtmlClient, make: Factory) -> None:
    """The page said “Signed out everywhere else.” of an earlier time, and signing out was only asked for."""
    ada = make.user("Ada", "ada@example.com")
    earlier = make.sign_in(ada, created_at=utc_now() - timedelta(hours=1))
    browser = HtmlClient(signed_out.client, ada, make.cookie(earlier))

    asked = browser.post("/settings/sessions/end-others", on="/settings/sessions?done=others")

    assert asked.to == "/settings/confirm?next=%2Fsettings%2Fsessions"

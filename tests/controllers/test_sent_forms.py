"""What an answer says of the form that the browser itself sent: once it is done, its draft can go."""

from datetime import timedelta

import pytest

from tests.client import HtmlClient, Page
from tests.controllers.test_webhooks import URL
from tests.factories import Factory
from web.domain.timestamps import utc_now

# Their answer is a page, because it has what is shown once.
SHOWN_ONCE = {
    "/settings/tokens": {"name": "Backup", "scope": "read", "lifetime": "30"},
    "/settings/feeds": {"source": "all", "kind": "events"},
    "/settings/webhooks": {"url": URL},
}


def done(answer: Page) -> list[str]:
    """The paths of the forms that it says are done."""
    cookies = [cookie.partition(";")[0] for cookie in answer.headers.get_list("set-cookie")]
    return [cookie.removeprefix("daybook-sent=") for cookie in cookies if cookie.startswith("daybook-sent=")]


def test_a_redirect_says_that_it_is_done(ada: HtmlClient) -> None:
    assert done(ada.post("/lists", name="Garden")) == ["/lists"]


@pytest.mark.parametrize("path", SHOWN_ONCE)
def test_a_page_says_that_it_is_done(ada: HtmlClient, path: str) -> None:
    answer = ada.post(path, **SHOWN_ONCE[path])

    assert (answer.status, done(answer)) == (200, [path])


@pytest.mark.parametrize("path", SHOWN_ONCE)
def test_the_way_to_a_confirmation_does_not(signed_out: HtmlClient, make: Factory, path: str) -> None:
    """The user comes back to a form with what was typed."""
    ada = make.user("Ada", "ada@example.com")
    earlier = make.sign_in(ada, created_at=utc_now() - timedelta(hours=1))

    answer = HtmlClient(signed_out.client, ada, make.cookie(earlier)).post(path, on=path, **SHOWN_ONCE[path])

    assert answer.to.startswith("/settings/confirm?next=")
    assert done(answer) == []


def test_a_refused_one_is_not_done(ada: HtmlClient) -> None:
    answer = ada.post("/settings/tokens", name="", scope="read", lifetime="30")

    assert (answer.status, done(answer)) == (422, [])

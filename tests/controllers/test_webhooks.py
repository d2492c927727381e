"""Webhooks in the settings."""

import pytest

from tests.client import HtmlClient
from tests.controllers.api.client import Program
from tests.factories import Factory
from web.services import webhooks

URL = "https://example.com/daybook"


def test_a_secret_is_shown_once(ada: HtmlClient) -> None:
    key = "6f9d1b1e-0000-4000-8000-000000000001"

    made, again = (ada.post("/settings/webhooks", url=URL, op=key) for _ in range(2))

    field = made.tree.css_first("#made-webhook")
    secret = field.attributes["value"] or ""
    assert secret.startswith("whsec_")
    assert again.tree.css_first("#made-webhook") is None
    index = ada.get("/settings/webhooks")
    assert URL in index.text
    assert secret not in index.html
    assert secret not in str(Program(ada).get("/api/webhooks"))


@pytest.mark.databases("sqlite")
def test_an_address_that_is_not_public_is_refused(ada: HtmlClient) -> None:
    page = ada.post("/settings/webhooks", url="https://127.0.0.1/")

    assert (page.status, page.error("url")) == (422, "This leads to an address that is not public.")


def test_what_was_sent_is_listed_and_sent_again(ada: HtmlClient, make: Factory) -> None:
    webhook, _ = make.webhook(ada.user)
    make.delivery(webhook)
    log = ada.get(f"/settings/webhooks/{webhook.id}")

    page = ada.get(ada.post(log.tree.css_first("form[action*=resend]").attributes["action"] or "").to)

    assert "answered 500 · given up" in log.text
    assert "It is sent again in a moment." in page.text
    assert "waiting" in page.tree.css_first("#deliveries").text()


def test_there_are_not_too_many(ada: HtmlClient, make: Factory) -> None:
    for _ in range(webhooks.MOST_WEBHOOKS):
        make.webhook(ada.user)

    page = ada.post("/settings/webhooks", url=URL)

    assert (page.status, page.error("url")) == (
        422,
        "There are 10 webhooks already. Remove one that is no longer used.",
    )

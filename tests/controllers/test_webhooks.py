"""Webhooks in the settings."""

import pytest

from tests.client import HtmlClient
from tests.controllers.api.client import Program
from tests.factories import Factory
from web.models.webhook import EVENT_TYPES
from web.services import webhooks
from web.services.history_words import ACTIONS

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


def test_events_are_chosen_and_shown_again(ada: HtmlClient) -> None:
    ada.post("/settings/webhooks", url=URL, **{"type-tasks.add": "on", "type-lists.add": "on", "type-x": "on"})
    wrong = ada.post("/settings/webhooks", url="nowhere", **{"type-tasks.edit": "on"})
    (webhook,) = Program(ada).get("/api/webhooks")["items"]
    show = f"/settings/webhooks/{webhook['id']}"

    ada.post(f"{show}/types", **{"type-tasks.edit": "on"})
    page = ada.get(ada.post(f"{show}/types", **{"type-labels.add": "on"}).to)

    assert webhook["types"] == ["tasks.add", "lists.add"]
    assert [box.attributes["name"] for box in wrong.tree.css("input[checked]")] == ["type-tasks.edit"]
    assert [box.attributes["name"] for box in page.tree.css("input[checked]")] == ["type-labels.add"]
    assert "Saved." in page.text
    ada.post(f"{show}/types", op="")
    assert Program(ada).get(f"/api/webhooks/{webhook['id']}")["types"] == []


def test_a_new_secret_is_shown_once(ada: HtmlClient, make: Factory) -> None:
    webhook, old = make.webhook(ada.user)
    show = f"/settings/webhooks/{webhook.id}"

    shown = ada.post(f"{show}/secret").tree.css_first("#made-webhook").attributes["value"] or ""

    assert shown.startswith("whsec_") and shown != old
    assert shown not in ada.get(show).html
    assert "The secret before signs too until" in ada.get(show).text


def test_every_action_can_be_chosen_and_has_words() -> None:
    assert {name.partition(".")[2] for name in EVENT_TYPES} == ACTIONS.keys()


@pytest.mark.databases("sqlite")
def test_events_have_words_beside_their_names(ada: HtmlClient, make: Factory) -> None:
    webhook, _ = make.webhook(ada.user)
    make.delivery(webhook)
    ada.post(f"/settings/webhooks/{webhook.id}/types", **{"type-tasks.add": "on", "type-lists.archive": "on"})

    page = ada.get(f"/settings/webhooks/{webhook.id}")

    labels = [" ".join(label.text().split()) for label in page.tree.css("label:has(input[checked])")]
    assert labels == ["Tasks added tasks.add", "Lists archived lists.archive"]
    assert "Tasks added tasks.add" in page.tree.css_first("#deliveries").text()
    assert "Tasks added, Lists archived" in ada.get("/settings/webhooks").text


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": URL, "secret": "whsec_short"}, "secret"),
        ({"url": URL}, "secret"),
        ({"url": "https://10.0.0.1", "secret": "whsec_" + "A" * 32}, "url"),
        ({"url": URL, "secret": "whsec_" + "A" * 32, "types": ["tasks.nothing"]}, "types"),
    ],
)
def test_what_is_no_webhook_is_refused(ada: HtmlClient, body: dict[str, object], field: str) -> None:
    answer = Program(ada).send("POST", "/api/webhooks", body)

    assert answer.status == 422
    assert [error["field"].partition(".")[0] for error in answer.response.json()["errors"]] == [field]


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

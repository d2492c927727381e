"""The devices that show reminders: subscribing, the list in the settings, a test, removal."""

import httpx
import pytest
from sqlalchemy import event

from tests.client import HtmlClient, Page
from tests.factories import Factory
from tests.push_service import Answer, Browser, PushService
from web.domain.push_endpoints import decoded_base64url
from web.services.push_subscriptions import MOST_SUBSCRIPTIONS

ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"
JSON = {"sec-fetch-site": "same-origin", "user-agent": ANDROID}


def tell(user: HtmlClient, method: str, path: str, browser: Browser, **headers: str) -> Page:
    """What the script of a browser sends."""
    return user.ask(method, path, json=browser.draft, headers={"cookie": user.cookie, **JSON, **headers})


def subscribed(user: HtmlClient) -> tuple[Browser, int]:
    browser = Browser()
    return browser, tell(user, "POST", "/api/devices", browser).response.json()["id"]


def listed(user: HtmlClient) -> list[int]:
    devices = user.ask("GET", "/api/devices", headers={"cookie": user.cookie}).response.json()["items"]
    return [device["id"] for device in devices]


def test_a_browser_is_listed_by_its_name_and_without_its_keys(ada: HtmlClient) -> None:
    browser = Browser()

    answer = tell(ada, "POST", "/api/devices", browser)

    assert answer.status == 201
    for shown in (answer.html, ada.get("/settings/devices").html):
        assert "Chrome on Android" in shown
        assert not [secret for secret in browser.draft.values() if secret in shown]


def test_subscribing_twice_is_one_device(ada: HtmlClient) -> None:
    browser = Browser()

    ids = {tell(ada, "POST", "/api/devices", browser).response.json()["id"] for _ in range(2)}

    assert listed(ada) == list(ids) and len(ids) == 1


def test_a_browser_may_have_new_keys_for_its_address(ada: HtmlClient, push_service: PushService) -> None:
    browser, device = subscribed(ada)
    renewed = Browser(browser.endpoint)

    assert tell(ada, "POST", "/api/devices", renewed).response.json()["id"] == device

    ada.post(f"/settings/devices/{device}/test")
    assert push_service.received(renewed)[0]["title"] == "Notifications work"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("endpoint", "https://evil.example/x"),
        ("endpoint", "http://169.254.169.254/latest/meta-data"),
        ("p256dh", "x" * 87),
        ("auth", "x"),
    ],
)
def test_a_wrong_subscription_is_refused(ada: HtmlClient, field: str, value: str) -> None:
    body = {**Browser().draft, field: value}

    answer = ada.ask("POST", "/api/devices", json=body, headers={"cookie": ada.cookie, **JSON})

    assert answer.status == 422
    assert [error["field"] for error in answer.response.json()["errors"]] == [field]
    assert listed(ada) == []


def test_the_device_that_was_heard_of_least_recently_makes_room(ada: HtmlClient) -> None:
    first, oldest = subscribed(ada)
    others = [subscribed(ada)[1] for _ in range(MOST_SUBSCRIPTIONS - 1)]
    tell(ada, "PUT", f"/api/devices/{oldest}", first)

    _, new = subscribed(ada)

    assert listed(ada) == [oldest, *others[1:], new]


def test_a_browser_that_another_user_turns_on_is_theirs(ada: HtmlClient, bob: HtmlClient) -> None:
    browser, _ = subscribed(ada)

    answer = tell(bob, "POST", "/api/devices", browser)

    assert (listed(ada), listed(bob)) == ([], [answer.response.json()["id"]])


def test_an_address_alone_takes_no_browser_away(ada: HtmlClient, bob: HtmlClient) -> None:
    browser, device = subscribed(ada)

    tell(bob, "POST", "/api/devices", Browser(browser.endpoint))
    tell(bob, "POST", "/api/devices", Browser(browser.endpoint, auth=b"another secret..", key=browser.key))

    assert listed(ada) == [device]


def test_confirming_follows_the_address_of_the_browser(ada: HtmlClient) -> None:
    _, device = subscribed(ada)
    moved, double = subscribed(ada)

    answer = tell(ada, "PUT", f"/api/devices/{device}", moved)

    assert (answer.status, listed(ada)) == (200, [device])
    assert double != device


def test_a_removed_device_cannot_be_confirmed(ada: HtmlClient) -> None:
    browser, device = subscribed(ada)
    ada.post(f"/settings/devices/{device}/delete")

    assert tell(ada, "PUT", f"/api/devices/{device}", browser).status == 404
    assert listed(ada) == []


def test_a_removed_browser_can_be_turned_on_again(ada: HtmlClient) -> None:
    browser, device = subscribed(ada)
    ada.post(f"/settings/devices/{device}/delete")

    tell(ada, "POST", "/api/devices", browser)

    assert listed(ada) == [device]


def test_a_device_ends_with_its_session(ada: HtmlClient, make: Factory, push_service: PushService) -> None:
    phone = HtmlClient(ada.client).signed_in_as(ada.user, make)
    _, on_phone = subscribed(phone)
    _, here = subscribed(ada)
    assert listed(ada) == [on_phone, here]

    token = phone.cookie.partition("=")[2].partition(".")[0]
    with make.database.transaction() as session:
        session.connection().exec_driver_sql(f"DELETE FROM sessions WHERE token = '{token}'")

    assert listed(ada) == [here]
    assert ada.post(f"/settings/devices/{on_phone}/test").status == 404
    assert not push_service.requests


def test_the_script_of_another_users_page_subscribes_nothing(ada: HtmlClient, bob: HtmlClient) -> None:
    answer = tell(bob, "POST", "/api/devices", Browser(), **{"daybook-user": ada.user.id})

    assert answer.status == 409
    assert listed(bob) == listed(ada) == []


def test_a_form_without_javascript_sends_a_test(ada: HtmlClient, push_service: PushService) -> None:
    browser, device = subscribed(ada)

    answer = ada.post(f"/settings/devices/{device}/test")
    page = ada.get(answer.to)

    assert push_service.received(browser)[0]["title"] == "Notifications work"
    assert "Sent. If nothing appears" in page.text
    assert "Last notification" in page.text


@pytest.mark.parametrize(
    ("push_answer", "sentence", "is_left"),
    [
        (Answer(410), "it was removed from the list", False),
        (Answer(503), "is not available. Try again", True),
        (httpx.ConnectTimeout("slow"), "is not available. Try again", True),
        (Answer(403), "refused the message", True),
    ],
)
def test_a_test_that_fails_says_why(
    ada: HtmlClient, push_service: PushService, push_answer: Answer | Exception, sentence: str, is_left: bool
) -> None:
    browser, device = subscribed(ada)
    push_service.answers[browser.endpoint] = push_answer

    page = ada.get(ada.post(f"/settings/devices/{device}/test").to)

    assert sentence in page.text
    assert listed(ada) == ([device] if is_left else [])


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(("push_answer", "connections"), [(Answer(201), 1), (Answer(410), 1), (Answer(503), 0)])
def test_only_what_is_to_be_noted_takes_a_connection_to_write(
    ada: HtmlClient, push_service: PushService, push_answer: Answer, connections: int
) -> None:
    browser, device = subscribed(ada)
    push_service.answers[browser.endpoint] = push_answer
    opened: list[object] = []
    event.listen(ada.client.app.state.database.engine, "engine_connect", opened.append)

    ada.post(f"/settings/devices/{device}/test")

    assert len(opened) == connections


def test_another_users_device_gets_no_test(ada: HtmlClient, bob: HtmlClient, push_service: PushService) -> None:
    _, device = subscribed(ada)

    assert bob.post(f"/settings/devices/{device}/test").status == 404
    assert not push_service.requests


def test_subscribing_is_nothing_that_undo_takes_back(ada: HtmlClient) -> None:
    _, device = subscribed(ada)

    page = ada.post("/undo", htmx=True)

    assert "There is nothing to undo." in page.text
    assert listed(ada) == [device]


def test_the_page_offers_notifications_with_the_public_key(ada: HtmlClient) -> None:
    offer = ada.get("/settings/devices").tree.css_first(".push")

    assert len(decoded_base64url(offer.attributes["data-push"] or "")) == 65
    assert all("hidden" in part.attributes for part in offer.css("[data-push-state]"))
    assert ada.get("/settings").link("Notifications on your devices") == "/settings/devices"


def test_the_service_worker_is_at_the_root_and_never_old(signed_out: HtmlClient) -> None:
    worker = signed_out.get("/service-worker.js")

    assert worker.status == 200
    assert worker.headers["content-type"] in ("text/javascript", "application/javascript")
    assert worker.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in worker.headers["content-security-policy"]
    assert "fetch" not in worker.html and "caches" not in worker.html

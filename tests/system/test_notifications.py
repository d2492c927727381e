"""Notifications in the browser: turned on and off by a click, shown by the service worker, never another user's."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from tests.push_service import Browser
from tests.system.browser_user import LONG_ENOUGH, PASSWORD, BrowserUser, Complaints
from tests.system.conftest import NewUser, OpenPage
from web.models.push_subscription import PushSubscription

ON = "Notify me on this device"
# The browser's own part, which needs a push service in the internet. It lasts as long as the browser's other storage.
FAKE = """(() => {
  if (!window.PushManager) return;
  const subscription = {
    toJSON: () => ({ endpoint: %(endpoint)s, keys: { p256dh: %(p256dh)s, auth: %(auth)s } }),
    unsubscribe: async () => { localStorage.removeItem("fake subscription"); return true; },
  };
  const permission = () => localStorage.getItem("fake permission") ?? "default";
  Object.defineProperty(Notification, "permission", { get: permission });
  Notification.requestPermission = async () => {
    localStorage.setItem("fake permission", %(answer)s);
    return permission();
  };
  PushManager.prototype.getSubscription = async () => localStorage.getItem("fake subscription") ? subscription : null;
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.setItem("fake subscription", applicationServerKey);
    return subscription;
  };
})()"""


def fake_push(page: Page, answer: str = "granted") -> Browser:
    browser = Browser()
    values = {name: json.dumps(value) for name, value in {**browser.draft, "answer": answer}.items()}
    page.context.add_init_script(FAKE % values)
    return browser


def subscriptions(user: BrowserUser) -> list[PushSubscription]:
    owner = user.site.user(user.email)
    with user.site.database.reading() as session:
        found = select(PushSubscription).where(PushSubscription.user_id == owner.id)
        return [one for one in session.exec(found) if one.deleted_at is None]


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    ada = new_user(user_agent="Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0 Mobile Safari/537.36")
    fake_push(ada.page)
    ada.page.goto("/settings/devices")
    return ada


def test_a_click_turns_notifications_on_and_another_one_off(ada: BrowserUser) -> None:
    page = ada.page
    assert page.evaluate("Notification.permission") == "default"

    page.get_by_role("button", name=ON).click()

    expect(page.get_by_role("list").get_by_text("Chrome on Android")).to_be_visible()
    expect(page.get_by_text("This device shows your reminders.")).to_be_visible()
    assert len(page.evaluate("localStorage.getItem('fake subscription')")) == 87
    assert len(subscriptions(ada)) == 1

    page.get_by_role("button", name="Turn off").click()

    expect(page.get_by_text("No device shows your reminders yet.")).to_be_visible()
    expect(page.get_by_role("button", name=ON)).to_be_visible()
    assert not subscriptions(ada)
    assert page.evaluate("localStorage.getItem('fake subscription')") is None


def test_notifications_are_offered_where_a_reminder_is_set(ada: BrowserUser) -> None:
    ada.page.goto("/tasks")
    ada.has("Buy milk")
    ada.page.goto("/tasks")
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).click()
    ada.page.get_by_role("link", name="Remind").click()

    ada.page.get_by_role("button", name=ON).click()

    expect(ada.page.get_by_role("button", name=ON)).to_be_hidden()
    expect(ada.page.get_by_role("form", name="Remind at a time: Buy milk")).to_be_visible()
    assert [one.device for one in subscriptions(ada)] == ["Chrome on Android"]


def test_a_removed_device_turns_itself_off(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 404")
    page = ada.page
    page.get_by_role("button", name=ON).click()
    expect(page.get_by_text("This device shows")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Removed. That device shows no more reminders.")).to_be_visible()

    # The next day.
    page.evaluate("localStorage.removeItem('device told on')")
    page.reload()

    expect(page.get_by_role("button", name=ON)).to_be_visible()
    assert not subscriptions(ada)


def test_the_next_user_of_a_browser_is_not_shown_the_reminders_of_the_last(ada: BrowserUser, new_user: NewUser) -> None:
    bob = new_user("Bob")
    page = ada.page
    page.get_by_role("button", name=ON).click()
    expect(page.get_by_text("This device shows")).to_be_visible()
    ada.sign_out()
    expect(page).to_have_url("/sign-in")

    page.get_by_label("Email").fill(bob.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_url("/today")
    page.wait_for_function("() => !localStorage.getItem('fake subscription')")
    page.goto("/settings/devices")
    expect(page.get_by_role("button", name=ON)).to_be_visible()


def test_after_signing_in_again_the_device_shows_reminders_again(ada: BrowserUser) -> None:
    page = ada.page
    page.get_by_role("button", name=ON).click()
    expect(page.get_by_text("This device shows")).to_be_visible()
    (before,) = subscriptions(ada)
    ada.sign_out()
    expect(page).to_have_url("/sign-in")

    with page.expect_response("**/api/devices/*") as told:
        ada.sign_in()

    assert told.value.status == 200
    (after,) = subscriptions(ada)
    assert (after.id, after.endpoint) == (before.id, before.endpoint)
    assert after.session_id != before.session_id


def test_a_refused_permission_is_explained(new_user: NewUser) -> None:
    page = new_user().page
    fake_push(page, answer="denied")
    page.goto("/settings/devices")

    page.get_by_role("button", name=ON).click()

    expect(page.get_by_text("blocked in this browser. To allow them")).to_be_visible()
    expect(page.get_by_role("button", name=ON)).to_be_hidden()


def test_an_iphone_is_told_about_the_home_screen(new_user: NewUser) -> None:
    page = new_user(user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) Mobile/15E148 Safari/604.1").page
    page.context.add_init_script("delete window.PushManager")

    page.goto("/settings/devices")

    expect(page.get_by_text("Add to Home Screen")).to_be_visible()


NEXT_SHOWN = """() => { self.next = new Promise((done) => {
  registration.showNotification = async (title, options) => done([title, options]);
}); }"""
CLICK = """(address) => new Promise((done) => {
  clients.openWindow = async (opened) => done(opened);
  const notification = { close() {}, data: { address } };
  dispatchEvent(Object.assign(new ExtendableEvent("notificationclick"), { notification }));
})"""


def test_the_service_worker_shows_messages_and_leads_to_our_pages_only(open_page: OpenPage) -> None:
    page = open_page()
    page.goto("/sign-in")
    page.evaluate("navigator.serviceWorker.register('/service-worker.js').then(() => navigator.serviceWorker.ready)")
    origin = page.evaluate("location.origin")
    deliver = push_to(page, origin)
    (worker,) = page.context.service_workers

    def shown(data: str) -> Any:
        worker.evaluate(NEXT_SHOWN)
        deliver(data)
        return worker.evaluate("next")

    milk = {"title": "Buy milk", "body": "Due today", "navigate": f"{origin}/tasks/42", "tag": "reminder-7"}
    title, options = shown(json.dumps({"web_push": 8030, "notification": milk}))
    assert (title, options["body"], options["tag"]) == ("Buy milk", "Due today", "reminder-7")
    assert options["data"]["address"] == f"{origin}/tasks/42"
    for address in ("https://evil.example/x", "javascript:alert(1)", "//evil.example", "http://", 7, None):
        _, options = shown(json.dumps({"notification": {**milk, "navigate": address}}))
        assert options["data"]["address"].startswith(f"{origin}/")
    assert [shown(data)[0] for data in ("no JSON", "null", "{}")] == ["Daybook"] * 3

    assert worker.evaluate(CLICK, f"{origin}/tasks/42") == f"{origin}/tasks/42"
    assert worker.evaluate("caches.keys()") == []


def push_to(page: Page, origin: str) -> Callable[[str], object]:
    """Delivers messages to the worker of the page, as the browser does once it has decrypted them."""
    devtools, found = page.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: found.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    with page.expect_event("framenavigated", timeout=LONG_ENOUGH):
        page.reload()
    to = {"origin": origin, "registrationId": found[0]["registrationId"]}
    return lambda data: devtools.send("ServiceWorker.deliverPushMessage", {**to, "data": data})

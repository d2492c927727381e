"""Failed requests: offline, lost responses, server errors and proxy errors."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.system.browser_user import BrowserUser, Complaints
from tests.system.site import Site

NOT_SENT = "^htmx: htmx:error: Failed to fetch"
OFFLINE = ("ERR_INTERNET_DISCONNECTED", NOT_SENT)
UNREAD = "Couldn’t reach Daybook. Your text is still here."


def alert(user: BrowserUser) -> Locator:
    return user.page.get_by_role("alert")


def try_again(user: BrowserUser) -> None:
    user.page.get_by_role("button", name="Try again").click()


@contextmanager
def offline(user: BrowserUser) -> Iterator[None]:
    user.page.context.set_offline(True)
    yield
    user.page.context.set_offline(False)


def test_a_task_added_offline_is_kept_and_added_once(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(*OFFLINE)

    with offline(ada):
        ada.new.fill("Buy milk")
        ada.new.press("Enter")
        expect(alert(ada)).to_contain_text(UNREAD)
        expect(ada.new).to_have_value("Buy milk")
        expect(ada.new).to_be_focused()
        with ada.page.expect_event("requestfailed"):
            try_again(ada)
        expect(ada.new).to_be_focused()
        expect(alert(ada)).to_have_count(1)
        expect(alert(ada)).to_contain_text(UNREAD)
    try_again(ada)

    expect(ada.titles).to_have_text(["Buy milk"])
    expect(alert(ada)).to_have_count(0)
    expect(ada.new).to_have_value("")
    expect(ada.new).to_be_focused()
    ada.page.reload()
    expect(ada.titles).to_have_text(["Buy milk"])


def test_retrying_after_a_lost_response_adds_no_second_task(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED", NOT_SENT)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    ada.page.route("**/tasks", lose_the_answer, times=1)
    ada.new.fill("Buy milk")
    ada.new.press("Enter")
    expect(alert(ada)).to_contain_text(UNREAD)

    try_again(ada)

    expect(ada.titles).to_have_text(["Buy milk"])
    ada.sees_counts(pending=1, completed=0)
    ada.page.reload()
    expect(ada.titles).to_have_text(["Buy milk"])


def test_a_row_completed_offline_is_reverted_until_the_retry(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(*OFFLINE)
    ada.has("Buy milk", "Call Grace")

    with offline(ada):
        ada.circle("Buy milk").click()
        expect(alert(ada)).to_contain_text("Couldn’t reach Daybook.")
        expect(ada.row("Buy milk").locator(".task__title")).to_have_css("text-decoration-line", "none")
        ada.circle("Call Grace").click()
        expect(alert(ada)).to_have_count(1)
    try_again(ada)

    ada.sees_counts(pending=0, completed=2)
    expect(alert(ada)).to_have_count(0)
    expect(ada.circle("Call Grace")).to_be_focused()


def test_an_edit_saved_offline_keeps_its_text(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(*OFFLINE)
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")

    with offline(ada):
        ada.page.get_by_role("button", name="Save").click()
        expect(alert(ada)).to_contain_text(UNREAD)
        expect(ada.field("Title")).to_have_value("Buy oat milk")
    try_again(ada)

    expect(ada.titles).to_have_text(["Buy oat milk"])
    expect(alert(ada)).to_have_count(0)
    expect(ada.edit("Buy oat milk")).to_be_focused()


def test_a_search_made_offline_can_be_retried(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(*OFFLINE)
    ada.has("Buy milk", "Call Grace")

    with offline(ada):
        ada.search.fill("milk")
        expect(alert(ada)).to_contain_text(UNREAD)
        expect(ada.search).to_have_value("milk")
    try_again(ada)

    expect(ada.titles).to_have_text(["Buy milk"])
    expect(alert(ada)).to_have_count(0)


def test_a_delete_made_offline_keeps_the_row(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(*OFFLINE)
    ada.has("Buy milk")

    with offline(ada):
        ada.delete("Buy milk").click()
        expect(alert(ada)).to_contain_text("Couldn’t reach Daybook.")
        expect(ada.row("Buy milk")).to_be_visible()
    ada.page.get_by_role("button", name="Dismiss").click()

    expect(alert(ada)).to_have_count(0)
    expect(ada.row("Buy milk")).to_be_visible()


@pytest.mark.usefixtures("fault")
def test_a_server_error_shows_a_reference_and_can_be_retried(
    ada: BrowserUser, site: Site, complaints: Complaints
) -> None:
    complaints.expect("status of 500")
    ada.new.fill("Break it")

    ada.new.press("Enter")

    expect(alert(ada)).to_contain_text("Something went wrong. It has been logged and your tasks are unchanged.")
    reference = alert(ada).locator("code").inner_text()
    assert f"reference {reference}" in site.log.read_text()
    expect(ada.new).to_have_value("Break it")
    ada.sees_counts(pending=0, completed=0)

    site.execute("DROP TRIGGER fault")
    try_again(ada)

    expect(ada.titles).to_have_text(["Break it"])
    expect(alert(ada)).to_have_count(0)
    expect(ada.new).to_have_value("")


@pytest.mark.usefixtures("fault")
def test_a_server_error_without_javascript_is_a_page_with_a_link(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 500")
    ada.new.fill("Break it")
    ada.page.locator("#new").evaluate("form => HTMLFormElement.prototype.submit.call(form)")

    expect(ada.page.get_by_role("heading", name="Unexpected error")).to_be_visible()
    expect(ada.page.get_by_text("Reference: ")).to_be_visible()
    ada.page.get_by_role("link", name="Back to your tasks").click()

    ada.sees_counts(pending=0, completed=0)


def test_a_proxy_error_is_not_inserted_into_the_page(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 502")
    ada.has("Buy milk")
    page = "<!doctype html><title>502</title><h1>Bad gateway</h1>"
    ada.page.route("**/complete", lambda route: route.fulfill(status=502, body=page), times=1)

    ada.circle("Buy milk").click()

    expect(alert(ada)).to_contain_text("The answer was not from Daybook.")
    expect(ada.page.get_by_text("Bad gateway")).to_have_count(0)
    try_again(ada)
    ada.sees_counts(pending=0, completed=1)
    expect(alert(ada)).to_have_count(0)


def test_completing_a_deleted_task_shows_an_error(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 404")
    ada.has("Buy milk")
    ada.site.execute("UPDATE tasks SET deleted_at = created_at WHERE title = 'Buy milk'")

    ada.circle("Buy milk").click()

    expect(alert(ada)).to_contain_text("This no longer exists. It may have been deleted in another tab.")
    expect(ada.page.get_by_role("button", name="Try again")).to_have_count(0)

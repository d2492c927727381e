"""Responses that do not come from Daybook, and pages of a user who is no longer signed in."""

from playwright.sync_api import Route, expect

from tests.system.browser_user import PASSWORD, BrowserUser, Complaints
from tests.system.site import Site

FOREIGN = "<!doctype html><title>Wi-Fi</title><h1>Pay for the hotel's network</h1>"
REFUSAL = "You signed in with another account since this page was opened"
STATUSES = (200, 401, 403, 404, 413, 429, 500, 502)


def answer_with(user: BrowserUser, path: str, status: int) -> None:
    """A proxy in front of Daybook answers once."""

    def fulfill(route: Route) -> None:
        route.fulfill(status=status, body=FOREIGN, content_type="text/html")

    user.page.route(path, fulfill, times=1)


def sees_that_it_was_not_daybook(user: BrowserUser) -> None:
    alert = user.page.get_by_role("alert")
    expect(alert).to_contain_text("The answer was not from Daybook. Your text is still here.")
    expect(user.page.get_by_text("Pay for the hotel")).to_have_count(0)
    expect(alert.get_by_role("link", name="Open the page again")).to_be_visible()


def try_again(user: BrowserUser) -> None:
    user.page.get_by_role("button", name="Try again").click()
    expect(user.page.get_by_role("alert")).to_have_count(0)


def test_a_response_from_a_proxy_loses_no_text_and_hides_no_row(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(*(f"status of {status}" for status in STATUSES if status >= 400))
    ada.has("Buy milk", *(f"Delete {status}" for status in STATUSES))
    before = "Buy milk"

    for status in STATUSES:
        now = f"Buy milk {status}"
        ada.edit(before).click()
        ada.field("Title").fill(now)
        answer_with(ada, "**/tasks/*", status)
        ada.page.get_by_role("button", name="Save").click()
        sees_that_it_was_not_daybook(ada)
        expect(ada.field("Title")).to_have_value(now)
        try_again(ada)
        expect(ada.row(now)).to_be_visible()
        before = now

        answer_with(ada, "**/delete", status)
        ada.delete(f"Delete {status}").click()
        sees_that_it_was_not_daybook(ada)
        expect(ada.row(f"Delete {status}")).to_be_visible()
        try_again(ada)
        expect(ada.row(f"Delete {status}")).to_have_count(0)

        answer_with(ada, "**/tasks", status)
        ada.new.fill(f"Pay {status}")
        ada.new.press("Enter")
        sees_that_it_was_not_daybook(ada)
        expect(ada.new).to_have_value(f"Pay {status}")
        try_again(ada)
        expect(ada.row(f"Pay {status}")).to_be_visible()
        expect(ada.new).to_have_value("")
    expect(ada.titles).to_have_text([*(f"Pay {status}" for status in reversed(STATUSES)), before])


def test_a_response_from_a_proxy_to_a_search_leaves_the_list_unchanged(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")

    answer_with(ada, "**/tasks?*", 200)
    ada.search.fill("milk")

    sees_that_it_was_not_daybook(ada)
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])
    try_again(ada)
    expect(ada.titles).to_have_text(["Buy milk"])


def test_a_redirect_from_a_proxy_is_not_followed(ada: BrowserUser) -> None:
    """The proxy sends htmx to a sign-in page of its own."""
    ada.has("Buy milk")

    ada.page.route(
        "**/complete",
        lambda route: route.fulfill(status=200, body=FOREIGN, headers={"HX-Redirect": "/elsewhere"}),
        times=1,
    )
    ada.circle("Buy milk").click()

    sees_that_it_was_not_daybook(ada)
    expect(ada.page).to_have_url("/tasks")


def bob_signs_in_elsewhere(ada: BrowserUser) -> BrowserUser:
    """Sign in as Bob in another tab of the same browser, so that both tabs send Bob's cookie."""
    tab = ada.page.context.new_page()
    bob = BrowserUser(ada.site, tab, "Bob")
    tab.goto("/tasks")
    bob.sign_out()
    bob.with_account()
    ada.page.bring_to_front()
    return bob


def test_a_task_typed_on_adas_page_is_not_added_to_bobs_account(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 409")
    bob = bob_signs_in_elsewhere(ada)

    ada.new.fill("Ada's plan")
    ada.new.press("Enter")

    expect(ada.page.get_by_role("alert")).to_contain_text(REFUSAL)
    expect(ada.new).to_have_value("Ada's plan")
    bob.page.reload()
    bob.sees_counts(pending=0, completed=0)
    ada.page.get_by_role("link", name="Open the page again").click()
    expect(ada.page.get_by_role("banner")).to_contain_text("Bob")
    expect(ada.new).to_have_value("")


def test_bobs_tasks_are_not_shown_on_adas_page(ada: BrowserUser, site: Site, complaints: Complaints) -> None:
    complaints.expect("status of 409")
    ada.has("Buy milk")
    bob = bob_signs_in_elsewhere(ada)
    site.make.task(bob.record, "Bob's secret")

    ada.search.fill("secret")

    expect(ada.page.get_by_role("alert")).to_contain_text(REFUSAL)
    expect(ada.titles).to_have_text(["Buy milk"])


def test_an_edit_on_adas_page_is_refused_and_keeps_its_text(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 409")
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    bob_signs_in_elsewhere(ada)

    ada.field("Title").fill("Buy oat milk")
    ada.field("Title").press("Enter")

    expect(ada.page.get_by_role("alert")).to_contain_text(REFUSAL)
    expect(ada.field("Title")).to_have_value("Buy oat milk")


def test_undo_on_adas_page_says_why_it_is_refused(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 409")
    ada.has("Buy milk")
    ada.delete("Buy milk").click()
    bob_signs_in_elsewhere(ada)

    ada.undo.click()

    expect(ada.page.get_by_role("alert")).to_contain_text(REFUSAL)
    expect(ada.page.get_by_role("alert").get_by_role("link", name="Open the page again")).to_be_visible()


def test_adas_form_is_refused_without_javascript_too(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 409")
    bob = bob_signs_in_elsewhere(ada)

    ada.new.fill("Ada's plan")
    ada.page.locator("#new").evaluate("form => HTMLFormElement.prototype.submit.call(form)")

    expect(ada.page.get_by_text(REFUSAL)).to_be_visible()
    bob.page.reload()
    bob.sees_counts(pending=0, completed=0)


def test_a_page_keeps_working_after_the_same_user_signs_in_again(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    tab = ada.page.context.new_page()
    again = BrowserUser(ada.site, tab)
    again.email = ada.email
    tab.goto("/tasks")
    again.sign_out()
    again.sign_in(PASSWORD)
    expect(tab).to_have_url("/today")
    ada.page.bring_to_front()

    ada.circle("Buy milk").click()

    ada.sees_counts(pending=0, completed=1)

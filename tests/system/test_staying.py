"""The page stays where and as it is: nothing scrolls away, goes stale, or is drawn where it does not belong."""

import pytest
from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser, Complaints, held

COME_BACK = """() => {
  dispatchEvent(new Event("blur"));
  dispatchEvent(new Event("focus"));
}"""


def test_a_list_is_refreshed_when_its_window_gets_the_focus_again(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.edit("Call Grace").click()
    ada.field("Title").fill("Call Grace Hop")
    ada.site.execute("UPDATE tasks SET title = 'Buy oat milk' WHERE title = 'Buy milk'")
    ada.site.make.task(ada.record, "From the phone")

    ada.page.evaluate(COME_BACK)

    expect(ada.titles).to_have_text(["From the phone", "Buy oat milk"])
    expect(ada.field("Title")).to_have_value("Call Grace Hop")
    ada.sees_counts(pending=3, completed=0)


@pytest.mark.parametrize("address", ["own page", "/labels"])
def test_other_pages_are_refreshed_too(ada: BrowserUser, address: str) -> None:
    ada.has("Buy milk")
    ada.site.make.record("labels", ada.record, name="milk run")
    ada.page.goto("/labels" if address == "/labels" else ada.page.locator(".task__title").get_attribute("href") or "")
    ada.site.execute("UPDATE tasks SET title = 'Buy oat milk' WHERE title = 'Buy milk'")
    ada.site.execute("UPDATE labels SET name = 'oat milk run' WHERE name = 'milk run'")

    ada.page.evaluate(COME_BACK)

    expect(ada.page.get_by_role("main").get_by_text("oat milk").first).to_be_visible()


def test_a_refresh_that_fails_says_nothing(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", "^htmx: htmx:error: Failed to fetch")
    ada.has("Buy milk")

    ada.page.context.set_offline(True)
    with ada.page.expect_event("requestfailed"):
        ada.page.evaluate(COME_BACK)
    ada.page.context.set_offline(False)
    ada.circle("Buy milk").click()

    ada.sees_counts(pending=0, completed=1)
    expect(ada.page.get_by_role("alert")).to_have_count(0)


def test_a_click_during_a_refresh_counts(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")

    with held(ada.page, "/tasks", "GET"):
        with ada.page.expect_request("**/tasks"):
            ada.page.evaluate(COME_BACK)
        ada.filter("All").click()
        ada.circle("Buy milk").click()

    expect(ada.page).to_have_url("/tasks?status=all")
    ada.sees_counts(pending=1, completed=1)


@pytest.mark.parametrize("view", ["?status=completed", "?q=bread", "?sort=title"])
def test_a_task_that_the_view_does_not_show_is_told_of(ada: BrowserUser, view: str) -> None:
    ada.has("Bread")
    ada.has("Buy bread", completed=True)
    ada.page.goto(f"/tasks{view}")
    before = ada.titles.all_inner_texts()
    ada.new.fill("Buy milk")
    ada.new.press("Enter")

    expect(ada.notice("Added “Buy milk” to Inbox.")).to_be_visible()
    expect(ada.titles).to_have_text(before)
    expect(ada.new).to_be_focused()
    ada.hears("Added: Buy milk")
    ada.undo.click()
    ada.hears("Undone: Added “Buy milk”")
    expect(ada.notice("Added")).to_have_count(0)
    expect(ada.titles).to_have_text(before)
    ada.new.fill("Buy tea")
    ada.new.press("Enter")
    ada.notice("Added “Buy tea” to Inbox.").get_by_role("link", name="Show").click()
    expect(ada.page).to_have_title("Buy tea · Daybook")


def test_adding_does_not_scroll_and_tells_where_the_task_is(ada: BrowserUser) -> None:
    ada.has_many(50)
    ada.row("Task 5").scroll_into_view_if_needed()
    place = ada.row("Task 8").bounding_box()

    ada.page.keyboard.press("n")
    ada.page.keyboard.type("Buy milk")
    ada.page.keyboard.press("Enter")

    expect(ada.notice("Added “Buy milk” to Inbox.")).to_be_visible()
    expect(ada.titles.first).to_have_text("Buy milk")
    assert ada.row("Task 8").bounding_box() == place


def test_a_task_in_view_needs_no_notice(ada: BrowserUser) -> None:
    ada.has("Buy milk")

    ada.add("Call Grace")

    expect(ada.page.locator("#notices > .notice")).to_have_count(0)


def test_escape_keeps_a_changed_edit_and_leads_back_to_it(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    expect(ada.field("Title")).to_be_focused()
    ada.page.keyboard.type(" by the litre")

    ada.page.keyboard.press("Escape")
    expect(ada.titles).to_have_text(["Buy milk"])
    ada.notice("Your changes are kept, but not saved.").get_by_role("button", name="Continue editing").click()

    expect(ada.field("Title")).to_have_value("Buy milk by the litre")
    expect(ada.page.get_by_text("Restored what you typed.")).to_be_visible()
    expect(ada.notice("Your changes are kept")).to_have_count(0)
    ada.page.get_by_role("link", name="Cancel").click()
    expect(ada.titles).to_have_text(["Buy milk"])
    ada.edit("Buy milk").click()
    expect(ada.field("Title")).to_have_value("Buy milk")
    ada.page.keyboard.press("Escape")
    expect(ada.titles).to_have_text(["Buy milk"])
    expect(ada.notice("Your changes are kept")).to_have_count(0)


def test_a_click_anywhere_in_a_row_opens_it_but_selecting_its_text_does_not(ada: BrowserUser) -> None:
    ada.has("Buy milk", description="two litres of it")
    note = ada.page.get_by_text("two litres of it")
    box = note.bounding_box()
    assert box

    ada.page.mouse.move(box["x"] + 2, box["y"] + 8)
    ada.page.mouse.down()
    ada.page.mouse.move(box["x"] + 60, box["y"] + 8)
    ada.page.mouse.up()
    assert ada.page.evaluate("String(getSelection())")
    ada.page.evaluate("getSelection().empty()")
    expect(ada.page).to_have_url("/tasks")
    ada.page.mouse.click(box["x"] + box["width"] - 200, box["y"] + 8)

    expect(ada.page).to_have_title("Buy milk · Daybook")

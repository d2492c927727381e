"""The menu of a row: made from one template when it is first used."""

from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser


def test_the_menu_acts_on_its_own_row(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")

    ada.menu("Call Grace").get_by_role("link", name="Priority").click()
    expect(ada.page).to_have_title("Priority · Daybook")
    expect(ada.page.locator(".crumb")).to_have_text("Call Grace")
    ada.page.go_back()
    ada.menu("Call Grace").get_by_role("button", name="Delete").click()

    expect(ada.titles).to_have_text(["Buy milk"])


def test_only_one_menu_is_open_and_escape_closes_it(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")

    first = ada.menu("Buy milk")
    second = ada.menu("Call Grace")
    expect(first).to_be_hidden()
    expect(second).to_be_visible()
    ada.page.keyboard.press("Escape")

    expect(second).to_be_hidden()
    expect(ada.row("Call Grace").locator("summary")).to_be_focused()


def test_a_completed_row_can_be_reopened_and_only_a_list_has_an_order(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    menu = ada.menu("Buy milk")
    expect(menu.get_by_role("button")).to_have_text(["Complete", "Delete"])
    menu.get_by_role("button", name="Complete").click()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()

    expect(ada.menu("Buy milk").get_by_role("button")).to_have_text(["Reopen", "Delete"])


def test_a_key_presses_an_item_of_a_menu_that_was_never_opened(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.row("Call Grace").get_by_role("link", name="Call Grace", exact=True).focus()

    ada.page.keyboard.press("t")

    expect(ada.page).to_have_title("Due · Daybook")
    expect(ada.page.locator(".crumb")).to_have_text("Call Grace")

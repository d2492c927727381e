"""Drafts: unsent text is kept in its tab and restored, however the page was left."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.system.browser_user import PASSWORD, BrowserUser, Complaints, held

RESTORED = "Restored what you typed."
FILL_THE_STORAGE = """() => {
  let text = "";
  for (let size = 2 ** 22; size >= 1;) {
    try {
      sessionStorage.setItem("filler", text + "x".repeat(size));
      text += "x".repeat(size);
    } catch { size /= 2; }
  }
}"""

Leave = Callable[[BrowserUser], object]


def reload(user: BrowserUser) -> None:
    user.page.reload()


def through_a_title_and_back(user: BrowserUser) -> None:
    user.page.get_by_role("link", name="Call Grace", exact=True).click()
    expect(user.page).to_have_title("Call Grace · Daybook")
    user.page.go_back()


def through_the_brand_link(user: BrowserUser) -> None:
    user.page.get_by_role("link", name="Daybook").click()
    expect(user.page).to_have_url("/today")
    user.page.goto("/tasks")


def another_page_by_its_address(user: BrowserUser) -> None:
    user.page.goto("/labels")
    user.page.goto("/tasks")


def an_expired_session(user: BrowserUser) -> None:
    user.page.context.clear_cookies()
    user.page.reload()
    user.sign_in()
    expect(user.page).to_have_url("/tasks")


WAYS = [reload, through_a_title_and_back, through_the_brand_link, another_page_by_its_address, an_expired_session]


@pytest.mark.parametrize("leave", WAYS)
def test_an_edit_and_an_unsent_task_are_restored_after_leaving_the_page(ada: BrowserUser, leave: Leave) -> None:
    ada.has("Buy milk", "Call Grace")
    restored, page = ada.page.get_by_text(RESTORED), ada.page
    new_description = page.locator("#new").get_by_role("textbox", name="Description")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    ada.field("Description").fill("  two litres")
    ada.new.fill("Plan the tr")
    page.get_by_text("Add a description").click()
    new_description.fill("Trains first")

    leave(ada)

    expect(ada.field("Title")).to_have_value("Buy oat milk")
    expect(ada.field("Description")).to_have_value("  two litres")
    expect(page.locator("#tasks").get_by_text(RESTORED)).to_be_visible()
    expect(ada.new).to_have_value("Plan the tr")
    expect(new_description).to_be_visible()
    expect(new_description).to_have_value("Trains first")
    page.get_by_role("button", name="Save").click()
    expect(ada.titles).to_have_text(["Call Grace", "Buy oat milk"])
    ada.new.press("Enter")
    expect(ada.row("Plan the tr")).to_contain_text("Trains first")
    expect(ada.new).to_have_value("")
    expect(restored).to_have_count(0)
    page.reload()
    expect(ada.new).to_have_value("")
    expect(restored).to_have_count(0)


def test_escape_closes_an_editor_and_keeps_its_text(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")

    ada.page.keyboard.press("Escape")
    expect(ada.titles).to_have_text(["Buy milk"])
    ada.page.reload()
    expect(ada.titles).to_have_text(["Buy milk"])
    ada.edit("Buy milk").click()

    expect(ada.field("Title")).to_have_value("Buy oat milk")
    expect(ada.page.get_by_text(RESTORED)).to_be_visible()


def test_discard_restores_the_saved_text(ada: BrowserUser) -> None:
    ada.has("Buy milk", description="one litre")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    ada.field("Description").fill("two litres")
    ada.page.reload()
    expect(ada.page.get_by_text(RESTORED)).to_be_visible()

    ada.page.get_by_role("button", name="Discard").click()

    expect(ada.field("Title")).to_have_value("Buy milk")
    expect(ada.field("Title")).to_be_focused()
    expect(ada.field("Description")).to_have_value("one litre")
    expect(ada.page.get_by_text(RESTORED)).to_have_count(0)
    ada.field("Title").fill("Buy soy milk")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.titles).to_have_text(["Buy soy milk"])


def test_cancel_discards_the_draft(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")

    ada.page.get_by_role("link", name="Cancel").click()
    expect(ada.titles).to_have_text(["Buy milk"])
    ada.edit("Buy milk").click()

    expect(ada.field("Title")).to_have_value("Buy milk")


def test_saving_a_restored_edit_conflicts_with_a_change_in_another_tab(
    ada: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect("status of 409")
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    other = BrowserUser(ada.site, ada.page.context.new_page())
    other.page.goto("/tasks")
    other.edit("Buy milk").click()
    other.field("Title").fill("Buy soy milk")
    other.page.get_by_role("button", name="Save").click()
    expect(other.titles).to_have_text(["Buy soy milk"])
    ada.page.bring_to_front()

    ada.page.reload()
    ada.field("Title").press("Enter")

    expect(ada.page.get_by_role("alert")).to_contain_text("Both versions are here; nothing is lost.")
    expect(ada.field("Title")).to_have_value("Buy oat milk")


def test_text_typed_during_a_save_is_kept_and_can_be_saved(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")

    with held(ada.page, ada.page.locator(".edit").get_attribute("action") or ""):
        ada.field("Title").press("Enter")
        ada.page.keyboard.type(" and bread")
    ada.hears("Saved: Buy oat milk")

    expect(ada.field("Title")).to_have_value("Buy oat milk and bread")
    expect(ada.field("Title")).to_be_focused()
    ada.page.wait_for_load_state("networkidle")
    ada.page.keyboard.press("Enter")
    expect(ada.titles).to_have_text(["Buy oat milk and bread"])


def test_text_typed_while_a_save_is_being_refused_is_kept(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("x" * 201)

    with held(ada.page, ada.page.locator(".edit").get_attribute("action") or ""):
        ada.field("Title").press("Enter")
        ada.page.keyboard.type("y")

    expect(ada.field("Title")).to_have_attribute("aria-invalid", "true")
    expect(ada.field("Title")).to_have_value("x" * 201 + "y")


def test_a_draft_of_another_form_is_restored(ada: BrowserUser) -> None:
    ada.page.goto("/labels")
    ada.page.get_by_label("Name").fill("errand")
    colours = ada.page.get_by_label("Colour")
    last = colours.locator("option").last.get_attribute("value") or ""
    colours.select_option(last)

    ada.page.reload()

    expect(ada.page.get_by_label("Name")).to_have_value("errand")
    expect(colours).to_have_value(last)
    ada.page.get_by_role("button", name="Add label").click()
    expect(ada.page.locator("#labels")).to_contain_text("errand")
    ada.page.reload()
    expect(ada.page.get_by_label("Name")).to_have_value("")


def test_an_unsent_sign_up_is_restored_without_the_password(signed_out: BrowserUser) -> None:
    page = signed_out.page
    page.goto("/sign-up")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Email").fill(signed_out.email)
    page.get_by_label("Password").fill("a secret password")

    page.goto("/sign-in")
    page.goto("/sign-up")

    expect(page.get_by_label("Name")).to_have_value("Ada")
    expect(page.get_by_label("Email")).to_have_value(signed_out.email)
    expect(page.get_by_label("Password")).to_have_value("")
    assert "secret" not in kept_text(page)


def test_a_one_time_code_is_not_kept(ada: BrowserUser) -> None:
    ada.page.goto("/settings/two-factor")
    ada.page.get_by_label("Your password").fill(PASSWORD)
    ada.page.get_by_role("button", name="Turn it on").click()

    ada.page.get_by_label("The code that your app shows").fill("123456")

    assert "123456" not in kept_text(ada.page)


def test_signing_up_and_signing_out_delete_all_drafts(ada: BrowserUser) -> None:
    assert kept_text(ada.page) == "{}"
    ada.new.fill("Half a thou")
    assert "Half a thou" in kept_text(ada.page)

    ada.sign_out()

    assert kept_text(ada.page) == "{}"


def test_signing_out_drops_the_text_in_other_tabs_too(ada: BrowserUser) -> None:
    other = ada.page.context.new_page()
    other.goto("/tasks")
    other.get_by_role("textbox", name="New task").fill("Half a thou")
    assert "Half a thou" in kept_text(other)

    ada.sign_out()

    other.wait_for_function("() => !Object.keys(sessionStorage).some((name) => name.startsWith('draft '))")


def test_closing_the_tab_with_unsaved_text_asks_for_confirmation(ada: BrowserUser) -> None:
    asked: list[str] = []
    ada.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").press_sequentially(" by the litre")

    ada.page.evaluate("location.reload()")
    expect(ada.page.get_by_text(RESTORED)).to_be_visible()
    through_the_brand_link(ada)
    expect(ada.page.get_by_text(RESTORED)).to_be_visible()
    assert asked == []
    ada.field("Title").press_sequentially("s")
    with ada.page.expect_event("close"):
        ada.page.close(run_before_unload=True)

    assert asked == ["beforeunload"]


def kept_text(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(sessionStorage)"))


def test_without_room_for_a_draft_no_older_one_stays(ada: BrowserUser) -> None:
    ada.new.fill("Buy milk")
    ada.page.evaluate(FILL_THE_STORAGE)

    ada.new.press_sequentially(" for Grace")
    ada.page.reload()
    expect(ada.new).to_have_value("")

    ada.add("Call Grace")
    expect(ada.titles).to_have_text(["Call Grace"])


def test_the_events_of_a_webhook_that_was_added_are_no_draft(ada: BrowserUser) -> None:
    ada.page.goto("/settings/webhooks")
    ada.page.get_by_label("Address, such as").fill("https://example.com/daybook")
    ada.page.get_by_text("Only some events").click()
    ada.page.get_by_label("Tasks added").check()

    ada.page.get_by_role("button", name="Add a webhook").click()

    expect(ada.page.get_by_label("Copy the secret")).to_have_value(re.compile("^whsec_"))
    expect(ada.page.get_by_text(RESTORED)).to_have_count(0)
    expect(ada.page.get_by_label("Tasks added")).not_to_be_checked()


def test_a_search_and_a_sort_leave_an_unsent_task(ada: BrowserUser) -> None:
    ada.has("Call Grace", "Pay rent")
    ada.new.fill("Buy milk")

    ada.search.fill("rent")
    expect(ada.titles).to_have_text(["Pay rent"])
    ada.page.get_by_label("Sort").select_option("oldest")
    expect(ada.page).to_have_url("/tasks?q=rent&sort=oldest")
    ada.page.reload()

    expect(ada.new).to_have_value("Buy milk")

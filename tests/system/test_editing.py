"""Editing tasks in place in the browser."""

from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser, Complaints
from tests.system.conftest import OpenPage

UNPROCESSABLE = "status of 422"
CONFLICT = "status of 409"


def test_an_edit_happens_in_place_and_returns_the_focus(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace", "Pay rent")

    ada.edit("Call Grace").click()
    expect(ada.field("Title")).to_be_focused()
    expect(ada.field("Title")).to_have_value("Call Grace")
    ada.page.keyboard.type(" Hopper")
    ada.field("Description").fill("Before noon")
    ada.page.get_by_role("button", name="Save").click()

    expect(ada.titles).to_have_text(["Pay rent", "Call Grace Hopper", "Buy milk"])
    expect(ada.row("Call Grace Hopper")).to_contain_text("Before noon")
    expect(ada.edit("Call Grace Hopper")).to_be_focused()
    expect(ada.page).to_have_url("/tasks")
    ada.hears("Saved: Call Grace Hopper")


def test_an_editor_at_the_lower_edge_scrolls_into_view(ada: BrowserUser) -> None:
    ada.has_many(20)
    ada.row("Task 15").scroll_into_view_if_needed()

    ada.edit("Task 15").click()

    expect(ada.field("Title")).to_be_focused()
    expect(ada.page.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)
    expect(ada.field("Title")).to_be_in_viewport(ratio=1)


def test_enter_saves_an_edit(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    expect(ada.field("Title")).to_be_focused()

    ada.page.keyboard.type(" and bread")
    ada.page.keyboard.press("Enter")

    expect(ada.titles).to_have_text(["Buy milk and bread"])


def test_escape_and_cancel_leave_the_task_unchanged(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ways_out = (
        lambda: ada.page.keyboard.press("Escape"),
        lambda: ada.page.get_by_role("link", name="Cancel").click(),
    )

    for leave in ways_out:
        ada.edit("Buy milk").click()
        expect(ada.field("Title")).to_be_focused()
        ada.page.keyboard.type(" by the litre")
        leave()

        expect(ada.titles).to_have_text(["Buy milk"])
        expect(ada.edit("Buy milk")).to_be_focused()
        expect(ada.page).to_have_url("/tasks")


def test_an_invalid_edit_shows_an_error_at_its_field_and_keeps_both_texts(
    ada: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect(UNPROCESSABLE)
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("   ")
    ada.field("Description").fill("two litres")

    ada.page.get_by_role("button", name="Save").click()

    expect(ada.field("Title")).to_have_accessible_description("A task needs a title.")
    expect(ada.field("Title")).to_be_focused()
    expect(ada.field("Description")).to_have_value("two litres")
    ada.field("Title").fill("Buy oat milk")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.row("Buy oat milk")).to_contain_text("two litres")


def test_two_rows_can_be_edited_at_the_same_time(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.edit("Buy milk").click()
    expect(ada.field("Title")).to_be_focused()
    ada.field("Title").fill("Buy oat milk")

    ada.edit("Call Grace").click()
    expect(ada.field("Title").first).to_be_focused()
    ada.field("Title").first.fill("Call Ada")
    ada.page.keyboard.press("Enter")

    expect(ada.titles).to_have_text(["Call Ada"])
    expect(ada.field("Title")).to_have_value("Buy oat milk")


def test_an_editor_stays_open_if_a_filter_keeps_its_row(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")

    ada.filter("All").click()

    expect(ada.page).to_have_url("/tasks?status=all")
    expect(ada.titles).to_have_text(["Call Grace"])
    expect(ada.field("Title")).to_have_value("Buy oat milk")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.titles).to_have_text(["Call Grace", "Buy oat milk"])


def test_an_edit_hidden_by_a_filter_is_restored_when_it_is_reopened(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    ada.field("Description").fill("two litres")

    ada.filter("Completed").click()
    expect(ada.page.locator("#tasks .edit")).to_have_count(0)
    ada.filter("To do").click()
    ada.edit("Buy milk").click()

    expect(ada.field("Title")).to_have_value("Buy oat milk")
    expect(ada.field("Description")).to_have_value("two litres")
    expect(ada.page.get_by_text("Restored what you typed.")).to_be_visible()
    ada.page.get_by_role("link", name="Cancel").click()
    ada.edit("Buy milk").click()
    expect(ada.field("Title")).to_have_value("Buy milk")


def test_a_restored_edit_of_a_changed_task_shows_the_conflict(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 409")
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    other = BrowserUser(ada.site, ada.page.context.new_page())
    other.page.goto("/tasks")
    other.edit("Buy milk").click()
    other.field("Title").fill("Buy soy milk")
    other.field("Title").press("Enter")
    expect(other.titles).to_have_text(["Buy soy milk"])
    ada.page.bring_to_front()
    ada.search.fill("soya")
    expect(ada.page).to_have_url("/tasks?q=soya")
    ada.search.fill("soy")

    ada.edit("Buy soy milk").click()
    expect(ada.field("Title")).to_have_value("Buy oat milk")
    ada.field("Title").press("Enter")

    expect(ada.page.get_by_role("alert")).to_contain_text("This task changed while you were editing.")
    expect(ada.page.locator(".version")).to_contain_text(["Yours", "Buy soy milk"])
    ada.filter("Completed").click()
    expect(ada.page.locator("#tasks .edit")).to_have_count(0)
    ada.filter("To do").click()
    ada.edit("Buy soy milk").click()
    expect(ada.field("Title")).to_have_value("Buy oat milk")


def two_tabs(ada: BrowserUser) -> BrowserUser:
    """Save an edit in the first tab after a second tab has saved another; returns the second tab."""
    ada.has("Buy milk", description="one litre")
    other = BrowserUser(ada.site, ada.page.context.new_page())
    other.page.goto("/tasks")
    for tab in (ada, other):
        tab.page.bring_to_front()
        tab.edit("Buy milk").click()
        expect(tab.field("Title")).to_be_focused()
    other.field("Title").fill("Buy oat milk")
    other.page.get_by_role("button", name="Save").click()
    expect(other.row("Buy oat milk")).to_be_visible()
    ada.page.bring_to_front()
    ada.field("Title").fill("Buy soy milk")
    ada.field("Description").fill("two litres")
    ada.page.get_by_role("button", name="Save").click()
    return other


def test_a_stale_edit_shows_both_versions_and_can_be_saved(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(CONFLICT)

    other = two_tabs(ada)

    expect(ada.page.get_by_role("alert")).to_contain_text("This task changed while you were editing.")
    expect(ada.field("Title")).to_have_value("Buy soy milk")
    expect(ada.field("Title")).to_be_focused()
    expect(ada.field("Description")).to_have_count(0)
    expect(ada.page.get_by_role("region", name="Saved")).to_contain_text("Buy oat milk")
    ada.page.get_by_role("button", name="Save yours").click()
    expect(ada.row("Buy soy milk")).to_contain_text("two litres")
    other.page.reload()
    expect(other.row("Buy soy milk")).to_contain_text("two litres")


def test_a_stale_edit_can_be_dropped_for_the_saved_version(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(CONFLICT)
    two_tabs(ada)

    ada.page.get_by_role("link", name="Keep the saved one").click()

    expect(ada.row("Buy oat milk")).to_contain_text("one litre")
    expect(ada.edit("Buy oat milk")).to_be_focused()


def test_saving_a_task_deleted_elsewhere_shows_an_error_and_keeps_the_text(
    ada: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect("status of 404")
    ada.has("Buy milk")
    other = BrowserUser(ada.site, ada.page.context.new_page())
    other.page.goto("/tasks")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    other.page.bring_to_front()
    other.delete("Buy milk").click()
    expect(other.undo).to_be_visible()
    ada.page.bring_to_front()

    ada.page.get_by_role("button", name="Save").click()

    expect(ada.page.get_by_role("alert")).to_contain_text(
        "This no longer exists. It may have been deleted in another tab."
    )
    expect(ada.field("Title")).to_have_value("Buy oat milk")
    ada.page.get_by_role("alert").get_by_role("button", name="Restore").click()
    expect(ada.page.get_by_role("alert")).to_have_count(0)
    expect(ada.field("Title")).to_be_focused()
    ada.page.keyboard.press("Enter")
    expect(ada.titles).to_have_text(["Buy oat milk"])


def test_another_users_task_is_not_found(ada: BrowserUser, open_page: OpenPage, complaints: Complaints) -> None:
    complaints.expect("status of 404")
    ada.has("Secret plan")
    number = ada.page.locator("#tasks > li").get_attribute("id").removeprefix("task-")
    bob = BrowserUser(ada.site, open_page(), "Bob").sign_up()

    bob.page.goto(f"/tasks/{number}")

    expect(bob.page.get_by_role("heading", name="Page not found")).to_be_visible()
    expect(bob.page.get_by_text("Secret plan")).to_have_count(0)
    bob.page.get_by_role("link", name="Back to your tasks").click()
    expect(bob.page).to_have_url("/tasks")


def test_an_editor_can_be_opened_by_its_url(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.page.goto(ada.edit("Buy milk").get_attribute("href"))
    expect(ada.field("Title")).to_be_focused()

    ada.field("Title").fill("Buy oat milk")
    ada.page.keyboard.press("Enter")

    expect(ada.titles).to_have_text(["Buy oat milk"])
    expect(ada.edit("Buy oat milk")).to_be_focused()

"""Everything works without JavaScript: every action is a form and every view is a link."""

import pytest
from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser, Complaints
from tests.system.conftest import NewUser


@pytest.fixture
def plain(new_user: NewUser) -> BrowserUser:
    """A user whose browser runs no JavaScript."""
    return new_user(java_script_enabled=False)


def press(user: BrowserUser, name: str) -> None:
    user.page.get_by_role("button", name=name, exact=True).click()


def test_adding_completing_and_reopening_work(plain: BrowserUser) -> None:
    plain.page.goto("/tasks?status=all")
    plain.add("Buy milk")
    plain.new.fill("Plan the trip")
    plain.page.get_by_text("Add a description").click()
    plain.page.get_by_role("textbox", name="Description").fill("Trains first")
    press(plain, "Add")
    expect(plain.row("Plan the trip")).to_contain_text("Trains first")

    plain.circle("Buy milk").click()
    expect(plain.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    plain.sees_counts(pending=1, completed=1)

    plain.circle("Buy milk").click()
    expect(plain.page.get_by_role("button", name="Complete: Buy milk")).to_be_visible()
    plain.sees_counts(pending=2, completed=0)


def test_invalid_input_is_returned_as_typed(plain: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    plain.has("Buy milk")
    plain.page.goto("/tasks?q=milk")
    plain.new.fill("x" * 201)

    plain.new.press("Enter")

    expect(plain.new).to_have_accessible_description("Titles can be up to 200 characters (this one is 201).")
    expect(plain.new).to_have_value("x" * 201)
    expect(plain.new).to_be_focused()
    expect(plain.titles).to_have_text(["Buy milk"])
    expect(plain.search).to_have_value("milk")


def test_editing_and_cancelling_work(plain: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    plain.has("Buy milk")
    plain.edit("Buy milk").click()
    expect(plain.field("Title")).to_be_focused()
    plain.page.get_by_role("link", name="Cancel").click()
    expect(plain.titles).to_have_text(["Buy milk"])

    plain.edit("Buy milk").click()
    plain.field("Title").fill("  ")
    plain.field("Description").fill("two litres")
    press(plain, "Save")
    expect(plain.field("Title")).to_have_accessible_description("A task needs a title.")
    expect(plain.field("Title")).to_be_focused()
    expect(plain.field("Description")).to_have_value("two litres")

    plain.field("Title").fill("Buy oat milk")
    press(plain, "Save")
    expect(plain.row("Buy oat milk")).to_contain_text("two litres")


def test_a_stale_edit_shows_both_versions(plain: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 409")
    plain.has("Buy milk")
    plain.edit("Buy milk").click()
    other = BrowserUser(plain.site, plain.page.context.new_page())
    other.page.goto(plain.page.url)
    other.field("Title").fill("Buy oat milk")
    press(other, "Save")
    plain.page.bring_to_front()
    plain.field("Title").fill("Buy soy milk")

    press(plain, "Save")

    expect(plain.page.get_by_role("alert")).to_contain_text("This task changed while you were editing.")
    expect(plain.field("Title")).to_have_value("Buy soy milk")
    expect(plain.page.get_by_role("region", name="Saved")).to_contain_text("Buy oat milk")
    press(plain, "Save yours")
    expect(plain.titles).to_have_text(["Buy soy milk"])


def test_deleting_and_restoring_keep_the_current_view(plain: BrowserUser) -> None:
    plain.has("Buy milk", "Buy bread", "Call Grace")
    plain.page.goto("/tasks?q=buy&sort=title")

    plain.delete("Buy milk").click()

    expect(plain.titles).to_have_text(["Buy bread"])
    expect(plain.page.get_by_text("Deleted “Buy milk”.")).to_be_visible()
    plain.undo.click()
    expect(plain.titles).to_have_text(["Buy bread", "Buy milk"])
    expect(plain.search).to_have_value("buy")
    expect(plain.undo).to_have_count(0)


def test_searching_filtering_and_sorting_work(plain: BrowserUser) -> None:
    plain.has("Buy milk", "Buy bread", "Call Grace")
    plain.has("Buy a boat", completed=True)
    plain.page.goto("/tasks?status=completed")

    plain.filter("To do").click()
    expect(plain.titles).to_have_text(["Call Grace", "Buy bread", "Buy milk"])
    plain.search.fill("buy")
    plain.page.get_by_label("Sort").select_option("Title")
    press(plain, "Show")

    expect(plain.titles).to_have_text(["Buy bread", "Buy milk"])
    expect(plain.filter("To do")).to_have_attribute("aria-current", "page")
    plain.filter("All").click()
    expect(plain.titles).to_have_text(["Buy a boat", "Buy bread", "Buy milk"])
    plain.page.go_back()
    plain.page.go_back()
    expect(plain.titles).to_have_text(["Call Grace", "Buy bread", "Buy milk"])


def test_paging_and_the_link_to_the_start_of_the_list_work(plain: BrowserUser) -> None:
    plain.has_many(120)
    more = plain.page.get_by_role("link", name="Show more")

    more.click()
    expect(plain.titles).to_have_text([f"Task {number}" for number in range(70, 20, -1)])
    more.click()
    expect(plain.titles).to_have_text([f"Task {number}" for number in range(20, 0, -1)])
    expect(more).to_have_count(0)

    plain.page.get_by_role("link", name="Back to the start of the list").click()
    expect(plain.titles.first).to_have_text("Task 120")


def test_buttons_that_need_javascript_are_not_shown(plain: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    plain.has("Buy milk")

    plain.delete("Buy milk").click()
    expect(plain.undo).to_be_visible()
    expect(plain.page.get_by_role("button", name="Dismiss")).to_have_count(0)

    plain.sign_out()
    plain.sign_in("a wrong password")
    expect(plain.page.get_by_role("alert")).to_have_text("Wrong email or password.")
    expect(plain.page.get_by_label("Email")).to_have_value(plain.email)


def test_a_file_is_imported_by_reloading(plain: BrowserUser) -> None:
    plain.page.goto("/settings/import")
    plain.page.get_by_label("Or paste text").fill("Buy milk\nBuy tea")
    press(plain, "Show what it becomes")
    look_until(plain, "Import 2 tasks")

    press(plain, "Import 2 tasks")
    look_until(plain, "Undo this import")

    plain.page.goto("/inbox")
    expect(plain.titles).to_have_text(["Buy milk", "Buy tea"])


def look_until(user: BrowserUser, name: str) -> None:
    """Follow “Look again” until the button is there."""
    button = user.page.get_by_role("button", name=name)
    while not button.is_visible():
        user.page.get_by_role("link", name="Look again").click()


def test_the_page_of_the_keys_shows_them(plain: BrowserUser) -> None:
    plain.page.goto("/help/keys")

    expect(plain.page.locator("main kbd").first).to_be_visible()

"""The rows of a page are one tab stop; the arrows go between them and between the controls of each."""

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser
from tests.system.conftest import NewUser

WIDE = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    """With three tasks in the Inbox."""
    ada = new_user(**WIDE)
    ada.has("Buy milk", "Call Grace", "Pay rent")
    ada.page.goto("/inbox")
    return ada.is_ready()


def title(user: BrowserUser, text: str) -> Locator:
    return user.row(text).get_by_role("link", name=text, exact=True)


def in_a_row(user: BrowserUser) -> bool:
    return bool(user.page.evaluate("Boolean(document.activeElement.closest('li.task'))"))


def arrive(user: BrowserUser) -> None:
    """By Tab, from the field above the rows."""
    with user.page.expect_response("**/rows.*.js"):
        user.new.focus()
    user.is_ready()
    for _ in range(10):
        user.page.keyboard.press("Tab")
        if in_a_row(user):
            return
    raise AssertionError("Tab did not reach a row")


def test_tab_comes_to_the_row_that_had_the_focus_last_and_leaves_the_rows(ada: BrowserUser) -> None:
    first, second, _ = ada.page.locator("#tasks .task__title").all_inner_texts()
    keyboard = ada.page.keyboard
    arrive(ada)
    expect(title(ada, first)).to_be_focused()

    keyboard.press("ArrowDown")
    expect(title(ada, second)).to_be_focused()
    keyboard.press("Tab")
    assert not in_a_row(ada)
    keyboard.press("Shift+Tab")
    expect(title(ada, second)).to_be_focused()
    keyboard.press("Shift+Tab")
    assert not in_a_row(ada)


def test_left_and_right_go_to_each_control_of_a_row(ada: BrowserUser) -> None:
    keyboard = ada.page.keyboard
    title(ada, "Call Grace").focus()
    expect(ada.row("Call Grace").get_by_role("link", name="Due: Call Grace")).to_be_attached()
    names = []
    for _ in range(5):
        keyboard.press("ArrowRight")
        names.append(ada.page.evaluate("document.activeElement.ariaLabel"))
    assert names == [f"{what}: Call Grace" for what in ("Due", "Move", "Edit", "Delete", "Actions")]
    for _ in range(6):
        keyboard.press("ArrowLeft")
    expect(ada.page.get_by_role("button", name="Complete: Call Grace")).to_be_focused()

    keyboard.press("ArrowDown")
    assert ada.page.evaluate("document.activeElement.matches('.task__title')")


def test_the_items_of_an_open_menu_are_reached_by_tab(ada: BrowserUser) -> None:
    ada.menu("Call Grace")
    ada.page.keyboard.press("Tab")

    expect(ada.row("Call Grace").get_by_role("button", name="Complete", exact=True)).to_be_focused()


def test_each_control_is_a_tab_stop_where_single_keys_are_off(ada: BrowserUser) -> None:
    ada.page.goto("/settings")
    ada.page.get_by_label("Single-key shortcuts").select_option("Off")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_text("Saved.")).to_be_visible()
    ada.page.goto("/inbox")
    ada.is_ready()
    arrive(ada)

    ada.page.keyboard.press("Tab")
    assert in_a_row(ada)
    ada.page.keyboard.press("Tab")
    assert in_a_row(ada)


@pytest.mark.parametrize("name", ["Due", "Move"])
def test_what_is_planned_most_often_is_offered_over_a_row(ada: BrowserUser, name: str) -> None:
    row = ada.row("Call Grace")
    row.hover()
    row.get_by_role("link", name=f"{name}: Call Grace").click()

    expect(row.get_by_role("form", name=f"{name}: Call Grace")).to_be_visible()
    expect(ada.page).to_have_url("/inbox")

"""The shell of a page: the index at its side, or the bar below it, by how much room the text leaves."""

import pytest
from playwright.sync_api import Page, expect

from tests.system.browser_user import BrowserUser, Complaints
from tests.system.conftest import PHONE, NewUser
from web.domain.timestamps import utc_now


def shows_the_index(page: Page, is_shown: bool) -> None:
    expect(page.get_by_role("navigation", name="Index")).to_be_visible(visible=is_shown)
    expect(page.get_by_role("navigation", name="Bar")).to_be_visible(visible=not is_shown)


@pytest.mark.parametrize(("width", "is_index"), [(390, False), (940, False), (1000, True), (1440, True)])
def test_the_index_needs_60_rem(ada: BrowserUser, width: int, is_index: bool) -> None:
    ada.page.set_viewport_size({"width": width, "height": 800})

    shows_the_index(ada.page, is_index)


def test_large_text_has_the_layout_of_a_small_screen(ada: BrowserUser) -> None:
    ada.page.set_viewport_size({"width": 1280, "height": 800})
    shows_the_index(ada.page, is_shown=True)

    ada.page.evaluate("document.documentElement.style.fontSize = '200%'")

    shows_the_index(ada.page, is_shown=False)


def test_a_long_name_leaves_room_to_sign_out(new_user: NewUser) -> None:
    page = new_user("x" * 100).page
    page.set_viewport_size({"width": 1440, "height": 800})

    index = page.get_by_role("banner").bounding_box()
    button = page.get_by_role("button", name="Sign out").bounding_box()

    assert index and button
    assert button["x"] + button["width"] <= index["width"]


def test_large_text_fits_a_small_phone_where_one_signs_in_and_out(ada: BrowserUser) -> None:
    page, make = ada.has("Buy milk").page, ada.site.make
    make.sign_in(ada.record)
    task_id = int((ada.row("Buy milk").get_attribute("id") or "").removeprefix("task-"))
    make.record("reminders", ada.record, task_id=task_id, at=utc_now())
    page.set_viewport_size({"width": 320, "height": 640})

    for address, button in (("/settings/sessions", "Snooze 10 minutes"), ("/sign-in", "Sign in with a passkey")):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        expect(page.get_by_role("button", name=button)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        page.context.clear_cookies()


def test_index_page_and_margin_have_their_widths(ada: BrowserUser) -> None:
    ada.page.set_viewport_size({"width": 1440, "height": 800})

    index = ada.page.get_by_role("banner").bounding_box()
    main = ada.page.get_by_role("main").bounding_box()

    assert index and main
    assert (index["x"], index["width"], index["height"]) == (0, 240, 800)
    assert (main["x"], main["width"]) == (240, 832)


def test_the_entry_of_the_page_is_the_current_one(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    index = ada.page.get_by_role("navigation", name="Index")
    own = ada.page.locator(".task__title").get_attribute("href") or ""

    for address, name in (("/tasks?status=open", "Open tasks"), (own, "Open tasks"), ("/labels", "Labels")):
        ada.page.goto(address)
        expect(index.locator("[aria-current=page]")).to_have_text(name)
    index.get_by_role("link", name="Add list").click()
    expect(ada.page.get_by_label("Name")).to_be_focused()


def test_a_filter_of_the_tasks_is_no_entry_of_the_index(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    current = ada.page.get_by_role("navigation", name="Index").locator("[aria-current=page]")
    expect(current).to_have_text("Open tasks")

    ada.filter("All").click()
    expect(current).to_have_count(0)
    ada.circle("Buy milk").click()
    ada.sees_counts(pending=0, completed=1)
    expect(current).to_have_count(0)
    ada.filter("To do").click()
    expect(current).to_have_text("Open tasks")
    ada.page.goto("/tasks?q=milk")
    expect(ada.row("Buy milk")).to_be_visible()
    expect(current).to_have_count(0)


def test_heading_tab_and_history_name_the_view(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    expect(ada.page).to_have_title("Open tasks · Daybook")

    ada.filter("Completed").click()
    expect(ada.page).to_have_title("Completed · Daybook")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Completed")
    ada.search.fill("milk")
    expect(ada.page).to_have_title("“milk” · Completed · Daybook")
    ada.page.go_back()

    expect(ada.page).to_have_title("Completed · Daybook")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Completed")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_reaches_everything_from_its_bar(new_user: NewUser, scripts: bool) -> None:
    ada = new_user(**PHONE, java_script_enabled=scripts)
    bar = ada.page.get_by_role("navigation", name="Bar")

    # What is pressed most is set off, in the accent.
    add = bar.get_by_role("link", name="Add task")
    expect(add.locator(".icon")).to_have_css("background-color", "rgb(23, 105, 79)")
    bar.get_by_role("link", name="Upcoming").tap()
    expect(ada.page).to_have_url("/upcoming")
    bar.get_by_role("link", name="Today").tap()
    expect(ada.page).to_have_url("/today")
    add.tap()
    expect(ada.new).to_be_focused()
    ada.new.fill("Buy milk")
    ada.new.press("Enter")
    expect(ada.row("Buy milk")).to_be_visible()
    expect(ada.new).to_be_focused()
    ada.page.keyboard.press("Escape")
    bar.get_by_role("link", name="Search").tap()
    expect(ada.search).to_be_focused()
    expect(ada.page.get_by_role("heading", name="Open tasks")).to_be_in_viewport()
    ada.page.get_by_role("heading", name="Open tasks").tap()
    bar.get_by_role("button", name="Lists").tap()
    expect(ada.page.get_by_role("button", name="Sign out")).to_be_visible()
    # It is where the button of the bar was: a second tap at once would be half of a double tap.
    ada.page.wait_for_timeout(700)
    ada.page.get_by_role("button", name="Sign out").tap()

    expect(ada.page).to_have_url("/sign-in")


def test_a_phones_sheet_opens_over_the_list_and_keeps_what_is_typed(new_user: NewUser) -> None:
    ada = new_user(**PHONE).has_many(40)
    ada.row("Task 1").scroll_into_view_if_needed()
    place = ada.page.evaluate("scrollY")

    ada.open_sheet()
    ada.new.fill("Half a thou")
    ada.page.get_by_role("button", name="Close").tap()
    expect(ada.new).to_be_hidden()
    ada.open_sheet()
    ada.page.touchscreen.tap(200, 200)
    expect(ada.new).to_be_hidden()
    expect(ada.page).to_have_url("/tasks")
    ada.open_sheet()
    ada.page.keyboard.press("Escape")
    expect(ada.new).to_be_hidden()
    ada.open_sheet()

    expect(ada.new).to_have_value("Half a thou")
    assert ada.page.evaluate("scrollY") == place
    ada.page.reload()
    expect(ada.page.get_by_text("Restored what you typed.")).to_be_visible()
    expect(ada.new).to_have_value("Half a thou")


def test_a_refused_task_keeps_the_sheet_open(new_user: NewUser, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    ada = new_user(**PHONE)
    ada.open_sheet()
    ada.new.fill("   ")

    ada.new.press("Enter")

    expect(ada.new).to_have_accessible_description("A task needs a title.")
    expect(ada.new).to_be_focused()


@pytest.mark.parametrize("width", [320, 390])
def test_the_field_for_a_task_is_wide_enough_at_200_percent(new_user: NewUser, width: int) -> None:
    ada = new_user(**{**PHONE, "viewport": {"width": width, "height": 640}})
    ada.page.evaluate("document.documentElement.style.fontSize = '200%'")

    ada.open_sheet()

    box = ada.new.bounding_box()
    assert box and box["width"] > width * 0.75


COVERED_ITEMS = """() => [...document.querySelectorAll(".menu[open] .menu__items :is(a, button)")].filter((item) => {
  const { left, top, width, height } = item.getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + height / 2)?.closest(".notice");
}).map((item) => item.innerText)"""


def test_a_notice_covers_neither_save_nor_the_sheet_nor_a_menu(new_user: NewUser) -> None:
    ada = new_user(**PHONE).has("Buy milk", "Call Grace")
    ada.menu("Buy milk").get_by_role("button", name="Delete").tap()
    expect(ada.undo).to_be_visible()
    bar = ada.page.get_by_role("navigation", name="Bar")

    ada.open_sheet()
    assert below(ada, ".notice", "#new")
    ada.page.keyboard.press("Escape")
    menu = ada.menu("Call Grace")
    assert ada.page.evaluate(COVERED_ITEMS) == []
    menu.get_by_role("link", name="Edit").tap()
    expect(ada.field("Title")).to_be_focused()

    expect(bar).to_be_hidden()
    # As high as a phone is above its keyboard.
    ada.page.set_viewport_size({"width": 390, "height": 420})
    save = ada.page.get_by_role("button", name="Save")
    save.scroll_into_view_if_needed()
    save.click(trial=True)
    ada.page.get_by_role("link", name="Cancel").tap()
    expect(bar).to_be_visible()


COVERED = """() => {
  const [notice] = document.querySelectorAll("#notices > .notice");
  const own = notice.getBoundingClientRect();
  return [...document.querySelectorAll("main .button--primary")].filter((button) => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    return left < own.right && right > own.left && top < own.bottom && bottom > own.top;
  }).map((button) => button.innerText);
}"""


def test_a_notice_stands_clear_of_a_form_that_is_the_page(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    home = ada.site.make.record("lists", ada.record, name="Home")
    own = ada.row("Buy milk").locator(".task__title").get_attribute("href")

    for address in ("/settings", f"/lists/{home.id}/edit", f"{own}/due"):
        ada.page.goto(address)
        ada.is_ready()
        # From the field that has the focus.
        ada.page.evaluate("document.activeElement.blur()")
        ada.page.keyboard.press("z")
        expect(ada.notice("There is nothing to undo.")).to_be_visible()
        for size in ({"width": 390, "height": 640}, {"width": 800, "height": 500}, {"width": 1280, "height": 700}):
            ada.page.set_viewport_size(size)
            assert ada.page.evaluate(COVERED) == [], (address, size)
            ada.page.locator("main .button--primary").last.scroll_into_view_if_needed()
            assert ada.page.evaluate(COVERED) == [], (address, size)
            ada.page.evaluate("scrollTo(0, 0)")


def below(user: BrowserUser, upper: str, lower: str) -> bool:
    """Whether the second element begins below the first."""
    boxes = [user.page.locator(selector).bounding_box() for selector in (upper, lower)]
    assert boxes[0] and boxes[1]
    return boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]


def test_the_shell_of_an_unknown_page_leads_on(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 404")
    ada.page.goto("/nowhere")

    ada.page.get_by_role("navigation", name="Index").get_by_role("link", name="Labels").click()

    expect(ada.page).to_have_url("/labels")

"""The panel in a browser: beside the list on a wide screen, instead of it on a narrow one."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, Held, slow
from tests.system.conftest import PHONE, NewUser
from web.domain.timestamps import utc_now

WIDE = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    """On the page of today, with two tasks, on a wide screen."""
    ada = new_user(**WIDE)
    ada.has("Buy milk", "Call Grace", due_on=utc_now().date())
    ada.page.goto("/today")
    return ada.is_ready()


def panel(ada: BrowserUser) -> Locator:
    return ada.page.get_by_role("complementary")


def opened(ada: BrowserUser, title: str) -> Locator:
    ada.row(title).get_by_role("link", name=title, exact=True).click()
    expect(panel(ada).get_by_role("heading", name=title)).to_be_focused()
    return panel(ada)


def test_a_task_opens_beside_its_list_with_an_address_of_its_own(ada: BrowserUser) -> None:
    opened(ada, "Buy milk")
    expect(ada.page).to_have_url(re.compile(r"/today\?task=\d+$"))
    expect(ada.titles).to_have_count(2)

    ada.page.reload()
    expect(panel(ada).get_by_role("heading", name="Buy milk")).to_be_visible()
    opened(ada, "Call Grace")
    ada.page.go_back()
    expect(panel(ada).get_by_role("heading", name="Buy milk")).to_be_visible()
    ada.page.go_back()

    expect(ada.page).to_have_url("/today")
    expect(panel(ada)).to_be_hidden()


def test_the_panel_is_as_wide_on_every_screen_that_has_room_for_it(ada: BrowserUser) -> None:
    opened(ada, "Buy milk")

    # Of index, page and panel the page gives way.
    for width in (1296, 1440, 1920):
        ada.page.set_viewport_size({"width": width, "height": 900})
        page, beside = ada.page.get_by_role("main").bounding_box(), panel(ada).bounding_box()
        room = ada.page.evaluate("document.body.getBoundingClientRect().width")
        assert page and beside
        assert (page["width"], beside["x"], beside["width"]) == (min(832, room - 640), 240 + page["width"], 400), width


def test_escape_closes_it_and_returns_to_the_row(ada: BrowserUser) -> None:
    opened(ada, "Buy milk")

    ada.page.keyboard.press("Escape")

    expect(panel(ada)).to_be_hidden()
    expect(ada.page).to_have_url("/today")
    expect(ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True)).to_be_focused()


def test_panel_and_row_show_the_same(ada: BrowserUser) -> None:
    beside = opened(ada, "Buy milk")

    beside.get_by_role("button", name="Complete in the panel").click()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    ada.circle("Buy milk").click()
    expect(beside.get_by_role("button", name="Complete in the panel")).to_be_visible()
    beside.get_by_role("link", name="Priority: None").click()
    beside.get_by_label("Priority", exact=True).select_option("1")
    beside.get_by_role("button", name="Save").click()
    expect(ada.row("Buy milk").get_by_text("Priority 1")).to_be_attached()
    expect(beside.get_by_role("link", name="Priority: High")).to_be_focused()
    expect(ada.row("Buy milk").locator(".task__title")).to_have_attribute("aria-current", "true")
    beside.get_by_role("link", name="Edit title").click()
    expect(beside.get_by_label("Title")).to_be_focused()
    beside.get_by_label("Title").press("Escape")
    expect(beside.get_by_role("link", name="Edit title")).to_be_focused()
    ada.page.keyboard.press("Enter")
    beside.get_by_label("Title").fill("Buy oat milk")
    beside.get_by_label("Title").press("Enter")
    expect(beside.get_by_role("heading", name="Buy oat milk")).to_be_visible()
    expect(beside.get_by_role("link", name="Edit title")).to_be_focused()
    ada.page.keyboard.press("e")
    beside.get_by_label("Description").fill("Two litres")
    beside.get_by_label("Description").press("Control+Enter")
    expect(ada.row("Buy oat milk")).to_contain_text("Two litres")
    expect(beside.get_by_role("link", name="Edit note")).to_be_focused()
    beside.get_by_text("Two litres").click()
    expect(beside.get_by_label("Description")).to_be_focused()
    beside.get_by_role("link", name="Cancel").click()
    beside.get_by_label("Add a step").fill("Shake it")
    beside.get_by_label("Add a step").press("Enter")
    expect(beside.get_by_role("link", name="Shake it", exact=True)).to_be_visible()
    beside.get_by_role("button", name="Delete this task").click()

    expect(panel(ada)).to_be_hidden()
    expect(ada.titles).to_have_text(["Call Grace"])
    expect(ada.undo).to_be_visible()


@pytest.mark.parametrize("then", ["Close", "Delete this task", "Call Grace"])
def test_a_refresh_that_was_asked_for_before_does_not_bring_it_back(ada: BrowserUser, then: str) -> None:
    beside = opened(ada, "Buy milk")
    refresh = Held(ada.page, re.compile(r"/today\?task="), "GET")
    beside.get_by_label("Add a step").fill("Shake it")
    with ada.page.expect_request(re.compile(r"/today\?task=")):
        beside.get_by_label("Add a step").press("Enter")

    if then == "Call Grace":
        opened(ada, then)
    else:
        beside.get_by_text(then).click()
        expect(panel(ada)).to_be_hidden()
    with ada.page.expect_response(re.compile(r"/today(\?|$)")):
        refresh.release()
    ada.is_ready()

    if then == "Call Grace":
        expect(panel(ada).get_by_role("heading", name=then)).to_be_visible()
    else:
        expect(panel(ada)).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_it_stands_instead_of_the_list(new_user: NewUser, scripts: bool) -> None:
    ada = new_user(**PHONE, java_script_enabled=scripts).has("Buy milk", due_on=utc_now().date())
    number = ada.task_id("Buy milk")

    ada.page.goto(f"/today?task={number}")
    expect(panel(ada).get_by_role("heading", name="Buy milk")).to_be_visible()
    expect(ada.titles.first).to_be_hidden()
    expect(ada.page.get_by_role("main").get_by_role("heading", level=1)).to_have_count(1)
    panel(ada).get_by_role("link", name="Close").click()

    expect(ada.titles).to_have_text(["Buy milk"])
    expect(ada.titles).to_be_visible()


def test_where_it_stands_instead_of_the_list_a_task_can_be_added_and_what_is_told_is_seen(new_user: NewUser) -> None:
    ada = new_user(**PHONE).has("Buy milk", due_on=utc_now().date())
    number = ada.task_id("Buy milk")
    ada.page.goto(f"/today?task={number}")
    ada.is_ready()

    ada.open_sheet()
    ada.new.fill("Call Grace #+Home")
    ada.new.press("Enter")
    expect(ada.new).to_have_value("")
    ada.page.keyboard.press("Escape")
    expect(ada.new).to_be_hidden()
    panel(ada).get_by_role("button", name="Delete this task").click()

    expect(panel(ada)).to_be_hidden()
    expect(ada.undo).to_be_visible()
    expect(ada.titles).to_have_text(["Call Grace"])


def test_on_a_phone_a_title_opens_a_page(new_user: NewUser) -> None:
    ada = new_user(**PHONE).has("Buy milk")
    ada.is_ready()

    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).click()

    expect(ada.page).to_have_url(re.compile(r"/tasks/\d+$"))


def test_the_panel_follows_what_is_done_while_it_opens(ada: BrowserUser) -> None:
    slow(ada.page.context)
    ada.page.route("**/tasks/*", lambda route: (ada.page.wait_for_timeout(300), route.continue_()))
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).click()
    ada.circle("Buy milk").click()

    expect(panel(ada).get_by_role("button", name="Reopen in the panel: Buy milk")).to_be_visible()


def test_steps_in_the_panel_are_counted_in_the_row(ada: BrowserUser) -> None:
    beside = panel(ada)
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).focus()
    ada.page.keyboard.press("s")
    expect(beside.get_by_label("Add a step")).to_be_focused()
    for step in ("Shake it", "Open it"):
        beside.get_by_label("Add a step").fill(step)
        beside.get_by_label("Add a step").press("Enter")
        expect(beside.get_by_role("link", name=step, exact=True)).to_be_visible()
    expect(ada.page.locator("#tasks").get_by_text("0 of 2 steps")).to_be_visible()

    beside.get_by_role("button", name="Complete: Shake it").click()

    expect(ada.page.locator("#tasks").get_by_text("1 of 2 steps")).to_be_visible()


def test_escape_in_a_fact_of_the_panel_goes_back_to_it_and_then_closes_the_panel(ada: BrowserUser) -> None:
    beside = opened(ada, "Buy milk")
    beside.get_by_role("link", name="Priority: None").click()
    expect(beside.get_by_label("Priority", exact=True)).to_be_focused()

    ada.page.keyboard.press("Escape")
    expect(beside.get_by_role("link", name="Priority: None")).to_be_focused()
    ada.page.keyboard.press("Escape")

    expect(panel(ada)).to_be_hidden()


def test_a_held_escape_leaves_the_fact_alone_and_one_that_ends_a_composition_nothing(ada: BrowserUser) -> None:
    beside = opened(ada, "Buy milk")
    priority = beside.get_by_label("Priority", exact=True)
    beside.get_by_role("link", name="Priority: None").click()
    expect(priority).to_be_focused()

    priority.dispatch_event("keydown", {"key": "Escape", "isComposing": True, "bubbles": True})
    expect(priority).to_be_focused()
    ada.page.keyboard.down("Escape")
    expect(beside.get_by_role("link", name="Priority: None")).to_be_focused()
    ada.page.keyboard.down("Escape")
    ada.page.keyboard.up("Escape")

    expect(panel(ada)).to_be_visible()


def test_undo_of_a_delete_brings_the_panel_back(ada: BrowserUser) -> None:
    opened(ada, "Buy milk").get_by_role("button", name="Delete this task").click()
    expect(panel(ada)).to_be_hidden()

    ada.undo.click()

    expect(panel(ada).get_by_role("heading", name="Buy milk")).to_be_visible()


@pytest.mark.parametrize(("line", "is_here"), [("Pay rent", True), ("Pay rent tomorrow", False)])
def test_what_is_added_to_be_opened_opens_beside_its_list(ada: BrowserUser, line: str, is_here: bool) -> None:
    ada.new.fill(line)
    # Before this script has come, the task opens on its own page.
    ada.page.evaluate("() => daybook.loadScript('rows').then(() => null)")
    ada.new.press("Control+Enter")

    expect(panel(ada).get_by_role("heading", name="Pay rent")).to_be_focused()
    expect(ada.page).to_have_url(re.compile(r"/today\?task=\d+$"))
    expect(ada.titles).to_have_count(3 if is_here else 2)
    expect(ada.new).to_have_value("")

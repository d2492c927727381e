"""What was pressed on a slow line takes effect, and what is open, typed or in focus stays so when late answers come."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.system.beside import address, answered, on_a_wide_page, panel, refreshing, show, shows, with_scripts
from tests.system.browser_user import BrowserUser, Complaints, held
from tests.system.conftest import NewUser
from tests.system.test_fresh_views import BLUR_AND_FOCUS
from tests.system.test_slow_lines import late_answer, title
from web.domain.timestamps import utc_now


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    return on_a_wide_page(new_user)


def test_the_page_goes_back_while_it_is_refreshed(ada: BrowserUser) -> None:
    show(ada, "Buy milk")
    show(ada, "Call Grace")

    with refreshing(ada):
        ada.page.evaluate("history.back()")
        expect(ada.page).to_have_url(re.compile(address(ada, "Buy milk").replace("/tasks/", "task=")))

    shows(ada, "Buy milk")


@pytest.mark.parametrize("second", ["back", "filter"])
def test_the_later_one_of_going_back_and_another_view_counts(ada: BrowserUser, second: str) -> None:
    ada.page.goto("/tasks")
    ada.is_ready()
    for status in ("Completed", "All"):
        ada.filter(status).click()
        expect(ada.page).to_have_url(re.compile(rf"status={status.lower()}"))

    with held(ada.page, "/tasks", "GET"):
        with ada.page.expect_request("**/tasks?status=completed"):
            ada.page.evaluate("history.back()")
        if second == "back":
            ada.page.evaluate("history.back()")
            expect(ada.page).to_have_url("/tasks")
        else:
            ada.filter("To do").click()
    answered(ada.page)

    expect(ada.filter("To do")).to_have_attribute("aria-current", "page")
    expect(ada.titles).to_have_count(3)


@pytest.mark.parametrize(("opened", "path"), [("panel", ""), ("editor", "/edit"), ("small form", "/due")])
def test_what_opens_late_leaves_the_focus_where_the_user_types(ada: BrowserUser, opened: str, path: str) -> None:
    with held(ada.page, address(ada, "Buy milk", path), "GET"):
        if opened == "panel":
            title(ada, "Buy milk").click()
        elif opened == "editor":
            ada.edit("Buy milk").click()
        else:
            title(ada, "Buy milk").press("t")
        ada.new.click()
        ada.page.keyboard.type("Eat ")
    expect(ada.page.locator("#panel, .edit, .fact--editing").filter(visible=True)).to_have_count(1)
    answered(ada.page)
    ada.page.keyboard.type("plums")

    expect(ada.new).to_have_value("Eat plums")


def test_a_small_form_keeps_the_focus_when_the_one_before_is_saved(ada: BrowserUser) -> None:
    title(ada, "Buy milk").press("p")
    save = ada.row("Buy milk").get_by_role("button", name="Save")
    words = ada.row("Call Grace").get_by_label("In words", exact=True)

    with held(ada.page, address(ada, "Buy milk", "/priority")):
        save.click()
        title(ada, "Call Grace").press("t")
        words.fill("fri")
    answered(ada.page)

    expect(words).to_be_focused()


def test_an_editor_stays_open_when_its_row_comes_beside_something_else(ada: BrowserUser) -> None:
    show(ada, "Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")

    panel(ada).get_by_role("link", name="Priority: ").click()
    panel(ada).get_by_label("Priority", exact=True).select_option("High")
    panel(ada).get_by_role("button", name="Save").click()
    expect(panel(ada).get_by_role("link", name="Priority: High")).to_be_visible()
    answered(ada.page)

    expect(ada.field("Title")).to_have_value("Buy oat milk")


def test_what_is_open_stays_open_in_a_refresh(ada: BrowserUser) -> None:
    ada.circle("Pay rent").click()
    expect(ada.page.get_by_role("button", name="Reopen: Pay rent")).to_be_visible()
    ada.page.reload()
    with_scripts(ada)
    done = ada.page.get_by_text("Done today")
    done.click()

    with refreshing(ada):
        menu = ada.menu("Buy milk")

    expect(menu).to_be_visible()
    expect(title(ada, "Pay rent")).to_be_visible()


def test_more_is_shown_after_a_refresh(ada: BrowserUser) -> None:
    ada.has_many(60).is_ready()
    expect(ada.titles).to_have_count(50)

    with refreshing(ada):
        ada.page.get_by_role("link", name="Show more").click()

    expect(ada.titles).to_have_count(63)


@pytest.mark.parametrize("place", ["row", "panel"])
def test_a_late_answer_of_the_same_row_is_not_the_last_word(ada: BrowserUser, place: str) -> None:
    show(ada, "Buy milk")
    in_panel = panel(ada).get_by_role("button", name="Complete in the panel")

    with late_answer(ada, "**/priority", lambda: title(ada, "Buy milk").press("1")):
        (ada.circle("Buy milk") if place == "row" else in_panel).click()
        expect(ada.page.get_by_role("button", name=re.compile("^Reopen")).first).to_be_visible()
    answered(ada.page)

    expect(ada.page.locator("#tasks .task--done")).to_have_count(1)


def test_the_button_that_was_pressed_is_pressed_again(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("ERR_CONNECTION_RESET", "htmx:error")
    ada.page.route("**/priority", lambda route: route.abort("connectionreset"), times=1)
    title(ada, "Buy milk").press("1")

    ada.page.get_by_role("button", name="Try again").click()

    expect(ada.row("Buy milk").get_by_text("!!!")).to_be_visible()
    expect(ada.page.get_by_role("alert")).to_have_count(0)


def test_a_reminder_that_was_dismissed_stays_away(ada: BrowserUser) -> None:
    for hours in (-1, 24):
        ada.site.make.record(
            "reminders", ada.record, task_id=int(ada.task_id("Buy milk")), at=utc_now() + timedelta(hours=hours)
        )
    ada.page.reload()
    ada.is_ready()
    dismiss = ada.page.locator("#reminders").get_by_role("button", name="Dismiss: Buy milk")

    with late_answer(ada, "**/reminders", lambda: ada.page.evaluate(BLUR_AND_FOCUS)):
        dismiss.click()
        expect(dismiss).to_have_count(0)
    answered(ada.page)

    expect(dismiss).to_have_count(0)


def test_a_button_whose_script_does_not_come_says_so(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("ERR_FAILED")
    ada.page.route("**/rows*.js", lambda route: route.abort())
    ada.page.reload()
    ada.is_ready()

    ada.menu("Buy milk").get_by_role("button", name="Copy link").click()

    expect(ada.page.get_by_role("alert")).to_contain_text("Couldn’t reach Daybook.")


def test_what_was_typed_for_an_editor_that_did_not_come_is_there_when_it_comes(
    ada: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect("ERR_CONNECTION_RESET", "htmx:error")
    with held(ada.page, address(ada, "Buy milk", "/title"), "GET") as opening:
        with ada.page.expect_request("**/title**"):
            title(ada, "Buy milk").press("e")
        ada.page.keyboard.type(" and eggs")
        opening.routes.pop().abort("connectionreset")

        ada.page.get_by_role("button", name="Try again").click()

    expect(ada.field("Title")).to_have_value("Buy milk and eggs")


def test_what_waits_for_its_script_is_pressed_in_the_row_that_came_again(ada: BrowserUser) -> None:
    scripts = ada.page.locator("#row-menu").get_attribute("data-rows") or ""

    with held(ada.page, scripts, "GET"):
        ada.page.reload()
        ada.is_ready()
        with held(ada.page, address(ada, "Buy milk", "/priority")):
            title(ada, "Buy milk").press("1")
            ada.menu("Buy milk").get_by_role("link", name="Due").click()
        expect(ada.page.locator("#tasks .task__marks")).to_have_text("!!!Priority 1")

    expect(ada.row("Buy milk").get_by_role("form", name="Due: Buy milk")).to_be_visible()

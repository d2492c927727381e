"""Reminders in the browser: set in the panel, they come to a page that is open, and disturb nothing."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, held
from tests.system.conftest import NewUser
from tests.system.test_fresh_views import BLUR_AND_FOCUS
from web.domain.timestamps import utc_now

WIDE = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    """On the page of today, with two tasks of today; she has a reminder that is to come."""
    ada = new_user(**WIDE)
    ada.has("Buy milk", "Call Grace", due_on=utc_now().date())
    remind(ada, "Call Grace", timedelta(days=1))
    ada.page.goto("/today")
    return ada.is_ready()


def remind(ada: BrowserUser, title: str, later: timedelta = timedelta()) -> None:
    """A reminder of the task, now or later, as another device would have set it."""
    task_id = int((ada.row(title).get_attribute("id") or "").removeprefix("task-"))
    ada.site.make.record("reminders", ada.record, task_id=task_id, at=utc_now() + later)


def notice(ada: BrowserUser, title: str) -> Locator:
    return ada.page.get_by_role("region", name="Reminder").filter(has_text=title)


def test_one_that_is_due_comes_to_the_open_page_and_takes_no_focus(ada: BrowserUser) -> None:
    ada.new.fill("Half a ti")
    remind(ada, "Buy milk")

    ada.page.evaluate(BLUR_AND_FOCUS)
    expect(notice(ada, "Buy milk")).to_contain_text("Due today")

    expect(ada.new).to_be_focused()
    expect(ada.new).to_have_value("Half a ti")
    # What a screen reader reads when something is added to it.
    expect(ada.page.locator("#reminders")).to_have_attribute("aria-live", "polite")

    notice(ada, "Buy milk").get_by_role("button", name="Done").press("Enter")
    expect(notice(ada, "Buy milk")).to_have_count(0)
    expect(ada.row("Buy milk")).to_have_count(0)
    ada.hears("Completed: Buy milk")
    expect(ada.new).to_have_value("Half a ti")


def test_a_poll_after_the_session_has_ended_leaves_the_page_alone(ada: BrowserUser) -> None:
    ada.page.context.clear_cookies()

    with ada.page.expect_response("**/reminders"):
        ada.page.evaluate("document.getElementById('reminder-poll').dispatchEvent(new Event('returned'))")
    ada.is_ready()

    expect(ada.page).to_have_url("/today")
    expect(ada.page.locator("#notices .notice")).to_have_count(0)


def test_several_are_set_and_removed_in_the_panel_by_keyboard(ada: BrowserUser) -> None:
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).click()
    panel = ada.page.get_by_role("complementary")
    panel.get_by_role("link", name="Remind: None").press("Enter")
    before = panel.get_by_label("Before it is due", exact=True)
    expect(before).to_be_focused()

    panel.get_by_label("Day", exact=True).fill("2099-11-20")
    panel.get_by_label("Time", exact=True).fill("08:30")
    panel.get_by_role("form", name="Remind at a time").get_by_role("button").press("Enter")
    expect(panel.get_by_text("20 Nov 2099, 08:30")).to_be_visible()
    panel.get_by_label("Day", exact=True).fill("2099-11-21")
    panel.get_by_label("Time", exact=True).fill("09:00")
    panel.get_by_role("form", name="Remind at a time").get_by_role("button").press("Enter")
    expect(panel.get_by_text("21 Nov 2099, 09:00")).to_be_visible()
    # An answer moves the focus, so Enter before that would press something else.
    expect(before).to_be_focused()
    panel.get_by_role("button", name="Remove: 20 Nov 2099, 08:30").press("Enter")
    expect(panel.get_by_text("20 Nov 2099, 08:30")).to_have_count(0)
    expect(before).to_be_focused()

    panel.get_by_role("link", name="Close", exact=True).last.click()
    expect(panel.get_by_role("link", name="Remind: 21 Nov 2099, 09:00")).to_be_focused()


def test_a_refresh_leaves_the_focus_in_a_form_that_is_open(ada: BrowserUser) -> None:
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).click()
    panel = ada.page.get_by_role("complementary")
    panel.get_by_role("link", name="Remind: None").click()
    expect(panel.get_by_label("Before it is due", exact=True)).to_be_focused()
    panel.get_by_label("Day", exact=True).focus()
    ada.site.make.task(ada.record, "Pay rent", due_on=utc_now().date())

    ada.page.evaluate(BLUR_AND_FOCUS)

    expect(ada.row("Pay rent")).to_be_visible()
    ada.is_ready()
    expect(panel.get_by_label("Day", exact=True)).to_be_focused()


def test_an_answer_leaves_the_focus_where_the_user_has_gone_meanwhile(ada: BrowserUser) -> None:
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).click()
    panel = ada.page.get_by_role("complementary")
    panel.get_by_role("link", name="Priority: None").click()
    panel.get_by_label("Priority", exact=True).select_option("1")

    with held(ada.page, "/priority"):
        with ada.page.expect_request("**/priority"):
            panel.get_by_role("button", name="Save").click()
        ada.new.focus()

    expect(panel.get_by_role("link", name="Priority: High")).to_be_visible()
    ada.is_ready()
    expect(ada.new).to_be_focused()


def test_several_are_set_below_a_row_by_its_menu(ada: BrowserUser) -> None:
    ada.menu("Buy milk").get_by_role("link", name="Remind").click()
    form = ada.row("Buy milk").get_by_role("form", name="Remind at a time")
    before = ada.row("Buy milk").get_by_label("Before it is due", exact=True)
    expect(before).to_be_focused()

    for day in ("2099-11-20", "2099-11-21"):
        form.get_by_label("Day", exact=True).fill(day)
        form.get_by_label("Time", exact=True).fill("08:30")
        form.get_by_role("button").press("Enter")
        expect(before).to_be_focused()
    expect(ada.row("Buy milk").get_by_role("button", name="Remove")).to_have_count(2)
    ada.page.keyboard.press("Escape")

    expect(form).to_have_count(0)
    expect(ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True)).to_be_focused()

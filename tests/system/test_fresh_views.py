"""What is on the screen is what a reload would show: after an action, a late answer, a return to the tab."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.system.browser_user import BrowserUser
from web.domain.timestamps import utc_now

BLUR_AND_FOCUS = """() => { window.dispatchEvent(new Event("blur")); window.dispatchEvent(new Event("focus")); }"""


@pytest.fixture
def today(ada: BrowserUser) -> BrowserUser:
    """Ada, on the page of today with two tasks."""
    day = utc_now().date()
    ada.has("Buy milk", "Call Grace", due_on=day)
    ada.page.goto("/today")
    return ada.is_ready()


def heading(page: Page) -> str:
    return " ".join(page.locator(".view__heading:visible").all_inner_texts())


def test_the_number_of_a_section_follows_its_rows(today: BrowserUser) -> None:
    number = today.page.locator(".view__number:visible")
    expect(number).to_have_text("2")

    today.delete("Buy milk").click()
    expect(number).to_have_text("1")
    today.circle("Call Grace").click()
    expect(number).to_have_count(0)

    today.undo.click()
    expect(number).to_have_text("1")
    today.page.locator("#index").get_by_role("button", name="Undo").click()
    expect(today.titles).to_have_count(2)
    expect(number).to_have_text("2")


@pytest.mark.parametrize("action", ["complete", "delete"])
def test_an_answer_that_comes_late_brings_no_row_back(today: BrowserUser, action: str) -> None:
    page, held = today.page, list[Route]()

    def hold(route: Route) -> None:
        if route.request.method == "POST" and route.request.url.endswith("/tasks"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/*", hold)
    today.new.fill("Water the plants")
    with page.expect_request("**/tasks"):
        today.new.press("Enter")
    page.wait_for_timeout(1)
    answer = held[0].fetch()
    if action == "complete":
        today.circle("Buy milk").click()
        expect(page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    else:
        today.delete("Buy milk").click()
        expect(today.row("Buy milk")).to_have_count(0)

    held[0].fulfill(response=answer)
    expect(today.row("Water the plants")).to_be_visible()

    expect(page.locator(".view__section").get_by_role("link", name="Buy milk", exact=True)).to_have_count(0)


@pytest.mark.parametrize("is_left", [True, False])
def test_a_page_left_open_over_midnight_turns_to_the_new_day(today: BrowserUser, is_left: bool) -> None:
    today.page.clock.install()
    today.page.reload()
    title = today.page.locator("h1")
    before = title.inner_text()
    other = today.page.context.new_page()
    other.goto("/settings")
    # As much earlier or later as there is: on one of the two it is another day.
    here = utc_now().hour
    other.get_by_label("Time zone").select_option("Pacific/Kiritimati" if here >= 12 else "Pacific/Pago_Pago")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved.")).to_be_visible()
    day = utc_now() + timedelta(hours=14 if here >= 12 else -11)

    if is_left:
        today.page.evaluate(BLUR_AND_FOCUS)
    else:
        today.page.clock.fast_forward("24:00:00")

    expect(title).not_to_have_text(before)
    expect(today.page.locator("#new [name=due_on]")).to_have_value(str(day.date()))


def test_the_page_of_a_task_follows_what_is_done_on_it(ada: BrowserUser) -> None:
    day = utc_now().date()
    rule = {"repeat_rule": "FREQ=DAILY", "repeat_mode": "schedule", "repeat_anchor": day}
    ada.has("Water the plants", due_on=day, **rule)
    ada.row("Water the plants").get_by_role("link", name="Water the plants", exact=True).click()
    expect(ada.page.get_by_role("link", name="Due: Today")).to_be_visible()
    events = ada.page.locator(".history__events li")
    before = events.count()

    ada.circle("Water the plants").click()

    expect(ada.page.get_by_role("link", name="Due: Tomorrow")).to_be_visible()
    expect(events).to_have_count(before + 1)


@pytest.mark.parametrize("page", ["label", "task", "lists", "trash"])
def test_every_page_is_refreshed_on_return_to_it(ada: BrowserUser, page: str) -> None:
    ada.page.goto("/labels")
    ada.page.get_by_label("Name").fill("errand")
    ada.page.get_by_role("button", name="Add").last.click()
    ada.page.get_by_role("link", name="errand", exact=True).click()
    label = ada.page.url
    ada.page.goto("/lists")
    ada.page.get_by_label("Name").fill("Garden")
    ada.page.get_by_role("button", name="Add list").click()
    ada.page.wait_for_url(re.compile(r"/lists/\d+"))
    home = ada.page.url
    ada.new.fill("Dig @errand")
    ada.new.press("Enter")
    row = ada.row("Dig")
    expect(row).to_be_visible()
    task = f"/tasks/{str(row.get_attribute('id')).removeprefix('task-')}"
    if page == "trash":
        ada.delete("Dig").click()
        expect(row).to_have_count(0)
    ada.page.goto({"label": label, "task": task, "lists": "/lists", "trash": "/trash"}[page])
    shown = {
        "label": ada.page.locator(".view__section .task__title"),
        "task": ada.page.get_by_role("link", name="Priority: None"),
        "lists": ada.page.get_by_text("1 open"),
        "trash": ada.page.locator("#tasks li"),
    }[page]
    expect(shown).to_have_count(1)
    if page == "trash":
        heading, title, button = (
            found.bounding_box() or {}
            for found in (
                ada.page.locator("h1 bdi, h1"),
                shown.locator(".trash__title"),
                shown.get_by_role("button").first,
            )
        )
        start = ada.page.locator("h1").evaluate("heading => parseFloat(getComputedStyle(heading).paddingInlineStart)")
        assert heading["x"] + start == title["x"]
        assert title["x"] + title["width"] <= button["x"]

    other = BrowserUser(ada.site, ada.page.context.new_page())
    if page == "task":
        other.page.goto(f"{task}/priority")
        other.page.get_by_label("Priority", exact=True).select_option("1")
        other.page.get_by_role("button", name="Save", exact=True).click()
        expect(other.page.get_by_role("link", name="Priority: High")).to_be_visible()
    elif page == "trash":
        other.page.goto("/trash")
        other.page.get_by_role("button", name="Restore: Dig").click()
        expect(other.page.locator("#tasks li")).to_have_count(0)
    else:
        other.page.goto(home)
        other.circle("Dig").click()
        expect(other.page.get_by_role("button", name="Reopen: Dig")).to_be_visible()
    ada.page.evaluate(BLUR_AND_FOCUS)

    expect(shown).to_have_count(0)


def test_a_repeating_task_that_is_completed_leaves_the_day_and_tells_its_next_date(ada: BrowserUser) -> None:
    day = utc_now().date()
    rule = {"repeat_rule": "FREQ=DAILY", "repeat_mode": "schedule", "repeat_anchor": day}
    ada.has("Water the plants", due_on=day, **rule)
    ada.page.goto("/today")
    ada.is_ready()

    ada.circle("Water the plants").dblclick()

    expect(ada.page.get_by_text("Completed “Water the plants”. Next: Tomorrow.")).to_be_visible()
    expect(ada.page.locator(".view__section").get_by_role("link", name="Water the plants", exact=True)).to_have_count(0)
    expect(ada.page.get_by_text("Done today (1)")).to_be_visible()
    ada.undo.click()
    expect(ada.circle("Water the plants")).to_be_visible()
    expect(ada.page.get_by_text("Done today")).to_have_count(0)

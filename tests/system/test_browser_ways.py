"""Browser features: new tabs, Back, the page cache, paging, print, right-to-left languages."""

import re
from datetime import date, timedelta
from typing import Literal

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, held
from web.domain.due_words import long_day
from web.domain.timestamps import utc_now

SHOW_MORE = "Show more"


def is_left_to_the_browser(link: Locator, modifier: Literal["Control", "Shift"]) -> bool:
    """Whether no script prevents the click, so that the browser opens a tab or a window.

    The new window is not awaited: Playwright misses some that load before it is attached to them.
    """
    link.page.evaluate("() => addEventListener('click', (event) => { window.lastClick = event; }, true)")
    link.click(modifiers=[modifier])
    return bool(link.page.evaluate("!window.lastClick.defaultPrevented"))


@pytest.mark.parametrize("modifier", ["Control", "Shift"])
def test_a_click_with_a_modifier_is_left_to_the_browser(
    ada: BrowserUser, modifier: Literal["Control", "Shift"]
) -> None:
    ada.has_many(60)

    assert is_left_to_the_browser(ada.filter("All"), modifier)
    assert is_left_to_the_browser(ada.edit("Task 60"), modifier)
    assert is_left_to_the_browser(ada.page.get_by_role("link", name=SHOW_MORE), modifier)

    expect(ada.page).to_have_url("/tasks")
    expect(ada.titles).to_have_count(50)
    expect(ada.page.locator(".edit")).to_have_count(0)


def test_back_after_show_more_restores_the_scroll_position(ada: BrowserUser) -> None:
    ada.has_many(160)
    ada.page.get_by_role("link", name=SHOW_MORE).click()
    expect(ada.titles).to_have_count(100)
    ada.page.get_by_role("link", name=SHOW_MORE).click()
    expect(ada.titles).to_have_count(150)
    ada.row("Task 25").scroll_into_view_if_needed()
    place = ada.page.evaluate("scrollY")

    ada.page.get_by_role("link", name="Task 25", exact=True).click()
    expect(ada.page).to_have_title("Task 25 · Daybook")
    ada.page.go_back()

    expect(ada.page).to_have_url("/tasks?shown=150")
    expect(ada.titles).to_have_count(150)
    expect(ada.row("Task 25")).to_be_in_viewport()
    assert abs(ada.page.evaluate("scrollY") - place) < 300
    ada.page.get_by_role("link", name=SHOW_MORE).click()
    expect(ada.titles).to_have_text([f"Task {number}" for number in range(160, 0, -1)])


def test_a_sort_after_show_more_shows_one_page(ada: BrowserUser) -> None:
    ada.has_many(120)
    ada.page.get_by_role("link", name=SHOW_MORE).click()
    expect(ada.titles).to_have_count(100)

    ada.page.get_by_label("Sort").select_option("Oldest")

    expect(ada.page).to_have_url("/tasks?sort=oldest")
    expect(ada.titles).to_have_count(50)


def test_a_page_from_the_browsers_cache_is_refreshed(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.new.fill("Half a thou")
    ada.site.execute("UPDATE tasks SET title = 'Buy oat milk' WHERE title = 'Buy milk'")

    ada.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(ada.titles).to_have_text(["Call Grace", "Buy oat milk"])
    expect(ada.new).to_have_value("Half a thou")


@pytest.mark.parametrize(("page", "name"), [("/labels", "#labels .label__name"), ("/labels/{}", "h1 bdi")])
def test_every_page_from_the_browsers_cache_is_refreshed(ada: BrowserUser, page: str, name: str) -> None:
    label = ada.site.make.record("labels", ada.record, name="errand")
    ada.page.goto(page.format(label.id))
    ada.site.execute(f"UPDATE labels SET name = 'home' WHERE id = {label.id}")

    ada.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(ada.page.locator(name)).to_have_text(["home"])


def once(user: BrowserUser, title: str) -> None:
    expect(user.row(title)).to_have_count(1)
    ids = user.page.evaluate("[...document.querySelectorAll('[id]')].map(({ id }) => id)")
    assert len(ids) == len(set(ids))


def test_a_task_added_before_show_more_is_one_row(ada: BrowserUser) -> None:
    ada.has_many(80)
    ada.page.goto("/tasks?sort=oldest")
    ada.new.fill("Buy milk")
    ada.new.press("Enter")
    expect(ada.notice("Added “Buy milk” to Inbox.")).to_be_visible()
    expect(ada.titles).to_have_count(50)

    ada.page.get_by_role("link", name=SHOW_MORE).click()
    expect(ada.titles).to_have_count(81)

    once(ada, "Buy milk")
    ada.page.get_by_role("button", name="Dismiss").click()
    ada.circle("Buy milk").click()
    ada.sees_counts(pending=80, completed=1)
    expect(ada.row("Buy milk")).to_have_class("task task--done")


def test_a_task_edited_before_show_more_is_one_row(ada: BrowserUser) -> None:
    ada.has_many(80)
    ada.page.goto("/tasks?sort=title")
    first = ada.titles.first.inner_text()
    ada.edit(first).click()
    ada.field("Title").fill("Zebra")
    ada.field("Title").press("Enter")
    expect(ada.row("Zebra")).to_be_visible()

    ada.page.get_by_role("link", name=SHOW_MORE).click()

    expect(ada.titles).to_have_count(80)
    once(ada, "Zebra")


def test_a_task_restored_before_show_more_is_one_row(ada: BrowserUser) -> None:
    ada.has_many(80)
    ada.page.goto("/tasks?sort=oldest")
    ada.delete("Task 50").click()
    ada.undo.click()
    expect(ada.circle("Task 50")).to_be_focused()

    ada.page.get_by_role("link", name=SHOW_MORE).click()

    expect(ada.titles).to_have_text([f"Task {number}" for number in range(1, 81)])


def test_an_editor_opened_before_show_more_stays_open_with_its_text(ada: BrowserUser) -> None:
    ada.has_many(80)
    ada.page.goto("/tasks?sort=title")
    first = ada.titles.first.inner_text()
    ada.edit(first).click()
    ada.field("Title").fill("Zebra")
    ada.field("Title").press("Enter")
    expect(ada.row("Zebra")).to_be_visible()
    ada.edit("Zebra").click()

    with held(ada.page, "/tasks", "GET"):
        with ada.page.expect_request("**/tasks?*"):
            ada.page.get_by_role("link", name=SHOW_MORE).click()
        ada.field("Title").fill("Zebra crossing")

    expect(ada.page.locator("#tasks > .task")).to_have_count(80)
    expect(ada.field("Title")).to_have_value("Zebra crossing")


@pytest.mark.parametrize(
    ("address", "heading"), [("/tasks?status=pending&sort=oldest", "Open tasks"), ("/inbox", "Inbox")]
)
def test_a_printed_list_is_whole_and_says_nothing_but_its_tasks(ada: BrowserUser, address: str, heading: str) -> None:
    ada.has_many(120)
    ada.page.goto(address)

    ada.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    ada.page.emulate_media(media="print")

    expect(ada.titles).to_have_text([f"Task {number}" for number in range(1, 121)])
    expect(ada.page.get_by_role("heading", name=heading)).to_be_visible()
    expect(ada.page.get_by_text(long_day(utc_now().date(), date.min))).to_be_visible()
    for name in ("banner", "navigation", "form", "search", "status"):
        expect(ada.page.get_by_role(name)).to_have_count(0)
    expect(ada.page.get_by_role("link").filter(visible=True)).to_have_count(120)


def test_a_printed_day_is_what_is_left_of_it_on_white_paper(ada: BrowserUser) -> None:
    today = utc_now().date()
    ada.has("Call Grace", due_on=today, completed=True)
    ada.has("Buy milk", due_on=today, priority=1)
    ada.page.goto("/today")

    ada.page.emulate_media(media="print")

    expect(ada.page.get_by_role("heading", name=str(today.day))).to_be_visible()
    expect(ada.page.get_by_text(str(today.year))).to_have_count(0)
    for words in ("Done today", "Days are in UTC."):
        expect(ada.page.get_by_text(words)).to_be_hidden()
    expect(ada.row("Buy milk")).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_after_printing_the_page_is_as_it_was(ada: BrowserUser) -> None:
    ada.has_many(120)
    ada.page.goto("/tasks?status=pending&sort=oldest")
    ada.edit("Task 2").click()
    ada.field("Title").fill("Task two")

    for sign in ("beforeprint", "afterprint"):
        ada.page.evaluate("sign => dispatchEvent(new Event(sign))", sign)

    expect(ada.field("Title")).to_have_value("Task two")
    ada.circle("Task 1").click()
    ada.sees_counts(pending=119, completed=1)
    ada.page.get_by_role("link", name=SHOW_MORE).click()
    expect(ada.page.locator("#tasks > li.task")).to_have_count(100)


def test_a_printed_list_shows_whole_descriptions_and_no_skip_link(ada: BrowserUser) -> None:
    ada.has("Plan the trip", description="\n".join(f"Line {number}" for number in range(1, 9)))

    ada.page.emulate_media(media="print")

    expect(ada.page.get_by_role("link", name="Skip to content")).to_be_hidden()
    note = ada.row("Plan the trip").locator(".task__description")
    assert note.evaluate("note => note.scrollHeight <= note.clientHeight")


def test_a_printed_task_is_its_title_and_its_note(ada: BrowserUser) -> None:
    due_on = utc_now().date() + timedelta(days=9)
    ada.has("Buy milk", due_on=due_on)
    ada.has("Call Grace", due_on=due_on, description="About the trip")
    expect(ada.page.locator(".facts__due").filter(visible=True)).to_have_count(2)

    ada.page.emulate_media(media="print")

    expect(ada.page.locator(".facts > *").filter(visible=True)).to_have_text(["About the trip"])
    expect(ada.titles.filter(visible=True)).to_have_text(["Call Grace", "Buy milk"])


def test_a_list_in_a_description_is_shown_as_one(ada: BrowserUser) -> None:
    ada.has("Plan the trip", description="- trains\n    - tickets")

    ada.page.get_by_role("link", name="Plan the trip", exact=True).click()

    note = ada.page.locator(".tasks--one .task__description")

    expect(note.locator("li").first).to_have_text(re.compile("trains"))
    expect(note.locator("li li")).to_have_text("tickets")

"""Completing, reopening, deleting and restoring tasks in the browser."""

import re

from playwright.sync_api import Locator, expect

from tests.system.browser_user import ELAPSE, BrowserUser, Complaints, held


def struck_through(title: Locator) -> None:
    expect(title).to_have_css("text-decoration-line", "line-through")


def test_completing_and_reopening_keep_the_focus_and_the_counts(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")

    ada.circle("Buy milk").click()

    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_focused()
    struck_through(ada.row("Buy milk").locator(".task__title"))
    ada.sees_counts(pending=1, completed=1)
    ada.hears("Completed: Buy milk")

    ada.circle("Buy milk").click()

    expect(ada.page.get_by_role("button", name="Complete: Buy milk")).to_be_focused()
    ada.sees_counts(pending=2, completed=0)
    ada.hears("Reopened: Buy milk")
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])


def test_a_row_looks_completed_before_the_response_arrives(ada: BrowserUser) -> None:
    ada.has("Buy milk")

    with held(ada.page, "/complete") as line:
        with ada.page.expect_request("**/complete"):
            ada.circle("Buy milk").click()
        struck_through(ada.titles.first)
        assert line.routes

    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_focused()
    struck_through(ada.titles.first)


def test_a_double_click_completes_once(ada: BrowserUser) -> None:
    ada.has("Buy milk")

    ada.circle("Buy milk").dblclick(delay=60)

    ada.sees_counts(pending=0, completed=1)
    ada.page.reload()
    ada.sees_counts(pending=0, completed=1)


def test_repeated_clicks_during_a_slow_request_complete_once(ada: BrowserUser) -> None:
    ada.has("Buy milk")

    with held(ada.page, "/complete"):
        with ada.page.expect_request("**/complete"):
            ada.circle("Buy milk").click()
        ada.circle("Buy milk").click()

    ada.sees_counts(pending=0, completed=1)
    ada.page.reload()
    ada.sees_counts(pending=0, completed=1)


def test_a_completed_row_stays_among_the_open_ones_until_they_are_reloaded(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")

    ada.circle("Buy milk").click()

    ada.sees_counts(pending=1, completed=1)
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])
    expect(ada.notice("Completed “Buy milk”.")).to_be_visible()
    ada.filter("To do").click()
    expect(ada.titles).to_have_text(["Call Grace"])


def test_undo_restores_a_deleted_task_at_its_position(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace", "Pay rent")

    ada.delete("Call Grace").click()

    expect(ada.titles).to_have_text(["Pay rent", "Buy milk"])
    expect(ada.page.get_by_text("Deleted “Call Grace”.")).to_be_visible()
    expect(ada.page.get_by_role("link", name="Buy milk", exact=True)).to_be_focused()
    ada.sees_counts(pending=2, completed=0)
    ada.hears("Deleted: Call Grace")

    ada.undo.click()

    expect(ada.titles).to_have_text(["Pay rent", "Call Grace", "Buy milk"])
    expect(ada.circle("Call Grace")).to_be_focused()
    expect(ada.undo).to_have_count(0)
    ada.sees_counts(pending=3, completed=0)
    ada.hears("Restored: Call Grace")


def test_a_double_click_on_delete_deletes_one_row(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace", "Pay rent")
    ada.row("Pay rent").hover()

    ada.delete("Pay rent").dblclick(delay=60)

    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])
    ada.page.reload()
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])


def test_undo_keeps_the_view_and_unsent_text(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Buy bread", "Call Grace")
    ada.page.goto("/tasks?q=buy&sort=title")
    ada.new.fill("Half a thou")
    ada.delete("Buy milk").click()
    expect(ada.titles).to_have_text(["Buy bread"])

    ada.undo.click()

    expect(ada.titles).to_have_text(["Buy bread", "Buy milk"])
    expect(ada.page).to_have_url("/tasks?q=buy&sort=title")
    expect(ada.search).to_have_value("buy")
    expect(ada.new).to_have_value("Half a thou")


def test_undo_keeps_an_open_editor(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.edit("Call Grace").click()
    ada.field("Title").fill("Call Grace Hop")
    ada.delete("Buy milk").click()
    expect(ada.undo).to_be_visible()

    ada.undo.click()

    expect(ada.circle("Buy milk")).to_be_focused()
    expect(ada.field("Title")).to_have_value("Call Grace Hop")


def test_undo_is_offered_for_each_of_the_latest_deletes_and_goes_back_to_those_before(ada: BrowserUser) -> None:
    titles = ["Buy milk", "Call Grace", "Pay rent", "Water the plants"]
    ada.has(*titles)

    for title in titles:
        ada.delete(title).click()
        expect(ada.notice(f"Deleted “{title}”.")).to_be_visible()

    expect(ada.undo).to_have_count(3)
    expect(ada.notice("Deleted “Buy milk”.")).to_have_count(0)
    ada.notice("Deleted “Call Grace”.").get_by_role("button", name="Undo").click()
    expect(ada.titles).to_have_text(["Call Grace"])
    ada.notice("Deleted “Water the plants”.").get_by_role("button", name="Undo").click()
    expect(ada.titles).to_have_text(["Water the plants", "Call Grace"])
    expect(ada.undo).to_have_count(1)
    undo = ada.page.locator("#index").get_by_role("button", name="Undo")
    undo.click()
    expect(ada.titles).to_have_text(["Water the plants", "Pay rent", "Call Grace"])
    expect(ada.notice("Undone: Deleted “Pay rent”")).to_be_visible()
    expect(ada.undo).to_have_count(0)
    expect(undo).to_be_focused()


def test_an_undo_offer_leaves_by_itself_but_not_while_it_is_read(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.delete("Buy milk").click()

    ada.undo.hover()
    ada.page.evaluate(ELAPSE)
    expect(ada.undo).to_be_visible()
    ada.undo.focus()
    ada.search.hover()
    ada.page.evaluate(ELAPSE)
    expect(ada.undo).to_be_visible()
    ada.search.focus()
    ada.page.evaluate(ELAPSE)

    expect(ada.undo).to_have_count(0)


def test_an_error_keeps_the_undo_offers(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 404")
    ada.has("Buy milk", "Call Grace", "Pay rent")
    ada.delete("Buy milk").click()
    expect(ada.undo).to_be_visible()
    ada.site.execute("UPDATE tasks SET deleted_at = created_at WHERE title IN ('Call Grace', 'Pay rent')")

    for title in ("Call Grace", "Pay rent"):
        ada.circle(title).click()
        expect(ada.page.get_by_role("alert")).to_have_count(1)

    expect(ada.undo).to_be_visible()


def test_the_undo_offer_can_be_dismissed(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.delete("Buy milk").click()

    ada.page.get_by_role("button", name="Dismiss").click()

    expect(ada.undo).to_have_count(0)
    expect(ada.page.get_by_text("All done.")).to_be_visible()


def test_a_task_can_be_completed_and_deleted_on_its_own_page(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.page.goto("/tasks?status=all")
    ada.page.get_by_role("link", name="Buy milk", exact=True).click()
    expect(ada.page).to_have_title("Buy milk · Daybook")

    ada.circle("Buy milk").click()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_focused()
    ada.delete("Buy milk").click()
    expect(ada.page.get_by_role("heading", name="All tasks")).to_be_visible()
    expect(ada.titles).to_have_count(0)
    ada.undo.click()

    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_focused()
    ada.page.get_by_role("navigation", name="Index").get_by_role("link", name="Open tasks").click()
    ada.sees_counts(pending=0, completed=1)


def test_a_task_opened_from_a_view_leads_back_to_it(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Buy bread", "Call Grace")
    ada.page.goto("/tasks?status=pending&q=buy")
    ada.page.get_by_role("link", name="Buy milk", exact=True).click()
    expect(ada.page).to_have_title("Buy milk · Daybook")
    ada.page.reload()

    ada.page.get_by_role("main").get_by_role("link", name="Open tasks").click()
    expect(ada.page).to_have_url("/tasks?status=pending&q=buy")
    ada.page.get_by_role("link", name="Buy milk", exact=True).click()
    ada.circle("Buy milk").click()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_focused()
    ada.delete("Buy milk").click()

    expect(ada.page).to_have_url(re.compile("status=pending&q=buy&deleted="))
    expect(ada.titles).to_have_text(["Buy bread"])

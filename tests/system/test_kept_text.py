"""What is typed is kept until it is done: on another page, in an open editor, on a slow line, in another tab."""

import re

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.system.browser_user import BrowserUser, Complaints, slow


def lists_of(ada: BrowserUser, *names: str) -> list[str]:
    """The addresses of new lists."""
    found = []
    for name in names:
        ada.page.goto("/lists")
        ada.page.get_by_label("Name").fill(name)
        ada.page.get_by_role("button", name="Add list").click()
        expect(ada.page.get_by_role("heading", name=name)).to_be_visible()
        found.append(re.sub(r"^.*?(/lists/\d+).*$", r"\1", ada.page.url))
    return found


def label_of(ada: BrowserUser, name: str) -> None:
    ada.page.goto("/labels")
    ada.page.get_by_label("Name").fill(name)
    ada.page.get_by_role("button", name="Add").last.click()
    expect(ada.page.get_by_role("link", name=name, exact=True)).to_be_visible()


def test_the_labels_of_a_task_have_a_page(ada: BrowserUser) -> None:
    label_of(ada, "errand")
    ada.has("Buy milk")

    ada.page.goto(f"/tasks/{ada.task_id('Buy milk')}/labels")
    ada.page.get_by_label("errand").check()
    ada.page.get_by_role("button", name="Save").click()

    expect(ada.page.get_by_role("link", name="Labels: errand")).to_be_visible()


def test_a_draft_follows_to_another_list_but_not_its_list(ada: BrowserUser) -> None:
    alpha, beta = lists_of(ada, "Alpha", "Beta")
    ada.page.goto(alpha)
    ada.new.fill("draft")
    ada.page.goto(beta)
    expect(ada.new).to_have_value("draft")

    ada.new.fill("On Beta")
    ada.new.press("Enter")

    expect(ada.row("On Beta")).to_be_visible()
    ada.page.goto(beta)
    expect(ada.titles).to_have_text(["On Beta"])


def test_settings_changed_in_two_tabs_are_both_kept(ada: BrowserUser) -> None:
    page, other = ada.page, ada.page.context.new_page()
    for tab in (page, other):
        tab.goto("/settings")
    other.get_by_label("Time zone").select_option("Asia/Tokyo")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved.")).to_be_visible()

    page.get_by_label("Rows").select_option("compact")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_label("Rows")).to_have_value("compact")


def test_steps_typed_faster_than_the_answers_are_all_added(ada: BrowserUser) -> None:
    ada.has("Shopping")
    ada.page.goto(f"/tasks/{ada.task_id('Shopping')}")
    ada.is_ready()
    slow(ada.page.context)
    step = ada.page.get_by_label("Add a step")

    step.press_sequentially("eggs")
    step.press("Enter")
    step.press_sequentially(" flour")
    steps = ada.page.locator(".steps .task__title")
    expect(steps).to_have_text(["eggs"])
    expect(step).to_have_value(" flour")
    step.press("Enter")

    expect(steps).to_have_text(["eggs", "flour"])
    expect(step).to_have_value("")


def test_chips_do_not_outlive_their_line(ada: BrowserUser) -> None:
    ada.page.goto("/today")
    ada.is_ready()
    answers: list[Route] = []
    ada.page.route("**/tasks/new?*", lambda route: answers.append(route))
    with ada.page.expect_request("**/tasks/new?*"):
        ada.new.fill("Chip tomorrow")
    ada.new.press("Enter")
    expect(ada.new).to_have_value("")

    for route in answers:
        route.continue_()
    ada.page.wait_for_load_state("networkidle")

    expect(ada.page.locator("#new-chips")).to_have_text("")


def test_what_is_typed_into_a_fact_while_it_is_saved_stays(ada: BrowserUser) -> None:
    ada.has("Water the plants")
    ada.page.goto(f"/tasks/{ada.task_id('Water the plants')}")
    ada.is_ready()
    ada.page.get_by_role("link", name="Repeat: Never").click()
    words = ada.page.locator(".fact--editing").get_by_role("textbox").first
    words.fill("every 2 days")
    slow(ada.page.context)
    words.press("Enter")
    words.fill("every 5 weeks")

    expect(ada.page.locator("#announcer")).to_have_text(re.compile("every 2 days"))
    expect(words).to_have_value("every 5 weeks")
    words.press("Enter")

    expect(ada.page.get_by_role("link", name=re.compile("Repeat: every 5 weeks"))).to_be_visible()


def test_cancel_in_a_fact_drops_its_draft(ada: BrowserUser) -> None:
    ada.has("Water the plants")
    ada.page.goto(f"/tasks/{ada.task_id('Water the plants')}")
    ada.is_ready()
    ada.page.get_by_role("link", name="Repeat: Never").click()
    ada.page.locator(".fact--editing").get_by_role("textbox").first.fill("every 2 days")

    ada.page.get_by_role("link", name="Cancel").click()
    ada.page.get_by_role("link", name="Repeat: Never").click()

    expect(ada.page.locator(".fact--editing").get_by_role("textbox").first).to_have_value("")


def test_choosing_a_day_drops_the_date_that_was_typed(ada: BrowserUser) -> None:
    ada.has("Water the plants")
    ada.page.goto(f"/tasks/{ada.task_id('Water the plants')}")
    ada.is_ready()
    ada.page.get_by_role("link", name="Due: None").click()
    ada.page.locator(".fact--editing input[type=date]").fill("2030-01-02")

    ada.page.get_by_role("button", name=re.compile("^Tomorrow")).click()
    ada.page.get_by_role("link", name="Due: Tomorrow").click()

    expect(ada.page.locator(".fact--editing [data-draft]")).to_have_count(0)


@pytest.mark.parametrize("is_continued", [True, False])
def test_an_open_editor_is_open_again_after_a_reload(ada: BrowserUser, is_continued: bool) -> None:
    ada.has("Buy milk")
    ada.is_ready()
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    if is_continued:
        ada.page.keyboard.press("Escape")
        ada.page.get_by_role("button", name="Continue editing").click()
        expect(ada.field("Title")).to_have_value("Buy oat milk")

    ada.page.on("dialog", lambda dialog: dialog.accept())
    ada.page.reload()

    expect(ada.field("Title")).to_have_value("Buy oat milk")


def test_an_open_fact_is_open_again_after_a_reload(ada: BrowserUser) -> None:
    ada.has("Water the plants")
    ada.page.goto(f"/tasks/{ada.task_id('Water the plants')}")
    ada.is_ready()
    ada.page.get_by_role("link", name="Repeat: Never").click()
    ada.page.locator(".fact--editing").get_by_role("textbox").first.fill("every 2 days")

    ada.page.on("dialog", lambda dialog: dialog.accept())
    ada.page.reload()

    expect(ada.page.locator(".fact--editing").get_by_role("textbox").first).to_have_value("every 2 days")


def test_a_sign_out_that_a_proxy_answered_drops_nothing(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("502")
    ada.page.goto("/today")
    ada.new.fill("Buy milk")
    ada.page.route("**/sign-out*", lambda route: route.fulfill(status=502, body="Bad gateway"))

    ada.page.get_by_role("button", name="Sign out").click()
    expect(ada.page.get_by_text("Bad gateway")).to_be_visible()
    ada.page.goto("/today")

    expect(ada.new).to_have_value("Buy milk")


@pytest.mark.parametrize(("page", "label"), [("/today", "What needs doing?"), ("/lists", "Name")])
def test_closing_the_tab_with_text_in_any_form_asks(ada: BrowserUser, page: str, label: str) -> None:
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    ada.page.on("dialog", note)
    ada.page.goto(page)
    ada.page.get_by_placeholder(label).or_(ada.page.get_by_label(label)).first.press_sequentially("Garden")
    with ada.page.expect_event("close"):
        ada.page.close(run_before_unload=True)

    assert asked == ["beforeunload"]

"""The menu of a row: made from one template when it is first used."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser, held, slow
from tests.system.test_pending import SCRIPTS_ARE_THERE


def test_the_menu_acts_on_its_own_row(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")

    ada.menu("Call Grace").get_by_role("button", name="High priority").focus()
    expect(ada.page.locator(".menu[open]").get_by_text("Priority", exact=True)).to_be_hidden()
    ada.page.keyboard.press("p")
    form = ada.row("Call Grace").get_by_role("form", name="Priority: Call Grace")
    form.get_by_label("Priority").select_option("2")
    form.get_by_role("button", name="Save").click()
    expect(ada.row("Call Grace").get_by_text("Priority 2")).to_be_attached()
    expect(ada.row("Call Grace").get_by_role("link", name="Call Grace", exact=True)).to_be_focused()
    ada.menu("Call Grace").get_by_role("button", name="Delete").click()

    expect(ada.titles).to_have_text(["Buy milk"])


def test_only_one_menu_is_open_and_escape_closes_it(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")

    first = ada.menu("Buy milk")
    second = ada.menu("Call Grace")
    expect(first).to_be_hidden()
    expect(second).to_be_visible()
    ada.page.keyboard.press("Escape")

    expect(second).to_be_hidden()
    expect(ada.row("Call Grace").locator("summary")).to_be_focused()


def test_a_completed_row_can_be_reopened_and_only_a_list_has_an_order(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    menu = ada.menu("Buy milk")
    choices = ["!!!", "!!", "!", "None"]
    expect(menu.get_by_role("button")).to_have_text(["Complete", *choices, "Copy link", "Delete"])
    menu.get_by_role("button", name="Complete").click()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()

    expect(ada.menu("Buy milk").get_by_role("button")).to_have_text(["Reopen", *choices, "Copy link", "Delete"])


@pytest.mark.parametrize("late", ["the scripts for it", "the form"])
def test_escape_cancels_a_form_that_is_still_loading(ada: BrowserUser, late: str) -> None:
    ada.has("Buy milk")
    page, title = ada.page, ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True)
    address = page.locator("#row-menu").get_attribute("data-rows") or "" if late == "the scripts for it" else "/due"
    if late == "the form":
        title.focus()
        page.wait_for_function(SCRIPTS_ARE_THERE)

    with held(page, address, "GET") as waiting:
        with page.expect_request(f"**{address}*"):
            title.focus()
            page.keyboard.press("t")
        page.keyboard.press("Escape")
        if late == "the form":
            # What was cancelled is answered by no one.
            waiting.routes.clear()
    page.wait_for_function(SCRIPTS_ARE_THERE)
    ada.is_ready()
    expect(ada.row("Buy milk").locator(".task__fact")).to_have_count(0)
    expect(title).to_be_focused()

    page.keyboard.press("t")
    expect(ada.row("Buy milk").get_by_role("form", name="Due: Buy milk")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_escape_cancels_a_form_that_waits_for_an_answer(ada: BrowserUser) -> None:
    task = ada.site.make.task(ada.record, "Buy milk")
    page = ada.page
    page.goto("/tasks")
    ada.is_ready()
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).focus()
    paths: list[str] = []
    page.on("request", lambda request: paths.append(urlsplit(request.url).path))

    with held(page, f"/tasks/{task.id}/priority"):
        for key in ("1", "t", "Escape"):
            page.keyboard.press(key)

    expect(ada.row("Buy milk").get_by_text("Priority 1")).to_be_attached()
    ada.is_ready()
    assert f"/tasks/{task.id}/due" not in paths


def test_escape_cancels_all_forms_that_are_still_loading(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace").is_ready()
    page = ada.page
    ada.row("Call Grace").get_by_role("link", name="Call Grace", exact=True).focus()

    with held(page, "/due", "GET") as waiting:
        page.keyboard.press("t")
        ada.menu("Buy milk").get_by_role("link", name="Due").click()
        expect(ada.row("Buy milk").locator(".task__fact")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(page.locator(".task__fact")).to_have_count(0)
        waiting.routes.clear()

    expect(ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True)).to_be_focused()


def test_a_second_escape_does_not_keep_an_editor_open(ada: BrowserUser) -> None:
    task = ada.site.make.task(ada.record, "Buy milk")
    ada.page.goto("/tasks")
    ada.is_ready()
    ada.edit("Buy milk").click()
    expect(ada.field("Title")).to_be_focused()

    with held(ada.page, f"/tasks/{task.id}", "GET"):
        ada.page.keyboard.press("Escape")
        ada.page.keyboard.press("Escape")

    expect(ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True)).to_be_visible()


def test_a_key_presses_an_item_of_a_menu_that_was_never_opened(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.row("Call Grace").get_by_role("link", name="Call Grace", exact=True).focus()

    ada.page.keyboard.press("t")
    form = ada.row("Call Grace").get_by_role("form", name="Due: Call Grace")
    expect(form.get_by_role("button", name="Today")).to_be_focused()
    ada.page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    ada.page.keyboard.press("t")
    form.get_by_role("button", name="Tomorrow").click()
    expect(ada.row("Call Grace").get_by_text("Tomorrow")).to_be_visible()
    ada.page.keyboard.press("1")

    expect(ada.row("Call Grace").get_by_text("Priority 1")).to_be_attached()
    expect(ada.row("Buy milk").get_by_text("Priority 1")).to_have_count(0)


def test_undo_goes_back_step_by_step(ada: BrowserUser) -> None:
    ada.page.goto("/inbox")
    ada.is_ready()
    for title in ("Buy milk", "Call Grace"):
        ada.new.fill(title)
        ada.new.press("Enter")
        expect(ada.row(title)).to_be_visible()
    ada.circle("Buy milk").click()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    ada.page.locator("h1").click()

    ada.page.keyboard.press("z")
    expect(ada.page.get_by_role("button", name="Complete: Buy milk")).to_be_visible()
    expect(ada.notice("Undone: Completed “Buy milk”")).to_be_visible()
    expect(ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True)).to_be_focused()
    ada.page.keyboard.press("z")
    expect(ada.titles).to_have_text(["Buy milk"])
    expect(ada.page.locator("#notices > .notice")).to_have_count(1)
    ada.page.keyboard.press("z")

    expect(ada.titles).to_have_count(0)
    expect(ada.notice("Undone: Added “Buy milk”")).to_be_visible()


def test_an_arrow_with_alt_moves_a_row_of_a_list(ada: BrowserUser) -> None:
    ada.page.goto("/lists")
    ada.page.get_by_label("Name").fill("Garden")
    ada.page.get_by_role("button", name="Add list").click()
    expect(ada.page.get_by_role("heading", name="Garden")).to_be_visible()
    ada.is_ready()
    for title in ("Dig", "Sow", "Water"):
        ada.new.fill(title)
        ada.new.press("Enter")
        expect(ada.row(title)).to_be_visible()
    ada.row("Water").get_by_role("link", name="Water", exact=True).focus()

    ada.page.keyboard.press("Alt+ArrowUp")

    expect(ada.titles).to_have_text(["Dig", "Water", "Sow"])
    expect(ada.page.locator("#placed")).to_have_text("Water, 2 of 3")
    expect(ada.row("Water").locator(":focus")).to_have_count(1)


def test_keys_pressed_faster_than_the_answers_all_count(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.is_ready()
    slow(ada.page.context)
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).focus()

    ada.page.keyboard.press("1")
    ada.page.keyboard.press("2")
    expect(ada.row("Buy milk").get_by_text("Priority 2")).to_be_attached()
    ada.page.keyboard.press("z")
    ada.page.keyboard.press("z")

    expect(ada.row("Buy milk").locator(".task__marks")).to_have_count(0)


def test_a_space_ticks_a_label_and_leaves_the_task_alone(ada: BrowserUser) -> None:
    ada.page.goto("/labels")
    ada.page.get_by_label("Name").fill("errand")
    ada.page.get_by_role("button", name="Add").last.click()
    ada.has("Buy milk")
    ada.is_ready()
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).focus()
    ada.page.keyboard.press("l")
    expect(ada.page.get_by_label("errand")).to_be_focused()

    ada.page.keyboard.press("Space")

    expect(ada.page.get_by_label("errand")).to_be_checked()
    expect(ada.page.get_by_role("button", name="Complete: Buy milk")).to_be_visible()


def test_one_row_at_a_time_has_a_form(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    ada.is_ready()
    for title in ("Buy milk", "Call Grace"):
        ada.row(title).get_by_role("link", name=title, exact=True).focus()
        ada.page.keyboard.press("t")
        expect(ada.row(title).locator(".task__fact form").first).to_be_visible()

    expect(ada.page.locator(".task__fact")).to_have_count(1)


def test_keys_add_below_indent_and_copy(ada: BrowserUser) -> None:
    ada.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for at, text in enumerate(("Trip", "Pack", "Book")):
        ada.site.make.task(ada.record, text, position=f"a{at + 1}")
    ada.page.goto("/inbox")
    ada.is_ready()
    keyboard = ada.page.keyboard

    ada.row("Trip").get_by_role("link", name="Trip", exact=True).focus()
    keyboard.press("o")
    expect(ada.page.get_by_text("Below “Trip”")).to_be_visible()
    keyboard.type("Plan")
    keyboard.press("Enter")
    expect(ada.titles).to_have_text(["Trip", "Plan", "Pack", "Book"])
    expect(ada.page.get_by_text("Below “Trip”")).to_be_hidden()
    ada.row("Plan").get_by_role("link", name="Plan", exact=True).focus()
    keyboard.press(">")
    expect(ada.titles).to_have_text(["Trip", "Pack", "Book"])
    expect(ada.page.locator("#placed")).to_have_text("Plan, 1 of 1 in Trip")
    expect(ada.notice("Plan, 1 of 1 in Trip").get_by_role("button", name="Undo")).to_be_visible()
    expect(ada.row("Pack").locator(":focus")).to_have_count(1)
    keyboard.press("y")

    ada.hears("Copied the link of Pack")
    assert ada.page.evaluate("navigator.clipboard.readText()") == ada.row("Pack").locator(".task__title").evaluate(
        "link => link.origin + link.pathname"
    )


def test_a_form_opens_after_the_answer_that_replaces_its_row(ada: BrowserUser) -> None:
    task = ada.site.make.task(ada.record, "Buy milk")
    ada.page.goto("/tasks")
    ada.is_ready()
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).focus()
    with held(ada.page, f"/tasks/{task.id}/priority"):
        ada.page.keyboard.press("1")
        ada.page.keyboard.press("t")

    form = ada.row("Buy milk").get_by_role("form", name="Due: Buy milk")
    expect(form.get_by_role("button", name="Today")).to_be_focused()
    expect(ada.row("Buy milk").get_by_text("Priority 1")).to_be_attached()

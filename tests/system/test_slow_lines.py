"""What is done while an answer is under way: it takes effect, and the late answer disturbs nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from testkit.patience import wait_until
from tests.system.browser_user import BrowserUser, held
from web.models.task import Task


def title(user: BrowserUser, text: str) -> Locator:
    return user.row(text).get_by_role("link", name=text, exact=True)


@pytest.mark.parametrize(("key", "path"), [("Space", "complete"), ("1", "priority")])
@pytest.mark.parametrize("meanwhile", ["another view", "an editor"])
def test_a_late_answer_leaves_the_address_alone(ada: BrowserUser, key: str, path: str, meanwhile: str) -> None:
    task = ada.site.make.task(ada.record, "Buy milk")
    page, address = ada.page, "/tasks"
    page.goto(address)
    ada.is_ready()
    title(ada, "Buy milk").focus()

    with held(page, f"/tasks/{task.id}/{path}") as waiting:
        with page.expect_request(f"**/{path}"):
            page.keyboard.press(key)
        if meanwhile == "another view":
            address = "/tasks?status=completed"
            ada.filter("Completed").click()
        else:
            ada.edit("Buy milk").click()
            expect(ada.field("Title")).to_be_focused()
        expect(page).to_have_url(address)
        # The answer itself, and the view that is fetched again after it.
        with page.expect_response(lambda response: response.request.method == "GET"):
            waiting.release()

    expect(page).to_have_url(address)
    expect(page.get_by_role("alert")).to_have_count(0)


def opened(user: BrowserUser) -> Task:
    """The list with one task, its row in focus."""
    task = user.site.make.task(user.record, "Buy milk")
    user.page.goto("/tasks")
    user.is_ready()
    title(user, "Buy milk").focus()
    return task


def sent(page: Page) -> list[str]:
    """The addresses of what is sent from now on."""
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url) if request.method == "POST" else None)
    return addresses


def test_what_is_typed_before_its_editor_is_there_goes_into_the_field(ada: BrowserUser) -> None:
    task = opened(ada)
    actions = sent(ada.page)

    with held(ada.page, f"/tasks/{task.id}/title", "GET"):
        ada.page.keyboard.press("e")
        ada.page.keyboard.type(" and 2 rolls to eatt")
        ada.page.keyboard.press("Backspace")
    expect(ada.field("Title")).to_have_value("Buy milk and 2 rolls to eat")
    assert actions == []
    ada.page.keyboard.press("Escape")
    expect(ada.field("Title")).to_have_count(0)
    ada.page.get_by_role("button", name="Continue editing").click()
    expect(ada.field("Title")).to_have_value("Buy milk and 2 rolls to eat")
    ada.page.get_by_role("button", name="Discard").click()
    ada.page.get_by_role("link", name="Cancel").click()
    with held(ada.page, f"/tasks/{task.id}/edit", "GET"):
        ada.edit("Buy milk").click()
        ada.page.keyboard.type(" now")
        ada.page.keyboard.press("Enter")

    expect(title(ada, "Buy milk now")).to_be_visible()
    assert len(actions) == 1


def test_an_editor_that_is_only_going_to_close_goes_on(ada: BrowserUser) -> None:
    task = opened(ada)
    ada.page.keyboard.press("e")
    expect(ada.field("Title")).to_be_focused()
    ada.page.keyboard.type(" and eggs")

    with held(ada.page, f"/tasks/{task.id}", "GET") as closing:
        ada.page.keyboard.press("Escape")
        ada.page.get_by_role("button", name="Continue editing").click()
        expect(ada.field("Title")).to_be_focused()
        ada.page.keyboard.press("End")
        ada.page.keyboard.type(" now")
        closing.release()
        # Behind the answer that would close it.
        ada.page.evaluate("(address) => fetch(address)", f"/tasks/{task.id}")
        ada.is_ready()
    ada.page.keyboard.press("Enter")

    expect(title(ada, "Buy milk and eggs now")).to_be_visible()


@pytest.mark.parametrize(("key", "fact"), [("t", "due"), ("l", "labels")])
def test_keys_before_a_small_form_is_there_do_nothing_to_the_row(ada: BrowserUser, key: str, fact: str) -> None:
    task = opened(ada)
    actions = sent(ada.page)

    with held(ada.page, f"/tasks/{task.id}/{fact}", "GET"):
        for pressed in (key, "Space", "1", "Delete", "s"):
            ada.page.keyboard.press(pressed)

    expect(ada.page.locator(f"form[data-editor='/tasks/{task.id}/{fact}']").first).to_be_visible()
    expect(ada.page).to_have_url("/tasks")
    assert actions == []


def test_keys_after_escape_are_for_the_row_again(ada: BrowserUser) -> None:
    task = opened(ada)

    with held(ada.page, f"/tasks/{task.id}/title", "GET") as waiting:
        for pressed in ("e", "x", "Escape", "Space"):
            ada.page.keyboard.press(pressed)
        waiting.routes.clear()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    ada.edit("Buy milk").click()

    expect(ada.field("Title")).to_have_value("Buy milk")


def test_keys_are_for_a_form_that_waits_for_an_answer(ada: BrowserUser) -> None:
    task = opened(ada)
    actions = sent(ada.page)

    with held(ada.page, f"/tasks/{task.id}/priority"):
        for pressed in ("1", "t", "Space", "2", "Delete"):
            ada.page.keyboard.press(pressed)

    form = ada.row("Buy milk").get_by_role("form", name="Due: Buy milk")
    expect(form.get_by_role("button", name="Today")).to_be_focused()
    assert len(actions) == 1


def test_a_form_is_not_opened_in_a_row_that_became_an_editor(ada: BrowserUser) -> None:
    task = opened(ada)
    menu = ada.menu("Buy milk")

    with held(ada.page, f"/tasks/{task.id}/edit", "GET"):
        menu.get_by_role("link", name="Edit").click()
        menu.get_by_role("link", name="Due").click()

    expect(ada.field("Title")).to_be_focused()
    ada.is_ready()
    expect(ada.field("Title")).to_be_visible()


def test_a_step_can_be_typed_before_its_field_is_there(ada: BrowserUser) -> None:
    task = opened(ada)
    ada.page.set_viewport_size({"width": 1440, "height": 900})

    with held(ada.page, f"/tasks/{task.id}", "GET"):
        ada.page.keyboard.press("s")
        ada.page.keyboard.type("3 eggs")

    expect(ada.page.get_by_label("Add a step")).to_have_value("3 eggs")


@pytest.mark.parametrize("late", [False, True], ids=["scripts there", "scripts late"])
def test_keys_on_the_way_to_another_page_do_nothing_to_the_rows(ada: BrowserUser, late: bool) -> None:
    task = ada.site.make.task(ada.record, "Buy milk")
    ada.page.set_viewport_size({"width": 700, "height": 900})
    ada.page.goto("/tasks")
    ada.is_ready()
    scripts = ada.page.locator("#row-menu").get_attribute("data-rows") or ""
    actions = sent(ada.page)

    with held(ada.page, f"/tasks/{task.id}/steps", "GET"):
        with held(ada.page, scripts, "GET") as loading, ada.page.expect_request(f"**/tasks/{task.id}/steps"):
            if not late:
                loading.release()
            title(ada, "Buy milk").focus()
            ada.page.keyboard.press("s")
            loading.release()
        ada.page.keyboard.type("1 e")

    expect(ada.page.get_by_label("Add a step")).to_be_focused()
    assert actions == []


def test_a_task_below_a_row_can_be_typed_before_the_scripts_are_there(ada: BrowserUser) -> None:
    ada.site.make.task(ada.record, "Buy milk")
    scripts = ada.page.locator("#row-menu").get_attribute("data-rows") or ""

    with held(ada.page, scripts, "GET"):
        ada.page.goto("/inbox")
        ada.is_ready()
        title(ada, "Buy milk").focus()
        ada.page.keyboard.press("o")
        ada.page.keyboard.type("Call e")

    expect(ada.new).to_have_value("Call e")


def test_a_late_response_on_a_day_leaves_the_numbers_right(ada: BrowserUser) -> None:
    """The first of two responses arrives last, with the numbers from before the second action."""
    for title in ("Buy milk", "Call Grace", "Pay rent"):
        ada.site.make.task(ada.record, title, due_on=datetime.now(UTC).date())
    ada.page.goto("/today")

    with late_answer(ada, "**/complete", ada.circle("Buy milk")):
        ada.circle("Call Grace").click()
        expect(ada.page.get_by_role("button", name="Reopen: Call Grace")).to_be_visible()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    ada.page.wait_for_load_state("networkidle")

    expect(ada.page.locator("#views a[href='/today'] .index__count")).to_have_text("1 today")
    expect(ada.page.locator("#views a[href='/inbox'] .index__count")).to_have_text("1")


@pytest.mark.parametrize("others", [(), ("Call Grace",)], ids=["one", "two"])
def test_a_late_response_of_an_undo_leaves_the_saved_title(ada: BrowserUser, others: tuple[str, ...]) -> None:
    """It has the rows from before the save; another action in between needs only the numbers again."""
    ada.has("Buy milk", "Call Grace", "Pay rent")
    ada.delete("Pay rent").click()
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")

    with held(ada.page, "/complete") as waiting:
        for title in others:
            with ada.page.expect_request("**/complete"):
                ada.circle(title).click()
        with late_answer(ada, "**/undo/*", ada.undo):
            ada.field("Title").press("Enter")
            expect(ada.row("Buy oat milk")).to_be_visible()
            waiting.release()

    expect(ada.row("Pay rent")).to_be_visible()
    expect(ada.row("Buy oat milk")).to_be_visible()


@contextmanager
def late_answer(user: BrowserUser, address: str, press: Locator | Callable[[], object]) -> Iterator[None]:
    """Press the button; the server answers at once, and the page has the answer at the end of the block."""
    late: list[tuple[Route, APIResponse]] = []
    user.page.route(address, lambda route: late.append((route, route.fetch())), times=1)
    press.click() if isinstance(press, Locator) else press()
    wait_until(lambda: user.page.wait_for_timeout(10) or bool(late))
    yield
    route, response = late.pop()
    route.fulfill(response=response)

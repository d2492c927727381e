"""The task beside the list on a slow line: the later press counts, and what was closed stays closed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.system.beside import address, answered, close, on_a_wide_page, panel, show, shows
from tests.system.browser_user import BrowserUser, held
from tests.system.conftest import NewUser
from tests.system.test_slow_lines import late_answer, title

Press = Callable[[BrowserUser], None]


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    return on_a_wide_page(new_user)


def complete(user: BrowserUser) -> None:
    panel(user).get_by_role("button", name="Complete in the panel").click()


def open_another(user: BrowserUser) -> None:
    title(user, "Call Grace").click()


def cancel(user: BrowserUser) -> None:
    panel(user).locator(".edit").get_by_role("link", name="Cancel").click()


def move(user: BrowserUser) -> None:
    title(user, "Pay rent").press("Alt+ArrowUp")


def test_of_two_tasks_the_later_one_opens(ada: BrowserUser) -> None:
    with late_answer(ada, f"**{address(ada, 'Buy milk')}**", title(ada, "Buy milk")):
        show(ada, "Call Grace")
    answered(ada.page)

    shows(ada, "Call Grace")


@pytest.mark.parametrize(
    ("press", "task", "path", "method"),
    [
        (open_another, "Call Grace", "", "GET"),
        (complete, "Buy milk", "/complete", "POST"),
        (cancel, "Buy milk", "", "GET"),
        (move, "Pay rent", "/move", "POST"),
    ],
    ids=["another task", "complete", "cancel", "move"],
)
def test_a_closed_panel_stays_closed(ada: BrowserUser, press: Press, task: str, path: str, method: str) -> None:
    show(ada, "Buy milk")
    if press is cancel:
        panel(ada).get_by_role("link", name="Edit title").click()

    with held(ada.page, address(ada, task, path), method), ada.page.expect_request(f"**{address(ada, task, path)}**"):
        press(ada)
        close(ada)
    answered(ada.page)

    expect(panel(ada)).to_be_hidden()
    expect(ada.page).to_have_url("/today")


def test_what_is_done_in_the_panel_leaves_another_task_in_it(ada: BrowserUser) -> None:
    show(ada, "Buy milk")
    panel(ada).get_by_role("link", name="Edit title").click()

    with held(ada.page, address(ada, "Buy milk"), "GET"):
        cancel(ada)
        show(ada, "Call Grace")
    answered(ada.page)

    shows(ada, "Call Grace")


@pytest.mark.parametrize("button", ["Save", "Cancel"])
def test_a_small_form_stays_open_when_the_title_above_it_is_done(ada: BrowserUser, button: str) -> None:
    show(ada, "Buy milk")
    panel(ada).get_by_role("link", name="Edit title").click()
    panel(ada).get_by_role("link", name="Due: ").click()
    words = panel(ada).get_by_label("In words", exact=True)
    words.fill("fri")

    panel(ada).locator(".edit").get_by_text(button, exact=True).click()

    expect(panel(ada).locator(".edit")).to_have_count(0)
    expect(words).to_have_value("fri")


def test_a_late_answer_leaves_the_way_to_the_field_for_steps(ada: BrowserUser) -> None:
    with held(ada.page, address(ada, "Buy milk"), "GET") as opening:
        with late_answer(ada, "**/priority", lambda: title(ada, "Buy milk").press("1")):
            title(ada, "Buy milk").press("s")
        answer = ada.row("Buy milk").get_by_text("!!!")
        expect(answer).to_be_visible()
        opening.release()

    expect(ada.page.get_by_label("Add a step")).to_be_focused()


def test_after_a_delete_in_the_panel_the_next_row_has_the_focus(ada: BrowserUser) -> None:
    show(ada, "Buy milk")

    panel(ada).get_by_role("button", name="Delete this task").click()

    expect(panel(ada)).to_be_hidden()
    expect(title(ada, "Call Grace")).to_be_focused()


def test_a_small_form_stays_open_when_another_one_is_saved(ada: BrowserUser) -> None:
    show(ada, "Buy milk")
    panel(ada).get_by_role("link", name="Repeat: ").click()
    words = panel(ada).get_by_label("Or in your words")
    words.fill("every 2 days")

    panel(ada).get_by_role("link", name="Due: ").click()
    panel(ada).get_by_role("button", name="Tomorrow").click()

    expect(panel(ada).get_by_role("link", name="Due: Tomorrow")).to_be_visible()
    expect(words).to_have_value("every 2 days")


def test_another_view_counts_after_a_task_that_opens_late(ada: BrowserUser) -> None:
    ada.page.goto("/tasks")
    ada.is_ready()

    with held(ada.page, address(ada, "Buy milk"), "GET"):
        title(ada, "Buy milk").click()
        ada.filter("Completed").click()
        expect(ada.page).to_have_url("/tasks?status=completed")
    answered(ada.page)

    expect(ada.page).to_have_url("/tasks?status=completed")
    expect(panel(ada)).to_be_hidden()

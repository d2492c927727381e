"""What was pressed on a slow line takes effect, and what is open, typed or in focus stays so when late answers come."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.system.browser_user import BrowserUser, Complaints, held
from tests.system.conftest import NewUser
from tests.system.test_fresh_views import BLUR_AND_FOCUS
from tests.system.test_slow_lines import late_answer, title
from web.domain.timestamps import utc_now

Press = Callable[[BrowserUser], None]

WIDE = {"viewport": {"width": 1440, "height": 900}}
TITLES = ("Buy milk", "Call Grace", "Pay rent")
IS_QUIET = "() => !document.querySelector('.htmx-request')"


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    """On the page of today, with three tasks, where a task opens beside them."""
    ada = new_user(**WIDE)
    ada.has(*TITLES, due_on=utc_now().date())
    ada.page.goto("/today")
    # With the scripts of rows.
    title(ada, "Buy milk").focus()
    ada.page.wait_for_load_state("networkidle")
    return ada


def panel(user: BrowserUser) -> Locator:
    return user.page.locator("#panel")


def shows(user: BrowserUser, task: str) -> None:
    """The panel has the task, and so has the address."""
    expect(user.page.locator("#panel-title")).to_have_text(task)
    expect(user.page).to_have_url(re.compile(rf"task={user.task_id(task)}$"))


def show(user: BrowserUser, task: str) -> None:
    title(user, task).click()
    shows(user, task)


def close(user: BrowserUser) -> None:
    panel(user).get_by_role("link", name="Close", exact=True).click()
    expect(panel(user)).to_be_hidden()


def address(user: BrowserUser, task: str, path: str = "") -> str:
    return f"/tasks/{user.task_id(task)}{path}"


def answered(page: Page) -> None:
    """All that is under way has been answered, and what follows from it."""
    for _ in range(2):
        page.wait_for_function(IS_QUIET)
        page.evaluate("() => new Promise((done) => setTimeout(done, 50))")


@contextmanager
def refreshing(user: BrowserUser) -> Iterator[None]:
    """The user came back to the tab, and the answer to the refresh is under way."""
    path = re.sub(r"^[a-z]+://[^/]+|\?.*", "", user.page.url)
    with held(user.page, path, "GET"):
        with user.page.expect_request(re.compile(re.escape(path) + r"(\?|$)")):
            user.page.evaluate(BLUR_AND_FOCUS)
        yield
    answered(user.page)


def open_another(user: BrowserUser) -> None:
    title(user, "Call Grace").click()


def complete(user: BrowserUser) -> None:
    panel(user).get_by_role("button", name="Complete in the panel").click()


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
    ada.page.reload()
    ada.is_ready()
    title(ada, "Buy milk").focus()
    ada.page.wait_for_load_state("networkidle")
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


def test_a_late_answer_of_the_same_row_is_not_the_last_word(ada: BrowserUser) -> None:
    with late_answer(ada, "**/priority", lambda: title(ada, "Buy milk").press("1")):
        ada.circle("Buy milk").click()
        expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()

    expect(ada.page.locator("#tasks .task--done")).to_have_count(1)


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

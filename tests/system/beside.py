"""The page of a day with three tasks, where one opens beside them, and answers that are under way."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.system.browser_user import BrowserUser, held
from tests.system.conftest import NewUser
from tests.system.test_fresh_views import BLUR_AND_FOCUS
from tests.system.test_slow_lines import title
from web.domain.timestamps import utc_now

IS_QUIET = "() => !document.querySelector('.htmx-request')"


def on_a_wide_page(new_user: NewUser) -> BrowserUser:
    """A user on the page of today, with the scripts of rows."""
    ada = new_user(viewport={"width": 1440, "height": 900})
    ada.has("Buy milk", "Call Grace", "Pay rent", due_on=utc_now().date())
    ada.page.goto("/today")
    return with_scripts(ada)


def with_scripts(user: BrowserUser) -> BrowserUser:
    title(user, "Buy milk").focus()
    user.page.wait_for_load_state("networkidle")
    return user


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

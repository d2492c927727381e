"""Cancel and Close of a small form, pressed while other answers are under way: the form closes, and stays closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, Complaints, held
from tests.system.conftest import NewUser
from tests.system.test_fresh_views import BLUR_AND_FOCUS
from web.domain.timestamps import utc_now

WIDE = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    """On the page of today, with a task beside it that has a reminder to come."""
    ada = new_user(**WIDE)
    task = ada.site.make.task(ada.record, "Buy milk", due_on=utc_now().date())
    ada.site.make.record("reminders", ada.record, task_id=task.id, at=utc_now() + timedelta(days=1))
    ada.page.goto(f"/today?task={task.id}")
    return ada.is_ready()


def panel(user: BrowserUser) -> Locator:
    return user.page.get_by_role("complementary")


def opened(user: BrowserUser, fact: str) -> Locator:
    """The link that closes the form of the fact again."""
    panel(user).get_by_role("link", name=f"{fact}: ").click()
    close = panel(user).locator(".fact--editing [data-cancel]")
    expect(close).to_be_visible()
    return close


@contextmanager
def refreshing(user: BrowserUser) -> Iterator[None]:
    """The user came back to the tab, and the answer to the refresh is under way."""
    with held(user.page, "/today", "GET"):
        with user.page.expect_request("**/today?*"):
            user.page.evaluate(BLUR_AND_FOCUS)
        yield


@pytest.mark.parametrize("fact", ["Due", "Start", "Priority", "Remind", "Labels"])
def test_a_form_is_closed_while_the_view_is_refreshed(ada: BrowserUser, fact: str) -> None:
    close = opened(ada, fact)

    with refreshing(ada):
        close.click()
        expect(close).to_have_count(0)
        expect(panel(ada).get_by_role("link", name=f"{fact}: ")).to_be_focused()


@pytest.mark.parametrize("first", ["Close", "Remove"])
def test_one_that_is_closed_before_an_answer_stays_closed(ada: BrowserUser, first: str) -> None:
    close = opened(ada, "Remind")
    task_id = ada.page.url.rpartition("=")[2]

    with held(ada.page, f"/tasks/{task_id}", "GET") as closing, held(ada.page, "/delete") as removing:
        panel(ada).get_by_role("button", name="Remove: ").click()
        close.click()
        if first == "Close":
            closing.release()
            expect(close).to_have_count(0)
        else:
            removing.release()
            expect(panel(ada).get_by_role("button", name="Remove: ")).to_have_count(0)

    expect(panel(ada).get_by_role("link", name="Remind: None")).to_be_visible()
    ada.is_ready()
    expect(close).to_have_count(0)


def test_one_that_came_again_with_text_that_was_refused_stays_open(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("422")
    close = opened(ada, "Due")
    panel(ada).get_by_label("In words", exact=True).fill("some day")
    task_id = ada.page.url.rpartition("=")[2]

    with held(ada.page, f"/tasks/{task_id}", "GET"), held(ada.page, "/due"):
        panel(ada).get_by_role("button", name="Set").click()
        close.click()

    expect(panel(ada).get_by_role("alert")).to_be_visible()
    expect(panel(ada).get_by_label("In words", exact=True)).to_have_value("some day")

"""A task on a page of its own, by keys."""

import pytest
from playwright.sync_api import Page, expect

from tests.system.browser_user import BrowserUser


@pytest.fixture
def page(ada: BrowserUser) -> Page:
    task = ada.site.make.task(ada.record, "Buy milk")
    ada.page.goto(f"/tasks/{task.id}")
    ada.is_ready()
    return ada.page


def test_escape_leaves_a_form_for_its_line(page: Page) -> None:
    for key, line in (("t", "Due: None"), ("r", "Repeat: Never"), ("l", "Labels: None"), ("m", "List: Inbox")):
        page.keyboard.press(key)
        expect(page.locator(".fact--editing :focus")).to_have_count(1)
        page.keyboard.press("Escape")

        expect(page.get_by_role("link", name=line)).to_be_focused()
        expect(page.locator(".fact--editing")).to_have_count(0)


def test_s_leads_to_the_field_for_a_step_and_escape_leaves_it(page: Page) -> None:
    page.keyboard.press("s")
    expect(page.get_by_label("Add a step")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("body")).to_be_focused()


def test_a_new_title_is_that_of_the_page_too(page: Page) -> None:
    page.keyboard.press("e")
    page.get_by_label("Title", exact=True).fill("Buy bread")
    page.keyboard.press("Enter")

    expect(page).to_have_title("Buy bread · Daybook")
    expect(page.get_by_role("heading", level=1)).to_have_text("Buy bread")
    page.keyboard.press("z")
    expect(page.get_by_role("heading", level=1)).to_have_text("Buy milk")
    expect(page).to_have_title("Buy milk · Daybook")

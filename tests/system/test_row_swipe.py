"""Rows that are swiped with a finger: to the right completes, to the left opens the form of the due date."""

import pytest
from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser
from tests.system.conftest import PHONE, NewUser
from tests.system.touch import Finger


@pytest.fixture
def listed(new_user: NewUser) -> BrowserUser:
    return new_user(**PHONE).has("Buy milk", "Call Grace", "Pay rent").is_ready()


def test_to_the_right_completes_and_to_the_left_opens_the_due_form(listed: BrowserUser) -> None:
    finger, row = Finger(listed.page), listed.row("Call Grace")

    finger.press(row)
    finger.move(finger.x + 120, finger.y)
    expect(row).to_have_attribute("data-swipe-label", "Complete")
    finger.up()
    expect(listed.page.get_by_role("button", name="Reopen: Call Grace")).to_be_visible()
    expect(row).not_to_have_attribute("data-swipe-label", "Complete")
    finger.press(listed.row("Buy milk"))
    finger.move(finger.x - 120, finger.y)
    finger.up()

    expect(listed.page.get_by_role("form", name="Due: Buy milk").first).to_be_visible()
    expect(listed.page).to_have_url("/tasks")


@pytest.mark.parametrize("why", ["short", "vertical", "cancelled", "edge"])
def test_what_is_no_swipe_does_nothing(listed: BrowserUser, why: str) -> None:
    finger, row = Finger(listed.page), listed.row("Call Grace")

    finger.press(row, x=12 if why == "edge" else None)
    finger.move(finger.x + {"short": 60, "vertical": 100}.get(why, 140), finger.y - (150 if why == "vertical" else 0))
    finger.cancel() if why == "cancelled" else finger.up()
    finger.press(listed.row("Pay rent"))
    finger.move(finger.x + 120, finger.y)
    finger.up()

    expect(listed.page.get_by_role("button", name="Reopen: Pay rent")).to_be_visible()
    expect(listed.page.get_by_role("button", name="Complete: Call Grace")).to_be_visible()

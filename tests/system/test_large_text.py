"""Text twice as large on the screens of phones: nothing is beside the screen, over something else, or a letter wide."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.system.conftest import PHONE, NewUser
from tests.system.test_display import LARGE, fits
from web.domain.timestamps import utc_now

# What a line of text has room for, in letters of its own size.
NARROWEST = """() => Math.min(...[...document.querySelectorAll("h1, h2, .task__title")]
  .filter((text) => text.checkVisibility() && !text.classList.contains("visually-hidden"))
  .map((text) => text.parentElement.clientWidth / parseFloat(getComputedStyle(text).fontSize)))"""
# Controls that are beside the screen, or have another element over their middle.
COVERED = """() => [...document.querySelectorAll("main :is(a, button)")].filter((control) => {
  control.scrollIntoView({ block: "center" });
  const { left, right, width, top, height } = control.getBoundingClientRect();
  const found = document.elementFromPoint(left + width / 2, top + Math.min(height, 44) / 2);
  const isSeen = control.contains(found) && right <= innerWidth + 1 && left + width / 2 > 0;
  return control.checkVisibility() && !isSeen;
}).map((control) => control.getAttribute("aria-label") || control.innerText)"""


@pytest.mark.parametrize("width", [320, 390])
def test_every_row_and_heading_has_room(new_user: NewUser, width: int) -> None:
    ada = new_user(**{**PHONE, "viewport": {"width": width, "height": 700}})
    today = utc_now().date()
    report = ada.site.make.task(ada.record, "Quarterly report", due_on=today - timedelta(days=1), priority=1)
    ada.has("Numbers", parent_id=report.id)
    ada.has("Buy tulip bulbs", due_on=today + timedelta(days=2))

    for address in ("/today", "/upcoming", "/inbox", f"/tasks/{report.id}"):
        ada.page.goto(address)
        ada.page.evaluate(LARGE, [32, "inherit"])
        ada.is_ready()
        fits(ada.page)
        assert ada.page.evaluate(NARROWEST) > 3, address
        assert ada.page.evaluate(COVERED) == [], address

    ada.page.goto("/inbox")
    ada.page.evaluate(LARGE, [32, "inherit"])
    box = ada.menu("Buy tulip bulbs").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
    expect(ada.row("Buy tulip bulbs").get_by_role("button", name="Up")).to_be_visible()

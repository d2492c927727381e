"""What is being added on a slow line: shown at once, at its place or below the field, until the server has it."""

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, Complaints, held

SCRIPTS_ARE_THERE = "() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/static/rows.'))"


def is_typing_ready(ada: BrowserUser) -> None:
    """The focus brings the scripts for a line that is typed."""
    ada.new.focus()
    ada.page.wait_for_function(SCRIPTS_ARE_THERE)
    ada.is_ready()


def test_a_plain_line_waits_at_its_place_and_gives_way_to_its_row(ada: BrowserUser) -> None:
    ada.has("Call Grace")
    pending = ada.page.locator("#tasks > .task--pending")
    is_typing_ready(ada)
    with ada.page.expect_response("**/tasks/new*"):
        ada.new.press_sequentially("Buy milk")

    with held(ada.page, "/tasks"):
        ada.new.press("Enter")
        expect(pending).to_have_text("Buy milk Adding…")
        expect(pending).to_have_attribute("aria-busy", "true")
        expect(ada.page.locator("#tasks > li").first).to_have_text("Buy milk Adding…")

    expect(ada.row("Buy milk")).to_be_visible()
    expect(ada.page.locator("[data-adding]")).to_have_count(0)
    ada.hears("Added: Buy milk")
    expect(ada.titles).to_have_text(["Buy milk", "Call Grace"])


def test_where_its_place_is_not_known_it_waits_below_the_field_and_several_in_their_order(ada: BrowserUser) -> None:
    pending = ada.page.locator("#pending [data-text]")
    is_typing_ready(ada)
    ada.new.fill("Buy milk tomorrow")

    with held(ada.page, "/tasks"):
        for title in ("", "Call Grace", "Pay rent"):
            ada.page.keyboard.type(title)
            ada.page.keyboard.press("Enter")
        expect(pending).to_have_text(["Buy milk tomorrow", "Call Grace", "Pay rent"])

    expect(ada.titles).to_have_text(["Pay rent", "Call Grace", "Buy milk"])
    expect(ada.page.locator("[data-adding]")).to_have_count(0)
    expect(ada.new).to_have_value("")


def test_a_line_that_is_typed_after_the_first_answer_waits_by_itself(ada: BrowserUser) -> None:
    pending = ada.page.locator("#pending [data-text]")
    is_typing_ready(ada)
    ada.new.fill("Buy milk tomorrow")

    with held(ada.page, "/tasks") as line:
        ada.page.keyboard.press("Enter")
        ada.page.keyboard.type("Call Grace")
        ada.page.keyboard.press("Enter")
        expect(pending).to_have_text(["Buy milk tomorrow", "Call Grace"])
        with ada.page.expect_request("**/tasks"):
            line.routes.pop().continue_()
        ada.page.keyboard.type("Pay rent")
        ada.page.keyboard.press("Enter")
        expect(pending).to_have_text(["Call Grace", "Pay rent"])

    expect(ada.titles).to_have_text(["Pay rent", "Call Grace", "Buy milk"])


def test_what_was_sent_before_the_script_was_there_shows_once_it_is(ada: BrowserUser) -> None:
    pending = ada.page.locator("#pending [data-text]")
    script = ada.page.locator("#row-menu").get_attribute("data-rows") or ""

    with held(ada.page, "/tasks"):
        with held(ada.page, script, "GET"):
            with ada.page.expect_request("**/tasks"):
                ada.new.fill("Buy milk tomorrow")
                ada.new.press("Enter")
            ada.page.keyboard.type("Call Grace")
            ada.page.keyboard.press("Enter")
        expect(pending).to_have_text(["Buy milk tomorrow", "Call Grace"])

    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])
    expect(ada.page.locator("[data-adding]")).to_have_count(0)


@pytest.mark.parametrize("place", ["#pending", "#tasks"])
def test_a_failure_leaves_the_text_and_a_message(ada: BrowserUser, complaints: Complaints, place: str) -> None:
    complaints.expect("status of 502")
    pending = ada.page.locator("[data-adding] [data-text]")
    is_typing_ready(ada)

    with held(ada.page, "/tasks/new", "GET") as preview:
        ada.new.press_sequentially("Buy milk")
        if place == "#tasks":
            # Once the preview has found nothing in the line, its place is known.
            with ada.page.expect_response("**/tasks/new?*"):
                preview.release()
                preview.routes.clear()
        fails_at(ada, pending, place)

    expect(ada.page.get_by_role("alert")).to_be_visible()
    expect(ada.page.locator("[data-adding]")).to_have_count(0)
    expect(ada.new).to_have_value("Buy milk")


def fails_at(ada: BrowserUser, pending: Locator, place: str) -> None:
    with held(ada.page, "/tasks") as line:
        ada.new.press("Enter")
        expect(pending).to_have_text("Buy milk")
        expect(ada.page.locator(place).locator(pending)).to_have_count(1)
        line.routes.pop().fulfill(status=502, body="Bad gateway")

"""Adding tasks in the browser."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Keyboard, expect

from tests.system.browser_user import BrowserUser, Complaints, held

UNPROCESSABLE = "status of 422"


def test_several_tasks_are_added_in_a_row(ada: BrowserUser) -> None:
    keyboard = ada.page.keyboard
    ada.new.focus()

    for title in ("Buy milk", "Call Grace", "Pay rent"):
        keyboard.type(title)
        keyboard.press("Enter")
        expect(ada.row(title)).to_be_visible()
        ada.hears(f"Added: {title}")
        expect(ada.new).to_be_focused()
        expect(ada.new).to_have_value("")

    expect(ada.titles).to_have_text(["Pay rent", "Call Grace", "Buy milk"])
    ada.sees_counts(pending=3, completed=0)


@contextmanager
def adding(ada: BrowserUser, title: str) -> Iterator[Keyboard]:
    """Add a task; the block runs while the response is still held back."""
    keyboard = ada.page.keyboard
    ada.new.focus()
    keyboard.type(title)
    with held(ada.page, "/tasks"):
        with ada.page.expect_request("**/tasks"):
            keyboard.press("Enter")
        yield keyboard


def test_text_typed_during_a_slow_request_is_kept(ada: BrowserUser) -> None:
    with adding(ada, "Buy milk") as keyboard:
        expect(ada.new).to_have_value("Buy milk")
        keyboard.type("Call Grace")
        expect(ada.new).to_have_value("Call Grace")

    expect(ada.row("Buy milk")).to_be_visible()
    expect(ada.new).to_have_value("Call Grace")
    keyboard.press("Enter")
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])


@pytest.mark.parametrize("queued", [[], ["Pay rent"]])
def test_the_caret_stays_in_text_typed_during_a_slow_request(ada: BrowserUser, queued: list[str]) -> None:
    with adding(ada, "Buy milk") as keyboard:
        for title in queued:
            keyboard.type(title)
            keyboard.press("Enter")
        keyboard.type("Call Grace")
        for _ in "Grace":
            keyboard.press("ArrowLeft")

    expect(ada.titles).to_have_text([*queued, "Buy milk"])
    keyboard.type("Ada and ")
    expect(ada.new).to_have_value("Call Ada and Grace")


def test_tasks_submitted_during_a_slow_request_are_all_added(ada: BrowserUser) -> None:
    with adding(ada, "Buy milk") as keyboard:
        for title in ("Call Grace", "Pay rent", "Pay rent"):
            keyboard.type(title)
            expect(ada.new).to_have_value(title)
            keyboard.press("Enter")
        keyboard.type("Half a thou")

    expect(ada.titles).to_have_text(["Pay rent", "Pay rent", "Call Grace", "Buy milk"])
    expect(ada.new).to_have_value("Half a thou")
    expect(ada.new).to_be_focused()
    ada.sees_counts(pending=4, completed=0)


def test_a_failed_request_loses_no_text_of_queued_tasks(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 502")
    ada.page.route("**/tasks", lambda route: route.fulfill(status=502, body="Bad gateway"), times=1)

    ada.page.evaluate(
        """() => {
            const form = document.getElementById("new");
            for (const title of ["Buy milk", "Buy milkCall Grace"]) {
                form.elements.title.value = title;
                form.requestSubmit();
            }
        }"""
    )

    expect(ada.page.get_by_role("alert")).to_be_visible()
    expect(ada.new).to_have_value("Buy milkCall Grace")
    ada.sees_counts(pending=0, completed=0)


def test_lines_typed_before_a_failed_answer_are_all_in_the_field_again(
    ada: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect("status of 502")
    ada.new.focus()
    ada.page.keyboard.type("Buy milk")

    with held(ada.page, "/tasks") as line:
        with ada.page.expect_request("**/tasks"):
            ada.page.keyboard.press("Enter")
        ada.page.keyboard.type("Buy milk and eggs")
        ada.page.keyboard.press("Enter")
        ada.page.keyboard.type("Call")
        line.routes.pop().fulfill(status=502, body="Bad gateway")

    expect(ada.page.get_by_role("alert")).to_be_visible()
    expect(ada.new).to_have_value("Buy milkBuy milk and eggsCall")
    ada.page.reload()
    expect(ada.new).to_have_value("Buy milkBuy milk and eggsCall")
    ada.sees_counts(pending=0, completed=0)


def test_a_line_that_begins_as_the_one_before_is_added_whole(ada: BrowserUser) -> None:
    with adding(ada, "Buy milk") as keyboard:
        keyboard.type("Buy milk and eggs")
        keyboard.press("Enter")

    expect(ada.titles).to_have_text(["Buy milk and eggs", "Buy milk"])


def test_pressing_enter_repeatedly_adds_one_task(ada: BrowserUser) -> None:
    ada.new.fill("Buy milk")

    with held(ada.page, "/tasks") as line:
        with ada.page.expect_request("**/tasks"):
            ada.new.press("Enter")
        ada.new.press("Enter")
        ada.new.press("Enter")
        expect(ada.page.locator("#new")).to_have_class("new htmx-request")
        assert len(line.routes) == 1

    expect(ada.titles).to_have_text(["Buy milk"])
    expect(ada.new).to_have_value("")
    ada.add("Call Grace")
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])
    ada.sees_counts(pending=2, completed=0)


def test_a_description_is_added_with_its_line_breaks_and_links(ada: BrowserUser) -> None:
    ada.new.fill("Plan the trip")
    ada.page.get_by_text("Add a description").click()
    ada.page.get_by_role("textbox", name="Description").fill("Trains first\nsee https://example.com/trains")

    ada.page.get_by_role("button", name="Add", exact=True).click()

    row = ada.row("Plan the trip")
    expect(row.locator("p").first).to_have_text("Trains first\nsee https://example.com/trains", use_inner_text=True)
    expect(row.get_by_role("link", name="https://example.com/trains")).to_have_attribute(
        "href", "https://example.com/trains"
    )
    expect(ada.page.get_by_role("textbox", name="Description")).to_be_hidden()
    expect(ada.new).to_be_focused()
    ada.add("Buy milk")
    expect(ada.row("Buy milk")).not_to_contain_text("Trains first")


def test_a_blank_title_shows_an_error_at_the_field_until_it_is_corrected(
    ada: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect(UNPROCESSABLE)
    ada.new.fill("   ")

    ada.new.press("Enter")

    expect(ada.new).to_have_accessible_description("A task needs a title.")
    expect(ada.page.get_by_text("A task needs a title.")).to_be_visible()
    expect(ada.new).to_be_focused()
    ada.new.fill("Buy milk")
    ada.new.press("Enter")
    expect(ada.row("Buy milk")).to_be_visible()
    expect(ada.page.get_by_text("A task needs a title.")).to_have_count(0)
    expect(ada.new).not_to_have_attribute("aria-invalid", "true")
    expect(ada.new).to_be_focused()


def test_a_title_that_is_too_long_is_returned_as_typed(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(UNPROCESSABLE)
    ada.new.fill("x" * 201)

    ada.new.press("Enter")

    expect(ada.new).to_have_accessible_description("Titles can be up to 200 characters (this one is 201).")
    expect(ada.new).to_have_value("x" * 201)
    ada.sees_counts(pending=0, completed=0)


def test_text_typed_while_a_title_is_being_refused_is_kept(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(UNPROCESSABLE)
    ada.new.fill("x" * 201)

    with held(ada.page, "/tasks"):
        with ada.page.expect_request("**/tasks"):
            ada.new.press("Enter")
        ada.page.keyboard.type(" and more")

    expect(ada.new).to_have_accessible_description("Titles can be up to 200 characters (this one is 201).")
    expect(ada.new).to_have_value("x" * 201 + " and more")


def test_a_description_that_is_too_long_is_returned_with_the_focus(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(UNPROCESSABLE)
    description = ada.page.get_by_role("textbox", name="Description")
    ada.new.fill("Write a novel")
    ada.page.get_by_text("Add a description").click()
    description.fill("y" * 1001)

    ada.new.press("Enter")

    sentence = "Descriptions can be up to 1,000 characters (this one is 1,001)."
    expect(description).to_have_accessible_description(sentence)
    expect(description).to_have_value("y" * 1001)
    expect(description).to_be_focused()
    expect(ada.new).to_have_value("Write a novel")


def test_an_empty_title_is_not_submitted(ada: BrowserUser) -> None:
    ada.new.press("Enter")

    assert ada.new.evaluate("field => field.validity.valueMissing")
    ada.sees_counts(pending=0, completed=0)


def test_the_empty_message_is_shown_only_while_there_are_no_tasks(ada: BrowserUser) -> None:
    clean = ada.page.get_by_text("A clean page.")
    expect(clean).to_be_visible()

    ada.add("Buy milk")
    expect(clean).to_be_hidden()

    ada.delete("Buy milk").click()
    expect(clean).to_be_visible()

    ada.undo.click()
    expect(clean).to_be_hidden()


def test_any_title_is_shown_as_it_was_typed(ada: BrowserUser) -> None:
    for title in (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "شراء الحليب",
        "🛒 👩‍👩‍👧 e\u0301",
        "{{ 7 * 7 }}",
        "“quoted” & 'so'",
    ):
        ada.new.fill(title)
        ada.new.press("Enter")
        expect(ada.titles.first).to_have_text(title.replace("e\u0301", "é"))
        expect(ada.new).to_have_value("")

    ada.page.reload()
    expect(ada.titles).to_have_count(6)
    expect(ada.page.locator("#tasks script, #tasks img")).to_have_count(0)


def test_a_right_to_left_title_has_direction_rtl(ada: BrowserUser) -> None:
    ada.add("شراء الحليب")

    direction = ada.titles.first.evaluate("title => getComputedStyle(title).direction")

    assert direction == "rtl"


@pytest.mark.parametrize("preset", ["Due Today", "List Garden"])
def test_what_the_page_presets_is_left_out_of_one_line(ada: BrowserUser, preset: str) -> None:
    garden = ada.site.make.record("lists", ada.record, name="Garden")
    ada.page.goto("/today" if preset == "Due Today" else f"/lists/{garden.id}")
    ada.is_ready()
    ada.new.press_sequentially("Buy bulbs")

    ada.page.get_by_role("button", name=f"Without {preset}").click()
    expect(ada.new).to_be_focused()
    ada.new.press("Enter")

    expect(ada.notice("Added “Buy bulbs” to Inbox.")).to_be_visible()
    ada.new.press_sequentially("Buy milk")
    ada.new.press("Enter")
    expect(ada.row("Buy milk")).to_be_visible()
    expect(ada.row("Buy bulbs")).to_have_count(0)

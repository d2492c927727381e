"""Display: local times, small screens, unusual texts, layout stability."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser, Complaints
from tests.system.conftest import PHONE, NewUser
from tests.system.screens import LARGE, fits, fits_enlarged, resize
from web.domain.timestamps import utc_now

TIMESTAMP = datetime(2024, 7, 1, 3, 30, tzinfo=UTC)


MOVING = """() => [...document.querySelectorAll("*")]
  .flatMap((element) => ["", "::before", "::after"].map((part) => [element, getComputedStyle(element, part)]))
  .filter(([, style]) => [style.transitionDuration, style.animationDuration].some((time) => parseFloat(time) > 0))
  .map(([element]) => element.className)"""
# Which rows moved up, how far and for how long.
NOTE_CLOSING = """() => {
  window.closing = [];
  Element.prototype.animate = function ([{ translate }], time) {
    closing.push([this.id, translate.endsWith("px") && parseFloat(translate.split(" ")[1]), time]);
  };
}"""
ODD = ("x" * 200, "شراء الحليب " * 15, "👩‍👩‍👧" * 25, "<script>alert(1)</script>")


def on_its_own_page(user: BrowserUser, title: str) -> None:
    """Where a task says when it was added and changed."""
    user.page.get_by_role("link", name=title, exact=True).click()
    expect(user.page.locator(".tasks--one")).to_be_visible()


def test_times_are_shown_in_the_users_time_zone(new_user: NewUser) -> None:
    ada = new_user(timezone_id="America/New_York", locale="ar-EG").has("Buy milk", created_at=TIMESTAMP)
    on_its_own_page(ada, "Buy milk")

    expect(ada.row("Buy milk").locator("time")).to_have_text("30 Jun 2024, 23:30")
    expect(ada.row("Buy milk").locator("time")).to_have_attribute("title", "Sunday 30 June 2024, America/New_York")
    ada.circle("Buy milk").click()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    expect(ada.row("Buy milk").locator("time").first).to_have_text("30 Jun 2024, 23:30")
    expect(ada.page.get_by_text("UTC")).to_have_count(0)


def test_times_are_labelled_utc_without_javascript(new_user: NewUser) -> None:
    ada = new_user(timezone_id="America/New_York", java_script_enabled=False).has("Buy milk", created_at=TIMESTAMP)
    on_its_own_page(ada, "Buy milk")

    expect(ada.row("Buy milk").locator("time")).to_have_text("1 Jul 2024, 03:30 UTC")


def test_the_utc_label_is_never_cut_off(new_user: NewUser) -> None:
    ada = new_user(**PHONE, java_script_enabled=False).has("Buy milk", created_at=TIMESTAMP.replace(hour=23))
    on_its_own_page(ada, "Buy milk")

    for width in (390, 320):
        resize(ada.page, width)
        assert ada.row("Buy milk").locator(".task__meta").evaluate("line => line.scrollWidth <= line.clientWidth")
        fits(ada.page)


def test_reduced_motion_disables_all_transitions(new_user: NewUser, complaints: Complaints) -> None:
    complaints.expect("status of 404")
    ada = new_user(reduced_motion="reduce").has("Buy milk")

    for address in ("/tasks", ada.row("Buy milk").get_by_role("link").first.get_attribute("href"), "/tasks/0"):
        ada.page.goto(address)
        assert ada.page.evaluate(MOVING) == [], address
    ada.page.goto("/tasks")
    ada.page.emulate_media(reduced_motion="no-preference")
    assert ada.page.evaluate(MOVING) != []


def test_rows_close_over_one_that_is_gone(ada: BrowserUser) -> None:
    make, today = ada.site.make, utc_now().date()
    rule = {"repeat_rule": "FREQ=DAILY", "repeat_mode": "schedule", "repeat_anchor": today, "due_on": today}
    rows = [make.task(ada.record, title, **rule) for title in ("Stretch", "Water", "Read")]
    ada.page.goto("/today")
    ada.row("Read").hover()
    ada.page.wait_for_load_state("networkidle")
    height = (ada.row("Water").bounding_box() or {})["height"]
    ada.page.evaluate(NOTE_CLOSING)
    titles = ada.page.locator(".view__section .task__title")

    ada.circle("Stretch").click()
    expect(titles).to_have_text(["Water", "Read"])
    closing = ada.page.evaluate("closing.splice(0)")
    ada.page.emulate_media(reduced_motion="reduce")
    ada.delete("Water").click()
    expect(titles).to_have_text(["Read"])

    assert closing == [[f"task-{row.id}", height, 160] for row in rows[1:]]
    assert ada.page.evaluate("closing") == []


def test_large_text_fits_a_phone_and_leaves_room_to_type(new_user: NewUser) -> None:
    ada = new_user(**PHONE).has("Buy milk")
    room = "field => field.clientWidth >= 4 * parseFloat(getComputedStyle(field).fontSize)"
    sizes = ((320, 24), (320, 32), (390, 32))
    ada.page.goto("/tasks?sort=updated")

    for width, letters in sizes:
        resize(ada.page, width)
        for font in ("DejaVu Sans", "monospace", "inherit"):
            ada.page.evaluate(LARGE, [letters, font])
            fits(ada.page)
        assert ada.search.evaluate(room)
    ada.open_sheet()
    for width, letters in sizes:
        resize(ada.page, width)
        for font in ("DejaVu Sans", "monospace", "inherit"):
            ada.page.evaluate(LARGE, [letters, font])
            fits(ada.page)
            assert (ada.new.bounding_box() or {})["width"] > 10 * letters * 0.5
        assert ada.new.evaluate(room)


def test_nothing_is_wider_than_a_small_screen(new_user: NewUser, complaints: Complaints) -> None:
    complaints.expect("status of 404", "status of 409", "status of 422")
    ada = new_user("Wolfeschlegelsteinhausenbergerdorff", **{**PHONE, "viewport": {"width": 320, "height": 640}})
    ada.has(*ODD, description="https://example.com/" + "y" * 300)
    fits(ada.page)

    ada.menu(ODD[0]).get_by_role("link", name="Edit").click()
    expect(ada.field("Title")).to_be_focused()
    fits(ada.page)
    ada.site.execute(f"UPDATE tasks SET version = 9, description = 'z' WHERE title = '{ODD[0]}'")
    ada.field("Title").fill("y" * 200)
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("alert")).to_be_visible()
    fits(ada.page)

    ada.menu(ODD[3]).get_by_role("button", name="Delete").click()
    expect(ada.undo).to_be_visible()
    fits(ada.page)
    ada.open_sheet()
    ada.page.get_by_text("Add a description").click()
    ada.new.fill("y" * 201)
    ada.new.press("Enter")
    expect(ada.new).to_have_accessible_description("Titles can be up to 200 characters (this one is 201).")
    fits(ada.page)
    ada.page.goto("/tasks?q=" + "q" * 200)
    fits(ada.page)
    ada.page.goto("/tasks/2147483647")
    fits(ada.page)
    ada.sign_out()
    fits(ada.page)


SIDES = "(one) => [one.getBoundingClientRect().left, one.getBoundingClientRect().right]"
TEXT_START = """(one) => {
  const text = document.createRange();
  text.selectNodeContents(one);
  return text.getBoundingClientRect().left;
}"""


def test_the_marks_of_a_priority_stand_beside_circle_and_title(ada: BrowserUser) -> None:
    row = ada.has("Buy milk", priority=1).row("Buy milk")

    for width in (1280, 390, 320):
        resize(ada.page, width)
        target, marks = (row.locator(part).evaluate(SIDES) for part in (".check", ".task__marks"))

        # The circle is drawn smaller than what takes the finger.
        middle = sum(target) / 2
        assert marks[1] <= middle - 10 or middle + 10 <= marks[0], width
        assert marks[1] <= row.locator(".task__title").evaluate(TEXT_START), width


def test_a_long_heading_of_a_section_is_not_below_its_tools(new_user: NewUser) -> None:
    ada = new_user(**PHONE)
    home = ada.site.make.record("lists", ada.record, name="Home")
    ada.site.make.record("lists", ada.record, name="All that is in the shed", parent_id=home.id, is_section=True)
    ada.page.goto(f"/lists/{home.id}")
    heading, tools = ada.page.locator("h2 a"), ada.page.locator(".view__tools")

    for width in (390, 320):
        resize(ada.page, width)
        assert heading.evaluate(SIDES)[1] <= tools.evaluate(SIDES)[0], width
    fits_enlarged(ada.page)


def test_the_actions_of_a_row_take_no_room_from_its_title(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    row, actions = ada.row("Buy milk"), ada.page.locator(".task__actions")
    expect(actions).to_have_css("opacity", "0")
    before = row.locator(".task__body").bounding_box()

    row.hover()

    expect(actions).to_have_css("opacity", "1")
    assert row.locator(".task__body").bounding_box() == before
    assert before and before["width"] > 600


@pytest.mark.parametrize(("options", "height"), [({}, 40), (PHONE, 45)], ids=["desktop", "phone"])
def test_a_row_is_one_line_high(new_user: NewUser, options: dict[str, object], height: int) -> None:
    ada = new_user(**options).has_many(20)

    heights = ada.page.evaluate("[...document.querySelectorAll('.task')].map((row) => row.offsetHeight)")

    assert heights == [height] * 20
    if not options:
        visible = "[...document.querySelectorAll('.task')].filter((row) => row.getBoundingClientRect().bottom <= 800)"
        assert ada.page.evaluate(f"{visible}.length") >= 10


def test_completing_does_not_shift_the_layout(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace", "Pay rent")
    below = ada.row("Buy milk")
    before = below.bounding_box()

    ada.circle("Call Grace").click()
    expect(ada.page.get_by_role("button", name="Reopen: Call Grace")).to_be_visible()

    assert below.bounding_box() == before


def test_a_title_of_200_characters_is_not_cut_off(ada: BrowserUser) -> None:
    ada.add("x" * 200)

    title = ada.titles.first

    assert title.evaluate("title => title.scrollWidth <= title.clientWidth && title.scrollHeight <= title.clientHeight")


def test_on_a_phone_the_margin_line_goes_behind_a_form_below_a_row(new_user: NewUser) -> None:
    ada = new_user(**PHONE, reduced_motion="reduce").has("Buy milk")
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).focus()
    ada.page.keyboard.press("p")
    field = ada.row("Buy milk").get_by_role("combobox", name="Priority")
    expect(field).to_be_focused()

    with_line = field.screenshot()
    ada.page.evaluate("document.documentElement.style.setProperty('--margin-line', 'transparent')")

    assert field.screenshot() == with_line

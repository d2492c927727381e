"""Rows moved by hand in a real browser: dragged with the mouse and with a finger, by keys, on slow and broken lines."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, Complaints, held
from tests.system.conftest import PHONE, NewUser
from tests.system.touch import Finger

FOUR = ["Dig", "Sow", "Water", "Weed"]
LIBRARY = "() => Boolean(window.Sortable)"


class Garden:
    """A list with four tasks, and a section with one."""

    def __init__(self, user: BrowserUser) -> None:
        self.user, make = user, user.site.make
        self.list = make.record("lists", user.record, name="Garden")
        self.shed = make.record("lists", user.record, name="Shed", parent_id=self.list.id, is_section=True)
        self.tasks = {
            title: make.task(user.record, title, list_id=self.list.id, position=f"a{at}")
            for at, title in enumerate(FOUR, 1)
        }
        self.tasks["Sweep"] = make.task(user.record, "Sweep", list_id=self.shed.id, position="a1")
        user.page.goto(f"/lists/{self.list.id}")
        user.is_ready()

    def stored(self) -> list[str]:
        """The titles in the order of the database."""
        self.user.page.reload()
        return self.user.titles.all_inner_texts()


@pytest.fixture
def garden(ada: BrowserUser) -> Garden:
    return Garden(ada)


def drag(user: BrowserUser, title: str, onto: str, *, drop: bool = True) -> None:
    drag_between(user, user.row(title), user.row(onto), drop=drop)


def drag_between(user: BrowserUser, row: Locator, onto: Locator, *, drop: bool = True) -> None:
    """With the mouse, from the handle of a row into another row."""
    mouse, handle = user.page.mouse, row.locator(".task__handle, .lists__handle")
    row.hover()
    handle.hover()
    user.page.wait_for_function(LIBRARY)
    begin, end = handle.bounding_box(), onto.bounding_box()
    assert begin and end
    x, y, there = begin["x"] + 5, begin["y"] + 20, end["y"] + end["height"] / 2
    mouse.down()
    # The rows in between step aside, one in each frame.
    for at in range(1, 13):
        mouse.move(x, y + (there - y) * min(at, 10) / 10 + at % 2)
        user.page.evaluate("() => new Promise(requestAnimationFrame)")
    if drop:
        mouse.up()


def focus(user: BrowserUser, title: str) -> None:
    user.row(title).get_by_role("link", name=title, exact=True).focus()


def sent_from(user: BrowserUser) -> list[str]:
    """The addresses of the rows that are moved from now on."""
    sent: list[str] = []
    user.page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/move") else None)
    return sent


def test_a_row_is_dragged_within_its_list_and_into_a_section(garden: Garden) -> None:
    user = garden.user
    assert not user.page.evaluate(LIBRARY)

    drag(user, "Weed", onto="Dig")
    expect(user.titles).to_have_text(["Weed", "Dig", "Sow", "Water", "Sweep"])
    expect(user.page.locator("#placed")).to_have_text("Weed, 1 of 4")
    expect(user.row("Weed").get_by_role("link", name="Weed", exact=True)).to_be_focused()
    drag(user, "Dig", onto="Sweep")
    expect(user.page.locator("#placed")).to_have_text(re.compile("Dig, . of 2"))
    in_shed = user.page.get_by_role("region", name="Shed").locator(".task__title")
    expect(in_shed).to_have_count(2)
    user.page.keyboard.press("z")

    expect(in_shed).to_have_text(["Sweep"])
    assert garden.stored() == ["Weed", "Dig", "Sow", "Water", "Sweep"]


def test_a_finger_drags_a_row_by_its_handle_and_the_page_stays(new_user: NewUser) -> None:
    garden = Garden(new_user(**PHONE))
    user, page = garden.user, garden.user.page
    begin, end = user.row("Weed").locator(".task__handle").bounding_box(), user.row("Dig").bounding_box()
    assert begin and end
    finger = Finger(page)

    finger.down(begin["x"] + 22, begin["y"] + 22)
    page.wait_for_function(LIBRARY)
    finger.move(finger.x, end["y"] + 20)
    finger.up()

    expect(user.titles).to_have_text(["Weed", "Dig", "Sow", "Water", "Sweep"])
    expect(page.locator("#placed")).to_have_text("Weed, 1 of 4")
    assert begin["width"] >= 44
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("failure", ["offline", "proxy", "deleted"])
def test_a_row_that_could_not_be_moved_goes_back(garden: Garden, failure: str, complaints: Complaints) -> None:
    user = garden.user
    if failure == "deleted":
        task_id = garden.tasks["Weed"].id
        user.site.execute(f"UPDATE tasks SET deleted_at = updated_at WHERE id = {task_id}")
        complaints.expect("404")
    elif failure == "offline":
        user.page.route(re.compile(r"/move$"), lambda route: route.abort())
        complaints.expect("Failed to load resource", "Failed to fetch")
    else:
        user.page.route(re.compile(r"/move$"), lambda route: route.fulfill(status=200, body="<p>Hotel</p>"))

    drag(user, "Weed", onto="Dig")

    sentence = {"offline": "Couldn’t reach", "proxy": "not from Daybook", "deleted": "no longer exists"}[failure]
    expect(user.page.get_by_role("alert")).to_contain_text(sentence)
    expect(user.titles).to_have_text([*FOUR, "Sweep"])


def test_escape_puts_a_dragged_row_back(garden: Garden) -> None:
    user, sent = garden.user, sent_from(garden.user)
    drag(user, "Weed", onto="Dig", drop=False)
    expect(user.titles).not_to_have_text([*FOUR, "Sweep"])

    user.page.keyboard.press("Escape")
    user.page.mouse.up()

    expect(user.titles).to_have_text([*FOUR, "Sweep"])
    assert sent == []


def test_three_rows_dragged_on_a_slow_line_end_as_they_were_dropped(garden: Garden) -> None:
    user, sent = garden.user, sent_from(garden.user)

    with held(user.page, "/move"):
        drag(user, "Weed", onto="Dig")
        drag(user, "Water", onto="Weed")
        drag(user, "Sow", onto="Water")
        expect(user.titles).to_have_text(["Sow", "Water", "Weed", "Dig", "Sweep"])
    expect(user.page.locator("#placed")).to_have_text("Sow, 1 of 4")

    expect(user.titles).to_have_text(["Sow", "Water", "Weed", "Dig", "Sweep"])
    assert garden.stored() == ["Sow", "Water", "Weed", "Dig", "Sweep"]
    assert len(sent) == 3


def test_a_held_key_ends_where_single_presses_do(ada: BrowserUser) -> None:
    garden = ada.site.make.record("lists", ada.record, name="Garden")
    for at in range(10, 24):
        ada.site.make.task(ada.record, f"Row {at}", list_id=garden.id, position=f"b{at}")
    ada.page.goto(f"/lists/{garden.id}")
    ada.is_ready()
    focus(ada, "Row 10")

    for _ in range(10):
        ada.page.keyboard.press("Alt+ArrowDown")

    expect(ada.page.locator("#placed")).to_have_text("Row 10, 11 of 14")
    expect(ada.titles.nth(10)).to_have_text("Row 10")
    expect(ada.row("Row 10").locator(":focus")).to_have_count(1)


def test_rows_stay_where_they_were_dropped_while_answers_come(garden: Garden) -> None:
    user = garden.user
    water, weed = (f"/tasks/{garden.tasks[title].id}/move" for title in ("Water", "Weed"))
    with held(user.page, water):
        with held(user.page, weed):
            drag(user, "Weed", onto="Dig")
            drag(user, "Water", onto="Weed")
        expect(user.page.locator("#placed")).to_have_text("Weed, 1 of 4")

        expect(user.titles).to_have_text(["Water", "Weed", "Dig", "Sow", "Sweep"])

    expect(user.page.locator("#placed")).to_have_text("Water, 1 of 4")
    assert garden.stored() == ["Water", "Weed", "Dig", "Sow", "Sweep"]


def test_steps_are_moved_in_the_panel_by_key_and_mouse(new_user: NewUser) -> None:
    user = new_user(viewport={"width": 1600, "height": 900})
    trip = user.site.make.task(user.record, "Trip")
    for at, text in enumerate(("Book", "Pack", "Pay"), 1):
        user.site.make.task(user.record, text, parent_id=trip.id, position=f"a{at}")
    user.page.goto(f"/inbox?task={trip.id}")
    user.is_ready()
    steps = user.page.locator("#panel .steps li.task")
    titles = steps.locator(".task__title")

    titles.nth(2).focus()
    user.page.keyboard.press("Alt+ArrowUp")
    expect(titles).to_have_text(["Book", "Pay", "Pack"])
    expect(user.page.locator("#placed")).to_have_text("Pay, 2 of 3 in Trip")
    expect(steps.nth(1).locator(":focus")).to_have_count(1)
    drag_between(user, steps.nth(2), steps.nth(0))

    expect(titles).to_have_text(["Pack", "Book", "Pay"])
    expect(user.page.locator("#panel-title")).to_have_text("Trip")


def test_lists_are_moved_by_keys_and_by_buttons(ada: BrowserUser) -> None:
    for at, name in enumerate(("Home", "Garden", "Work")):
        ada.site.make.record("lists", ada.record, name=name, position=f"a{at}")
    ada.page.goto("/lists")
    ada.is_ready()
    names = ada.page.locator("#lists .label__name")

    names.filter(has_text="Work").focus()
    ada.page.keyboard.press("Alt+ArrowUp")
    expect(names).to_have_text(["Home", "Work", "Garden"])
    expect(names.filter(has_text="Work")).to_be_focused()
    ada.hears("Work, 2 of 3")
    ada.page.get_by_role("button", name="Move down: Home").click()
    expect(names).to_have_text(["Work", "Home", "Garden"])
    rows = ada.page.locator("#lists .label")
    drag_between(ada, rows.nth(2), rows.nth(0))
    expect(names).to_have_text(["Garden", "Work", "Home"])
    ada.hears("Garden, 1 of 3")
    ada.undo.click()
    expect(names).to_have_text(["Work", "Home", "Garden"])
    expect(ada.page.locator("#views .entry__label")).to_contain_text(["Work", "Home", "Garden"])
    ada.page.keyboard.press("z")

    expect(names).to_have_text(["Home", "Work", "Garden"])
    expect(ada.page.locator("#views .entry__label")).to_contain_text(["Home", "Work", "Garden"])


def test_a_section_is_dragged_on_the_page_of_its_list(garden: Garden) -> None:
    user, page = garden.user, garden.user.page
    user.site.make.record("lists", user.record, name="Beds", parent_id=garden.list.id, is_section=True, position="zz")
    page.reload()
    headings = page.locator(".view__section--of-list h2 a")
    expect(headings).to_have_text(["Shed", "Beds"])
    sections = [page.get_by_role("region", name=name) for name in ("Beds", "Shed")]

    drag_between(user, *sections)
    user.hears("Beds, 1 of 2")
    expect(headings).to_have_text(["Beds", "Shed"])
    expect(user.notice("Moved: Beds, 1 of 2.")).to_be_visible()
    page.reload()
    expect(headings).to_have_text(["Beds", "Shed"])

    page.keyboard.press("z")
    expect(headings).to_have_text(["Shed", "Beds"])
    expect(user.titles).to_have_text([*FOUR, "Sweep"])


def test_a_section_that_could_not_be_moved_goes_back(garden: Garden, complaints: Complaints) -> None:
    complaints.expect("status of 502")
    user, page = garden.user, garden.user.page
    user.site.make.record("lists", user.record, name="Beds", parent_id=garden.list.id, is_section=True, position="zz")
    page.reload()
    page.route("**/order", lambda route: route.fulfill(status=502, body="Bad gateway"))

    drag_between(user, *(page.get_by_role("region", name=name) for name in ("Beds", "Shed")))

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator(".view__section--of-list h2 a")).to_have_text(["Shed", "Beds"])


def test_a_finger_drags_a_list_past_those_inside_another_one(new_user: NewUser) -> None:
    user = new_user(**PHONE)
    make, page = user.site.make, user.page
    home, work = (
        make.record("lists", user.record, name=name, position=key) for name, key in (("Home", "a1"), ("Work", "a2"))
    )
    make.record("lists", user.record, name="Attic", parent_id=home.id)
    page.goto("/lists")
    user.is_ready()
    begin = page.locator(f"#list-{work.id} .lists__handle").bounding_box()
    end = page.locator(f"#list-{home.id}").bounding_box()
    assert begin and end
    finger = Finger(page)

    finger.down(begin["x"] + 22, begin["y"] + 22)
    page.wait_for_function(LIBRARY)
    finger.move(finger.x, end["y"] + 5)
    finger.up()

    expect(page.locator("#lists .label__name")).to_have_text(["Work", "Home", "Attic"])
    assert begin["width"] >= 44

"""On a phone: targets are large enough for a finger, which finds every action."""

import re

from playwright.sync_api import Page, expect

from tests.system.browser_user import Complaints
from tests.system.conftest import PHONE, NewUser
from tests.system.screens import fits, fits_enlarged, resize
from web.domain.days import shifted
from web.domain.timestamps import utc_now

TOO_SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
  .filter((element) => element.checkVisibility() && !element.closest(".skip, .task__description"))
  .map((element) => ({ name: element.getAttribute("aria-label") || element.innerText || element.id, element }))
  .map(({ name, element }) => ({ name, target: element.type === "checkbox" ? element.labels[0] : element }))
  .map(({ name, target }) => ({ name, box: target.getBoundingClientRect() }))
  .filter(({ box }) => box.height < 44 || box.width < 44)
  .map(({ name, box }) => `${name}: ${box.width} x ${box.height}`)"""


def big_enough(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate(TOO_SMALL) == [], page.url


def test_touch_targets_are_large_enough(new_user: NewUser, complaints: Complaints) -> None:
    complaints.expect("status of 404")
    ada = new_user(**PHONE).has("Buy milk", description="see https://example.com/")
    own = ada.page.locator(".task__title").get_attribute("href")

    for address in ("/tasks", "/tasks?q=nothing", own, f"{own}/edit", "/tasks/2147483647"):
        ada.page.goto(address)
        big_enough(ada.page)
    ada.page.goto("/labels")
    big_enough(ada.page)
    ada.page.goto("/tasks")
    ada.open_sheet()
    big_enough(ada.page)
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("button", name="Lists").tap()
    expect(ada.page.get_by_role("button", name="Sign out")).to_be_visible()
    big_enough(ada.page)
    ada.page.get_by_role("link", name="Keys").tap()
    expect(ada.page.get_by_role("dialog", name="Keys")).to_be_visible()
    big_enough(ada.page)
    ada.page.get_by_role("button", name="Close").tap()
    ada.page.keyboard.press("Escape")
    ada.menu("Buy milk")
    big_enough(ada.page)
    ada.page.get_by_role("button", name="Delete", exact=True).tap()
    expect(ada.undo).to_be_visible()
    big_enough(ada.page)

    ada.sign_out()
    big_enough(ada.page)
    ada.page.goto("/sign-up")
    big_enough(ada.page)


def test_touch_targets_of_views_and_forms_are_large_enough_and_large_text_goes_on_below(new_user: NewUser) -> None:
    ada, today = new_user(**PHONE), utc_now().date()
    ada.has("Buy milk", due_on=today)
    ada.has("X", due_on=today)
    ada.has("Pay rent", due_on=shifted(today, 1))
    ada.has("Call Grace", completed=True)
    ada.has("Dig", deleted_at=utc_now())
    home = ada.site.make.record("lists", ada.record, name="Home")
    ada.site.make.record("labels", ada.record, name="errand")
    own = ada.row("Buy milk").locator(".task__title").get_attribute("href") or ""

    views = ("/upcoming", "/inbox", "/done", "/lists", f"/lists/{home.id}", "/labels", "/labels/errand")
    forms = ("/settings/devices", "/tasks/new")
    facts = (f"{own}/{name}" for name in ("due", "start", "repeat", "priority", "labels", "move", "steps", "reminders"))
    enlarged = ("/today", "/trash", "/lists", "/labels", f"/lists/{home.id}/edit", "/settings", "/tasks/new?several=1")
    for address in (*views, *forms, *facts):
        ada.page.goto(address)
        big_enough(ada.page)
    for address in enlarged:
        ada.page.goto(address)
        big_enough(ada.page)
        fits_enlarged(ada.page)
    ada.page.goto("/help/keys")
    fits_enlarged(ada.page)

    resize(ada.page, 320)
    ada.page.goto(f"{own}/due")
    big_enough(ada.page)
    fits(ada.page)
    ada.page.goto("/today")
    ada.menu("Buy milk").get_by_role("link", name="Due").tap()
    expect(ada.page.locator(".month")).to_be_visible()
    big_enough(ada.page)
    fits(ada.page)


def test_the_label_of_a_row_has_room_for_a_finger(new_user: NewUser) -> None:
    ada = new_user(**PHONE)
    ada.open_sheet()
    ada.new.fill("Buy milk @errand")
    ada.new.press("Enter")
    expect(ada.row("Buy milk")).to_be_visible()
    ada.page.keyboard.press("Escape")

    at_its_edges = """(label) => {
      const { left, right, top, bottom } = label.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      return [y - 21, y + 21].map((edge) => document.elementFromPoint(x, edge) === label);
    }"""
    assert ada.row("Buy milk").get_by_role("link", name="@errand").evaluate(at_its_edges) == [True, True]


def test_a_finger_finds_every_action_of_a_row_in_its_menu(new_user: NewUser) -> None:
    ada = new_user(**PHONE).has("Buy milk", "Call Grace")
    expect(ada.page.locator(".task__actions").first).to_have_css("opacity", "1")

    ada.menu("Buy milk").get_by_role("button", name="Complete").tap()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    ada.menu("Buy milk").get_by_role("link", name="Edit").tap()
    expect(ada.field("Title")).to_have_value("Buy milk")
    ada.page.goto("/tasks?status=all")
    ada.menu("Buy milk").get_by_role("button", name="Delete").tap()

    expect(ada.titles).to_have_text(["Call Grace"])
    expect(ada.undo).to_be_visible()


def test_without_javascript_the_page_of_a_task_has_every_action_of_its_row(new_user: NewUser) -> None:
    ada = new_user(**PHONE, java_script_enabled=False).has("Buy milk", "Call Grace")

    def open_actions() -> None:
        ada.row("Buy milk").get_by_label("Actions: Buy milk").tap()

    open_actions()
    ada.page.get_by_role("button", name="Complete: Buy milk").tap()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    ada.page.goto("/tasks?status=all")
    open_actions()
    ada.edit("Buy milk").tap()
    expect(ada.field("Title")).to_have_value("Buy milk")
    ada.page.goto("/tasks?status=all")
    open_actions()
    for fact in ("Due", "Start", "Repeat", "Priority", "Labels", "List"):
        expect(ada.page.get_by_role("link", name=re.compile(f"^{fact}: "))).to_be_visible()
    ada.delete("Buy milk").tap()

    expect(ada.titles).to_have_text(["Call Grace"])
    expect(ada.undo).to_be_visible()

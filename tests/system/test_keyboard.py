"""Using Daybook with the keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.system.browser_user import PASSWORD, BrowserUser
from tests.system.conftest import NewUser, OpenPage

FOCUS = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  // A link in a text may go on in the next line.
  const [box] = element.getClientRects();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, innerHeight / 2));
  const unseen = /^rgba\\(.*, 0\\)$/;
  const outlined = style.outlineStyle !== "none" && !unseen.test(style.outlineColor);
  const label = element.getAttribute("aria-label") || element.labels?.[0]?.innerText;
  return {
    name: (label || element.innerText).replace(/\\s+/g, " "),
    shown: outlined || style.boxShadow !== "none",
    uncovered: element.contains(top),
    opacity: element.closest(".task__actions") ? getComputedStyle(element.closest(".task__actions")).opacity : "1",
  };
}"""
MANY = 80


@pytest.fixture
def grace(new_user: NewUser) -> BrowserUser:
    """A keyboard user with reduced motion."""
    return new_user("Grace", reduced_motion="reduce")


def press(page: Page, key: str) -> str:
    """Press a key that moves the focus, check that the focused element is visible and return its name."""
    page.keyboard.press(key)
    focus = page.evaluate(FOCUS)
    assert focus["shown"] and focus["uncovered"] and focus["opacity"] == "1", focus
    return str(focus["name"])


def title(user: BrowserUser, text: str) -> Locator:
    return user.page.get_by_role("link", name=text, exact=True)


def tab_to(target: Locator, key: str = "Tab") -> None:
    """With another key, such as an arrow, from the row that has the focus."""
    for _ in range(MANY):
        press(target.page, key)
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{MANY} times {key} did not reach {target}")


def test_every_action_works_with_the_keyboard_alone(open_page: OpenPage, signed_out: BrowserUser) -> None:
    grace = BrowserUser(signed_out.site, open_page(reduced_motion="reduce"), "Grace")
    page, keyboard = grace.page, grace.page.keyboard
    page.goto("/sign-in")
    tab_to(page.get_by_role("link", name="Create an account"))
    keyboard.press("Enter")
    expect(page).to_have_title("Create an account · Daybook")
    tab_to(page.get_by_label("Name"))
    for words in (grace.name, grace.email):
        keyboard.type(words)
        press(page, "Tab")
    keyboard.type(PASSWORD)
    keyboard.press("Enter")

    expect(page).to_have_url("/today")
    page.goto("/tasks")
    tab_to(grace.new)
    for words in ("Buy milk", "Call Ada"):
        keyboard.type(words)
        keyboard.press("Enter")
        expect(grace.row(words)).to_be_visible()
    keyboard.type("Plan the trip")
    tab_to(page.get_by_text("Add a description"))
    keyboard.press("Space")
    tab_to(page.get_by_role("textbox", name="Description"))
    keyboard.type("Trains first")
    tab_to(page.get_by_role("button", name="Add", exact=True), "Shift+Tab")
    keyboard.press("Enter")
    expect(grace.row("Plan the trip")).to_contain_text("Trains first")
    expect(grace.new).to_be_focused()

    tab_to(title(grace, "Plan the trip"))
    tab_to(title(grace, "Call Ada"), "ArrowDown")
    tab_to(grace.circle("Call Ada"), "ArrowLeft")
    keyboard.press("Space")
    expect(page.get_by_role("button", name="Reopen: Call Ada")).to_be_focused()
    keyboard.press("Space")
    expect(page.get_by_role("button", name="Complete: Call Ada")).to_be_focused()

    tab_to(grace.edit("Call Ada"), "ArrowRight")
    keyboard.press("Enter")
    expect(grace.field("Title")).to_be_focused()
    keyboard.press("Escape")
    expect(grace.edit("Call Ada")).to_be_focused()
    keyboard.press("Enter")
    expect(grace.field("Title")).to_be_focused()
    keyboard.type(" Lovelace")
    tab_to(page.get_by_role("button", name="Save"))
    keyboard.press("Enter")
    expect(grace.edit("Call Ada Lovelace")).to_be_focused()

    tab_to(grace.delete("Call Ada Lovelace"), "ArrowRight")
    keyboard.press("Enter")
    expect(page.get_by_role("link", name="Buy milk", exact=True)).to_be_focused()
    tab_to(grace.undo, "Shift+Tab")
    keyboard.press("Enter")
    expect(grace.circle("Call Ada Lovelace")).to_be_focused()

    tab_to(grace.filter("All"), "Shift+Tab")
    keyboard.press("Enter")
    expect(page).to_have_url("/tasks?status=all")
    expect(grace.filter("All")).to_be_focused()
    tab_to(page.get_by_label("Sort"), "Shift+Tab")
    keyboard.press("ArrowDown")
    expect(page).to_have_url("/tasks?status=all&sort=oldest")
    expect(grace.titles).to_have_text(["Buy milk", "Call Ada Lovelace", "Plan the trip"])
    tab_to(grace.search, "Shift+Tab")
    keyboard.type("trip")
    expect(grace.titles).to_have_text(["Plan the trip"])
    expect(grace.search).to_be_focused()

    tab_to(page.get_by_role("button", name="Sign out"), "Shift+Tab")
    keyboard.press("Enter")
    expect(page).to_have_url("/sign-in")


def test_tab_follows_the_reading_order(grace: BrowserUser) -> None:
    # No examples are shown from the third task on.
    grace.has("Plan the trip", "Call Ada Lovelace", "Buy milk")
    grace.new.focus()

    forward = [press(grace.page, "Tab") for _ in range(8)]

    assert forward == [
        "Add",
        "Add a description",
        "Search words",
        "Sort",
        "To do 3",
        "Completed 0",
        "All 3",
        "Buy milk",
    ]


def test_the_skip_link_comes_first_and_leads_to_the_content(grace: BrowserUser) -> None:
    grace.has("Buy milk")
    grace.page.goto(grace.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).get_attribute("href"))

    assert press(grace.page, "Tab") == "Skip to content"
    expect(grace.page.get_by_role("link", name="Skip to content")).to_be_in_viewport(ratio=1)
    grace.page.keyboard.press("Enter")

    expect(grace.page.get_by_role("main")).to_be_focused()
    assert press(grace.page, "Tab") == "Open tasks"


@pytest.mark.parametrize("size", [(1280, 720), (390, 700), (844, 390)], ids=str)
def test_the_focused_element_is_never_covered(grace: BrowserUser, size: tuple[int, int]) -> None:
    grace.has_many(20)
    grace.page.set_viewport_size({"width": size[0], "height": size[1]})
    grace.page.goto("/tasks?sort=oldest")

    tab_to(title(grace, "Task 1"))
    tab_to(title(grace, "Task 11"), "ArrowDown")
    tab_to(grace.edit("Task 11"), "ArrowRight")
    tab_to(grace.search, "Shift+Tab")


def test_escape_dismisses_the_undo_offer_and_keeps_the_focus_on_the_page(grace: BrowserUser) -> None:
    grace.has("Buy milk", "Call Ada")
    grace.delete("Buy milk").click()
    grace.undo.focus()

    grace.page.keyboard.press("Escape")

    expect(grace.undo).to_have_count(0)
    assert not grace.page.evaluate("document.activeElement === document.body")
    expect(grace.page).to_have_url("/tasks")


def test_after_a_delete_the_focus_moves_to_the_next_row(grace: BrowserUser) -> None:
    grace.has("Buy milk", "Call Grace", "Pay rent")

    for deleted, then in (("Call Grace", "Buy milk"), ("Buy milk", "Pay rent")):
        grace.delete(deleted).focus()
        grace.page.keyboard.press("Enter")
        expect(grace.notice(f"Deleted “{deleted}”")).to_be_visible()
        expect(title(grace, then)).to_be_focused()
    grace.delete("Pay rent").focus()
    grace.page.keyboard.press("Enter")
    expect(grace.new).to_be_focused()


def test_after_undo_took_the_last_row_the_focus_is_in_a_row_that_is_seen(ada: BrowserUser) -> None:
    ada.has("Walk", "Buy milk").page.goto("/inbox")
    ada.circle("Walk").click()
    expect(ada.circle("Walk")).to_have_accessible_name("Reopen: Walk")
    ada.page.reload()
    ada.add("Buy bread")

    ada.row("Buy bread").get_by_role("link", name="Buy bread", exact=True).focus()
    ada.page.keyboard.press("z")

    expect(ada.row("Buy bread")).to_have_count(0)
    expect(ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True)).to_be_focused()

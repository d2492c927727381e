"""Single keys: moving in the list, acting on a row, adding, searching, undoing, and the help about them."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, held


@pytest.fixture
def listed(ada: BrowserUser) -> BrowserUser:
    """A user with three tasks and the focus nowhere."""
    return ada.has("Buy milk", "Call Grace", "Pay rent").is_ready()


def title(user: BrowserUser, text: str) -> Locator:
    return user.page.get_by_role("link", name=text, exact=True)


def press(user: BrowserUser, *keys: str) -> None:
    for key in keys:
        user.page.keyboard.press(key)


def test_a_page_does_not_take_the_focus_when_it_opens(listed: BrowserUser) -> None:
    for address in ("/tasks", "/labels", "/tasks?q=milk"):
        listed.page.goto(address)
        assert listed.page.evaluate("document.activeElement === document.body"), address


def test_letters_and_arrows_move_through_the_rows(listed: BrowserUser) -> None:
    press(listed, "j", "j")
    expect(title(listed, "Call Grace")).to_be_focused()
    press(listed, "ArrowDown", "ArrowDown")
    expect(title(listed, "Buy milk")).to_be_focused()
    press(listed, "k", "ArrowUp", "k")
    expect(title(listed, "Pay rent")).to_be_focused()

    press(listed, "Enter")

    expect(listed.page).to_have_title("Pay rent · Daybook")
    listed.page.wait_for_load_state()
    press(listed.is_ready(), "e")
    expect(listed.field("Title")).to_be_focused()
    expect(listed.field("Description")).to_have_count(0)


def test_space_completes_and_goes_to_the_next_row(listed: BrowserUser) -> None:
    press(listed, "j", "Space")

    expect(listed.page.get_by_role("button", name="Reopen: Pay rent")).to_be_visible()
    expect(title(listed, "Call Grace")).to_be_focused()
    listed.sees_counts(pending=2, completed=1)
    press(listed, "j", "Space")
    expect(listed.page.get_by_role("button", name="Reopen: Buy milk")).to_be_visible()
    expect(title(listed, "Buy milk")).to_be_focused()


def test_e_edits_the_title_and_the_next_key_goes_on_from_the_row(listed: BrowserUser) -> None:
    press(listed, "j", "e")
    expect(listed.field("Title")).to_be_focused()
    expect(listed.field("Description")).to_have_count(0)
    listed.page.keyboard.type("?")
    press(listed, "Escape")
    expect(listed.edit("Pay rent")).to_be_focused()
    press(listed, "e")
    expect(listed.field("Title")).to_have_value("Pay rent?")
    press(listed, "Backspace")

    listed.page.keyboard.type(" now")
    press(listed, "Enter")
    expect(title(listed, "Pay rent now")).to_be_visible()
    expect(listed.edit("Pay rent now")).to_be_focused()
    press(listed, "j")

    expect(title(listed, "Call Grace")).to_be_focused()


def test_delete_and_z_go_forth_and_back(listed: BrowserUser) -> None:
    press(listed, "j", "Delete")
    expect(title(listed, "Call Grace")).to_be_focused()
    press(listed, "Delete")
    expect(listed.titles).to_have_text(["Buy milk"])

    press(listed, "z")
    expect(listed.titles).to_have_text(["Call Grace", "Buy milk"])
    expect(listed.circle("Call Grace")).to_be_focused()
    press(listed, "z")

    expect(listed.titles).to_have_text(["Pay rent", "Call Grace", "Buy milk"])


def test_delete_outside_of_a_row_deletes_nothing(listed: BrowserUser) -> None:
    press(listed, "Delete", "e", "Space", "n")

    expect(listed.new).to_be_focused()
    expect(listed.titles).to_have_count(3)
    listed.sees_counts(pending=3, completed=0)


# The scripts of rows come with the first focus in one: they are there when a field is left.
ESCAPE_LEAVES = """() => {
  const field = document.body.appendChild(document.createElement("input"));
  field.focus();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  const isLeft = document.activeElement !== field;
  field.remove();
  return isLeft;
}"""


def test_in_a_form_below_a_row_the_keys_of_the_row_do_nothing(listed: BrowserUser) -> None:
    press(listed, "j", "t")
    form = listed.page.get_by_role("form", name="Due: Pay rent")
    expect(form.get_by_role("button").first).to_be_focused()
    sent: list[str] = []
    listed.page.on("request", lambda request: sent.append(request.url))

    press(listed, "1", "e", "Delete")

    listed.is_ready()
    expect(form).to_be_visible()
    assert sent == []
    with held(listed.page, "/due"):
        form.get_by_role("button", name="Tomorrow").click()
        with listed.page.expect_request("**/priority"):
            press(listed, "1")
    expect(listed.row("Pay rent").get_by_text("Priority 1")).to_be_attached()


def test_n_and_slash_lead_to_the_fields(listed: BrowserUser) -> None:
    press(listed, "j")
    listed.page.wait_for_function(ESCAPE_LEAVES)
    title(listed, "Pay rent").focus()
    for key, field, row in (("n", listed.new, "Call Grace"), ("/", listed.search, "Buy milk")):
        press(listed, "j", key)
        expect(field).to_be_focused()
        expect(field).to_have_value("")
        press(listed, "Escape")
        expect(title(listed, row)).to_be_focused()

    listed.page.goto("/labels")
    press(listed, "n")

    expect(listed.page).to_have_url("/today#new-title")
    expect(listed.new).to_be_focused()


def test_keys_that_are_typed_do_nothing_else(listed: BrowserUser) -> None:
    press(listed, "n")
    listed.page.keyboard.type("nj/e?z q")
    expect(listed.new).to_have_value("nj/e?z q")
    listed.page.wait_for_function(ESCAPE_LEAVES)
    listed.new.focus()
    press(listed, "Escape", "j")
    expect(title(listed, "Pay rent")).to_be_focused()
    expect(listed.new).to_have_value("nj/e?z q")

    listed.page.get_by_label("Sort").focus()
    press(listed, "n")

    expect(listed.new).not_to_be_focused()
    expect(listed.page.get_by_role("dialog")).to_have_count(0)


def test_a_combination_with_control_is_the_browsers(listed: BrowserUser) -> None:
    press(listed, "Control+j", "Alt+n", "Control+e")

    assert listed.page.evaluate("document.activeElement === document.body")


def test_a_question_mark_shows_the_keys(listed: BrowserUser) -> None:
    press(listed, "?")
    help_on_keys = listed.page.get_by_role("dialog", name="Keys")
    expect(help_on_keys).to_contain_text(re.compile(r"j\s*↓\s*k\s*↑\s*Next and previous row"))
    expect(help_on_keys.get_by_role("heading", name="Keys")).to_be_in_viewport()
    press(listed, "j", "Escape")

    expect(help_on_keys).to_have_count(0)
    expect(listed.page.locator("body")).to_be_focused()


def test_single_keys_are_turned_off_in_the_settings(listed: BrowserUser) -> None:
    listed.page.get_by_role("link", name="Keys").click()
    listed.page.get_by_role("dialog", name="Keys").get_by_role("link", name="Settings").click()
    listed.page.get_by_label("Single-key shortcuts").select_option("Off")
    listed.page.get_by_role("button", name="Save").click()
    expect(listed.page.get_by_text("Saved.")).to_be_visible()

    listed.page.goto("/tasks")
    press(listed, "j", "n", "?")

    expect(listed.page.locator("body")).to_be_focused()
    expect(listed.page.get_by_role("dialog", name="Keys")).to_have_count(0)
    # No page names keys that do nothing.
    listed.page.locator("#tasks .task__title").first.click()
    expect(listed.page.locator(".fact").first).to_be_visible()
    expect(listed.page.locator("kbd").filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize(("key", "path"), [("t", "/today"), ("u", "/upcoming"), ("x", "/trash"), ("s", "/settings")])
def test_g_and_a_letter_lead_to_a_view(listed: BrowserUser, key: str, path: str) -> None:
    press(listed, "g", key)

    expect(listed.page).to_have_url(path)


def test_keys_work_on_labels_too(ada: BrowserUser) -> None:
    ada.page.goto("/labels")
    name = ada.page.get_by_label("Name")
    for text in ("errand", "garden"):
        name.fill(text)
        name.press("Enter")
        expect(title(ada, text)).to_be_visible()
        expect(name).to_be_focused()
    name.evaluate("field => field.blur()")

    press(ada, "j", "Delete")
    expect(ada.notice("Deleted “errand”.")).to_be_visible()
    expect(title(ada, "garden")).to_be_focused()
    press(ada, "z")

    expect(title(ada, "errand")).to_be_focused()


def test_a_bracket_folds_the_index_for_this_browser(listed: BrowserUser) -> None:
    entries = listed.page.get_by_role("navigation", name="Index")

    press(listed, "[")
    expect(entries).to_be_hidden()
    listed.page.goto("/labels")
    expect(entries).to_be_hidden()
    expect(listed.page.get_by_role("button", name="Index", expanded=False)).to_be_visible()
    press(listed, "[")

    expect(entries).to_be_visible()


@pytest.mark.parametrize("keys", ["Enter", "Control+Enter"])
def test_enter_in_a_field_that_finds_a_list_sends_its_form_once(ada: BrowserUser, keys: str) -> None:
    ada.has("Buy milk").is_ready()
    title(ada, "Buy milk").focus()
    ada.page.keyboard.press("m")
    field = ada.page.get_by_role("combobox", name="Find or name a list")
    field.fill("Garden")
    ada.page.evaluate("window.sent = 0; document.addEventListener('submit', () => { window.sent += 1; }, true)")

    field.press(keys)

    expect(field).to_have_count(0)
    assert ada.page.evaluate("window.sent") == 1


def test_control_enter_adds_and_opens_and_saves_a_note(ada: BrowserUser) -> None:
    ada.new.fill("Buy milk")
    ada.new.press("Shift+Enter")
    expect(ada.page.get_by_label("Description")).to_be_focused()
    ada.page.keyboard.type("two litres")

    ada.page.keyboard.press("Control+Enter")

    expect(ada.page).to_have_url(re.compile(r"/tasks/[0-9]+$"))
    expect(ada.page.get_by_text("two litres")).to_be_visible()
    ada.edit("Buy milk").click()
    ada.page.get_by_label("Description").fill("three litres")
    ada.page.get_by_label("Description").press("Control+Enter")
    expect(ada.page.get_by_text("three litres")).to_be_visible()
    ada.page.goto("/tasks")
    expect(ada.new).to_have_value("")

"""Several lines pasted into the field for one task, and names that are suggested as they are typed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser, Complaints, held
from web.domain.quick_add.lines import read_lines
from web.domain.quick_add.reading import Context

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)

PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_pasted_lines_become_tasks_with_one_undo(ada: BrowserUser) -> None:
    ada.page.goto("/inbox")
    ada.is_ready()

    ada.new.evaluate(PASTE, "- Dig\n- Sow\n\n- Water")
    lines, understood = ada.page.get_by_label("A task on each line"), ada.page.get_by_role("list", name="Understood")
    expect(lines).to_have_value("- Dig\n- Sow\n\n- Water")
    expect(ada.page.get_by_text("3 tasks to Inbox", exact=True)).to_be_visible()
    expect(understood.get_by_role("listitem")).to_have_text(["Dig", "Sow", "Water"])
    lines.press("Control+End")
    lines.press_sequentially(" @errand")
    expect(understood.get_by_text("Label errand")).to_be_visible()
    understood.get_by_role("button", name="Keep “@errand” as text").click()
    expect(lines).to_have_value("- Dig\n- Sow\n\n- Water \\@errand")
    expect(understood.get_by_role("listitem")).to_have_text(["Dig", "Sow", "Water @errand"])
    expect(ada.page.get_by_text("Restored what you typed.")).to_have_count(0)
    ada.page.get_by_role("button", name="Add 3 tasks").click()
    expect(ada.titles).to_have_text(["Dig", "Sow", "Water @errand"])
    expect(ada.page.get_by_text("Added 3 tasks to Inbox.")).to_be_visible()
    ada.undo.click()

    expect(ada.titles).to_have_count(0)


LINES = [
    "Trip\n  Tickets\n  Hotel\nGarden\n- Dig\n- Sow",
    "- Dig\n  - deep\n\t- wide\n---\n-\n[ ]\nSow",
    "1. One\n2) Two\n   [x] Done\n\n☑ Three\n • Four",
    "One\n Two\n   Three\n     Four\n      Five\nSix",
    "\n".join(f"{'  ' * (number % 2)}Task {number}" for number in range(203)),
]


def test_the_button_counts_tasks_and_steps_as_the_server_does(ada: BrowserUser) -> None:
    ada.page.goto("/inbox")
    ada.is_ready()

    for text in LINES:
        ada.new.evaluate(PASTE, text)
        levels = [line.level for line in read_lines(text, Context(NOON, ZoneInfo("UTC"))).lines]
        tasks, steps = levels.count(0), len(levels) - levels.count(0)
        button = f"Add {tasks} tasks and {steps} step{'' if steps == 1 else 's'}"
        expect(ada.page.locator("[data-add-all]")).to_have_text(button)


def test_pasted_lines_may_be_kept_as_one(ada: BrowserUser) -> None:
    ada.page.goto("/inbox")
    ada.is_ready()
    ada.new.fill("Buy ")

    ada.new.evaluate(PASTE, "milk\nand bread")
    ada.page.get_by_role("button", name="Keep as one").click()

    expect(ada.new).to_have_value("Buy milk and bread")
    expect(ada.new).to_be_focused()
    expect(ada.page.get_by_label("A task on each line")).to_have_count(0)


@pytest.mark.parametrize("comes", [True, False])
def test_lines_pasted_before_the_script_for_them_is_there_wait_for_it(
    ada: BrowserUser, complaints: Complaints, comes: bool
) -> None:
    ada.page.goto("/inbox")
    ada.is_ready()
    script = ada.page.locator("#row-menu").get_attribute("data-rows") or ""

    with held(ada.page, script, "GET") as waiting:
        with ada.page.expect_request(f"**{script}"):
            ada.new.evaluate(PASTE, "Dig\nSow")
        expect(ada.new).to_have_value("")
        if not comes:
            complaints.expect("ERR_FAILED")
            waiting.routes.pop().abort()

    if comes:
        expect(ada.page.get_by_role("button", name="Add 2 tasks")).to_be_visible()
    else:
        expect(ada.new).to_have_value("Dig Sow")


def test_tab_completes_the_name_of_a_label(ada: BrowserUser) -> None:
    ada.page.goto("/labels")
    ada.page.get_by_label("Name").fill("errand")
    ada.page.get_by_role("button", name="Add").last.click()
    ada.page.goto("/inbox")
    ada.is_ready()

    suggested = ada.page.get_by_role("button", name="@errand")
    ada.new.press_sequentially("Buy milk @e")
    expect(suggested).to_be_visible()
    ada.new.press("Escape")
    expect(suggested).to_have_count(0)
    expect(ada.new).to_be_focused()
    ada.new.press_sequentially("r")
    expect(suggested).to_be_visible()
    ada.new.press("Tab")

    expect(ada.new).to_have_value("Buy milk @errand ")
    expect(ada.new).to_be_focused()
    expect(ada.page.locator("#new-chips").get_by_text("Label errand")).to_be_visible()

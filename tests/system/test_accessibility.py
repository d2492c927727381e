"""Every page passes axe-core, in light and dark, wide and narrow."""

import pytest
from playwright.sync_api import Locator, expect

from tests.system.axe import CHECK, is_sound
from tests.system.browser_user import BrowserUser, Complaints
from tests.system.conftest import NARROW
from web.domain.days import shifted
from web.domain.timestamps import utc_now

SMALLEST, WIDEST = {"width": 320, "height": 640}, {"width": 1920, "height": 1080}


def test_the_list_is_accessible_with_and_without_tasks(eve: BrowserUser, axe: str, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    is_sound(eve.page, axe)

    eve.has("Buy milk", "x" * 200, "شراء الحليب")
    eve.has("Pay rent", completed=True)
    eve.has("Plan the trip", description="Trains first\nhttps://example.com/trains?" + "y" * 200)
    is_sound(eve.page, axe)

    eve.search.fill("unicorn")
    expect(eve.page.get_by_text("Nothing matches")).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.goto("/tasks?status=completed")
    eve.new.fill("  ")
    eve.new.press("Enter")
    expect(eve.page.get_by_text("A task needs a title.")).to_be_visible()
    is_sound(eve.page, axe)


def test_what_opens_over_the_list_is_accessible(eve: BrowserUser, axe: str) -> None:
    eve.has("Buy milk", "Call Grace")
    eve.menu("Buy milk")
    is_sound(eve.page, axe)

    eve.page.get_by_role("link", name="Keys").click()
    is_sound(eve.page, axe)
    eve.page.keyboard.press("Escape")

    eve.page.goto("/tasks?status=completed")
    eve.new.fill("Pay rent")
    eve.new.press("Enter")
    expect(eve.notice("Added “Pay rent” to Inbox.")).to_be_visible()
    is_sound(eve.page, axe)

    for control in (eve.page.get_by_role("button", name="Lists"), eve.page.get_by_role("link", name="Add task")):
        eve.page.set_viewport_size(NARROW)
        control.click()
        for scheme in ("light", "dark"):
            eve.page.emulate_media(color_scheme=scheme)
            assert eve.page.evaluate(CHECK) == []
        eve.page.keyboard.press("Escape")


def test_the_views_are_accessible(eve: BrowserUser, axe: str) -> None:
    today, home = utc_now().date(), eve.site.make.record("lists", eve.record, name="Home", colour="teal")
    for title, days in (("Pay rent", -1), ("Buy milk", 0), ("Call Grace", 3)):
        eve.site.make.task(eve.record, title, due_on=shifted(today, days), list_id=home.id, priority=1)
    eve.site.make.task(eve.record, "Dig", due_on=today, completed=True)
    eve.site.make.task(eve.record, "Sow", deleted_at=utc_now())

    for address in ("/today", "/upcoming", "/done", "/trash", f"/lists/{home.id}", "/lists", "/settings"):
        eve.page.goto(address)
        is_sound(eve.page, axe)


def test_the_small_forms_are_accessible(eve: BrowserUser, axe: str) -> None:
    eve.has("Buy milk", due_on=utc_now().date())
    own = eve.row("Buy milk").locator(".task__title").get_attribute("href") or ""
    for name in ("due", "repeat", "labels", "move", "steps", "reminders"):
        eve.page.goto(f"{own}/{name}")
        is_sound(eve.page, axe)

    eve.page.goto("/today")
    eve.menu("Buy milk").get_by_role("link", name="Due").click()
    expect(eve.row("Buy milk").get_by_role("form", name="In words")).to_be_visible()
    is_sound(eve.page, axe)


def test_planning_is_accessible_on_the_smallest_and_the_widest_screen(eve: BrowserUser, axe: str) -> None:
    page, make, today = eve.page, eve.site.make, utc_now().date()
    page.goto("/today")
    is_sound(page, axe, wide=WIDEST, narrow=SMALLEST)

    home = make.record("lists", eve.record, name="Home", colour="teal")
    shed = make.record("lists", eve.record, name="Shed", parent_id=home.id, is_section=True)
    task = make.task(eve.record, "Dig", due_on=today, due_time="18:00", list_id=shed.id, description="Two *beds*")
    for title in ("Sow", "Water", "Weed"):
        make.task(eve.record, title, due_on=today, completed=True, completed_at=utc_now())
    own = f"/tasks/{task.id}"
    lists = (f"/lists/{home.id}", f"/lists/{shed.id}/edit", f"/lists/{home.id}/sections")
    for address in ("/inbox", *lists, "/help/keys", f"{own}/start", f"{own}/history", f"{own}/note"):
        page.goto(address)
        is_sound(page, axe, wide=WIDEST, narrow=SMALLEST)

    page.goto(f"/today?task={task.id}")
    page.set_viewport_size(WIDEST)
    page.get_by_text("Done today (3)").click()
    page.locator("#panel").get_by_role("link", name="Edit note").click()
    page.locator("#panel").get_by_role("textbox", name="Description").fill("Three beds")
    is_sound(page, axe, wide=WIDEST, narrow=SMALLEST)
    page.goto("/inbox")
    eve.new.fill("Call Grace tomorrow")
    page.reload()
    expect(page.get_by_text("Restored what you typed")).not_to_have_count(0)
    is_sound(page, axe, wide=WIDEST, narrow=SMALLEST)


def test_the_panel_is_accessible_beside_the_list_and_instead_of_it(eve: BrowserUser, axe: str) -> None:
    eve.has("Buy milk", due_on=utc_now().date(), description="Two *litres*")
    number = str(eve.row("Buy milk").get_attribute("id")).removeprefix("task-")

    for task in (number, "999999"):
        eve.page.goto(f"/today?task={task}")
        is_sound(eve.page, axe)


def test_the_preview_of_one_line_and_of_several_is_accessible(eve: BrowserUser, axe: str) -> None:
    eve.page.goto("/today")
    eve.new.fill("Call Ann tomorrow 6pm #Garden @phone p1 every 2 weeks")
    expect(eve.page.locator("#new-chips").get_by_text("Label phone")).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.goto("/tasks/new?several=1")
    lines = "Garden @errand\n- [x] Dig #+Balcony\n- Rest start 4 feb due 3 feb"
    eve.page.get_by_label("A task on each line").fill(lines)
    expect(eve.page.get_by_text("1 task and 2 steps to Inbox")).to_be_visible()
    is_sound(eve.page, axe)


def test_labels_are_accessible(eve: BrowserUser, axe: str) -> None:
    eve.site.make.record("labels", eve.record, name="errand", colour="teal")
    eve.page.goto("/labels")
    is_sound(eve.page, axe)

    eve.page.get_by_role("button", name="Delete: errand").click()
    expect(eve.undo).to_be_visible()
    is_sound(eve.page, axe)


def test_a_list_with_a_further_page_is_accessible(eve: BrowserUser, axe: str) -> None:
    eve.has_many(51)

    is_sound(eve.page, axe)


def test_a_task_its_editor_and_its_conflict_are_accessible(eve: BrowserUser, axe: str, complaints: Complaints) -> None:
    complaints.expect("status of 409", "status of 422")
    eve.has("Buy milk", description="one litre")
    eve.page.goto(eve.edit("Buy milk").get_attribute("href").removesuffix("/edit"))
    is_sound(eve.page, axe)

    eve.page.goto("/tasks")
    eve.edit("Buy milk").click()
    expect(eve.field("Title")).to_be_focused()
    is_sound(eve.page, axe)

    eve.field("Title").fill("  ")
    eve.page.get_by_role("button", name="Save").click()
    expect(eve.page.get_by_text("A task needs a title.")).to_be_visible()
    is_sound(eve.page, axe)

    eve.site.execute("UPDATE tasks SET title = 'Buy oat milk', version = version + 1 WHERE title = 'Buy milk'")
    eve.field("Title").fill("Buy soy milk")
    eve.page.get_by_role("button", name="Save").click()
    expect(eve.page.get_by_role("alert")).to_be_visible()
    is_sound(eve.page, axe)


def test_undo_network_errors_and_the_404_page_are_accessible(
    eve: BrowserUser, axe: str, complaints: Complaints
) -> None:
    complaints.expect("ERR_INTERNET_DISCONNECTED", "^htmx: htmx:error: Failed to fetch", "status of 404")
    eve.has("Buy milk", "Call Grace")
    eve.delete("Buy milk").click()
    expect(eve.undo).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.context.set_offline(True)
    eve.circle("Call Grace").click()
    expect(eve.page.get_by_role("alert")).to_be_visible()
    is_sound(eve.page, axe)
    eve.page.context.set_offline(False)

    eve.page.goto("/tasks/2147483647")
    expect(eve.page.get_by_role("heading", name="Page not found")).to_be_visible()
    is_sound(eve.page, axe)


def without_htmx(form: Locator) -> None:
    form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")


def test_pages_shown_only_without_javascript_are_accessible(eve: BrowserUser, axe: str, complaints: Complaints) -> None:
    complaints.expect("status of 409", "status of 422")
    eve.has_many(51)
    eve.page.goto(eve.page.get_by_role("link", name="Show more").get_attribute("href"))
    expect(eve.page.get_by_role("link", name="Back to the start of the list")).to_be_visible()
    is_sound(eve.page, axe)
    without_htmx(eve.page.locator(".task").first.locator("form").last)
    expect(eve.undo).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.locator("#new-description").evaluate("field => { field.value = 'x'.repeat(1001); }")
    without_htmx(eve.page.locator("#new"))
    expect(eve.page.get_by_text("Descriptions can be up to 1,000 characters")).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.goto("/tasks")
    eve.page.goto(eve.page.locator(".task__actions a").first.get_attribute("href"))
    eve.page.locator("[name=version]").evaluate("field => { field.value = 99; }")
    eve.field("Title").fill("Another title")
    without_htmx(eve.page.locator(".edit"))
    expect(eve.page.get_by_text("This task changed while you were editing.")).to_be_visible()
    is_sound(eve.page, axe)


@pytest.mark.usefixtures("fault")
def test_error_pages_are_accessible(eve: BrowserUser, axe: str, complaints: Complaints) -> None:
    complaints.expect("status of 403", "status of 405", "status of 500")
    eve.new.fill("Break it")
    without_htmx(eve.page.locator("#new"))
    expect(eve.page.get_by_role("heading", name="Unexpected error")).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.goto("/tasks/1/complete")
    expect(eve.page.get_by_role("heading", name="Not available")).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.goto("about:blank")
    eve.page.set_content(f'<form action="{eve.site.url}/tasks" method="post"></form>')
    without_htmx(eve.page.locator("form"))
    expect(eve.page.get_by_role("heading", name="Request blocked")).to_be_visible()
    is_sound(eve.page, axe)


def test_axe_detects_a_missing_label(signed_out: BrowserUser, axe: str) -> None:
    signed_out.page.goto("/sign-in")
    signed_out.page.get_by_label("Password").evaluate("field => field.labels[0].remove()")

    with pytest.raises(AssertionError, match="label"):
        is_sound(signed_out.page, axe)


@pytest.mark.parametrize(
    "media", ["(width > 1000px) and (prefers-color-scheme: dark)", "(width < 500px) and (prefers-color-scheme: light)"]
)
def test_axe_detects_pale_text_in_one_scheme(signed_out: BrowserUser, axe: str, media: str) -> None:
    signed_out.page.goto("/sign-in")
    signed_out.page.evaluate(
        """(media) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(`@media ${media} { h1, label { color: #808080; background: #787878; } }`);
          document.adoptedStyleSheets.push(sheet);
        }""",
        media,
    )

    with pytest.raises(AssertionError, match="color-contrast"):
        is_sound(signed_out.page, axe)

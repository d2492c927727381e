"""What is typed into any form is kept until it is done: after a failure, another account, another page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from tests.system.browser_user import BrowserUser, Complaints

LATENCY_MS = 300


def lists_of(ada: BrowserUser, *names: str) -> list[str]:
    """The addresses of new lists."""
    found = []
    for name in names:
        ada.page.goto("/lists")
        ada.page.get_by_label("Name").fill(name)
        ada.page.get_by_role("button", name="Add list").click()
        expect(ada.page.get_by_role("heading", name=name)).to_be_visible()
        found.append(re.sub(r"^.*?(/lists/\d+).*$", r"\1", ada.page.url))
    return found


def label_of(ada: BrowserUser, name: str) -> None:
    ada.page.goto("/labels")
    ada.page.get_by_label("Name").fill(name)
    ada.page.get_by_role("button", name="Add").last.click()
    expect(ada.page.get_by_role("link", name=name, exact=True)).to_be_visible()


def task_id(ada: BrowserUser, title: str) -> str:
    return str(ada.row(title).get_attribute("id")).removeprefix("task-")


def type_list_name(page: Page, task: str) -> str:
    page.goto("/lists")
    page.get_by_label("Name").fill("Garden")
    return "/lists"


def type_repeat(page: Page, task: str) -> str:
    page.goto(f"/tasks/{task}/repeat")
    page.get_by_role("textbox").first.fill("every 3 days")
    return f"/tasks/{task}/repeat"


def choose_density(page: Page, task: str) -> str:
    page.goto("/settings")
    page.get_by_label("Rows").select_option("compact")
    return "/settings"


def type_task(page: Page, task: str) -> str:
    page.goto("/tasks/new")
    page.get_by_label("New task").last.fill("Buy milk")
    return "/tasks/new"


Fill = Callable[[Page, str], str]
FORMS = [type_list_name, type_repeat, choose_density, type_task]


def filled_in(page: Page, fill: Fill) -> None:
    """The form holds what was typed."""
    if fill is choose_density:
        expect(page.get_by_label("Rows")).to_have_value("compact")
        return
    field = page.get_by_label("Name") if fill is type_list_name else page.locator("main").get_by_role("textbox").first
    expect(field).to_have_value({type_list_name: "Garden", type_repeat: "every 3 days", type_task: "Buy milk"}[fill])


def send(page: Page, fill: Fill) -> None:
    form = "#settings" if fill is choose_density else "main form:has(:focus)"
    page.locator(form).first.evaluate("(form) => form.requestSubmit()")


Form = tuple[BrowserUser, Fill, str]


@pytest.fixture
def forms(ada: BrowserUser) -> list[Form]:
    """Each form filled in, in a tab of its own, and its address."""
    ada.has("Water the plants")
    task, found = task_id(ada, "Water the plants"), []
    for fill in FORMS:
        user = BrowserUser(ada.site, ada.page.context.new_page())
        user.email = ada.email
        found.append((user, fill, fill(user.page, task)))
    return found


def are_given_back(forms: list[Form]) -> None:
    for user, fill, address in forms:
        user.page.goto(address)
        filled_in(user.page, fill)


def test_forms_sent_after_the_session_ended_are_given_back(ada: BrowserUser, forms: list[Form]) -> None:
    ada.page.context.clear_cookies()

    for user, fill, _ in forms:
        send(user.page, fill)
        expect(user.page).to_have_url(re.compile("/sign-in"))
    user = forms[0][0]
    user.sign_in()
    expect(user.page).not_to_have_url(re.compile("/sign-in"))

    are_given_back(forms)


def test_forms_that_a_proxy_answered_are_given_back(forms: list[Form], complaints: Complaints) -> None:
    complaints.expect("502")

    def refuse(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=502, body="<h1>Bad gateway</h1>", content_type="text/html")
        else:
            route.continue_()

    for user, fill, _ in forms:
        user.page.route("**/*", refuse)
        send(user.page, fill)
        expect(user.page.get_by_role("heading", name="Bad gateway")).to_be_visible()
        user.page.unroute("**/*")

    are_given_back(forms)


def test_forms_are_empty_once_they_are_done(forms: list[Form]) -> None:
    for user, fill, address in forms:
        send(user.page, fill)
        user.page.wait_for_url(lambda url, address=address: not url.endswith(address))
        user.page.goto(address)

        expect(user.page.locator("[data-draft]")).to_have_count(0)


def test_forms_of_another_account_are_refused_and_given_back_to_their_own(
    ada: BrowserUser, forms: list[Form], complaints: Complaints
) -> None:
    complaints.expect("409")
    ada.sign_out()
    BrowserUser(ada.site, ada.page, "Bob").with_account()

    for user, fill, _ in forms:
        send(user.page, fill)
        expect(user.page.get_by_text("You signed in with another account")).to_be_visible()
    ada.sign_out()
    ada.sign_in()
    expect(ada.page).not_to_have_url(re.compile("/sign-in"))

    are_given_back(forms)


def test_the_labels_of_a_task_have_a_page(ada: BrowserUser) -> None:
    label_of(ada, "errand")
    ada.has("Buy milk")

    ada.page.goto(f"/tasks/{task_id(ada, 'Buy milk')}/labels")
    ada.page.get_by_label("errand").check()
    ada.page.get_by_role("button", name="Save").click()

    expect(ada.page.get_by_role("link", name="Labels: errand")).to_be_visible()


def test_a_draft_follows_to_another_list_but_not_its_list(ada: BrowserUser) -> None:
    alpha, beta = lists_of(ada, "Alpha", "Beta")
    ada.page.goto(alpha)
    ada.new.fill("draft")
    ada.page.goto(beta)
    expect(ada.new).to_have_value("draft")

    ada.new.fill("On Beta")
    ada.new.press("Enter")

    expect(ada.row("On Beta")).to_be_visible()
    ada.page.goto(beta)
    expect(ada.titles).to_have_text(["On Beta"])


def test_settings_changed_in_two_tabs_are_both_kept(ada: BrowserUser) -> None:
    page, other = ada.page, ada.page.context.new_page()
    for tab in (page, other):
        tab.goto("/settings")
    other.get_by_label("Time zone").select_option("Asia/Tokyo")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("Saved.")).to_be_visible()

    page.get_by_label("Rows").select_option("compact")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()

    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    expect(page.get_by_label("Rows")).to_have_value("compact")


def slow(context: BrowserContext) -> None:
    """A line with 300 ms latency, for what is sent."""

    def wait(route: Route) -> None:
        route.request.frame.page.wait_for_timeout(LATENCY_MS)
        route.continue_()

    context.route("**/*", lambda route: wait(route) if route.request.method == "POST" else route.continue_())


def test_steps_typed_faster_than_the_answers_are_all_added(ada: BrowserUser) -> None:
    ada.has("Shopping")
    ada.page.goto(f"/tasks/{task_id(ada, 'Shopping')}")
    ada.is_ready()
    slow(ada.page.context)
    step = ada.page.get_by_label("Add a step")

    step.press_sequentially("eggs")
    step.press("Enter")
    step.press_sequentially(" flour")
    steps = ada.page.locator(".steps .task__title")
    expect(steps).to_have_text(["eggs"])
    expect(step).to_have_value(" flour")
    step.press("Enter")

    expect(steps).to_have_text(["eggs", "flour"])
    expect(step).to_have_value("")


def test_chips_do_not_outlive_their_line(ada: BrowserUser) -> None:
    ada.page.goto("/today")
    ada.is_ready()
    answers: list[Route] = []
    ada.page.route("**/tasks/new?*", lambda route: answers.append(route))
    with ada.page.expect_request("**/tasks/new?*"):
        ada.new.fill("Chip tomorrow")
    ada.new.press("Enter")
    expect(ada.new).to_have_value("")

    for route in answers:
        route.continue_()
    ada.page.wait_for_load_state("networkidle")

    expect(ada.page.locator("#new-chips")).to_have_text("")


def test_what_is_typed_into_a_fact_while_it_is_saved_stays(ada: BrowserUser) -> None:
    ada.has("Water the plants")
    ada.page.goto(f"/tasks/{task_id(ada, 'Water the plants')}")
    ada.is_ready()
    ada.page.get_by_role("link", name="Repeat: Never").click()
    words = ada.page.locator(".fact--editing").get_by_role("textbox").first
    words.fill("every 2 days")
    slow(ada.page.context)
    words.press("Enter")
    words.fill("every 5 weeks")

    expect(ada.page.locator("#announcer")).to_have_text(re.compile("every 2 days"))
    expect(words).to_have_value("every 5 weeks")
    words.press("Enter")

    expect(ada.page.get_by_role("link", name=re.compile("Repeat: every 5 weeks"))).to_be_visible()


def test_cancel_in_a_fact_drops_its_draft(ada: BrowserUser) -> None:
    ada.has("Water the plants")
    ada.page.goto(f"/tasks/{task_id(ada, 'Water the plants')}")
    ada.is_ready()
    ada.page.get_by_role("link", name="Repeat: Never").click()
    ada.page.locator(".fact--editing").get_by_role("textbox").first.fill("every 2 days")

    ada.page.get_by_role("link", name="Cancel").click()
    ada.page.get_by_role("link", name="Repeat: Never").click()

    expect(ada.page.locator(".fact--editing").get_by_role("textbox").first).to_have_value("")


def test_choosing_a_day_drops_the_date_that_was_typed(ada: BrowserUser) -> None:
    ada.has("Water the plants")
    ada.page.goto(f"/tasks/{task_id(ada, 'Water the plants')}")
    ada.is_ready()
    ada.page.get_by_role("link", name="Due: None").click()
    ada.page.locator(".fact--editing input[type=date]").fill("2030-01-02")

    ada.page.get_by_role("button", name=re.compile("^Tomorrow")).click()
    ada.page.get_by_role("link", name="Due: Tomorrow").click()

    expect(ada.page.locator(".fact--editing [data-draft]")).to_have_count(0)


@pytest.mark.parametrize("is_continued", [True, False])
def test_an_open_editor_is_open_again_after_a_reload(ada: BrowserUser, is_continued: bool) -> None:
    ada.has("Buy milk")
    ada.is_ready()
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    if is_continued:
        ada.page.keyboard.press("Escape")
        ada.page.get_by_role("button", name="Continue editing").click()
        expect(ada.field("Title")).to_have_value("Buy oat milk")

    ada.page.on("dialog", lambda dialog: dialog.accept())
    ada.page.reload()

    expect(ada.field("Title")).to_have_value("Buy oat milk")


def test_an_open_fact_is_open_again_after_a_reload(ada: BrowserUser) -> None:
    ada.has("Water the plants")
    ada.page.goto(f"/tasks/{task_id(ada, 'Water the plants')}")
    ada.is_ready()
    ada.page.get_by_role("link", name="Repeat: Never").click()
    ada.page.locator(".fact--editing").get_by_role("textbox").first.fill("every 2 days")

    ada.page.on("dialog", lambda dialog: dialog.accept())
    ada.page.reload()

    expect(ada.page.locator(".fact--editing").get_by_role("textbox").first).to_have_value("every 2 days")


def test_a_sign_out_that_a_proxy_answered_drops_nothing(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("502")
    ada.page.goto("/today")
    ada.new.fill("Buy milk")
    ada.page.route("**/sign-out*", lambda route: route.fulfill(status=502, body="Bad gateway"))

    ada.page.get_by_role("button", name="Sign out").click()
    expect(ada.page.get_by_text("Bad gateway")).to_be_visible()
    ada.page.goto("/today")

    expect(ada.new).to_have_value("Buy milk")


@pytest.mark.parametrize(("page", "label"), [("/today", "What needs doing?"), ("/lists", "Name")])
def test_closing_the_tab_with_text_in_any_form_asks(ada: BrowserUser, page: str, label: str) -> None:
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    ada.page.on("dialog", note)
    ada.page.goto(page)
    ada.page.get_by_placeholder(label).or_(ada.page.get_by_label(label)).first.press_sequentially("Garden")
    with ada.page.expect_event("close"):
        ada.page.close(run_before_unload=True)

    assert asked == ["beforeunload"]

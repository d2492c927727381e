"""Any form that did not arrive is given back as filled in: after a failure, a sign-in, another account."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.system.browser_user import BrowserUser, Complaints


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


def type_token_name(page: Page, task: str) -> str:
    """Its answer is a page, not a redirect."""
    page.goto("/settings/tokens")
    page.get_by_label("Name").fill("Backup")
    return "/settings/tokens"


Fill = Callable[[Page, str], str]
TYPED = {type_list_name: "Garden", type_token_name: "Backup", type_repeat: "every 3 days", type_task: "Buy milk"}
FORMS = [*TYPED, choose_density]


def filled_in(page: Page, fill: Fill) -> None:
    """The form holds what was typed."""
    if fill is choose_density:
        expect(page.get_by_label("Rows")).to_have_value("compact")
        return
    field = page.get_by_label("Name") if fill is type_list_name else page.locator("main").get_by_role("textbox").first
    expect(field).to_have_value(TYPED[fill])


def send(page: Page, fill: Fill) -> None:
    form = "#settings" if fill is choose_density else "main form:has(:focus)"
    page.locator(form).first.evaluate("(form) => form.requestSubmit()")


Form = tuple[BrowserUser, Fill, str]


@pytest.fixture
def forms(ada: BrowserUser) -> list[Form]:
    """Each form filled in, in a tab of its own, and its address."""
    ada.has("Water the plants")
    task, found = ada.task_id("Water the plants"), []
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

"""Sign-up, sign-in and sign-out in the browser."""

import re

from playwright.sync_api import expect

from tests.system.browser_user import PASSWORD, BrowserUser, Complaints
from tests.system.conftest import NewUser

UNPROCESSABLE = "status of 422"


def test_signing_up_opens_an_empty_list(signed_out: BrowserUser) -> None:
    signed_out.sign_up()

    expect(signed_out.page.get_by_role("banner")).to_contain_text("Ada")
    expect(signed_out.page.get_by_text("A clean page.")).to_be_visible()
    expect(signed_out.page.locator("body")).to_be_focused()
    expect(signed_out.page.get_by_role("heading", level=1)).to_have_text("Open tasks")


def test_signing_out_hides_the_tasks(ada: BrowserUser) -> None:
    ada.has("Secret plan")

    ada.sign_out()

    ada.page.goto("/tasks")
    expect(ada.page).to_have_url("/sign-in?next=%2Ftasks")
    expect(ada.page.get_by_text("Secret plan")).to_have_count(0)


def test_after_signing_out_the_back_button_shows_no_tasks(ada: BrowserUser) -> None:
    ada.has("Secret plan")
    ada.sign_out()

    ada.page.go_back()

    expect(ada.page).to_have_url(re.compile("/sign-in"))
    expect(ada.page.get_by_text("Secret plan")).to_have_count(0)


def test_signing_in_again_shows_the_tasks(ada: BrowserUser) -> None:
    ada.add("Buy milk")
    ada.sign_out()

    ada.sign_in()

    expect(ada.page).to_have_url("/today")
    ada.page.goto("/tasks")
    expect(ada.row("Buy milk")).to_be_visible()


def test_a_wrong_password_keeps_the_email_and_clears_the_password(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect(UNPROCESSABLE)
    ada.sign_out()

    ada.sign_in("a wrong password")

    expect(ada.page.get_by_role("alert")).to_have_text("Wrong email or password.")
    expect(ada.page.get_by_label("Email")).to_have_value(ada.email)
    expect(ada.page.get_by_label("Password")).to_have_value("")
    expect(ada.page.get_by_label("Password")).to_be_focused()
    assert "a wrong password" not in ada.page.content()


def test_a_taken_email_is_reported_at_its_field(
    new_user: NewUser, signed_out: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect(UNPROCESSABLE)
    taken, page = new_user("Bob").email, signed_out.page
    page.goto("/sign-up")
    page.get_by_label("Name").fill("Another Bob")
    page.get_by_label("Email").fill(taken)
    page.get_by_label("Password").fill("another password")

    page.get_by_role("button", name="Create account").click()

    email = page.get_by_label("Email")
    expect(email).to_have_accessible_description("An account with this email already exists. Sign in instead.")
    expect(email).to_have_value(taken)
    expect(email).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("Another Bob")
    expect(page.get_by_label("Password")).to_have_value("")
    assert "another password" not in page.content()


def test_a_short_password_is_not_submitted_by_the_browser(signed_out: BrowserUser) -> None:
    page = signed_out.page
    page.goto("/sign-up")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Email").fill(signed_out.email)
    page.get_by_label("Password").press_sequentially("short")

    page.get_by_label("Password").press("Enter")

    assert page.get_by_label("Password").evaluate("field => field.validity.tooShort")
    expect(page).to_have_url("/sign-up")


def test_a_short_password_that_is_submitted_is_refused_with_a_message(
    signed_out: BrowserUser, complaints: Complaints
) -> None:
    complaints.expect(UNPROCESSABLE)
    page = signed_out.page
    page.goto("/sign-up")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Email").fill(signed_out.email)
    page.get_by_label("Password").fill("short")
    page.get_by_label("Password").evaluate("field => { field.form.noValidate = true; }")

    page.get_by_role("button", name="Create account").click()

    expect(page.get_by_label("Password")).to_have_accessible_description("Use at least 8 characters.")
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_label("Name")).to_have_value("Ada")


def test_signing_in_opens_the_requested_page(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.sign_out()
    ada.page.goto("/tasks?status=pending&q=milk")

    ada.sign_in()

    expect(ada.page).to_have_url("/tasks?status=pending&q=milk")
    expect(ada.search).to_have_value("milk")


def test_signing_up_opens_the_requested_page(signed_out: BrowserUser) -> None:
    signed_out.page.goto("/tasks?sort=title")
    signed_out.page.get_by_role("link", name="Create an account").click()
    signed_out.page.get_by_label("Name").fill("Ada")
    signed_out.page.get_by_label("Email").fill(signed_out.email)
    signed_out.page.get_by_label("Password").fill(PASSWORD)

    signed_out.page.get_by_role("button", name="Create account").click()

    expect(signed_out.page).to_have_url("/tasks?sort=title")


def test_next_never_redirects_to_another_site(ada: BrowserUser) -> None:
    ada.sign_out()
    ada.page.goto("/sign-in?next=//elsewhere.example/")

    ada.sign_in()

    expect(ada.page).to_have_url("/today")


def test_an_action_after_the_session_ended_leads_to_sign_in_and_back(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.page.goto("/tasks?status=pending")
    ada.page.context.clear_cookies()

    ada.circle("Buy milk").click()

    expect(ada.page).to_have_url("/sign-in?next=%2Ftasks%3Fstatus%3Dpending")
    ada.sign_in()
    expect(ada.page).to_have_url("/tasks?status=pending")
    expect(ada.row("Buy milk")).to_be_visible()


def test_markup_in_a_name_is_shown_as_text(new_user: NewUser) -> None:
    bobby = new_user("<b>Bobby</b>")

    expect(bobby.page.get_by_role("banner")).to_contain_text("<b>Bobby</b>")

"""The pages of an account with the keyboard alone, by a user who signed in a while ago."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.system.browser_user import PASSWORD
from tests.system.conftest import NewUser
from tests.system.test_keyboard import tab_to
from tests.system.test_passkeys import with_device
from web.domain.timestamps import iso, utc_now


def follow(page: Page, link: str, heading: str) -> None:
    tab_to(page.get_by_role("link", name=link))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_load_state()


def press(page: Page, button: str, says: str) -> None:
    tab_to(page.get_by_role("button", name=button))
    page.keyboard.press("Enter")
    expect(page.get_by_text(says)).to_be_visible()
    page.wait_for_load_state()


def test_the_account_works_with_the_keyboard_alone(new_user: NewUser) -> None:
    grace = new_user("Grace", reduced_motion="reduce")
    page, keyboard = grace.page, grace.page.keyboard
    with_device(page)
    grace.site.make.sign_in(grace.record)
    an_hour_ago = iso(utc_now() - timedelta(hours=1))
    grace.site.execute(f"UPDATE sessions SET created_at = '{an_hour_ago}' WHERE user_id = '{grace.record.id}'")

    page.goto("/settings/account")
    follow(page, "Passkeys", "Passkeys")
    follow(page, "Confirm that it is you to add or delete a passkey", "Confirm that it is you")
    expect(page.get_by_label("Your password")).to_be_focused()
    keyboard.type(PASSWORD)
    keyboard.press("Enter")
    expect(page).to_have_url("/settings/passkeys")
    page.wait_for_load_state()
    tab_to(page.get_by_label("Name, such as"))
    keyboard.type("Laptop")
    keyboard.press("Enter")
    expect(page.get_by_text("Added. From now on")).to_be_visible()
    page.wait_for_load_state()

    press(page, "Delete: Laptop", "Deleted here.")
    follow(page, "Back to the account", "Account")
    follow(page, "Where you are signed in", "Where you are signed in")
    press(page, "Sign out everywhere else", "Signed out everywhere else.")
    expect(page.locator("#sessions > li")).to_have_count(1)
    follow(page, "Back to the account", "Account")
    follow(page, "Activity of your account", "Activity of your account")
    expect(page.get_by_text("Passkey deleted")).to_be_visible()
    # A link stands in its sentence, not below it.
    expect(page.get_by_text("Sign-ins, refusals and changes")).to_have_css("display", "block")
    follow(page, "Back to the account", "Account")
    follow(page, "Delete your account", "Delete your account")
    tab_to(page.get_by_label("Your password"))
    keyboard.type(PASSWORD)
    press(page, "Delete my account", "Your account will be deleted in two weeks.")
    expect(page).to_have_url("/sign-in")

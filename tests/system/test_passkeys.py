"""Passkeys, with the virtual authenticator of Chromium (https://www.w3.org/TR/webauthn-3/#sctn-automation)."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.system.browser_user import BrowserUser, Complaints
from web.domain.timestamps import iso, utc_now

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(page: Page) -> None:
    """A device that makes passkeys, whose user unlocks it whenever asked."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def adds_a_passkey(page: Page) -> None:
    with_device(page)
    page.goto("/settings/passkeys")
    page.get_by_label("Name, such as").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text="My laptop")).to_be_visible()


def test_a_passkey_is_added_signs_in_and_is_deleted(ada: BrowserUser, complaints: Complaints) -> None:
    page = ada.page
    adds_a_passkey(page)

    ada.sign_out()
    page.goto("/sign-in?next=/settings/passkeys")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url("/settings/passkeys")
    expect(page.get_by_role("banner")).to_contain_text("Ada")

    page.get_by_label("Rename: My laptop").click()
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Delete: Work laptop").click()
    expect(page.get_by_text("No passkeys yet.")).to_be_visible()

    ada.sign_out()
    complaints.expect("status of 401")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This passkey was deleted here. Use your password.")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_focused()


def test_no_passkey_is_added_once_the_session_has_ended(ada: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 401")
    with_device(ada.page)
    ada.page.goto("/settings/passkeys")
    ada.page.get_by_label("Name, such as").fill("My laptop")
    ada.page.context.clear_cookies()

    ada.page.get_by_role("button", name="Add a passkey").click()

    expect(ada.page.get_by_role("alert")).to_have_text("Your session has ended. Load this page again to sign in.")


def test_a_passkey_confirms_who_the_user_is(ada: BrowserUser) -> None:
    page = ada.page
    adds_a_passkey(page)
    an_hour_ago = iso(utc_now() - timedelta(hours=1))
    ada.site.execute(f"UPDATE sessions SET created_at = '{an_hour_ago}' WHERE user_id = '{ada.record.id}'")

    page.goto("/settings/tokens")
    page.get_by_role("link", name="Confirm that it is you to make a token").click()
    page.get_by_role("button", name="Use a passkey").click()

    expect(page).to_have_url("/settings/tokens")
    expect(page.get_by_role("button", name="Make a token")).to_be_visible()

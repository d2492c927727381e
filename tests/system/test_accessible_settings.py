"""The pages of signing in, of the account and of the settings pass axe-core, in light and dark, wide and narrow."""

import re

from playwright.sync_api import expect

from tests.formats.files import CASES
from tests.system.axe import is_sound
from tests.system.browser_user import PASSWORD, BrowserUser, Complaints


def test_sign_in_and_sign_up_are_accessible(signed_out: BrowserUser, axe: str, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    page = signed_out.page
    page.emulate_media(reduced_motion="reduce")
    for address in ("/sign-in", "/sign-up", "/forgot-password", "/confirm-email/a.b.c"):
        page.goto(address)
        is_sound(page, axe)

    signed_out.page.goto("/sign-in")
    signed_out.sign_in("wrong password")
    expect(page.get_by_role("alert")).to_be_visible()
    is_sound(page, axe)

    page.goto("/sign-up")
    page.locator("form").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_text("Enter your name.")).to_be_visible()
    is_sound(page, axe)


def test_the_account_is_accessible(eve: BrowserUser, axe: str, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    complaints.expect("status of 410")
    others = ("/settings/confirm", "/settings/deletion", "/settings/sessions", f"/delete-account/1.{'0' * 64}")
    for address in (*others, *(f"/settings/account{part}" for part in ("", "/name", "/email", "/password"))):
        eve.page.goto(address)
        is_sound(eve.page, axe)

    eve.page.locator("main form").evaluate("form => { form.noValidate = true; }")
    eve.page.get_by_role("button", name="Change the password").click()
    expect(eve.page.get_by_text("Enter your current password.")).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.goto("/reset-password/abc")
    is_sound(eve.page, axe)


def test_the_ways_to_sign_in_are_accessible(eve: BrowserUser, axe: str, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    for address in ("sessions", "passkeys", "two-factor"):
        eve.page.goto(f"/settings/{address}")
        is_sound(eve.page, axe)

    eve.page.get_by_label("Your password").fill("a wrong password")
    eve.page.get_by_role("button", name="Turn it on").click()
    expect(eve.page.get_by_text("That is not your current password.")).to_be_visible()
    is_sound(eve.page, axe)

    eve.page.get_by_label("Your password").fill(PASSWORD)
    eve.page.get_by_role("button", name="Turn it on").click()
    expect(eve.page.get_by_alt_text("QR code")).to_be_visible()
    is_sound(eve.page, axe)

    eve.sign_out()
    eve.page.context.add_cookies([{"name": "better-auth.two_factor", "value": "any", "url": eve.site.url}])
    eve.page.goto("/sign-in/code")
    is_sound(eve.page, axe)


def test_access_tokens_are_accessible(eve: BrowserUser, axe: str) -> None:
    eve.page.goto("/settings/tokens")
    eve.page.get_by_label("Name").fill("Backup")
    eve.page.get_by_role("button", name="Make a token").click()

    expect(eve.page.get_by_label("Copy the token")).to_have_value(re.compile("dbk_.{38}"))
    expect(eve.page.get_by_text("Restored what you typed")).to_have_count(0)
    is_sound(eve.page, axe)


def test_calendar_addresses_are_accessible(eve: BrowserUser, axe: str) -> None:
    eve.page.goto("/settings/feeds")
    eve.page.get_by_role("button", name="Make an address").click()

    expect(eve.page.get_by_label("Copy the address")).to_have_value(re.compile(r"/feeds/dbf_.{38}\.ics$"))
    is_sound(eve.page, axe)


def test_webhooks_are_accessible(eve: BrowserUser, axe: str) -> None:
    webhook, _ = eve.site.make.webhook(eve.record)
    eve.site.make.delivery(webhook)
    eve.page.goto("/settings/webhooks")
    eve.page.get_by_label("Address").fill("https://example.com/daybook")
    eve.page.get_by_role("button", name="Add a webhook").click()
    expect(eve.page.get_by_label("Copy the secret")).to_have_value(re.compile("whsec_.+"))
    is_sound(eve.page, axe)

    eve.page.goto(f"/settings/webhooks/{webhook.id}")
    eve.page.get_by_role("button", name="Send again").click()
    expect(eve.page.get_by_text("It is sent again in a moment.")).to_be_visible()
    is_sound(eve.page, axe)


def test_import_and_export_are_accessible(eve: BrowserUser, axe: str) -> None:
    """A file is looked at, imported while the page shows how far it is, and taken back."""
    eve.page.goto("/settings/import")
    is_sound(eve.page, axe)

    eve.page.get_by_label("File", exact=True).set_input_files(CASES / "table.csv")
    eve.page.get_by_role("button", name="Show what it becomes").click()
    begin = eve.page.get_by_role("button", name="Import 5 tasks")
    expect(begin).to_be_visible()
    is_sound(eve.page, axe)

    begin.click()
    undo = eve.page.get_by_role("button", name="Undo this import")
    expect(undo).to_be_visible()
    is_sound(eve.page, axe)

    undo.click()
    expect(eve.page.get_by_role("status").get_by_text("Undone")).to_be_visible()
    eve.page.goto("/settings/import")
    is_sound(eve.page, axe)

    eve.page.goto("/settings/export")
    is_sound(eve.page, axe)

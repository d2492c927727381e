"""Copying what is shown once, with the clipboard of a real browser."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.system.browser_user import PASSWORD
from tests.system.conftest import NewUser

MAY_COPY: dict[str, Any] = {"permissions": ["clipboard-read", "clipboard-write"]}


def copied(page: Page, name: str) -> str:
    """What the button of this name copies, pressed by its key."""
    button = page.get_by_role("button", name=f"Copy to the clipboard: {name}")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-copy]", has=button).get_by_role("status")).to_have_text("Copied.")
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_token_is_copied(new_user: NewUser) -> None:
    page = new_user(**MAY_COPY).page
    page.goto("/settings/tokens")
    page.get_by_label("Name").fill("My script")
    page.get_by_role("button", name="Make a token").click()

    token = copied(page, "the token")

    assert token.startswith("dbk_")
    expect(page.get_by_label("Copy the token “My script” now")).to_have_value(token)


def test_the_key_and_the_backup_codes_are_copied(new_user: NewUser) -> None:
    page = new_user(**MAY_COPY).page
    page.goto("/settings/two-factor")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Turn it on").click()

    key, codes = copied(page, "the key"), copied(page, "the backup codes").split("\n")

    assert re.fullmatch("[A-Z2-7]+", key)
    assert len(codes) == 10
    assert codes == page.get_by_role("region", name="Backup codes").get_by_role("listitem").all_inner_texts()


def test_what_cannot_be_copied_is_selected(new_user: NewUser) -> None:
    page = new_user().page
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'))")
    page.goto("/settings/feeds")
    page.get_by_role("button", name="Make an address").click()

    page.get_by_role("button", name="Copy to the clipboard: the address").click()

    expect(page.get_by_text("Your browser does not allow it.")).to_be_visible()
    assert str(page.evaluate("getSelection().toString()")).endswith(".ics")

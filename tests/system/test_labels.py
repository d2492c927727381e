"""The page of labels in the browser."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, Complaints, held


@pytest.fixture
def eve(ada: BrowserUser) -> BrowserUser:
    """A user with three labels, on their page."""
    for name in ("errand", "home", "work"):
        ada.site.make.record("labels", ada.record, name=name)
    ada.page.goto("/labels")
    return ada


def names(user: BrowserUser) -> Locator:
    return user.page.locator("#labels .label__name")


def new_name(user: BrowserUser) -> Locator:
    return user.page.get_by_role("form", name="New label").get_by_label("Name")


def test_labels_submitted_during_a_slow_request_are_all_added_in_their_colours(ada: BrowserUser) -> None:
    ada.page.goto("/labels")
    colour, keyboard = ada.page.get_by_label("Colour"), ada.page.keyboard

    with held(ada.page, "/labels"):
        for name, ink in (("errand", "red"), ("home", "blue")):
            colour.select_option(ink)
            new_name(ada).focus()
            keyboard.press("End")
            keyboard.type(name)
            keyboard.press("Enter")
        keyboard.press("Enter")
        keyboard.type("wo")

    expect(names(ada)).to_have_text(["errand", "home"])
    expect(names(ada).nth(0).locator(".dot")).to_have_class(re.compile("label--red"))
    expect(names(ada).nth(1).locator(".dot")).to_have_class(re.compile("label--blue"))
    expect(new_name(ada)).to_have_value("wo")
    expect(new_name(ada)).to_be_focused()
    expect(colour).to_have_value("grey")


def test_an_edit_returns_the_focus_however_it_ends(eve: BrowserUser) -> None:
    keyboard = eve.page.keyboard

    for name, key in (("home", "Escape"), ("home", "Enter")):
        eve.edit(name).focus()
        keyboard.press("Enter")
        expect(eve.page.locator("#labels").get_by_label("Name")).to_be_focused()
        keyboard.press(key)
        expect(eve.edit(name)).to_be_focused()

    eve.hears("Saved: home")


def test_undo_restores_a_deleted_label_at_its_position(eve: BrowserUser) -> None:
    eve.edit("work").click()
    eve.page.locator("#labels").get_by_label("Name").fill("office")

    eve.delete("home").click()
    expect(names(eve)).to_have_text(["errand"])
    eve.undo.click()

    expect(names(eve)).to_have_text(["errand", "home"])
    expect(eve.page.get_by_role("link", name="home", exact=True)).to_be_focused()
    expect(eve.undo).to_have_count(0)
    expect(eve.page.locator("#labels").get_by_label("Name")).to_have_value("office")


def test_a_label_deleted_on_its_own_page_is_offered_back_in_the_list(eve: BrowserUser) -> None:
    eve.page.get_by_role("link", name="home", exact=True).click()
    expect(eve.page).to_have_title("home · Daybook")

    eve.page.get_by_role("button", name="Delete label").click()
    eve.undo.click()

    expect(eve.page).to_have_url(re.compile(r"/labels\?deleted=[0-9]+&operation="))
    expect(names(eve)).to_have_text(["errand", "home", "work"])


def test_a_refused_edit_is_restored_after_leaving_the_page(eve: BrowserUser, complaints: Complaints) -> None:
    complaints.expect("status of 422")
    field = eve.page.locator("#labels").get_by_label("Name")
    eve.edit("home").click()
    field.fill("x" * 51)
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")

    eve.page.goto("/tasks")
    eve.page.goto("/labels")

    expect(field).to_have_value("x" * 51)
    eve.page.get_by_role("button", name="Discard").click()
    expect(field).to_have_value("home")

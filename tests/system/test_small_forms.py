"""The small forms of a task in the browser: with the keyboard alone, and what is typed into them."""

import re
from time import sleep

import pytest
from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser
from web.domain.timestamps import utc_now


def test_a_list_is_found_or_made_as_one_types(ada: BrowserUser) -> None:
    for name in ("Margarine", "Garden"):
        ada.page.request.post("/lists", form={"name": name}, headers={"sec-fetch-site": "same-origin"})
    ada.has("Buy milk")
    keyboard, row = ada.page.keyboard, ada.row("Buy milk")
    row.get_by_role("link", name="Buy milk", exact=True).focus()

    keyboard.press("m")
    field = row.get_by_role("combobox")
    expect(field).to_be_focused()
    keyboard.type("gar")
    expect(row.get_by_role("option")).to_have_text(["Garden", "Margarine", "Create list “gar”"])
    keyboard.press("Enter")
    expect(row.locator(".facts__list")).to_have_text("Garden")
    expect(row.get_by_role("link", name="Buy milk", exact=True)).to_be_focused()
    keyboard.press("m")
    expect(field).to_be_focused()
    keyboard.type("gar")
    keyboard.press("ArrowUp")
    expect(row.get_by_role("option", selected=True)).to_have_text("Create list “gar”")
    keyboard.press("Enter")

    expect(row.locator(".facts__list")).to_have_text("gar")
    expect(ada.page.locator("#views").get_by_text("gar", exact=True)).to_be_visible()


def test_what_is_typed_before_the_script_of_the_form_has_come_is_in_its_field(ada: BrowserUser) -> None:
    ada.page.request.post("/lists", form={"name": "Garden"}, headers={"sec-fetch-site": "same-origin"})
    ada.page.route("**/static/forms*", lambda route: (sleep(0.5), route.continue_()))
    ada.has("Buy milk")
    keyboard, row = ada.page.keyboard, ada.row("Buy milk")
    row.get_by_role("link", name="Buy milk", exact=True).focus()

    keyboard.press("m")
    keyboard.type("gar")

    expect(row.get_by_role("option")).to_have_text(["Garden", "Create list “gar”"])
    expect(row.get_by_role("combobox")).to_have_value("gar")


def test_arrows_go_through_the_days_of_a_month_and_to_the_next(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    keyboard, row = ada.page.keyboard, ada.row("Buy milk")
    row.get_by_role("link", name="Buy milk", exact=True).focus()
    keyboard.press("t")
    today = row.locator(".month__day[aria-current]")
    heading = row.locator(".month__name")
    shown = heading.inner_text()

    today.focus()
    expect(row.locator(".month__day[tabindex='0']")).to_have_count(1)
    keyboard.press("ArrowRight")
    expect(today).not_to_be_focused()
    keyboard.press("ArrowLeft")
    expect(today).to_be_focused()
    keyboard.press("PageDown")
    expect(heading).not_to_have_text(shown)
    expect(row.get_by_role("link", name="Month after")).to_be_focused()
    row.locator(".month__day", has_text="15").first.focus()
    keyboard.press("Enter")

    expect(row.locator(".facts__due")).to_contain_text("15")


def test_escape_from_a_form_in_which_nothing_was_typed_says_nothing(ada: BrowserUser) -> None:
    ada.has("Buy milk", due_on=utc_now().date())
    keyboard, row = ada.page.keyboard, ada.row("Buy milk")
    title = row.get_by_role("link", name="Buy milk", exact=True)
    title.focus()

    for key in ("t", "T", "r", "p", "l", "m"):
        keyboard.press(key)
        expect(row.locator(".task__fact :focus")).to_have_count(1)
        keyboard.press("Escape")
        expect(title).to_be_focused()

    expect(ada.notice("Your changes are kept")).to_have_count(0)
    keyboard.press("t")
    row.get_by_label("Time zone").select_option(index=1)
    keyboard.press("Escape")
    expect(ada.notice("Your changes are kept")).to_be_visible()


@pytest.mark.parametrize("fact", ["due", "start"])
def test_what_is_typed_into_a_form_of_several_outlives_every_way_to_leave_its_page(ada: BrowserUser, fact: str) -> None:
    task = ada.site.make.task(ada.record, "Buy milk")
    page, address = ada.page, f"/tasks/{task.id}/{fact}"
    words, day = page.get_by_role("textbox", name="In words"), page.get_by_label("Day", exact=True)

    def is_kept() -> None:
        expect(words).to_have_value("9 dec")
        expect(day).to_have_value("2027-01-02")
        ada.is_ready()

    page.goto(address)
    words.fill("9 dec")
    day.fill("2027-01-02")
    shown: list[str] = []
    page.on("request", lambda request: shown.append(request.url) if request.is_navigation_request() else None)
    for _ in range(2):
        page.reload()
        is_kept()
    assert [url for url in shown if "month" in url] == []
    page.get_by_role("link", name="Month before").click()
    expect(page).to_have_url(re.compile(r"\?month="))
    is_kept()
    page.goto("/upcoming")
    page.go_back()
    is_kept()

    words.press("Enter")

    expect(page).to_have_url(f"/tasks#task-{task.id}")
    page.goto(address)
    expect(page.locator("[data-draft]")).to_have_count(0)
    expect(words).to_have_value("")


@pytest.mark.parametrize(("key", "fact", "typed"), [("t", "due", "3 dec 12:34"), ("r", "repeat", "every 2 days")])
def test_the_form_of_a_row_is_open_again_after_a_reload_and_after_signing_in(
    ada: BrowserUser, key: str, fact: str, typed: str
) -> None:
    task = ada.site.make.task(ada.record, "Buy milk")
    page, words = ada.page, ada.page.locator(f".task__fact form[data-editor='/tasks/{task.id}/{fact}'] [name=words]")
    page.goto("/inbox")
    ada.is_ready()
    ada.row("Buy milk").get_by_role("link", name="Buy milk", exact=True).focus()
    page.keyboard.press(key)
    words.fill(typed)

    page.reload()
    expect(words).to_have_value(typed)
    page.context.clear_cookies()
    words.press("Enter")
    expect(page).to_have_url("/sign-in?next=%2Finbox")
    ada.sign_in()

    expect(page).to_have_url("/inbox")
    expect(words).to_have_value(typed)

"""Held keys, double clicks and forms sent twice each cause one action."""

import pytest
from playwright.sync_api import Page, expect

from tests.system.browser_user import PASSWORD, BrowserUser

REPEATS = 8


def hold(page: Page, key: str, times: int = REPEATS) -> None:
    """Hold a key down: the browser repeats its keydown event on the element that has the focus by then."""
    for _ in range(times):
        page.keyboard.down(key)
        page.wait_for_timeout(60)
    page.keyboard.up(key)


def test_holding_enter_on_delete_deletes_one_task_and_restores_none(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace", "Pay rent")
    ada.delete("Pay rent").focus()

    hold(ada.page, "Enter")

    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])
    expect(ada.undo).to_be_visible()
    ada.page.reload()
    expect(ada.titles).to_have_text(["Call Grace", "Buy milk"])


@pytest.mark.parametrize("key", ["Enter", " "])
def test_holding_a_key_on_complete_completes_once(ada: BrowserUser, key: str) -> None:
    ada.has("Buy milk")
    ada.circle("Buy milk").focus()

    hold(ada.page, key)

    ada.sees_counts(pending=0, completed=1)
    ada.page.reload()
    ada.sees_counts(pending=0, completed=1)


def test_holding_enter_on_edit_opens_the_editor_and_saves_nothing(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.edit("Buy milk").focus()

    hold(ada.page, "Enter")

    expect(ada.field("Title")).to_be_focused()
    expect(ada.field("Title")).to_have_value("Buy milk")


def test_holding_enter_on_show_more_appends_one_page(ada: BrowserUser) -> None:
    ada.has_many(160)
    ada.page.get_by_role("link", name="Show more").focus()

    hold(ada.page, "Enter")

    ada.page.wait_for_load_state("networkidle")
    expect(ada.titles).to_have_count(100)


def test_holding_enter_in_a_description_inserts_line_breaks(ada: BrowserUser) -> None:
    ada.page.get_by_text("Add a description").click()
    description = ada.page.get_by_role("textbox", name="Description")
    description.focus()

    hold(ada.page, "Enter", times=3)

    expect(description).to_have_value("\n\n\n")


def test_holding_a_letter_types_it_repeatedly(ada: BrowserUser) -> None:
    ada.new.focus()

    hold(ada.page, "x", times=3)

    expect(ada.new).to_have_value("xxx")


def test_clicking_delete_repeatedly_sends_one_request(ada: BrowserUser) -> None:
    ada.has("Buy milk", "Call Grace")
    requests: list[str] = []
    ada.page.on("request", lambda request: requests.append(request.url) if request.method == "POST" else None)
    button = ada.delete("Buy milk")

    button.evaluate("button => { button.click(); button.click(); setTimeout(() => button.click(), 1); }")

    expect(ada.undo).to_be_visible()
    ada.page.wait_for_load_state("networkidle")
    expect(ada.page.get_by_role("alert")).to_have_count(0)
    assert len(requests) == 1


def fill_sign_up(user: BrowserUser) -> None:
    user.page.goto("/sign-up")
    user.page.get_by_label("Name").fill(user.name)
    user.page.get_by_label("Email").fill(user.email)
    user.page.get_by_label("Password").fill(PASSWORD)


@pytest.mark.parametrize("pause", [0, 60])
def test_submitting_sign_up_twice_sends_one_request(signed_out: BrowserUser, pause: int) -> None:
    fill_sign_up(signed_out)
    requests: list[str] = []
    signed_out.page.on("request", lambda request: requests.append(request.url) if request.method == "POST" else None)

    signed_out.page.locator("form").last.evaluate(
        "(form, pause) => { form.requestSubmit(); setTimeout(() => form.requestSubmit(), pause); }", pause
    )

    expect(signed_out.page).to_have_url("/today")
    expect(signed_out.page.get_by_role("banner")).to_contain_text("Ada")
    assert len(requests) == 1


def test_two_sign_up_requests_of_one_form_sign_in(signed_out: BrowserUser) -> None:
    """As without JavaScript: the browser sends both requests and shows the second response."""
    fill_sign_up(signed_out)

    signed_out.page.locator("form").last.evaluate(
        """(form) => {
            const send = () => HTMLFormElement.prototype.submit.call(form);
            send();
            setTimeout(send, 60);
        }"""
    )

    expect(signed_out.page).to_have_url("/today")
    expect(signed_out.page.get_by_role("banner")).to_contain_text("Ada")

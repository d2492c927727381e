"""A sign-in that ended while a user was typing loses nothing, and shows no other user what was typed."""

from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser
from tests.system.conftest import NewUser


def forget(user: BrowserUser) -> None:
    """As if the sign-in had run out: the cookie is gone, the page still open."""
    user.page.context.clear_cookies()


def test_a_task_typed_after_the_sign_in_ran_out_is_there_after_signing_in(ada: BrowserUser) -> None:
    forget(ada)
    ada.new.fill("Buy milk")
    ada.new.press("Enter")
    expect(ada.page).to_have_url("/sign-in?next=%2Ftasks")

    ada.sign_in()

    expect(ada.page).to_have_url("/tasks")
    expect(ada.new).to_have_value("Buy milk")
    expect(ada.titles).to_have_count(0)


def test_an_edit_is_open_again_with_its_text_after_signing_in(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    forget(ada)
    ada.field("Title").press("Enter")

    ada.sign_in()

    expect(ada.field("Title")).to_have_value("Buy oat milk")


def test_a_user_else_on_the_same_screen_never_sees_it(ada: BrowserUser, new_user: NewUser) -> None:
    bob = new_user("Bob")
    forget(ada)
    ada.new.fill("Ada's secret")
    ada.new.press("Enter")
    expect(ada.page).to_have_url("/sign-in?next=%2Ftasks")

    bob.page = ada.page
    bob.sign_in()

    expect(bob.page).to_have_url("/tasks")
    expect(bob.new).to_have_value("")
    assert bob.page.evaluate("sessionStorage.length") == 0

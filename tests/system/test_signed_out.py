"""Text typed after the session ended is restored for the same user and hidden from other users."""

from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser
from tests.system.conftest import NewUser

KEPT = "Your session has ended. Sign in to go on where you were: what you typed is still here."


def forget(user: BrowserUser) -> None:
    """Simulate an expired session: delete the cookies and leave the page open."""
    user.page.context.clear_cookies()


def test_a_task_typed_after_the_session_expired_is_restored_after_signing_in(ada: BrowserUser) -> None:
    forget(ada)
    ada.new.fill("Buy milk")
    ada.new.press("Enter")
    expect(ada.page).to_have_url("/sign-in?next=%2Ftasks")
    expect(ada.page.get_by_role("status").filter(has_text=KEPT)).to_be_visible()

    ada.sign_in()

    expect(ada.page).to_have_url("/tasks")
    expect(ada.new).to_have_value("Buy milk")
    expect(ada.titles).to_have_count(0)


def test_an_edit_is_restored_after_signing_in(ada: BrowserUser) -> None:
    ada.has("Buy milk")
    ada.edit("Buy milk").click()
    ada.field("Title").fill("Buy oat milk")
    forget(ada)
    ada.field("Title").press("Enter")
    expect(ada.page.get_by_role("status").filter(has_text=KEPT)).to_be_visible()

    ada.sign_in()

    expect(ada.field("Title")).to_have_value("Buy oat milk")


def test_a_page_opened_after_the_session_ended_says_that_the_text_is_kept(ada: BrowserUser) -> None:
    ada.new.fill("Buy milk")
    ada.site.execute(f"DELETE FROM sessions WHERE user_id = '{ada.record.id}'")

    ada.page.goto("/upcoming")

    expect(ada.page.get_by_role("status").filter(has_text=KEPT)).to_be_visible()


def test_another_user_in_the_same_browser_never_sees_the_text(ada: BrowserUser, new_user: NewUser) -> None:
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


def test_a_page_where_only_text_is_typed_stays_after_the_session_expired(ada: BrowserUser) -> None:
    forget(ada)
    with ada.page.expect_response("**/tasks/new?*") as preview:
        ada.new.fill("Buy milk tomorrow")
    preview.value.finished()
    with ada.page.expect_response("**/tasks") as refreshed:
        ada.page.evaluate("['blur', 'focus'].forEach((name) => dispatchEvent(new Event(name)))")
    refreshed.value.finished()
    ada.is_ready()

    expect(ada.page).to_have_url("/tasks")
    ada.new.press("Enter")
    expect(ada.page.get_by_role("status").filter(has_text=KEPT)).to_be_visible()


def test_text_outlives_a_session_that_another_tab_replaced(ada: BrowserUser, new_user: NewUser) -> None:
    page, cookies = ada.page, ada.page.context.cookies()
    ada.new.fill("Ada's secret")
    page.context.add_cookies(new_user("Bob").page.context.cookies())  # type: ignore[arg-type]

    page.goto("/inbox")
    expect(page.get_by_role("banner")).to_contain_text("Bob")
    expect(ada.new).to_have_value("")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.goto("/tasks")

    expect(ada.new).to_have_value("Ada's secret")

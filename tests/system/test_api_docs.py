"""The documentation of the API draws itself under the Content-Security-Policy; `complaints` names what it blocks."""

from playwright.sync_api import expect

from tests.system.browser_user import BrowserUser


def test_the_documentation_shows_every_operation(signed_out: BrowserUser) -> None:
    page = signed_out.page

    page.goto("/api/docs")

    expect(page.locator("#operations-tasks-post_tasks")).to_be_visible()
    page.locator("#operations-tasks-post_tasks").get_by_role("button").first.click()
    expect(page.locator("#operations-tasks-post_tasks").get_by_role("button", name="Try it out")).to_be_visible()

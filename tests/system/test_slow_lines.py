"""What is done while an answer is under way: it takes effect, and the late answer disturbs nothing."""

import pytest
from playwright.sync_api import Locator, expect

from tests.system.browser_user import BrowserUser, held


def title(user: BrowserUser, text: str) -> Locator:
    return user.row(text).get_by_role("link", name=text, exact=True)


@pytest.mark.parametrize(("key", "path"), [("Space", "complete"), ("1", "priority")])
@pytest.mark.parametrize("meanwhile", ["another view", "an editor"])
def test_a_late_answer_leaves_the_address_alone(ada: BrowserUser, key: str, path: str, meanwhile: str) -> None:
    task = ada.site.make.task(ada.record, "Buy milk")
    page, address = ada.page, "/tasks"
    page.goto(address)
    ada.is_ready()
    title(ada, "Buy milk").focus()

    with held(page, f"/tasks/{task.id}/{path}") as waiting:
        with page.expect_request(f"**/{path}"):
            page.keyboard.press(key)
        if meanwhile == "another view":
            address = "/tasks?status=completed"
            ada.filter("Completed").click()
        else:
            ada.edit("Buy milk").click()
            expect(ada.field("Title")).to_be_focused()
        expect(page).to_have_url(address)
        # The answer itself, and the view that is fetched again after it.
        with page.expect_response(lambda response: response.request.method == "GET"):
            waiting.release()

    expect(page).to_have_url(address)
    expect(page.get_by_role("alert")).to_have_count(0)

"""The main actions of a user in one test, on each database."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from testkit.postgres import fresh_database
from tests.system.browser_user import BrowserUser
from tests.system.conftest import OpenPage
from tests.system.site import Site, running_site


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if request.param == "sqlite":
        yield request.getfixturevalue("site")
        return
    server = request.getfixturevalue("postgres")
    with fresh_database(server) as url, running_site(url, tmp_path_factory.mktemp("postgres-site")) as site:
        yield site


def test_the_main_actions_from_sign_up_to_sign_out(anywhere: Site, open_page: OpenPage) -> None:
    ada = BrowserUser(anywhere, open_page(base_url=anywhere.url)).sign_up()
    ada.page.goto("/tasks?status=all")

    ada.add("Buy milk")
    ada.add("Écrire à Grace")
    ada.circle("Buy milk").click()
    ada.sees_counts(pending=1, completed=1)
    ada.edit("Écrire à Grace").click()
    ada.field("Title").fill("Écrire à Grace Hopper")
    ada.page.keyboard.press("Enter")
    expect(ada.titles).to_have_text(["Écrire à Grace Hopper", "Buy milk"])
    ada.search.fill("écrire")
    expect(ada.titles).to_have_text(["Écrire à Grace Hopper"])
    ada.search.fill("")
    expect(ada.titles).to_have_count(2)
    ada.delete("Buy milk").click()
    # The notice of what was saved has an Undo too, until this one comes.
    ada.notice("Deleted “Buy milk”").get_by_role("button", name="Undo").click()
    expect(ada.page.get_by_role("button", name="Reopen: Buy milk")).to_be_focused()
    ada.sign_out()
    ada.sign_in()
    expect(ada.page).to_have_url("/today")
    ada.page.goto("/tasks?status=all")

    expect(ada.titles).to_have_text(["Écrire à Grace Hopper", "Buy milk"])
    ada.sees_counts(pending=1, completed=1)

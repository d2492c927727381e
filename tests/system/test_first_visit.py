"""A first visit in a real browser: what it fetches, how much that is, and that it is fetched once."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from rich.console import Console

from tests.system.browser_user import SHIFT, Complaints
from tests.system.conftest import OpenPage
from tests.system.site import Site
from web import seeds

FETCHED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map(({ name, encodedBodySize, transferSize, renderBlockingStatus }) =>
    ({ name, encodedBodySize, transferSize, renderBlockingStatus }))"""

# The page in a slow browser's way: drawn each time one more element has come. What moves is told by name.
PIECEMEAL = """async ({ address, partials }) => {
  const page = (await (await fetch(address)).text()).split(/(?<=>)/);
  const moved = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ sources }) =>
    sources.forEach(({ node }) => moved.push(node?.className ?? node?.parentElement?.className)))
  ).observe({ type: "layout-shift" });
  document.open();
  for (const partial of page.slice(0, partials)) {
    document.write(partial);
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
  }
  const rows = document.querySelectorAll(".task").length;
  document.write(page.slice(partials).join(""));
  document.close();
  return { moved, rows };
}"""


def signed_in(site: Site, open_page: OpenPage) -> Page:
    """A user with a page full of typical tasks and a browser that was never here."""
    seeds.seed(site.database, seeds.Plan(tasks=60), Console(quiet=True))
    name, _, value = site.make.cookie(site.make.sign_in(site.user(seeds.DEMO_EMAIL))).partition("=")
    page = open_page()
    page.context.add_cookies([{"name": name, "value": value, "url": site.url}])
    return page


def fetched(page: Page, address: str) -> list[dict[str, Any]]:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address, wait_until="networkidle")
    expect(page.locator(".task")).to_have_count(50)
    # The picture for the tab is left out: whether browsers without a window fetch it differs.
    entries = [entry for entry in page.evaluate(FETCHED) if "favicon" not in entry["name"]]
    assert sorted(url for url in requests if "favicon" not in url) == sorted(entry["name"] for entry in entries)
    return entries


def test_a_first_visit_is_four_requests_and_less_than_40_kilobytes(site: Site, open_page: OpenPage) -> None:
    entries = fetched(signed_in(site, open_page), "/tasks")

    assert len(entries) == 4
    assert 10_000 < sum(entry["encodedBodySize"] for entry in entries) < 32_000
    blocking = [entry["name"] for entry in entries if entry["renderBlockingStatus"] == "blocking"]
    assert [name.rpartition(".")[2] for name in blocking] == ["css"]


def test_nothing_moves_while_it_comes(site: Site, open_page: OpenPage, complaints: Complaints) -> None:
    page = signed_in(site, open_page)

    for address in ("/tasks", "/tasks?sort=updated", "/tasks?status=completed"):
        page.goto(address, wait_until="networkidle")
        assert page.evaluate(SHIFT) == 0, address


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_while_it_comes_piece_by_piece(
    site: Site, open_page: OpenPage, complaints: Complaints, width: int
) -> None:
    page = signed_in(site, open_page)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/tasks", wait_until="networkidle")

    own = page.locator(".task__title").first.get_attribute("href")
    for address in ("/tasks", own, "/sign-in"):
        if address == "/sign-in":
            page.context.clear_cookies()
        come = page.evaluate(PIECEMEAL, {"address": address, "partials": 160})

        assert come["moved"] == [], address
        assert (come["rows"] > 1) is (address == "/tasks")


def test_a_second_visit_fetches_the_page_alone(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page)
    page.goto("/tasks", wait_until="networkidle")

    again = fetched(page, "/tasks?sort=title")

    assert [entry["name"].endswith("/tasks?sort=title") for entry in again if entry["transferSize"]] == [True]

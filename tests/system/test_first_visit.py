"""A first visit in a real browser: requests, bytes, layout shifts and caching."""

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

# Renders the page one element at a time, as on a slow network, and reports the class of every element that moves.
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
    """A page for a user with 60 typical tasks, in a browser with an empty cache."""
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
    # The favicon is left out, because not every headless browser fetches it.
    entries = [entry for entry in page.evaluate(FETCHED) if "favicon" not in entry["name"]]
    assert sorted(url for url in requests if "favicon" not in url) == sorted(entry["name"] for entry in entries)
    return entries


def test_a_first_visit_is_four_requests_and_under_45_kilobytes(site: Site, open_page: OpenPage) -> None:
    entries = fetched(signed_in(site, open_page), "/tasks?status=all")

    assert len(entries) == 4
    assert 10_000 < sum(entry["encodedBodySize"] for entry in entries) < 45_000
    blocking = [entry["name"] for entry in entries if entry["renderBlockingStatus"] == "blocking"]
    assert [name.rpartition(".")[2] for name in blocking] == ["css"]


def test_the_layout_does_not_shift_while_a_page_loads(site: Site, open_page: OpenPage, complaints: Complaints) -> None:
    page = signed_in(site, open_page)

    for address in ("/tasks", "/tasks?sort=updated", "/tasks?status=completed"):
        page.goto(address, wait_until="networkidle")
        assert page.evaluate(SHIFT) == 0, address


@pytest.mark.parametrize("width", [390, 1280])
def test_the_layout_does_not_shift_while_a_page_arrives_in_chunks(
    site: Site, open_page: OpenPage, complaints: Complaints, width: int
) -> None:
    page = signed_in(site, open_page)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/tasks", wait_until="networkidle")

    own = page.locator(".task__title").first.get_attribute("href")
    for address in ("/tasks", own, "/sign-in"):
        if address == "/sign-in":
            page.context.clear_cookies()
        come = page.evaluate(PIECEMEAL, {"address": address, "partials": 420})

        assert come["moved"] == [], address
        assert (come["rows"] > 1) is (address == "/tasks")


def test_a_second_visit_transfers_only_the_page(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page)
    page.goto("/tasks", wait_until="networkidle")

    address = "/tasks?status=all&sort=title"
    again = fetched(page, address)

    assert [entry["name"].endswith(address) for entry in again if entry["transferSize"]] == [True]

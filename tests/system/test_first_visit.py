"""A first visit in a real browser: requests, bytes, layout shifts and caching."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from rich.console import Console

from tests.system.browser_user import SHIFT
from tests.system.conftest import PHONE, OpenPage
from tests.system.site import Site
from web import seeds

FETCHED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
  .map(({ name, encodedBodySize, transferSize, renderBlockingStatus }) =>
    ({ name, encodedBodySize, transferSize, renderBlockingStatus }))"""

# Renders the page one element at a time, as on a slow network, and notes the class of every element that moves.
# The head and end tags draw nothing, so they have no frame of their own.
PIECEMEAL = """({ address, elements }) => {
  const arrive = async () => {
    const page = await (await fetch(address)).text();
    const start = page.indexOf("<body");
    const partials = page.slice(start).split(/(?<=>)(?!\\s*<\\/)/);
    const moved = [];
    new PerformanceObserver((list) => list.getEntries().forEach(({ sources }) =>
      sources.forEach(({ node }) => moved.push(node?.className ?? node?.parentElement?.className)))
    ).observe({ type: "layout-shift" });
    document.open();
    for (const partial of [page.slice(0, start), ...partials.slice(0, elements)]) {
      document.write(partial);
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    }
    const rows = document.querySelectorAll(".task").length;
    document.write(partials.slice(elements).join(""));
    document.close();
    return { moved: [...moved], rows };
  };
  window.arrived = arrive();
}"""


@pytest.fixture(scope="module", autouse=True)
def demo(site: Site) -> None:
    """A user with 60 typical tasks."""
    seeds.seed(site.database, seeds.Plan(tasks=60), Console(quiet=True))


def signed_in(site: Site, open_page: OpenPage, **options: object) -> Page:
    """A page for this user, in a browser with an empty cache."""
    name, _, value = site.make.cookie(site.make.sign_in(site.user(seeds.DEMO_EMAIL))).partition("=")
    page = open_page(**options)
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


def test_the_layout_does_not_shift_while_a_page_loads(site: Site, open_page: OpenPage) -> None:
    addresses = ("/tasks", "/tasks?sort=updated", "/tasks?status=completed", "/tasks?q=the")
    contexts = [signed_in(site, open_page, **options).context for options in ({}, PHONE)]
    loading = [(context.new_page(), address) for context in contexts for address in addresses]

    for page, address in loading:
        page.goto(address)
    for page, address in loading:
        page.wait_for_load_state("networkidle")
        assert page.evaluate(SHIFT) == 0, (address, page.viewport_size)
        assert page.locator(".task").count(), address


def test_the_offer_of_a_passkey_moves_nothing_when_its_script_comes(open_page: OpenPage) -> None:
    page = open_page()
    waiting: list[Route] = []
    page.route(re.compile(r"/passkeys\.\w+\.js$"), lambda route: waiting.append(route))
    page.goto("/sign-in", wait_until="commit")
    below = page.get_by_role("link", name="Create an account")
    expect(below).to_be_visible()
    before = below.bounding_box()

    waiting.pop().continue_()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()

    assert below.bounding_box() == before


def test_a_browser_without_passkeys_is_offered_none(open_page: OpenPage) -> None:
    page = open_page()
    page.add_init_script("delete window.PublicKeyCredential;")

    page.goto("/sign-in", wait_until="networkidle")

    expect(page.locator("[data-passkey]")).to_have_count(0)


def test_the_layout_does_not_shift_while_a_page_arrives_in_chunks(site: Site, open_page: OpenPage) -> None:
    """All of them at the same time: each waits for its frames."""
    arriving = []
    for width in (390, 1280):
        page = signed_in(site, open_page)
        page.goto("/tasks")
        own = page.locator(".task__title").first.get_attribute("href") or ""
        pages = {"/tasks": page, own: page.context.new_page(), "/sign-in": open_page()}
        arriving += [begun(page, address, width) for address, page in pages.items()]

    for page, address in arriving:
        come = page.evaluate("() => window.arrived")

        assert come["moved"] == [], (address, page.viewport_size)
        assert (come["rows"] > 1) is (address == "/tasks")


def begun(page: Page, address: str, width: int) -> tuple[Page, str]:
    """The page, which begins to arrive again, slowly."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    page.evaluate(PIECEMEAL, {"address": address, "elements": 300})
    return page, address


def test_a_second_visit_transfers_only_the_page(site: Site, open_page: OpenPage) -> None:
    page = signed_in(site, open_page)
    page.goto("/tasks", wait_until="networkidle")

    address = "/tasks?status=all&sort=title"
    again = fetched(page, address)

    assert [entry["name"].endswith(address) for entry in again if entry["transferSize"]] == [True]

"""Measures the response time of each user action on a slow CPU: `python -m bench.experiments.clicks`.

Drives Chromium on a list of 50 tasks, its CPU slowed down by `--slowdown` (default 4). "Until painted" is the time from
the input to the next frame (Interaction to Next Paint). "Until seen" lasts until the frame with the response, network
and server included; for search it excludes the 200 ms debounce.
"""

import argparse
import os
import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.table import Table

from testkit.chromium import running_chromium
from tests.system.site import Site, running_site
from web import seeds
from web.domain.timestamps import utc_now

VIEWS = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 412, "height": 823}, "has_touch": True, "is_mobile": True},
}
DEBOUNCE = 200
GOAL = 100
WATCH = """
window.painted = [];
window.seen = [];
window.moved = [];
let began = 0;
for (const type of ["pointerdown", "keydown", "change"])
  addEventListener(type, (event) => { began = event.timeStamp; }, { capture: true });
document.addEventListener("htmx:finally:request", () => requestAnimationFrame(() => setTimeout(() =>
  seen.push(performance.now() - began))));
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (entry.interactionId) painted.push([entry.interactionId, entry.duration]);
})).observe({ type: "event", durationThreshold: 16, buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.moved.push(...entry.sources.map(({ node }) => node?.parentElement?.outerHTML));
})).observe({ type: "layout-shift", buffered: true });
"""
Action = Callable[[Page, int], None]
# Each with the milliseconds that it waits by itself.
Actions = Mapping[str, tuple[Action, float]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=12)
    options.add_argument("--slowdown", type=float, default=4)
    arguments = options.parse_args()
    with running_chromium() as browser, site_with_tasks() as (site, cookie):
        for name, view in VIEWS.items():
            page = _opened(browser, site, cookie, view)
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": arguments.slowdown})
            actions = {**ACTIONS, **(PANEL if name == "desktop" else {})}
            found = _measured(page, actions, arguments.times)
            load = os.getloadavg()[0]
            _show(f"{name}, processor {arguments.slowdown:g} times slower, load of the machine {load:.1f}", found)
            page.context.close()


@contextmanager
def site_with_tasks() -> Iterator[tuple[Site, str]]:
    """A running Daybook with a user who has more than one page of tasks, and that user's cookie."""
    with (
        TemporaryDirectory(prefix="d-") as folder,
        running_site(f"sqlite:///{folder}/daybook.db", Path(folder)) as site,
    ):
        seeds.seed(site.database, seeds.Plan(tasks=600, today=utc_now().date()), Console(quiet=True))
        user = site.user(seeds.DEMO_EMAIL)
        yield site, site.make.cookie(site.make.sign_in(user))


def _opened(browser: Browser, site: Site, cookie: str, view: dict[str, Any]) -> Page:
    context = browser.new_context(base_url=site.url, **view)
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": site.url}])
    context.add_init_script(WATCH)
    return context.new_page()


def _measured(
    page: Page, actions: Mapping[str, tuple[Action, float]], times: int
) -> dict[str, tuple[list[float], list[float]]]:
    found = {}
    for name, (action, waits) in actions.items():
        painted, seen = [], []
        for number in range(times):
            one = _once(page, action, number)
            painted.append(one[0])
            seen.append(one[1] - waits)
        found[name] = (painted, seen)
    return found


def _once(page: Page, action: Action, number: int) -> tuple[float, float]:
    page.goto("/tasks")
    # Let work that follows the page load finish first.
    page.wait_for_timeout(400)
    moved = page.evaluate("moved")
    assert not moved, f"Elements moved while the page loaded: {moved}"
    action(page, number)
    painted = page.evaluate("painted")
    longest: float = max((duration for _, duration in painted), default=16)
    seen: float = page.evaluate("seen").pop()
    return longest, seen


def perform(page: Page, action: Callable[[], object]) -> None:
    """Perform the action and wait until its response is painted."""
    page.evaluate("painted.length = seen.length = 0")
    action()
    page.wait_for_function("() => seen.length")
    # The browser reports an interaction after the frame that ends it.
    page.wait_for_timeout(150)


def _add(page: Page, number: int) -> None:
    field = page.locator("#new-title")
    if not field.is_visible():
        page.locator(".bar [data-field=new-title]").click()
    field.fill(f"Buy {number} apples")
    perform(page, lambda: field.press("Enter"))


def _on_first(selector: str) -> Action:
    return lambda page, _: perform(page, page.locator(selector).first.click)


def _press_on_row(key: str) -> Action:
    """A key of the first row; its form then opens below it."""

    def press(page: Page, _: int) -> None:
        page.locator(".task .check").first.focus()
        perform(page, lambda: page.keyboard.press(key))

    return press


def _reopen(page: Page, number: int) -> None:
    page.goto("/tasks?status=completed")
    _on_first(".task .check")(page, number)


def _undo(page: Page, number: int) -> None:
    _press_on_row("Delete")(page, number)
    perform(page, page.locator("#notices").get_by_role("button", name="Undo").click)


def _save(page: Page, number: int) -> None:
    _press_on_row("e")(page, number)
    page.locator(".edit").get_by_label("Title").fill(f"Buy {number} pears")
    perform(page, lambda: page.keyboard.press("Enter"))


def _search(page: Page, _: int) -> None:
    page.get_by_role("searchbox", name="Search words").focus()
    perform(page, lambda: page.keyboard.press("e"))


def _sort(page: Page, number: int) -> None:
    page.locator("#sort").focus()
    perform(page, lambda: page.keyboard.press("ArrowDown"))


ACTIONS: Actions = {
    "add": (_add, 0),
    "complete": (_on_first(".task:not(.task--done) .check"), 0),
    "reopen": (_reopen, 0),
    "delete": (_press_on_row("Delete"), 0),
    "undo": (_undo, 0),
    "edit": (_press_on_row("e"), 0),
    "save": (_save, 0),
    "due form": (_press_on_row("t"), 0),
    "list form": (_press_on_row("m"), 0),
    "filter": (_on_first("#filter-all"), 0),
    "search": (_search, DEBOUNCE),
    "sort": (_sort, 0),
    "show more": (_on_first("#more a"), 0),
}
# Beside the list; on a phone a task is a page of its own.
PANEL: Actions = {"panel": (_on_first(".task__title"), 0)}


def _show(title: str, found: dict[str, tuple[list[float], list[float]]]) -> None:
    table = Table("", "until painted, p75", "most", "until seen, p75", "most", title=title)
    for name, (painted, seen) in found.items():
        cells = [f"{value:.0f} ms" for times in (painted, seen) for value in (_p75(times), max(times))]
        style = "red" if _p75(painted) >= GOAL else None
        table.add_row(name, *cells, style=style)
    Console(width=100).print(table)


def _p75(times: list[float]) -> float:
    return statistics.quantiles(times, n=4)[2]


if __name__ == "__main__":
    main()

"""A user in a real browser: actions, expectations and the errors in the browser's console."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.system.site import Site
from web.auth.passwords import hash_password
from web.models.user import User

PASSWORD = "correct horse battery"
LONG_ENOUGH = 60_000
LATENCY_MS = 300
_numbers = count(1)

WATCH = """
window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shift += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`Blocked by the policy: ${event.effectiveDirective} ${event.blockedURI}`);
});
// What leaves by itself after 20 seconds does so when the test says ELAPSE, however slow the machine is.
window.longTimers = new Map();
const { setTimeout: start, clearTimeout: stop } = window;
window.setTimeout = (act, ms, ...rest) => {
  if (ms !== 20_000) return start(act, ms, ...rest);
  const timer = `long ${Math.random()}`;
  longTimers.set(timer, act);
  return timer;
};
window.clearTimeout = (timer) => longTimers.delete(timer) || stop(timer);
"""
ELAPSE = "[...longTimers.values()].forEach((act) => act())"


# The layout shift so far. A shift is painted in one frame and reported after it.
SHIFT = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(window.shift))));
})"""


@cache
def hashed(password: str) -> str:
    return hash_password(password, b"salt of 16 bytes")


class Complaints:
    """Errors in the browser's console, and those that a test expects."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.expected: list[str] = []

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(WATCH)
        context.on("console", lambda message: message.type == "error" and self.heard.append(message.text))
        context.on("weberror", lambda error: self.heard.append(f"An error in a script: {error.error}"))

    def expect(self, *patterns: str) -> None:
        """Every pattern must match a console error, and every console error must match a pattern."""
        self.expected += patterns

    def check(self) -> None:
        unexpected = [text for text in self.heard if not any(re.search(known, text) for known in self.expected)]
        missing = [known for known in self.expected if not any(re.search(known, text) for text in self.heard)]
        assert not unexpected, unexpected
        assert not missing, f"The browser did not complain about {missing}, only about {self.heard}"


KNOWS_ITS_ZONE = """() => !window.htmx || !document.body.dataset.zone
  || Intl.DateTimeFormat().resolvedOptions().timeZone === 'UTC'"""


class BrowserUser:
    """A user with a browser of their own."""

    def __init__(self, site: Site, page: Page, name: str = "Ada") -> None:
        self.site, self.page, self.name = site, page, name
        self.email = f"user{next(_numbers)}@example.com"

    def sign_up(self) -> "BrowserUser":
        self.page.goto("/sign-up")
        self.page.get_by_label("Name").fill(self.name)
        self.page.get_by_label("Email").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Create account").click()
        expect(self.page).to_have_url("/today")
        self.page.wait_for_load_state()
        # A page that tells its zone is loaded again.
        self.page.wait_for_function(KNOWS_ITS_ZONE)
        self.page.goto("/tasks")
        return self

    def with_account(self) -> "BrowserUser":
        """As `sign_up` leaves them, in a fifth of the time: account and session are written into the database."""
        make = self.site.make
        user = make.user(self.name, self.email)
        make.account(user, hashed(PASSWORD))
        name, _, value = make.cookie(make.sign_in(user)).partition("=")
        cookie = {"name": name, "value": value, "url": self.site.url, "httpOnly": True, "sameSite": "Lax"}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        self.page.goto("/tasks")
        self.page.wait_for_load_state()
        self.page.wait_for_function(KNOWS_ITS_ZONE)
        return self

    def sign_in(self, password: str = PASSWORD) -> None:
        self.page.get_by_label("Email").fill(self.email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def sign_out(self) -> None:
        if (menu := self.page.get_by_role("button", name="Lists")).is_visible():
            menu.click()
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page).to_have_url("/sign-in")

    def has(self, *titles: str, **values: Any) -> "BrowserUser":
        """Insert these tasks into the database, the last one as the newest, and open the list."""
        for title in titles:
            self.site.make.task(self.record, title, **values)
        self.page.goto("/tasks")
        return self

    def is_ready(self) -> "BrowserUser":
        """Wait for htmx: it sets up the page in a timer, which runs before one that is set later."""
        self.page.evaluate("() => new Promise((done) => setTimeout(done))")
        return self

    def has_many(self, number: int) -> "BrowserUser":
        self.site.make.tasks(self.record, number)
        self.page.goto("/tasks")
        return self

    @property
    def record(self) -> User:
        return self.site.user(self.email)

    def add(self, title: str) -> None:
        self.new.fill(title)
        self.new.press("Enter")
        expect(self.row(title)).to_be_visible()

    @property
    def new(self) -> Locator:
        return self.page.get_by_role("textbox", name="New task")

    @property
    def search(self) -> Locator:
        return self.page.get_by_role("searchbox", name="Search words")

    def filter(self, word: str) -> Locator:
        return self.page.get_by_role("navigation", name="Filter").get_by_role("link", name=word)

    def row(self, title: str) -> Locator:
        return self.page.locator("#tasks li.task").filter(has=self.page.get_by_role("link", name=title, exact=True))

    def task_id(self, title: str) -> str:
        return str(self.row(title).get_attribute("id")).removeprefix("task-")

    @property
    def titles(self) -> Locator:
        return self.page.locator("#tasks .task__title")

    def circle(self, title: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(f"^(Complete|Reopen): {re.escape(title)}$"))

    def edit(self, title: str) -> Locator:
        return self.page.get_by_role("link", name=f"Edit: {title}", exact=True)

    def menu(self, title: str) -> Locator:
        """The menu of a row, with all of its actions, opened."""
        row = self.row(title)
        row.get_by_label(f"Actions: {title}", exact=True).click()
        return row.locator(".menu__items")

    def open_sheet(self) -> None:
        """On a phone, the sheet with the field for a new task."""
        self.page.get_by_role("link", name="Add task").click()
        expect(self.new).to_be_focused()

    def delete(self, title: str) -> Locator:
        return self.page.get_by_role("button", name=f"Delete: {title}", exact=True)

    @property
    def undo(self) -> Locator:
        return self.page.locator("#notices").get_by_role("button", name="Undo")

    def notice(self, text: str) -> Locator:
        return self.page.locator("#notices > .notice").filter(has_text=text)

    def field(self, label: str) -> Locator:
        """A field of the open edit form."""
        return self.page.locator("#tasks").get_by_label(label)

    def sees_counts(self, *, pending: int, completed: int) -> None:
        every, counts = pending + completed, self.page.locator("#counts")
        expect(counts).to_have_attribute("data-all", str(every))
        expect(counts).to_have_attribute("data-pending", str(pending))
        expect(counts).to_have_attribute("data-completed", str(completed))
        numbers = rf"To do\s+{pending}\s+Completed\s+{completed}\s+All\s+{every}"
        expect(counts).to_have_text(re.compile(numbers))

    def hears(self, sentence: str) -> None:
        expect(self.page.locator("#announcer")).to_have_text(sentence)


class Held:
    """Requests held back, as on a slow network, until they are released."""

    def __init__(self, page: Page, address: re.Pattern[str], method: str) -> None:
        self.page, self.method = page, method
        self.routes: list[Route] = []
        self.open = False
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method == self.method and not self.open:
            self.routes.append(route)
        else:
            route.continue_()

    def release(self) -> None:
        self.open = True
        while self.routes:
            self.routes.pop(0).continue_()


@contextmanager
def held(page: Page, address: str, method: str = "POST") -> Iterator[Held]:
    """Hold back requests to the path until the end of the block."""
    waiting = Held(page, re.compile(re.escape(address) + r"(\?|$)"), method)
    yield waiting
    waiting.release()


def slow(context: BrowserContext) -> None:
    """A line with 300 ms latency, for what is sent."""

    def wait(route: Route) -> None:
        route.request.frame.page.wait_for_timeout(LATENCY_MS)
        route.continue_()

    context.route("**/*", lambda route: wait(route) if route.request.method == "POST" else route.continue_())

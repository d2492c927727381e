"""Fixtures for tests of `daybook serve` with a database, Better Auth and a real browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from testkit import NotAvailable
from testkit.chromium import NPM_FOLDER, running_chromium
from tests.databases import Databases, Stage
from tests.system.browser_user import LONG_ENOUGH, BrowserUser, Complaints
from tests.system.site import Site, running_site

DESKTOP = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}
AXE = NPM_FOLDER / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"viewport": NARROW, "has_touch": True, "is_mobile": True}

OpenPage = Callable[..., Page]
NewUser = Callable[..., BrowserUser]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=LONG_ENOUGH)
    try:
        with running_chromium() as browser:
            yield browser
    except NotAvailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One per process: a worker that takes these tests in several turns starts it once."""
    folder = tmp_path_factory.mktemp("site")
    with databases.copy("sqlite", Stage.HEAD) as url, running_site(url, folder, is_migrated=True) as site:
        yield site


@pytest.fixture(autouse=True)
def complaints() -> Iterator[Complaints]:
    """At the end of every test, fails on console errors that the test does not expect."""
    complaints = Complaints()
    yield complaints
    complaints.check()


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.fixture
def open_page(browser: Browser, site: Site, complaints: Complaints, contexts: list[BrowserContext]) -> OpenPage:
    """Opens a page in a new browser context without cookies; takes the options of a Playwright context."""

    def opened(**options: object) -> Page:
        context = browser.new_context(**{"base_url": site.url, "viewport": DESKTOP, "locale": "en-GB", **options})
        context.set_default_timeout(LONG_ENOUGH)
        complaints.listen(context)
        contexts.append(context)
        return context.new_page()

    return opened


@pytest.fixture
def new_user(site: Site, open_page: OpenPage) -> NewUser:
    """Creates a user who is signed in, on the list of all tasks. test_account.py signs up through the real page."""

    def signed_in(name: str = "Ada", **options: object) -> BrowserUser:
        return BrowserUser(site, open_page(**options), name).with_account()

    return signed_in


@pytest.fixture
def signed_out(site: Site, open_page: OpenPage) -> BrowserUser:
    """A user who has not signed up."""
    return BrowserUser(site, open_page())


@pytest.fixture
def ada(new_user: NewUser) -> BrowserUser:
    return new_user()


@pytest.fixture
def fault(site: Site) -> Iterator[None]:
    """Inserting a task titled "Break it" fails in the database."""
    site.execute(
        "CREATE TRIGGER fault BEFORE INSERT ON tasks WHEN NEW.title = 'Break it'"
        " BEGIN SELECT RAISE(ABORT, 'broken for a test'); END"
    )
    yield
    site.execute("DROP TRIGGER IF EXISTS fault")


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `python -m testkit.chromium`.")
    return AXE.read_text()


@pytest.fixture
def eve(new_user: NewUser) -> BrowserUser:
    """A user with reduced motion, because axe-core would measure colours in the middle of a transition."""
    return new_user("Eve", reduced_motion="reduce")

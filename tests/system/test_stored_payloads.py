"""Markup and scripts that users stored are text in a real browser, wherever they are shown."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.hostile.claims import Claim
from tests.hostile.payloads import MARK, payloads
from tests.system.browser_user import BrowserUser

COUNT = 500
# What no template of ours has, and what runs or leads elsewhere.
FOREIGN = f"""() => {{
  const OURS = /^(\\/(?!\\/)|\\?|#|https?:\\/\\/a\\.example|mailto:|data:image\\/)/;
  const known = new Set(TAGS);
  const all = [...document.querySelectorAll("*")];
  const found = all.filter((one) => !known.has(one.localName)).map((one) => `<${{one.localName}}>`);
  found.push(...all.flatMap((one) => [...one.attributes].map((attribute) => attribute.name))
    .filter((name) => /^(on|hx-on|srcdoc|style$)/.test(name)));
  found.push(...all.filter((one) => one.matches("[href], [src], [action], [formaction]"))
    .flatMap((one) => ["href", "src", "action", "formaction"].map((name) => one.getAttribute(name)))
    .filter((address) => address && !OURS.test(address)));
  if (window.{MARK}) found.push("a script ran");
  return found;
}}"""
TITLES = "() => [...document.querySelectorAll('#tasks .task__title')].map((title) => title.textContent)"


@pytest.fixture
def dialogs(ada: BrowserUser) -> Iterator[list[str]]:
    """The messages of dialogs that opened; none may."""
    opened: list[str] = []

    def close(dialog: object) -> None:
        opened.append(str(getattr(dialog, "message", "")))
        dialog.dismiss()  # type: ignore[attr-defined]

    ada.page.on("dialog", close)
    yield opened
    assert opened == []


def tags_of(page: Page, address: str) -> list[str]:
    """The names of the elements on a page."""
    page.goto(address)
    return page.evaluate(  # type: ignore[no-any-return]
        "() => [...new Set([...document.querySelectorAll('*')].map((one) => one.localName))]"
    )


def foreign(page: Page, tags: list[str]) -> list[str]:
    return page.evaluate(FOREIGN.replace("TAGS", repr(tags)))  # type: ignore[no-any-return]


def test_stored_payloads_are_text_on_every_page(ada: BrowserUser, dialogs: list[str], claim: Claim) -> None:
    """The fixture `complaints` fails on what the policy blocked: a payload that tried is one that got through."""
    texts, make, page = payloads(COUNT), ada.site.make, ada.page
    ada.has("Plain", description="See https://a.example/ and more")
    make.record("lists", ada.record, name="Plain", name_key="plain")
    make.record("labels", ada.record, name="plain")
    others = ["/today", "/lists", "/labels", "/trash", f"/tasks/{_newest(ada)}", f"/tasks?q={MARK}"]
    tags = [tag for address in ("/tasks", "/tasks?q=plain", *others) for tag in tags_of(page, address)]
    for text in texts:
        make.task(ada.record, text, description=text)
    for text in [text for text in texts if len(text) <= 35][:20]:
        make.record("lists", ada.record, name=text, name_key=text.lower())
        make.record("labels", ada.record, name=text.replace(",", ""))

    shown, address = [], "/tasks"
    while address:
        page.goto(address)
        assert foreign(page, tags) == [], address
        shown += page.evaluate(TITLES)
        address = page.evaluate("() => document.querySelector('#more a')?.getAttribute('href')")

    assert sorted(shown) == sorted([*texts, "Plain"])
    for address in (*others, f"/tasks/{_newest(ada)}"):
        page.goto(address)
        assert foreign(page, tags) == [], address
    claim("stored payloads in Chromium", COUNT, "0 dialogs, 0 foreign elements, 0 blocked by the policy")


def _newest(ada: BrowserUser) -> int:
    with ada.site.database.reading() as session:
        return int(session.connection().exec_driver_sql("SELECT max(id) FROM tasks").scalar() or 0)

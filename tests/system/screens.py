"""Screens of other sizes and with larger letters, for tests in a browser."""

from playwright.sync_api import Page

from tests.system.conftest import NARROW

LARGE = """([letters, font]) => {
  document.documentElement.style.fontSize = `${letters}px`;
  for (const element of document.querySelectorAll("body *")) element.style.fontFamily = font;
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})


def fits(page: Page) -> None:
    assert page.evaluate(OVERFLOW) <= 0, page.url


def fits_enlarged(page: Page) -> None:
    resize(page, 320)
    page.evaluate(LARGE, [32, "inherit"])
    fits(page)
    page.set_viewport_size(NARROW)

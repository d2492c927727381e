"""Draws the icons of the installed app from its favicon: `python -m tests.system.icons` rewrites static/icons/."""

import struct

from playwright.sync_api import Browser

from testkit.chromium import running_chromium
from web.settings import ROOT

ICONS = ROOT / "static" / "icons"
PAPER = "#f3f5f0"
# Name, size, the part of the square that the drawing fills, and its background. A maskable icon keeps the drawing in
# the inner 80 % (https://www.w3.org/TR/appmanifest/#icon-masks).
DRAWN = [
    ("icon-192.png", 192, 1.0, "transparent"),
    ("icon-512.png", 512, 1.0, "transparent"),
    ("icon-maskable-512.png", 512, 0.7, PAPER),
    ("apple-touch-icon.png", 180, 0.85, PAPER),
]


def draw() -> None:
    ICONS.mkdir(exist_ok=True)
    with running_chromium() as browser:
        for name, size, part, background in DRAWN:
            (ICONS / name).write_bytes(_png(browser, size, part, background))
        (ICONS / "favicon.ico").write_bytes(_ico(32, _png(browser, 32, 1.0, "transparent")))


def _png(browser: Browser, size: int, part: float, background: str) -> bytes:
    page = browser.new_page(viewport={"width": size, "height": size})
    drawing = (ROOT / "static" / "favicon.svg").read_text()
    page.set_content(f"<body style='margin:0;display:grid;place-items:center;height:100vh;background:{background}'>")
    page.locator("body").evaluate("(body, drawing) => { body.innerHTML = drawing; }", drawing)
    page.locator("svg").evaluate("(svg, size) => { svg.style.width = `${size}px`; }", size * part)
    image = page.screenshot(omit_background=True)
    page.close()
    return image


def _ico(size: int, png: bytes) -> bytes:
    """An icon file with one PNG in it: a header and one directory entry, in little-endian order."""
    header = struct.pack("<HHH", 0, 1, 1)
    entry = struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(png), len(header) + 16)
    return header + entry + png


if __name__ == "__main__":
    draw()

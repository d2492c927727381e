"""Takes the README's screenshot: `python -m tests.system.picture` rewrites docs/daybook.png."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, BrowserContext
from rich.console import Console

from testkit.chromium import running_chromium
from tests.system.browser_user import BrowserUser
from tests.system.site import Site, running_site
from web.seeds import DEMO_EMAIL, DEMO_PASSWORD, seed_demo
from web.settings import ROOT

PICTURE = ROOT / "docs" / "daybook.png"
WIDE, PHONE = {"width": 1200, "height": 760}, {"width": 390, "height": 760}


def take() -> None:
    with (
        TemporaryDirectory(prefix="d-") as folder,
        running_chromium() as browser,
        running_site(f"sqlite:///{folder}/daybook.db", Path(folder)) as site,
    ):
        seed_demo(site.make.database, Console(quiet=True))
        pictures = [_looking(browser, site, "light", WIDE), _looking(browser, site, "dark", PHONE)]
        PICTURE.write_bytes(_beside(browser, pictures))


def _looking(browser: Browser, site: Site, scheme: str, viewport: dict[str, int]) -> bytes:
    context: BrowserContext = browser.new_context(
        base_url=site.url,
        viewport=viewport,
        color_scheme=scheme,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        has_touch=viewport is PHONE,
        is_mobile=viewport is PHONE,
    )
    demo = BrowserUser(site, context.new_page(), "Demo")
    demo.email = DEMO_EMAIL
    demo.page.goto("/sign-in")
    demo.sign_in(DEMO_PASSWORD)
    demo.page.wait_for_url("**/today")
    demo.page.wait_for_load_state("networkidle")
    picture = demo.page.screenshot()
    context.close()
    return picture


def _beside(browser: Browser, pictures: list[bytes]) -> bytes:
    page = browser.new_page(viewport={"width": WIDE["width"] + PHONE["width"] + 24, "height": WIDE["height"]})
    page.set_content("<body style='margin:0;display:flex;gap:24px;background:#8a928f'></body>")
    for picture in pictures:
        page.evaluate(
            """(bytes) => new Promise((drawn) => {
                const image = document.createElement("img");
                image.onload = drawn;
                image.src = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
                document.body.append(image);
            })""",
            list(picture),
        )
    whole = page.screenshot()
    page.close()
    return whole


if __name__ == "__main__":
    take()

"""axe-core in a page that is open."""

from playwright.sync_api import Page, ViewportSize

from tests.system.conftest import DESKTOP, NARROW

# What depends on colours.
COLOURS = ["color-contrast", "link-in-text-block"]
CHECK = """async (rules) => {
  const { violations } = await axe.run({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help}: ${target}`));
}"""


def is_sound(page: Page, axe: str, *, wide: ViewportSize = DESKTOP, narrow: ViewportSize = NARROW) -> None:
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(axe)
    for size, schemes in ((wide, ("light", "dark")), (narrow, ("dark", "light"))):
        page.set_viewport_size(size)
        for scheme, rules in zip(schemes, (None, COLOURS), strict=True):
            page.emulate_media(color_scheme=scheme)
            broken = page.evaluate(CHECK, rules)
            assert not broken, (scheme, size["width"], *broken)
    page.set_viewport_size(DESKTOP)

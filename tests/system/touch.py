"""A finger on the screen, through the browser's own input events."""

from playwright.sync_api import Locator, Page


class Finger:
    def __init__(self, page: Page) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self.x, self.y = x, y
        self._send("touchStart", (x, y))

    def move(self, x: float, y: float) -> None:
        """In ten steps."""
        for at in range(1, 11):
            self._send("touchMove", (self.x + (x - self.x) * at / 10, self.y + (y - self.y) * at / 10))
        self.x, self.y = x, y

    def up(self) -> None:
        self._send("touchEnd")

    def cancel(self) -> None:
        self._send("touchCancel")

    def press(self, row: Locator, x: float | None = None) -> None:
        """Near the top of the row; in its middle unless told."""
        box = row.bounding_box()
        assert box
        self.down(box["x"] + box["width"] / 2 if x is None else x, box["y"] + 20)

    def _send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

"""How many requests a credential may send: counted per process and minute, so a limit for programs that run wild.

The headers are those of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/.
"""

import math
import time
from collections.abc import Mapping

WINDOW_SECONDS = 60
# Credentials that are counted at once; beyond it those of earlier windows are forgotten, or all of them.
MOST_COUNTED = 10_000


class TooManyRequests(Exception):
    """The limit of this window is used up. `headers` say so, with the seconds to wait."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.headers = dict(headers)


class RequestLimit:
    """A number of requests per window, each credential by itself; 0 is no limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        # When the window of a credential began, and its requests since.
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, holder: str) -> Mapping[str, str]:
        """The headers of the answer to one more request. Raises TooManyRequests."""
        if not self.limit:
            return {}
        now = time.monotonic()
        began, count = self._windows.get(holder, (now, 0))
        if began + WINDOW_SECONDS <= now:
            began, count = now, 0
        if len(self._windows) >= MOST_COUNTED and holder not in self._windows:
            self._forget_before(now - WINDOW_SECONDS)
        self._windows[holder] = (began, count + 1)
        seconds = math.ceil(began + WINDOW_SECONDS - now)
        headers = {
            "RateLimit-Policy": f'"default";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"default";r={max(self.limit - count - 1, 0)};t={seconds}',
        }
        if count >= self.limit:
            raise TooManyRequests({**headers, "Retry-After": str(seconds)})
        return headers

    def _forget_before(self, began: float) -> None:
        self._windows = {holder: window for holder, window in self._windows.items() if window[0] > began}
        if len(self._windows) >= MOST_COUNTED:
            # So many within a minute are made up, such as addresses of calendars: they cost memory and time.
            self._windows.clear()

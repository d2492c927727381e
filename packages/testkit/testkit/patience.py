"""Waits for a condition, on slow machines too."""

import time
from collections.abc import Callable

# Long enough for any machine that works; only what hangs takes longer.
PATIENCE_SECONDS = 300
# After one timeout the others are short: the same cause would hang every test.
_patience = [PATIENCE_SECONDS]


def wait_until(condition: Callable[[], object]) -> None:
    """Poll until the condition is true. Raises AssertionError after the timeout."""
    deadline = time.monotonic() + _patience[-1]
    while not condition():
        if time.monotonic() > deadline:
            _patience.append(10)
            raise AssertionError(f"still false after {_patience[-2]} seconds")
        time.sleep(0.01)

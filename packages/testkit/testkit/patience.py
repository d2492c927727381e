"""Waiting for what has to become true, on a machine of any pace."""

import time
from collections.abc import Callable

# Whatever works is there sooner, on the slowest machine too: only what hangs is given up.
PATIENCE_SECONDS = 300
# Once something hung, the same will hang elsewhere, and nobody waits hours to hear so.
_patience = [PATIENCE_SECONDS]


def wait_until(true: Callable[[], object]) -> None:
    """Raises AssertionError where it never becomes true."""
    give_up = time.monotonic() + _patience[-1]
    while not true():
        if time.monotonic() > give_up:
            _patience.append(10)
            raise AssertionError(f"not so after {_patience[-2]} seconds")
        time.sleep(0.01)

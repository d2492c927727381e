"""Waiting for what has to become true, on a machine of any pace."""

import time
from collections.abc import Callable

# Whatever works is there sooner, on the slowest machine too: only what hangs is given up.
PATIENCE_SECONDS = 300


def wait_until(true: Callable[[], object]) -> None:
    """Raises AssertionError where it never becomes true."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < give_up, f"not so after {PATIENCE_SECONDS} seconds"
        time.sleep(0.01)

"""How long the attacks are: HOSTILE=1 is short, as in `make test`; HOSTILE=10 is what docs/security.md quotes."""

import os

import pytest

HOSTILE = int(os.environ.get("HOSTILE", "1"))
FULL = 10


def length(short: int, full: int) -> int:
    """How often something is done: `short` times at 1, `full` times at 10 and in proportion beyond."""
    if HOSTILE >= FULL:
        return full * HOSTILE // FULL
    return short + (full - short) * (HOSTILE - 1) // (FULL - 1)


def databases_when_long() -> pytest.MarkDecorator:
    """SQLite alone in the short version of a test whose answers can hardly differ; both in the long one."""
    return pytest.mark.databases("sqlite", *(["postgresql"] if HOSTILE > 1 else []))

"""The day on which most tests of planned tasks play."""

from datetime import UTC, datetime

NOW = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
TODAY = NOW.date()

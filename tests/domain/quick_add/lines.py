"""The user of the cases: Thursday 26 November 2026, 14:30 in Berlin, weeks from Monday, dates written d/m."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from web.domain.quick_add import Context, Reading, read

BERLIN = ZoneInfo("Europe/Berlin")
CONTEXT = Context(
    now=datetime(2026, 11, 26, 14, 30, tzinfo=BERLIN),
    zone=BERLIN,
    lists=("Home", "Home office", "Work", "Inbox", "Errands"),
)
MONTH_FIRST = replace(CONTEXT, date_order="m/d")
_DEFAULTS = Reading(title="")
# How the fields were found, not what they are.
_EVIDENCE = {"spans", "unknown_list", "preset", "repeat_anchor"}


def at(moment: str, context: Context = CONTEXT) -> Context:
    """The same user at another time on their wall clock."""
    return replace(context, now=datetime.fromisoformat(moment).replace(tzinfo=context.zone))


def what_is_read(line: str, context: Context = CONTEXT, **options: Any) -> dict[str, str]:
    """The fields that are not at their defaults, as text."""
    reading = read(line, context, **options)
    values = {field.name: getattr(reading, field.name) for field in fields(reading) if field.name not in _EVIDENCE}
    return {name: _shown(value) for name, value in values.items() if value != getattr(_DEFAULTS, name)}


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).removesuffix(":00") if ":" in str(value) else str(value)

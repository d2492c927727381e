"""Reads and checks the text of a repeat rule (RFC 5545, section 3.3.10): parts, numbers and weekdays."""

import re
from collections.abc import Iterable
from typing import NamedTuple

MAX_LENGTH = 200
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = ("FREQ", "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST")
BY_PARTS = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYMONTHDAY", "BYDAY", "BYSETPOS"},
    "YEARLY": {"BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"},
}
ELSEWHERE = {
    "UNTIL": "UNTIL is not part of the rule: the last day is a field of its own.",
    "COUNT": "COUNT is not part of the rule: the number of times is a field of its own.",
}
NUMBER = re.compile(r"[0-9]{1,3}")
SIGNED_NUMBER = re.compile(r"[+-]?[0-9]{1,3}")
WEEKDAY = re.compile(r"([+-]?[0-9]{1,3})?(MO|TU|WE|TH|FR|SA|SU)")


class InvalidRule(ValueError):
    """A repeat rule outside the supported subset. The message is one sentence for the user and names the part."""


class WeekDay(NamedTuple):
    """A weekday of BYDAY: `number` counts within the month (-1 is the last) and is 0 for every such day."""

    number: int
    day: int  # Monday is 0

    def __str__(self) -> str:
        return f"{self.number or ''}{WEEKDAYS[self.day]}"


def split(text: str) -> dict[str, str]:
    """The parts of a rule by name, in upper case; refuses what is unknown, empty, repeated or too long."""
    if len(text) > MAX_LENGTH:
        raise InvalidRule(f"A repeat rule can be up to {MAX_LENGTH} characters (this one is {len(text)}).")
    if not (text.isascii() and text.isprintable()):
        raise InvalidRule("A repeat rule is plain ASCII text.")
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, _, value = part.partition("=")
        _check_name(name, parts)
        if not value:
            raise InvalidRule(f"{name} needs a value.")
        parts[name] = value
    return parts


def _check_name(name: str, seen: Iterable[str]) -> None:
    if not name:
        raise InvalidRule("A repeat rule is written as parts such as FREQ=DAILY, with one semicolon between them.")
    if name in ELSEWHERE:
        raise InvalidRule(ELSEWHERE[name])
    if name not in PARTS:
        raise InvalidRule(f"A repeat rule has no part {quoted(name)}.")
    if name in seen:
        raise InvalidRule(f"{name} may stand only once.")


def frequency(parts: dict[str, str]) -> str:
    if "FREQ" not in parts:
        raise InvalidRule("A repeat rule needs FREQ.")
    if parts["FREQ"] not in BY_PARTS:
        raise InvalidRule(f"FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, not {quoted(parts['FREQ'])}.")
    return parts["FREQ"]


def integer(name: str, text: str, lowest: int, highest: int, negative: bool = False) -> int:
    """A number from `lowest` to `highest`, or from minus `highest` to minus `lowest` where `negative` is allowed."""
    written = (SIGNED_NUMBER if negative else NUMBER).fullmatch(text)
    number = int(text) if written else 0
    if not lowest <= (abs(number) if negative else number) <= highest:
        also = f" or -{lowest} to -{highest}" if negative else ""
        raise InvalidRule(f"{name} takes {lowest} to {highest}{also}, not {quoted(text)}.")
    return number


def integers(parts: dict[str, str], name: str, highest: int, negative: bool = False) -> tuple[int, ...]:
    """The numbers of a list, each once and in order, those counted from the end last."""
    texts = parts[name].split(",") if name in parts else []
    numbers = {integer(name, text, 1, highest, negative) for text in texts}
    return tuple(sorted(numbers, key=lambda number: (number < 0, number)))


def week_days(parts: dict[str, str]) -> tuple[WeekDay, ...]:
    """The weekdays of BYDAY, each once and in order, those counted from the end last."""
    texts = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    days = {_week_day(text) for text in texts}
    return tuple(sorted(days, key=lambda day: (day.number < 0, day)))


def _week_day(text: str) -> WeekDay:
    match = WEEKDAY.fullmatch(text)
    if not match:
        raise InvalidRule(f"BYDAY takes MO, TU, WE, TH, FR, SA or SU, not {quoted(text)}.")
    number, name = match.groups()
    return WeekDay(integer("BYDAY", number, 1, 5, negative=True) if number else 0, WEEKDAYS.index(name))


def week_start(parts: dict[str, str]) -> int:
    """The first day of a week, Monday (0) unless WKST names another."""
    name = parts.get("WKST", "MO")
    if name not in WEEKDAYS:
        raise InvalidRule(f"WKST takes MO, TU, WE, TH, FR, SA or SU, not {quoted(name)}.")
    return WEEKDAYS.index(name)


def quoted(text: str) -> str:
    return f"“{text[:30]}…”" if len(text) > 30 else f"“{text}”"

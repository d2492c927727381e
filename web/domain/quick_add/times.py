"""Times of day in a line: 5pm, 17:00, at 9, noon, @12:30, and morning or evening after a date."""

import re
from dataclasses import dataclass
from datetime import time

from web.domain.quick_add.folding import AFTER, SEPARATOR
from web.domain.quick_add.vocabulary import PART_OF_DAY, PARTS_OF_DAY

# The hour of another zone is not one on the user's clock.
_NOT_IN_A_ZONE = r"(?! +(?:utc|gmt|cet|cest|bst|ist|jst|[ecmp][sd]?t)(?![a-z0-9]))"
_ENDS = rf" *(?:$|[,;.!?)#@]|//|p[1-4]{AFTER})"
_CLOCK = re.compile(
    r"(?:(?:by|due|for) +)?(?P<at>(?P<word>at +)|@ *)?"
    r"(?:(?P<hour12>[01]?[0-9])(?:[:.](?P<minute12>[0-5][0-9]))? ?(?P<half>[ap])(?:m|\.m\.?)"
    # At 9 30: only where no word follows that the 30 could count.
    rf"|(?P<hour24>[0-2]?[0-9])(?::|(?(word) +(?=[0-9]{{2}}{_ENDS})|(?!)))(?P<minute24>[0-5][0-9])"
    r"|(?P<noon>noon)"
    r"|(?P<hour>[0-2]?[0-9])(?P<oclock> ?o'clock)?)" + AFTER + _NOT_IN_A_ZONE
)
_IN_THE_PART = re.compile(r" +in +the +(morning|afternoon|evening)" + AFTER)
_PART = re.compile(rf"(?:in +the +|at +)?({PART_OF_DAY}){AFTER}")
AFTERNOON_HOURS = range(1, 7)
MORNING_HOURS = range(1, 12)


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A time of day that ends at `end`; strong where it is read anywhere in the line, a clock time or only a part."""

    end: int
    at: time
    strong: bool = False
    is_clock: bool = True


def time_at(text: str, position: int, part: str = "") -> FoundTime | None:
    """The clock time that begins at the position; `part` is the part of the day that a date named (tonight)."""
    match = _CLOCK.match(text, position)
    if not match or not _is_time(match):
        return None
    named = _IN_THE_PART.match(text, match.end())
    at = _clock_time(match, named[1] if named else part)
    return FoundTime((named or match).end(), at, strong=match["at"] == "@") if at else None


def time_after(text: str, position: int, part: str = "") -> FoundTime | None:
    """The time that follows a date or a repeat directly: a clock time, a part of the day, or both."""
    separator = SEPARATOR.match(text, position)
    if not separator:
        return None
    named = _PART.match(text, separator.end())
    if not named:
        return time_at(text, separator.end(), part)
    clock = time_after(text, named.end(), named[1])
    return clock if clock and clock.is_clock else FoundTime(named.end(), part_of_day(named[1]), is_clock=False)


def part_of_day(part: str) -> time:
    return time(PARTS_OF_DAY[part])


def _is_time(match: re.Match[str]) -> bool:
    """A bare number is a time only after `at` or before `o'clock`; `@5` is neither."""
    return match["hour"] is None or bool(match["oclock"]) or (match["at"] or "@") != "@"


def _clock_time(match: re.Match[str], part: str) -> time | None:
    """None where no clock shows it: 13pm, 25:00."""
    if match["noon"]:
        return time(12)
    if match["half"]:
        return _twelve_hours(int(match["hour12"]), int(match["minute12"] or 0), match["half"])
    digits, minute = match["hour24"] or match["hour"], int(match["minute24"] or 0)
    hour = int(digits)
    if hour > 23:
        return None
    return time(hour + 12 if _is_afternoon(digits, part, after_at=bool(match["at"])) else hour, minute)


def _twelve_hours(hour: int, minute: int, half: str) -> time | None:
    return time(hour % 12 + (12 if half == "p" else 0), minute) if 1 <= hour <= 12 else None


def _is_afternoon(digits: str, part: str, *, after_at: bool) -> bool:
    """`at 1` to `at 6` are the afternoon, and so is any hour of an evening; `05:30` says what it means."""
    if digits.startswith("0") or part == "morning":
        return False
    return int(digits) in (MORNING_HOURS if part else AFTERNOON_HOURS if after_at else ())

"""A repeat rule in words, as quick add reads them: every 2 weeks on Mon and Fri, every month on the last day."""

from collections.abc import Sequence

from web.domain.days import MONTHS, WEEKDAYS
from web.domain.quick_add import Context, Reading, read
from web.domain.recurrence import Rule
from web.domain.repeating import Mode
from web.domain.rule_text import WeekDay

UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
POSITIONS = {1: "first", -1: "last"}
WORKDAYS = [0, 1, 2, 3, 4]


def rule_words(rule: Rule, mode: Mode = "schedule") -> str:
    """A sentence part beginning with `every`, or with `every!` where it counts from completion."""
    every = "every!" if mode == "completion" else "every"
    return f"{every} {_pattern(rule)}"


def words_of_repeat(stored: str | None, mode: str | None) -> str:
    """Of the rule as it is stored; empty for a task that does not repeat."""
    if stored is None:
        return ""
    return rule_words(Rule.parse(stored), "completion" if mode == "completion" else "schedule")


def shown_repeat(stored: str | None, mode: str | None) -> str:
    """Of the rule as it is stored, to be read by people: every 3 days after it is done; empty without one."""
    words = words_of_repeat(stored, "schedule")
    return f"{words} after it is done" if words and mode == "completion" else words


def read_rule(words: str, context: Context) -> Reading:
    """The repeat that the words say: rule, mode, anchor, first date and end. Raises ValueError for other words."""
    reading = read(f"Task {words}", context)
    if reading.repeat_rule is None or reading.title != "Task":
        raise ValueError("Write the repeat like “every monday”, “every 2 weeks on fri” or “every! 3 days”.")
    return reading


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _pattern(rule: Rule) -> str:
    if rule.interval == 1 and rule.frequency in ("DAILY", "WEEKLY") and rule.week_days:
        return _weekday_names(rule)
    unit, day = UNITS[rule.frequency], _day(rule)
    every = unit if rule.interval == 1 else f"{rule.interval} {unit}s"
    return f"{every} on {day}" if day else every


def _day(rule: Rule) -> str:
    """The day within the week, month or year; nothing for a plain interval."""
    if rule.week_days and rule.frequency in ("MONTHLY", "YEARLY"):
        day = _nth_weekdays(rule)
    else:
        day = _weekday_names(rule) if rule.week_days else _month_days(rule)
    months = _listed([MONTHS[month - 1] for month in rule.months])
    return " of ".join(filter(None, (day, months)))


def _weekday_names(rule: Rule) -> str:
    days = _days(rule)
    return "workday" if days == WORKDAYS else _listed([WEEKDAYS[day] for day in days])


def _nth_weekdays(rule: Rule) -> str:
    if rule.positions:
        return f"the {_listed([_position(number) for number in rule.positions])} {_weekday_names(rule)}"
    return "the " + _listed([_nth(day) for day in rule.week_days])


def _nth(day: WeekDay) -> str:
    return f"{_position(day.number)} {WEEKDAYS[day.day]}" if day.number else WEEKDAYS[day.day]


def _month_days(rule: Rule) -> str:
    """Positions choose among the days: the last of 28, 29 and 30 is the 30th, or the last day of a short month."""
    chosen = [rule.month_days[place - (place > 0)] for place in rule.positions] or rule.month_days
    days = [ordinal(day) if day > 0 else _from_the_end(day) for day in chosen]
    return f"the {_listed(days)}" if days else ""


def _from_the_end(day: int) -> str:
    return "last day" if day == -1 else f"{ordinal(-day)} last day"


def _position(number: int) -> str:
    if number in POSITIONS:
        return POSITIONS[number]
    return ordinal(number) if number > 0 else f"{ordinal(-number)} last"


def _days(rule: Rule) -> list[int]:
    return sorted(day.day for day in rule.week_days)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)

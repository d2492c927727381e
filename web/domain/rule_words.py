"""A repeat rule in words: every 3 days, every Mon and Thu, every month on the last Fri."""

from collections.abc import Sequence

from web.domain.days import MONTHS, WEEKDAYS
from web.domain.recurrence import Rule
from web.domain.rule_text import WeekDay

UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
WORKDAYS = tuple(WeekDay(0, day) for day in range(5))
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def repeat_words(rule: Rule, mode: str | None) -> str:
    """`mode` is `completion` where the next date counts from the day of completion."""
    return f"{_every(rule)} after it is done" if mode == "completion" else _every(rule)


def _every(rule: Rule) -> str:
    unit = UNITS[rule.frequency]
    every = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    if rule.is_plain:
        return every
    if rule.frequency in ("DAILY", "WEEKLY"):
        days = _week_days(rule.week_days)
        return f"every {days}" if rule.interval == 1 else f"{every} on {days}"
    months = _joined([MONTHS[month - 1] for month in rule.months])
    days = _days_of_month(rule)
    return " ".join(filter(None, (every, f"in {months}" if months else "", f"on {days}" if days else "")))


def _days_of_month(rule: Rule) -> str:
    if rule.month_days:
        # "Every 30th" is the last of 28, 29 and 30, so that no month is left out.
        is_last_of_some = rule.positions == (-1,) and rule.month_days == tuple(range(28, rule.month_days[-1] + 1))
        days = rule.month_days[-1:] if is_last_of_some else rule.month_days
        return _joined([f"the {ordinal(day)} day" if day < 0 else f"the {ordinal(day)}" for day in days])
    if rule.positions:
        chosen = _joined([ordinal(position) for position in rule.positions])
        return f"the {chosen} {_week_days(rule.week_days)}"
    return _joined([f"the {ordinal(one.number)} {_name(one)}" if one.number else _name(one) for one in rule.week_days])


def _week_days(days: Sequence[WeekDay]) -> str:
    return "weekday" if tuple(days) == WORKDAYS else _joined([_name(one) for one in days])


def _name(one: WeekDay) -> str:
    return WEEKDAYS[one.day]


def ordinal(number: int) -> str:
    """1st, 22nd, 13th; last for -1, 2nd last for -2."""
    if number < 0:
        return "last" if number == -1 else f"{ordinal(-number)} last"
    ending = "th" if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def _joined(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))

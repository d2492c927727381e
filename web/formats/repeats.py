"""Repeats of other programs: RRULE text and the words of Todoist, to rules that Daybook stores."""

from dataclasses import replace
from datetime import date

from web.domain import repeating
from web.domain.quick_add import Context, Presets, Reading, read
from web.domain.recurrence import InvalidRule, Rule
from web.domain.repeating import Mode
from web.domain.rule_text import WEEKDAYS
from web.formats.dates import day_of
from web.formats.imported import ImportedRepeat, ImportedTask

MOST_TIMES = 999
_TITLE = "x"


def take_rule(task: ImportedTask, text: str, name: str, mode: Mode = "schedule") -> None:
    """The repeat of a task from the text of an RRULE, kept under `name` where it is none that Daybook has."""
    try:
        task.repeat = repeat_of(text, task.due_on, mode)
    except InvalidRule as problem:
        task.keep(name, text, f"This repeat is kept as text. {problem}", "repeat")


def repeat_of(text: str, due_on: date | None, mode: Mode = "schedule") -> ImportedRepeat:
    """Raises InvalidRule. COUNT, which counts dates, becomes the last day."""
    if due_on is None:
        raise InvalidRule("A repeat needs a due date.")
    parts = [part for part in text.strip().upper().removeprefix("RRULE:").split(";") if part]
    ends = dict(part.split("=", 1) for part in parts if part.startswith(("UNTIL=", "COUNT=")))
    rule = Rule.parse(";".join(part for part in parts if part.partition("=")[0] not in ends))
    rule = rule if mode == "completion" else _naming_its_day(rule, due_on)
    repeating.check(rule, mode, due_on)
    until = _until(ends["UNTIL"]) if "UNTIL" in ends else None
    if "COUNT" in ends:
        until = _last(rule, due_on, ends["COUNT"])
    if until and until < due_on:
        raise InvalidRule("It ends before the due date.")
    return ImportedRepeat(str(rule), mode, until, anchor=due_on)


def take_words(task: ImportedTask, words: str, context: Context) -> bool:
    """The dates of a task from words as quick add reads them; False where they are none, or not only dates."""
    reading = read(f"{_TITLE} {words}", replace(context, presets=Presets(), lists=(), labels=()))
    if reading.title != _TITLE or not (reading.due_on or reading.start_on):
        return False
    _take(task, reading)
    return True


def _take(task: ImportedTask, reading: Reading) -> None:
    task.due_on, task.start_on = reading.due_on, reading.start_on
    task.due_time = reading.due_time.isoformat("minutes") if reading.due_time else None
    if reading.repeat_rule:
        task.repeat = ImportedRepeat(
            reading.repeat_rule,
            reading.repeat_mode or "schedule",
            reading.until,
            reading.times,
            reading.repeat_anchor,
        )


def _naming_its_day(rule: Rule, due_on: date) -> Rule:
    """A rule that leaves its day to the first date, as RFC 5545 has it, says it from now on."""
    has_days = bool(rule.week_days or rule.month_days)
    if has_days or rule.frequency == "DAILY":
        return rule
    interval = f";INTERVAL={rule.interval}" if rule.interval > 1 else ""
    week_start = f";WKST={WEEKDAYS[rule.week_start]}" if rule.week_start else ""
    days = {
        "WEEKLY": f"BYDAY={WEEKDAYS[due_on.weekday()]}",
        "MONTHLY": f"BYMONTHDAY={due_on.day}",
        "YEARLY": f"BYMONTH={','.join(map(str, rule.months)) or due_on.month};BYMONTHDAY={due_on.day}",
    }
    return Rule.parse(f"FREQ={rule.frequency}{interval};{days[rule.frequency]}{week_start}")


def _until(text: str) -> date:
    """20261220 or 20261220T230000Z: the day as written."""
    day = day_of(f"{text[:4]}-{text[4:6]}-{text[6:8]}")
    if day is None:
        raise InvalidRule("UNTIL is no day.")
    return day


def _last(rule: Rule, first: date, count: str) -> date:
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:4]) <= MOST_TIMES and len(count) <= 3):
        raise InvalidRule(f"COUNT takes 1 to {MOST_TIMES}.")
    day = first
    for _ in range(int(count) - 1):
        following = rule.next(first, day)
        if following is None:
            break
        day = following
    return day

"""todo.txt: one task a line, `x 2026-11-26 2026-11-20 (A) text +project @context due:2026-12-01`.

https://github.com/todotxt/todo.txt. `due:`, `t:` (start), `rec:` and `pri:` are read; other words stay in the title.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from web.domain.recurrence import InvalidRule
from web.formats.dates import day_of
from web.formats.imported import ImportedLabel, ImportedList, ImportedRepeat, ImportedTask, Item
from web.formats.opening import Source
from web.formats.repeats import repeat_of

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
# Programs that put `x` and the date before a task leave its priority after them.
_HEAD = re.compile(
    rf"(?P<done>x )?(?:\((?P<before>[A-Z])\) )?(?:(?P<first>{_DAY}) )?"
    rf"(?(done)(?:\((?P<after>[A-Z])\) )?)(?:(?P<second>{_DAY}) )?"
)
_PROJECT = re.compile(r"(?:(?<=\s)|^)\+(\S+)")
_CONTEXT = re.compile(r"(?:(?<=\s)|^)@(\S+)")
_TAG = re.compile(r"(?:(?<=\s)|^)(due|t|rec|pri):(\S+)")
_REC = re.compile(r"(\+)?([1-9][0-9]{0,2})([dwmyb])")
_UNITS = {"d": "DAILY", "w": "WEEKLY", "m": "MONTHLY", "y": "YEARLY"}
LETTERS = {1: "A", 2: "B", 3: "C"}
_BLANKS = re.compile(r"\s{2,}")


def read_text(source: Source) -> Iterator[Item]:
    seen: set[str] = set()
    with source.lines() as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            task = _task(number, line.strip())
            if name := task.list_key:
                task.list_key = name.casefold()
                if task.list_key not in seen:
                    seen.add(task.list_key)
                    yield ImportedList(number, task.list_key, name.replace("_", " "))
            for name in task.labels:
                if f"@{name}" not in seen:
                    seen.add(f"@{name}")
                    yield ImportedLabel(number, name, name)
            yield task


def _task(number: int, line: str) -> ImportedTask:
    head = _HEAD.match(line)
    assert head
    text = line[head.end() :]
    task = ImportedTask(number, text, identity=line, key=f"line {number}")
    task.completed = bool(head["done"])
    first, second = (day_of(head[name] or "") for name in ("first", "second"))
    if task.completed:
        task.completed_at, task.created_at = _noon(first), _noon(second)
    else:
        task.created_at = _noon(first)
        # An open task has one date in front; another one is its title's.
        text = f"{head['second'] or ''} {text}".strip()
    task.priority = _priority(head["before"] or head["after"])
    projects = _PROJECT.findall(text)
    # Further projects stay in the title.
    task.list_key = projects[0] if projects else None
    task.labels = tuple(_CONTEXT.findall(text))
    for name, value in _TAG.findall(text):
        if _take(task, name, value):
            text = text.replace(f"{name}:{value}", "", 1)
    if task.list_key:
        text = text.replace(f"+{task.list_key}", "", 1)
    task.title = _BLANKS.sub(" ", _CONTEXT.sub("", text)).strip() or line
    _take_repeat(task)
    return task


def _priority(letter: str | None) -> int:
    return {"A": 1, "B": 2, None: 4}.get(letter, 3)


def _noon(day: date | None) -> datetime | None:
    """A moment of that day in most time zones."""
    return datetime.combine(day, time(12), UTC) if day else None


def _take(task: ImportedTask, name: str, value: str) -> bool:
    """Whether the tag was understood; one that was not stays in the title."""
    day = day_of(value)
    if name == "pri" and re.fullmatch("[A-Z]", value):
        task.priority = _priority(value)
        return True
    if name == "rec":
        task.kept["rec"] = value
        return True
    if name == "due" and day:
        task.due_on = day
    elif name == "t" and day:
        task.start_on = day
    else:
        return False
    return True


def _take_repeat(task: ImportedTask) -> None:
    """`rec:1w` counts from completion, `rec:+1w` from the due date; `b` are business days."""
    if (value := task.kept.pop("rec", None)) is None:
        return
    found = _REC.fullmatch(value)
    rule = f"FREQ={_UNITS[found[3]]};INTERVAL={found[2]}" if found and found[3] in _UNITS else ""
    mode = "schedule" if value.startswith("+") else "completion"
    try:
        task.repeat = repeat_of(rule, task.due_on, "schedule" if mode == "schedule" else "completion")
    except InvalidRule as problem:
        task.keep("rec", value, f"This repeat is kept as text. {problem}", "repeat")


def rec_of(repeat: ImportedRepeat) -> str | None:
    """The text of `rec:` for a repeat that is only an interval; None for any other."""
    found = re.fullmatch(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(?:;INTERVAL=([0-9]+))?(?:;BY[A-Z;=0-9]*)?", repeat.rule)
    if not found or repeat.until or repeat.left:
        return None
    if repeat.mode == "schedule" and not _is_its_own_day(repeat):
        return None
    return f"{'+' if repeat.mode == 'schedule' else ''}{found[2] or 1}{found[1][0].lower()}"


def _is_its_own_day(repeat: ImportedRepeat) -> bool:
    """Whether the rule says no more than the day of its anchor."""
    frequency = repeat.rule.partition(";")[0]
    interval = next((part for part in repeat.rule.split(";") if part.startswith("INTERVAL=")), "")
    try:
        plain = repeat_of(";".join(filter(None, (frequency, interval))), repeat.anchor)
    except InvalidRule:
        return False
    return plain.rule == repeat.rule

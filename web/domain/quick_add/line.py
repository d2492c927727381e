"""Reads one line of quick add."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time

from web.domain.days import passed_before, shifted
from web.domain.quick_add.folding import fold, is_quoted, protect
from web.domain.quick_add.marks import without_names
from web.domain.quick_add.reading import NO_PRIORITY, Context, Kind, Reading, Span
from web.domain.quick_add.times import time_at
from web.domain.quick_add.titles import cut, is_visible, one_line
from web.domain.quick_add.tokens import Scanner, Token, chosen
from web.domain.repeating import check

MOST_CHARACTERS = 500
_DESCRIPTION = re.compile(r"(?<= )//(?!/)")
# At most one token of each kind, labels apart.
Tokens = Mapping[str, Token]


def read(line: str, context: Context, plain: Iterable[str] = ()) -> Reading:
    """The task that a line describes. `plain` are the words of spans that the user wants kept as text.

    Never raises for any text. At most 500 characters before the description are read; a longer line is a title.
    """
    return _with_presets(_read(one_line(line), context, plain), context)


def without(line: str, span: Span) -> str:
    """The title that is left of a line when the words of one span are cut out of it."""
    return cut(line, [(span.offset, span.offset + span.length)], ())


def _read(line: str, context: Context, plain: Iterable[str]) -> Reading:
    stripped = line.strip()
    if is_quoted(stripped) and is_visible(stripped):
        return Reading(title=stripped[1:-1].strip())
    text = protect(fold(line[: MOST_CHARACTERS + len(" //")]), plain)
    description = _DESCRIPTION.search(without_names(text))
    if not description and len(line.rstrip()) > MOST_CHARACTERS:
        return Reading(title=stripped)
    head = line[: description.start()] if description else line
    if not is_visible(head):
        return Reading(title=stripped)
    reading = _read_head(head, text[: len(head)], context)
    return _with_description(reading, line, len(head)) if description else reading


def _read_head(line: str, text: str, context: Context) -> Reading:
    """What stands before the description. Where no title would be left, all of it is the title."""
    scan = Scanner(line, text, context).scan()
    kept = chosen(scan.tokens, text)
    tokens = [token for token in kept if token.kind != "new_list"]
    title = cut(line, [(token.start, token.end) for token in tokens], set(scan.escapes))
    if not is_visible(title):
        return Reading(title=line.strip())
    by_kind: Tokens = {token.kind: token for token in tokens}
    try:
        reading = _with_dates(_marked(title, tokens), by_kind, text, context)
    except (ValueError, OverflowError):
        # The dates leave the calendar (year 9999), or the repeat never comes again.
        return Reading(title=line.strip())
    new_lists = [_span(line, token, token.name) for token in kept if token.kind == "new_list"]
    spans = tuple(_span(line, token, _value(token, reading)) for token in tokens)
    return replace(reading, spans=spans, unknown_list=new_lists[0] if new_lists and not reading.list else None)


def _marked(title: str, tokens: Iterable[Token]) -> Reading:
    by_kind = {token.kind: token for token in tokens}
    return Reading(
        title=title,
        list=by_kind["list"].name if "list" in by_kind else None,
        makes_list="list" in by_kind and by_kind["list"].is_new,
        labels=_each_once(token.name for token in tokens if token.kind == "label"),
        priority=by_kind["priority"].priority if "priority" in by_kind else NO_PRIORITY,
        start_on=by_kind["start"].day if "start" in by_kind else None,
    )


def _with_dates(reading: Reading, tokens: Tokens, text: str, context: Context) -> Reading:
    at = _time_of_day(tokens, text)
    if "repeat" in tokens:
        return _with_repeat(reading, tokens, at, context)
    if "due" in tokens:
        return replace(reading, due_on=tokens["due"].day, due_time=at)
    if at and not _preset_day(reading, context):
        return replace(reading, due_on=_earliest(at, context), due_time=at)
    return replace(reading, due_time=at)


def _time_of_day(tokens: Tokens, text: str) -> time | None:
    """A time that stands alone counts before the one beside a date."""
    if "time" in tokens:
        part = tokens["due"].part if "due" in tokens else ""
        named = time_at(text, tokens["time"].start, part)
        return named.at if named else None
    times = [tokens[kind].at for kind in ("repeat", "due") if kind in tokens]
    return next(filter(None, times), None)


def _earliest(at: time | None, context: Context) -> date:
    """Today while the time is ahead, else tomorrow."""
    clock = context.clock
    is_past = at is not None and (at <= clock.time() or at < passed_before(clock))
    return shifted(context.today, 1) if is_past else context.today


def _with_repeat(reading: Reading, tokens: Tokens, at: time | None, context: Context) -> Reading:
    """A date beside a repeat is the day it starts. Raises ValueError where it ends before its first date."""
    repeat = tokens["repeat"].repeat
    assert repeat is not None
    earliest = _earliest(at, context)
    start = repeat.start or (tokens["due"].day if "due" in tokens else None) or _first_day(reading, earliest, context)
    rule, anchor, first = repeat.first_date(earliest if start == context.today else start, earliest)
    check(rule, repeat.mode, anchor)
    last = repeat.last_day(first)
    if last and last < first:
        raise ValueError("The repeat ends before its first date.")
    return replace(
        reading,
        due_on=first,
        due_time=at,
        repeat_rule=str(rule),
        repeat_mode=repeat.mode,
        repeat_anchor=anchor,
        until=last,
        times=repeat.times,
    )


def _first_day(reading: Reading, earliest: date, context: Context) -> date:
    """Where the line names no day for the first date: the day of the page, and not before the start date."""
    day = _preset_day(reading, context) or earliest
    return max(day, reading.start_on) if reading.start_on else day


def _preset_day(reading: Reading, context: Context) -> date | None:
    """The day of the page. A later start in the line speaks against it."""
    day = context.presets.due_on
    return None if day and reading.start_on and reading.start_on > day else day


def _with_description(reading: Reading, line: str, offset: int) -> Reading:
    words = line[offset:].rstrip()
    description = words.removeprefix("//").strip()
    span = Span(offset, len(words), "description", words, description)
    return replace(reading, description=description or None, spans=(*reading.spans, span))


def _with_presets(reading: Reading, context: Context) -> Reading:
    """Fills in what the line leaves open."""
    presets, preset_day = context.presets, _preset_day(reading, context)
    filled: dict[str, bool] = {
        "due_on": reading.due_on is None and preset_day is not None,
        "list": reading.list is None and presets.list is not None,
        "labels": bool(presets.labels),
    }
    return replace(
        reading,
        due_on=reading.due_on or preset_day,
        list=reading.list or presets.list,
        labels=_each_once((*presets.labels, *reading.labels)),
        preset=frozenset(name for name, is_filled in filled.items() if is_filled),
    )


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    """The names in order, those that differ in case only once."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.casefold(), name)
    return tuple(first.values())


def _span(line: str, token: Token, value: str) -> Span:
    kind: Kind = "list" if token.kind == "new_list" else token.kind
    return Span(token.start, token.end - token.start, kind, line[token.start : token.end], value)


def _value(token: Token, reading: Reading) -> str:
    """What the words were read as: a name, a number, or a date and time as ISO 8601."""
    if token.kind == "repeat":
        return reading.repeat_rule or ""
    if token.kind == "priority":
        return str(token.priority)
    if token.name:
        return token.name
    day = token.day.isoformat() if token.day else ""
    at = token.at.isoformat("minutes") if token.at else ""
    return "T".join(filter(None, (day, at)))

"""Quick add: a line that a user typed becomes a task, with the lists and labels that it names."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from pydantic import ValidationError

from web.domain import text
from web.domain.days import day_words
from web.domain.due_words import due_words
from web.domain.errors import NotPossible
from web.domain.quick_add import Context, Line, Presets, Reading, Span, read, read_lines, without
from web.domain.rule_words import shown_repeat
from web.domain.timestamps import utc_now
from web.models.label import NAME_LENGTH, LabelDraft
from web.models.list import List, NewList
from web.models.task import Task
from web.models.task_drafts import NewTask, QuickLine, SeveralLines, TitleDraft
from web.services.day_ordering import DayOrdering
from web.services.history import History
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.ordering import Ordering
from web.services.records import Service
from web.services.task_dates import text_of
from web.services.tasks import Tasks

MOST_SUGGESTIONS = 5
# What begins the name of a list: `#`, and `#+` where it is to be made.
_MARK = re.compile(r"^#\+?")
_BEGUN = re.compile(r"(?:^|\s)(?P<words>(?P<mark>[#@])\"?(?P<name>[^\s\"#@][^\"#@]{0,30}|))$")


class Chip(NamedTuple):
    """A part of a line that is not title: what it means, its words, and the words that keep it as text.

    An offer is the other way round: a part of the title, and in `plain` the words that would make a list of it.
    """

    meaning: str
    words: str
    plain: str
    is_new: bool = False
    is_offer: bool = False


class Suggestion(NamedTuple):
    """The words at the end of the line, and what they may become."""

    words: str
    whole: str


class QuickAdd(Service):
    """Reads lines with the user's time zone, week start, date order, lists and labels."""

    def preview(self, line: QuickLine) -> Sequence[Chip]:
        """What would be read from the line, part by part."""
        lists, labels = self._lists(line.title), self._labels(line.title)
        reading = self._read(line, lists, labels)
        chips = []
        for span in reading.spans:
            is_new = span.kind == "label" and _named(span.value, labels) is None
            plain = self._plain(line, span, lists, labels)
            if span.kind == "list" and reading.makes_list:
                is_new, plain = True, _MARK.sub("#", span.words)
            chips.append(Chip(self._meaning(span, reading), span.words, plain, is_new))
        offered = self._may_be_made(reading.unknown_list)
        return [*chips, *([_offer(offered)] if offered else [])]

    def _meaning(self, span: Span, reading: Reading) -> str:
        """Due Sat 28 Nov, 10:00; List Garden; every Mon."""
        match span.kind:
            case "due" | "time":
                return f"Due {self._due(reading)}"
            case "start" if reading.start_on:
                return f"Start {self._day(reading.start_on)}"
            case "repeat":
                words = shown_repeat(reading.repeat_rule, reading.repeat_mode)
                return f"{words[:1].upper()}{words[1:]}{self._end(reading)}"
            case "priority":
                return f"Priority {span.value}"
            case "description":
                return "Note"
        return f"{span.kind.capitalize()} {span.value}"

    def _end(self, reading: Reading) -> str:
        if reading.until:
            return f", until {self._day(reading.until)}"
        return f", {reading.times} times" if reading.times else ""

    def _day(self, day: date) -> str:
        preferences = self.actor.preferences
        return day_words(day, preferences.today(utc_now()), preferences.date_order)

    def _due(self, reading: Reading) -> str:
        preferences = self.actor.preferences
        if reading.due_on is None:
            return ""
        now = preferences.now(utc_now())
        return due_words(reading.due_on, reading.due_time, now, preferences)

    def _plain(self, line: QuickLine, span: Span, lists: Mapping[str, int], labels: Mapping[str, int]) -> str:
        """With a backslash, or in quotes where that does not do."""
        before, after = line.title[: span.offset], line.title[span.offset + span.length :]
        escaped = f"\\{span.words}"
        reading = self._read(QuickLine(title=f"{before}{escaped}{after}"), lists, labels)
        is_text = span.words in reading.title and escaped not in reading.title
        return escaped if is_text else f'"{span.words}"'

    def add(self, line: QuickLine, key: str) -> Task:
        """The task of a line; a `#+list` and labels that do not exist yet are made with it, in the same operation.

        Raises ValidationError for a title or a note that is too long, NotFound for another user's list or task,
        NotPossible for a list whose name an archived one has.
        """
        lists, labels = dict(self._lists(line.title)), self._labels(line.title)
        reading, tasks = self._read(line, lists, labels), Tasks(self.connection, self.actor)
        above = tasks.get(line.after) if line.after else None
        # Before the list is made: an error makes none.
        draft = NewTask.model_validate(_values(reading, line, lists))
        if above and not reading.list:
            draft.list_id, draft.parent_id = above.list_id, above.parent_id
        draft.list_id = self._list_id(reading, lists, key) or draft.list_id
        draft.labels = self._label_ids(reading, line.label_id, labels, key)
        task = tasks.add(draft, key)
        return self._put_below(task, above) if above else task

    def _put_below(self, task: Task, above: Task) -> Task:
        if (task.list_id, task.parent_id) == (above.list_id, above.parent_id):
            task = Ordering(self.connection, self.actor).move(task.id or 0, after=above.id)
        return DayOrdering(self.connection, self.actor).put_below(task, above)

    def add_several(self, several: SeveralLines, key: str) -> Sequence[Task]:
        """A task for each line, indented ones as steps of those above; the first 200, in one operation.

        Raises NotPossible where a line is no task; then none is added.
        """
        lists, labels = dict(self._lists(several.lines)), dict(self._labels(several.lines))
        lines = read_lines(several.lines, self._context(several.due_on, lists, labels)).lines
        # Before the first one is added: an error adds none of them.
        drafts = [_draft(number, line, several, lists) for number, line in enumerate(lines, start=1)]
        added: list[Task] = []
        above: list[Task] = []
        for number, (line, draft) in enumerate(zip(lines, drafts, strict=True), start=1):
            del above[line.level :]
            if above:
                draft.parent_id, draft.list_id = above[-1].id, None
            else:
                draft.list_id = self._list_id(line.reading, lists, key) or draft.list_id
            draft.labels = self._label_ids(line.reading, None if above else several.label_id, labels, key)
            task = Tasks(self.connection, self.actor).add(draft, str(uuid5(NAMESPACE_URL, f"{key} {number}")))
            above.append(task)
            added.append(task)
        return added

    def unknown_list(self, task: Task) -> str | None:
        """The name of a list that the title says and that can be made: what `make_list` would make."""
        span = self._may_be_made(self._unknown_list(task.title))
        return span.value if span else None

    def make_list(self, task_id: int, key: str) -> Task:
        """Make the list that the title names, and move the task there without these words; one operation.

        Idempotent for one key. Raises NotPossible where the title names no list that can be made.
        """
        tasks = Tasks(self.connection, self.actor)
        task = tasks.any(task_id)
        span = None if task.deleted_at else self._may_be_made(self._unknown_list(task.title))
        if span is None and History(self.connection, self.actor).size(key):
            return task
        if span is None:
            raise NotPossible("The title of this task names no list that can be made.")
        made = Lists(self.connection, self.actor).add(NewList(name=span.value), key)
        Ordering(self.connection, self.actor).to_list(task_id, made.id)
        return tasks.edit(task_id, TitleDraft(title=without(task.title, span)), tasks.get(task_id).version)

    def _unknown_list(self, title: str) -> Span | None:
        return self._read(QuickLine(title=title), self._lists(title), {}).unknown_list

    def _may_be_made(self, span: Span | None) -> Span | None:
        """The span again where its name is free: an archived list has its name too."""
        if span is None or not _is_list_name(span.value):
            return None
        return None if Lists(self.connection, self.actor).named(span.value) else span

    def suggestions(self, line: str) -> Sequence[Suggestion]:
        """The lists or labels whose name begins as the `#…` or `@…` at the end of the line."""
        begun = _BEGUN.search(line)
        if begun is None:
            return ()
        mark, start = begun["mark"], begun["name"].casefold()
        names = self._lists("#") if mark == "#" else self._labels("@")
        found = sorted(name for name in names if name.casefold().startswith(start) and name.casefold() != start)
        return [Suggestion(begun["words"], _marked_name(mark, name)) for name in found[:MOST_SUGGESTIONS]]

    def _read(self, line: QuickLine, lists: Mapping[str, int], labels: Mapping[str, int]) -> Reading:
        if not _is_line(line.title):
            # The draft refuses it.
            return Reading(title=line.title)
        context = self._context(line.due_on, lists, labels)
        reading = read(line.title, context)
        # No label or list can have such a name, so its words are text.
        refused = [span.words for span in reading.spans if not _can_be_named(span)]
        return read(line.title, context, refused) if refused else reading

    def _context(self, due_on: date | None, lists: Mapping[str, int], labels: Mapping[str, int]) -> Context:
        chosen, presets = self.actor.preferences, Presets(due_on=due_on)
        order: Any = chosen.date_order
        return Context(utc_now(), chosen.zone, chosen.week_start, order, tuple(lists), tuple(labels), presets)

    def _lists(self, line: str) -> Mapping[str, int]:
        """The lists by name, of several with one name the first; asked for only where the line may name one."""
        if "#" not in line:
            return {}
        found = [one for one in Lists(self.connection, self.actor).all() if not one.archived_at and not one.is_section]
        return {one.name: one.id or 0 for one in sorted(found, key=_place, reverse=True)}

    def _labels(self, line: str) -> Mapping[str, int]:
        if "@" not in line:
            return {}
        return {label.name: label.id or 0 for label in Labels(self.connection, self.actor).all()}

    def _list_id(self, reading: Reading, lists: dict[str, int], key: str) -> int | None:
        """The list that the line names; `#+name` makes it, once for the operation, and puts it into `lists`."""
        if reading.list is None:
            return None
        if (found := _named(reading.list, lists)) is None:
            made = Lists(self.connection, self.actor).add(
                NewList(name=reading.list), str(uuid5(NAMESPACE_URL, f"{key} list {reading.list}"))
            )
            found = lists[made.name] = made.id or 0
        return found

    def _label_ids(self, reading: Reading, preset: int | None, labels: Mapping[str, int], key: str) -> tuple[int, ...]:
        """The label that the page presets, and those that the line names."""
        named = (self._label_id(name, labels, key) for name in reading.labels)
        return (*filter(None, [preset]), *named)

    def _label_id(self, name: str, labels: Mapping[str, int], key: str) -> int:
        """Made under a key that follows from that of the task: the same form sent twice makes one label."""
        if (found := _named(name, labels)) is not None:
            return found
        made = Labels(self.connection, self.actor).add(
            LabelDraft(name=name), str(uuid5(NAMESPACE_URL, f"{key} {name}"))
        )
        return made.id or 0


def _draft(number: int, line: Line, several: SeveralLines, lists: Mapping[str, int]) -> NewTask:
    """Raises NotPossible, which names the line."""
    values = _values(line.reading, QuickLine(list_id=several.list_id), lists)
    try:
        return NewTask.model_validate({**values, "is_done": line.is_done})
    except ValidationError as problem:
        raise NotPossible(f"Line {number}: {problem.errors()[0]['ctx']['error']}") from problem


def _values(reading: Reading, line: QuickLine, lists: Mapping[str, int]) -> dict[str, Any]:
    """The fields of the draft; what is not read keeps its default."""
    notes: Sequence[str | None] = (reading.description, line.description)
    values = {
        "title": reading.title,
        "description": "\n".join(filter(None, notes)) or None,
        "list_id": _named(reading.list, lists) if reading.list else line.list_id,
        "priority": reading.priority,
        "start_on": reading.start_on,
        "due_on": reading.due_on,
        "due_time": text_of(reading.due_time),
        "repeat_rule": reading.repeat_rule,
        "repeat_mode": reading.repeat_mode,
        "repeat_anchor": reading.repeat_anchor,
        "repeat_until": reading.until,
        "repeat_left": reading.times,
    }
    return {name: value for name, value in values.items() if value is not None}


def _offer(span: Span) -> Chip:
    return Chip(f"New list {span.value}", span.words, _MARK.sub("#+", span.words), is_new=True, is_offer=True)


def _can_be_named(span: Span) -> bool:
    if span.kind == "list":
        return _is_list_name(span.value)
    return span.kind != "label" or len(span.value) <= NAME_LENGTH


def _is_list_name(name: str) -> bool:
    try:
        NewList(name=name)
    except ValidationError:
        return False
    return True


def _marked_name(mark: str, name: str) -> str:
    """As quick add reads it: in quotes where it is more than one word."""
    return f'{mark}"{name}" ' if re.search(r"[^\w-]", name) else f"{mark}{name} "


def _is_line(typed: str) -> bool:
    try:
        text.line(typed)
    except ValueError:
        return False
    return True


def _place(one: List) -> tuple[str, int]:
    return one.position, one.id or 0


def _named(name: str, found: Mapping[str, int]) -> int | None:
    return next((number for known, number in found.items() if known.casefold() == name.casefold()), None)

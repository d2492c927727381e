"""Lines of quick add as one user means them: in their time zone and date order, with their lists and labels."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from web.domain import text
from web.domain.errors import NotFound
from web.domain.lengths import LABEL_NAME_LENGTH
from web.domain.quick_add import Context, Lines, Presets, Reading, Span, read, read_lines
from web.domain.timestamps import utc_now
from web.models.label import Label
from web.models.list import List, NewList
from web.models.task_drafts import QuickLine, SeveralLines
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.records import Service


class QuickLines(Service):
    """Reads lines with the user's time zone, week start, date order, lists and labels."""

    def read(self, line: QuickLine, lists: Mapping[str, int], labels: Mapping[str, int]) -> Reading:
        """What the line says, with lists and labels as `lists` and `labels` give them."""
        if not _is_line(line.title):
            # The draft refuses it.
            return Reading(title=line.title)
        context = self.context(line.due_on, lists, labels)
        reading = read(line.title, context)
        # No label or list can have such a name, so its words are text.
        refused = [span.words for span in reading.spans if not _can_be_named(span)]
        return read(line.title, context, refused) if refused else reading

    def read_several(self, several: SeveralLines, lists: Mapping[str, int], labels: Mapping[str, int]) -> Lines:
        """What several lines say, each by itself."""
        return read_lines(several.lines, self.context(several.due_on, lists, labels))

    def context(self, due_on: date | None, lists: Mapping[str, int], labels: Mapping[str, int]) -> Context:
        """Now, as the user's clock and calendar have it; `due_on` is the day that the page presets."""
        chosen, presets = self.actor.preferences, Presets(due_on=due_on)
        order: Any = chosen.date_order
        return Context(utc_now(), chosen.zone, chosen.week_start, order, tuple(lists), tuple(labels), presets)

    def lists(self, line: str) -> Mapping[str, int]:
        """The lists by name, of several with one name the first; asked for only where the line may name one."""
        if "#" not in line:
            return {}
        found = [one for one in Lists(self.connection, self.actor).all() if not one.archived_at and not one.is_section]
        return {one.name: one.id or 0 for one in sorted(found, key=_place, reverse=True)}

    def labels(self, line: str) -> Mapping[str, int]:
        """The labels by name; asked for only where the line may name one."""
        if "@" not in line:
            return {}
        return {label.name: label.id or 0 for label in Labels(self.connection, self.actor).all()}

    def list_at(self, list_id: int) -> List | None:
        """The list or section that a page presets; None where it is gone meanwhile."""
        try:
            return Lists(self.connection, self.actor).get(list_id)
        except NotFound:
            return None

    def label_at(self, label_id: int) -> Label | None:
        """The label that a page presets; None where it is gone meanwhile."""
        try:
            return Labels(self.connection, self.actor).get(label_id)
        except NotFound:
            return None

    def may_be_made(self, span: Span | None) -> Span | None:
        """The span again where its name is free: an archived list has its name too."""
        if span is None or not _is_list_name(span.value):
            return None
        return None if Lists(self.connection, self.actor).named(span.value) else span


def _can_be_named(span: Span) -> bool:
    if span.kind == "list":
        return _is_list_name(span.value)
    return span.kind != "label" or len(span.value) <= LABEL_NAME_LENGTH


def _is_list_name(name: str) -> bool:
    try:
        NewList(name=name)
    except ValidationError:
        return False
    return True


def _is_line(typed: str) -> bool:
    try:
        text.line(typed)
    except ValueError:
        return False
    return True


def _place(one: List) -> tuple[str, int]:
    return one.position, one.id or 0


def named(name: str, found: Mapping[str, int]) -> int | None:
    """The id under that name, whatever its case."""
    return next((number for known, number in found.items() if known.casefold() == name.casefold()), None)

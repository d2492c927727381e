"""The history of a task in words: what was done, and what each field was before and after."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from functools import cached_property
from typing import Any

from web.domain.days import WEEKDAYS, recent_date
from web.domain.due_words import clock_words
from web.domain.rule_words import shown_repeat
from web.domain.timestamps import utc_now
from web.models.event import Event
from web.services.labels import Labels
from web.services.overview import Overviews
from web.services.records import Service

ACTIONS = {
    "add": "Added",
    "edit": "Changed",
    "complete": "Completed",
    "reopen": "Reopened",
    "delete": "Deleted",
    "restore": "Restored",
    "skip": "Skipped",
    "undo": "Undone",
    "occurrence": "Completed and repeated",
    "move": "Moved",
    "archive": "Archived",
    "unarchive": "Unarchived",
    "import": "Imported",
}
# Those that say what became of the fields; the others mean it.
_WITH_FIELDS = ("edit", "move", "undo", "skip")
# A field that the words of another one say too.
_SAID_WITH = {"due_time": "due_on", "repeat_mode": "repeat_rule"}
NOTHING = "None"
PRIORITIES = {1: "High", 2: "Medium", 3: "Low", 4: NOTHING}
Values = Mapping[str, Any]


class HistoryWords(Service):
    """Days in a history are never Today or Tomorrow, which they would not stay."""

    @cached_property
    def overviews(self) -> Overviews:
        return Overviews(self.connection, self.actor)

    def happened(self, event: Event) -> str:
        """Completed; Changed due date from None to Fri 4 Dec and priority from Low to High.

        No statement; one for an event about lists, and one for the first about labels.
        """
        action = ACTIONS.get(event.action, event.action.capitalize())
        parts = list(self._parts(event.changes)) if event.action in _WITH_FIELDS else []
        words = _listed(parts)
        if event.action == "move":
            words = words.removeprefix("list ") or "up or down"
        return f"{action}{':' if event.action == 'undo' and words else ''} {words}".strip()

    def _parts(self, changes: Values) -> Iterator[str]:
        """Each changed field; those that follow from others are left out.

        Of a repeating task that moved on, the rule is there although it stays.
        """
        before, after = ({name: pair[place] for name, pair in changes.items()} for place in (0, 1))
        for name, (label, words) in _FIELDS.items():
            if name not in changes or _SAID_WITH.get(name) in changes:
                continue
            said = [words(self, values) for values in (before, after)] if words else []
            if name != "repeat_rule" or len(set(said)) > 1:
                yield " ".join((label, "from", said[0], "to", said[1])) if said else label

    def _title(self, values: Values) -> str:
        return f"“{values['title']}”"

    def _due(self, values: Values) -> str:
        """Fri 4 Dec, 18:00; the time only where it changed too."""
        return ", ".join(
            filter(None, (self._day(values["due_on"]), self._time(values) if values.get("due_time") else ""))
        )

    def _time(self, values: Values) -> str:
        at = values["due_time"]
        return clock_words(time.fromisoformat(at), self.actor.preferences.clock) if at else NOTHING

    def _day(self, written: str | None) -> str:
        if not written:
            return NOTHING
        day, preferences = date.fromisoformat(written), self.actor.preferences
        return f"{WEEKDAYS[day.weekday()]} {recent_date(day, preferences.today(utc_now()), preferences.date_order)}"

    def _zone(self, values: Values) -> str:
        return values["due_zone"] or "that of the user"

    def _start(self, values: Values) -> str:
        return self._day(values["start_on"])

    def _priority(self, values: Values) -> str:
        return PRIORITIES[values["priority"]]

    def _labels(self, values: Values) -> str:
        names = (self._label_names.get(number, "a deleted label") for number in values["labels"])
        return ", ".join(f"@{name}" for name in names) or NOTHING

    def _repeat(self, values: Values) -> str:
        return shown_repeat(values["repeat_rule"], values.get("repeat_mode")) or "Never"

    def _mode(self, values: Values) -> str:
        return "after it is done" if values["repeat_mode"] == "completion" else "by date"

    def _until(self, values: Values) -> str:
        return self._day(values["repeat_until"])

    def _left(self, values: Values) -> str:
        return str(values["repeat_left"] or NOTHING)

    def _list(self, values: Values) -> str:
        number = values["list_id"]
        return (self.overviews.get().path(number) or "a deleted list") if number else "Inbox"

    @cached_property
    def _label_names(self) -> Mapping[int | None, str]:
        return {label.id: label.name for label in Labels(self.connection, self.actor).with_deleted()}


def done_words(action: str, changes: Values) -> str:
    """Completed; Changed due date and priority. Without values, and for records of every noun."""
    if action != "edit":
        return ACTIONS.get(action, action.capitalize())
    return f"Changed {_listed([label for name, label in _LABELS.items() if name in changes])}".strip()


def event_words(name: str) -> str:
    """Tasks added, for `tasks.add`, as webhooks name an event."""
    subject, _, action = name.partition(".")
    return f"{subject.capitalize()} {ACTIONS[action].lower()}"


def _listed(parts: Sequence[str]) -> str:
    """One, two and three."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


# In words with both values, or by the name alone.
_FIELDS: Mapping[str, tuple[str, Callable[[HistoryWords, Values], str] | None]] = {
    "title": ("title", HistoryWords._title),
    "description": ("note", None),
    "due_on": ("due date", HistoryWords._due),
    "due_time": ("due time", HistoryWords._time),
    "due_zone": ("time zone", HistoryWords._zone),
    "start_on": ("start date", HistoryWords._start),
    "priority": ("priority", HistoryWords._priority),
    "labels": ("labels", HistoryWords._labels),
    "repeat_rule": ("repeat", HistoryWords._repeat),
    "repeat_mode": ("way of repeating", HistoryWords._mode),
    "repeat_until": ("end of the repeat", HistoryWords._until),
    "repeat_left": ("repeats left", HistoryWords._left),
    "list_id": ("list", HistoryWords._list),
    "parent_id": ("place among steps", None),
}
_LABELS = {**{name: label for name, (label, _) in _FIELDS.items()}, "name": "name", "colour": "colour"}

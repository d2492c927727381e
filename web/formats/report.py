"""What a file becomes: the preview before an import, and the receipt after it. Bounded, whatever the file holds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Self

from web.domain.days import full_date
from web.domain.due_words import clock_words
from web.domain.preferences import Preferences
from web.domain.rule_words import shown_repeat
from web.formats.detecting import NAMES
from web.formats.imported import ImportedTask, RefusedRow
from web.formats.reading import Reading

MOST_SAMPLES, MOST_REFUSED, MOST_REMARKS, MOST_LINES = 10, 50, 50, 10
# The fields of a task in words, and what says that a task has one.
_FIELDS = {
    "title": "title",
    "note": "note",
    "list": "list_key",
    "labels": "labels",
    "priority": "priority",
    "due date": "due_on",
    "start date": "start_on",
    "repeat": "repeat",
    "reminder": "reminders",
    "step": "parent",
    "done": "completed",
}


@dataclass
class Remark:
    """What became of a field in so many tasks, and the first lines of them."""

    name: str
    fate: str
    sentence: str
    count: int = 0
    lines: list[int] = field(default_factory=list)


@dataclass
class Sample:
    """One of the first tasks: its title, when it is due, and what else it has in words."""

    title: str
    facts: list[str]
    due_on: str | None = None
    due_time: str | None = None

    def due_words(self, preferences: Preferences) -> str:
        """4 Dec 2026, 18:05, as the user writes dates; empty without a due date."""
        if not self.due_on:
            return ""
        day = full_date(date.fromisoformat(self.due_on), preferences.date_order)
        at = clock_words(time.fromisoformat(self.due_time), preferences.clock) if self.due_time else ""
        return ", ".join(filter(None, (day, at)))


@dataclass
class Report:
    """`counts` are of tasks, steps, done, lists, labels, refused and known; `fields` of tasks that have a field."""

    format: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)

    @property
    def format_name(self) -> str:
        return NAMES.get(self.format, self.format)

    @property
    def new(self) -> int:
        """How many of the tasks and steps are not here yet."""
        return self.count("tasks") + self.count("steps") - self.count("known")

    def as_json(self) -> dict[str, Any]:
        lists = {name: [vars(one) for one in getattr(self, name)] for name in ("remarks", "samples")}
        return {**vars(self), **lists}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        remarks = [Remark(**one) for one in stored["remarks"]]
        samples = [Sample(**one) for one in stored["samples"]]
        refused = [(line, sentence, text) for line, sentence, text in stored["refused"]]
        return cls(**{**stored, "remarks": remarks, "samples": samples, "refused": refused})

    def count(self, name: str) -> int:
        return self.counts.get(name, 0)


class Reporter:
    """Takes one task after another."""

    def __init__(self, reading: Reading) -> None:
        header = reading.detected.header
        self._reading = reading
        self._counts: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()
        self._remarks: dict[tuple[str, str, str], Remark] = {}
        self._report = Report(
            format=reading.format,
            lists=[one.name for one in reading.lists.values()][:MOST_REMARKS],
            columns=list(header.columns) if header and reading.format == "csv" else [],
        )

    def take(self, item: ImportedTask | RefusedRow) -> None:
        if isinstance(item, RefusedRow):
            self._counts["refused"] += 1
            if len(self._report.refused) < MOST_REFUSED:
                self._report.refused.append((item.line, item.sentence, item.text[:100]))
            return
        self._counts["steps" if item.parent else "tasks"] += 1
        self._counts["done"] += item.completed
        for name, attribute in _FIELDS.items():
            value = getattr(item, attribute)
            self._fields[name] += bool(value) if name != "priority" else value < 4
        for fate in item.fates:
            self._remark(item.line, *fate)
        if len(self._report.samples) < MOST_SAMPLES:
            due_on = item.due_on.isoformat() if item.due_on else None
            facts = [*filter(None, self._facts(item))]
            self._report.samples.append(Sample(item.title, facts, due_on, item.due_time))

    def report(self) -> Report:
        counts = {"lists": len(self._reading.lists), "labels": len(self._reading.labels), **self._counts}
        self._report.counts = counts
        self._report.fields = {name: count for name, count in self._fields.items() if count}
        self._report.remarks = list(self._remarks.values())
        return self._report

    def _remark(self, line: int, name: str, fate: str, sentence: str) -> None:
        key = (name, fate, sentence)
        if key not in self._remarks and len(self._remarks) >= MOST_REMARKS:
            key = ("other fields", fate, "More of this kind.")
        remark = self._remarks.setdefault(key, Remark(*key))
        remark.count += 1
        if len(remark.lines) < MOST_LINES:
            remark.lines.append(line)

    def _facts(self, task: ImportedTask) -> Iterator[str]:
        yield self._reading.lists[task.list_key].name if task.list_key else ""
        yield shown_repeat(task.repeat.rule, task.repeat.mode) if task.repeat else ""
        yield ", ".join(self._reading.labels[one].name for one in task.labels)
        yield "done" if task.completed else ""


def report_of(reading: Reading) -> Report:
    """The preview of a file."""
    reporter = Reporter(reading)
    for item in reading.tasks():
        reporter.take(item)
    return reporter.report()

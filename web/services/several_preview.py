"""What several lines would become before they are added: a task each, with its steps, and the lists that they go to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from web.domain.quick_add import Line
from web.models.label import Label
from web.models.list import INBOX, List
from web.models.task_drafts import SeveralLines
from web.services.quick_add import QuickAdd
from web.services.quick_lines import QuickLines
from web.services.quick_preview import Chip, QuickPreview
from web.services.records import Service


@dataclass(frozen=True)
class LinePreview:
    """The task that a line would become; a `problem` says why it cannot, and then none of the lines is added."""

    title: str
    level: int
    is_done: bool
    chips: Sequence[Chip]
    problem: str


@dataclass(frozen=True)
class LinesPreview:
    """`places` are the lists that the tasks would go to, each with their number; steps go with their task.

    `left_out` is the number of lines beyond those that are added at once.
    """

    lines: Sequence[LinePreview] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0

    @property
    def steps(self) -> int:
        return sum(1 for line in self.lines if line.level)


class SeveralPreview(Service):
    """Says what lines mean without changing anything, with as many statements as for one line."""

    def __init__(self, *service: Any) -> None:
        super().__init__(*service)
        self._lines, self._preview, self._adding = QuickLines(*service), QuickPreview(*service), QuickAdd(*service)

    def preview(self, several: SeveralLines) -> LinesPreview:
        """What would be added, line by line."""
        lists, labels = self._lines.lists(several.lines), self._lines.labels(several.lines)
        place = self._lines.list_at(several.list_id) if several.list_id else None
        label = self._lines.label_at(several.label_id) if several.label_id else None
        found = self._lines.read_several(several, lists, labels)
        shown = [
            LinePreview(
                line.reading.title,
                line.level,
                line.is_done,
                list(self._chips(line, place, label, lists, labels)),
                self._adding.problem_of(number, line, several, lists),
            )
            for number, line in enumerate(found.lines, start=1)
        ]
        of_page = place.name if place else INBOX
        places = Counter(line.reading.list or of_page for line in found.lines if not line.level)
        return LinesPreview(shown, places, found.left_out)

    def _chips(
        self,
        line: Line,
        place: List | None,
        label: Label | None,
        lists: Mapping[str, int],
        labels: Mapping[str, int],
    ) -> Iterator[Chip]:
        """Of a step not its list: it is in that of its task."""
        for span, chip in zip(line.reading.spans, self._preview.said(line.reading, labels), strict=True):
            if not (line.level and span.kind == "list"):
                yield self._preview.kept(chip, span, line.text, lists, labels)
        yield from self._preview.presets(line.reading, None if line.level else place, None if line.level else label)

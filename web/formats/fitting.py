"""Makes what a file says fit: lengths, control characters, dates that belong together. What is cut off is kept."""

import re
import unicodedata
from collections.abc import Mapping

from web.domain import text
from web.domain.lengths import DESCRIPTION_LENGTH, LABEL_NAME_LENGTH, LIST_NAME_LENGTH, TITLE_LENGTH
from web.formats.imported import ImportedTask, RefusedRow

MOST_LABELS, MOST_REMINDERS = 50, 20
# Characters of one text that is kept beside a task, and how many there may be.
LONGEST_KEPT, MOST_KEPT = 20_000, 50
_LIST_MARK = re.compile(r"^(?:- \[[ xX]\]|[-*•])\s+")
_JOINERS = ("Mn", "Me", "Mc", "Cf", "Sk")


def fitted(task: ImportedTask) -> ImportedTask | RefusedRow:
    """The task with fields that Daybook can store; refused where nothing is left of its title."""
    note = _clean(task.note)
    if text.is_blank(one_line(task.title)):
        note = _take_title(task, note)
    title = one_line(task.title)
    if text.is_blank(title):
        return RefusedRow(task.line, "This task has no title.", "")
    if not text.is_printable(task.title.replace("\n", " ").replace("\r", " ").replace("\t", " ")):
        task.change("title", "Control characters were taken out.")
    if len(title) > TITLE_LENGTH:
        note = _with_title(task, title, note)
        title = shortened(title, TITLE_LENGTH)
    if len(note) > DESCRIPTION_LENGTH:
        task.keep("note", note, f"Notes can be up to {DESCRIPTION_LENGTH:,} characters; all of it is kept.", "note")
        note = shortened(note, DESCRIPTION_LENGTH)
    task.title, task.note = title, "" if text.is_blank(note) else note
    _fit_dates(task)
    _fit_lists(task)
    return task


def one_line(written: str) -> str:
    return text.line(_clean(written)).strip()


def name_of(written: str, length: int) -> str:
    """A name of a list or a label that fits; empty where nothing is left."""
    name = one_line(written)
    return "" if text.is_blank(name) else shortened(name, length)


def list_name(written: str) -> str:
    return name_of(written, LIST_NAME_LENGTH) or "Untitled"


def label_name(written: str) -> str:
    return name_of(written, LABEL_NAME_LENGTH)


def shortened(written: str, length: int) -> str:
    """At most so many code points, ending in …; no letter is cut in two."""
    if len(written) <= length:
        return written
    end = length - 1
    while end > 0 and (unicodedata.category(written[end]) in _JOINERS or written[end - 1] == "\u200d"):
        end -= 1
    return written[:end].rstrip() + "…"


def kept_of(kept: Mapping[str, str]) -> dict[str, str]:
    """What is stored beside the task, within limits."""
    return {
        shortened(one_line(name), 100) or "text": shortened(_clean(value), LONGEST_KEPT)
        for name, value in list(kept.items())[:MOST_KEPT]
    }


def _clean(written: str) -> str:
    """Without control characters, line breaks apart."""
    if not text.is_printable(written.replace("\r", "\n")):
        written = "".join(
            one if one == "\n" or text.is_printable(one) else " " for one in written.replace("\r\n", "\n")
        )
    return text.paragraph(written)


def _with_title(task: ImportedTask, title: str, note: str) -> str:
    """The note that begins with the whole of a title that is too long; kept aside where there is no room."""
    longer = f"{title}\n\n{note}".strip()
    sentence = f"Titles can be up to {TITLE_LENGTH} characters (this one is {len(title):,}); "
    if len(longer) <= DESCRIPTION_LENGTH:
        task.change("title", sentence + "all of it begins the note.")
        return longer
    task.keep("title", title, sentence + "all of it is kept.", "title")
    return note


def _take_title(task: ImportedTask, note: str) -> str:
    """The title from the first line of the note, where there is one; gives what is left of the note."""
    first, _, rest = note.strip().partition("\n")
    if not text.is_blank(first):
        task.title = _LIST_MARK.sub("", first, count=1)
        task.change("title", "This task has no title, so the first line of its note is its title.")
    return rest


def _fit_dates(task: ImportedTask) -> None:
    if task.due_on is None:
        task.due_time = task.due_zone = None
    if task.due_time is None:
        task.due_zone = None
    if task.start_on and task.due_on and task.start_on > task.due_on and not task.exact:
        task.keep("start date", task.start_on.isoformat(), "It is after the due date.", "start date")
        task.start_on = None
    if task.repeat and task.due_on is None:
        task.keep("repeat", task.repeat.rule, "A repeat needs a due date.", "repeat")
        task.repeat = None
    if task.repeat and task.completed:
        task.keep("repeat", task.repeat.rule, "A completed task does not repeat; the rule is kept as text.", "repeat")
        task.repeat = None
    if not task.completed:
        task.completed_at = None


def _fit_lists(task: ImportedTask) -> None:
    labels: dict[str, str] = {}
    for name in task.labels:
        labels.setdefault(name.casefold(), name)
    if len(labels) > MOST_LABELS:
        task.leave_out("labels", f"A task can have {MOST_LABELS} labels; the others are left out.")
    task.labels = tuple(labels.values())[:MOST_LABELS]
    if len(task.reminders) > MOST_REMINDERS:
        task.leave_out("reminders", f"A task can have {MOST_REMINDERS} reminders; the others are left out.")
        task.reminders = task.reminders[:MOST_REMINDERS]
    if not task.exact:
        task.reminders = tuple(one for one in task.reminders if one.at or task.due_on)

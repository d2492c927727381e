"""Reads the case files of `tests/formats/cases`, or text, as on the day of all cases."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from web.domain.quick_add import Context
from web.formats.imported import ImportedTask, RefusedRow
from web.formats.opening import open_source
from web.formats.reading import Reading

CASES = Path(__file__).parent / "cases"
BERLIN = ZoneInfo("Europe/Berlin")
CONTEXT = Context(datetime(2026, 11, 26, 14, 30, tzinfo=BERLIN), BERLIN)


def reading_of(
    content: str | bytes, name: str = "tasks.txt", *, encoding: str = "", columns: Mapping[int, str] | None = None
) -> Reading:
    raw = content.encode() if isinstance(content, str) else content
    return Reading(open_source(BytesIO(raw), name, CONTEXT, encoding=encoding, columns=columns))


def case(name: str, **options: object) -> Reading:
    """A case file."""
    return reading_of((CASES / name).read_bytes(), name, **options)  # type: ignore[arg-type]


def tasks(reading: Reading) -> list[ImportedTask]:
    return [one for one in reading.tasks() if isinstance(one, ImportedTask)]


def refused(reading: Reading) -> list[RefusedRow]:
    return [one for one in reading.tasks() if isinstance(one, RefusedRow)]


def by_title(reading: Reading) -> dict[str, ImportedTask]:
    return {one.title: one for one in tasks(reading)}


def fates(task: ImportedTask) -> set[tuple[str, str]]:
    return {(one.field, one.fate) for one in task.fates}


def list_of(reading: Reading, task: ImportedTask) -> str:
    """Work / Later."""
    names: list[str] = []
    key = task.list_key
    while key:
        names.insert(0, reading.lists[key].name)
        key = reading.lists[key].parent
    return " / ".join(names)

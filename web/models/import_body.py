"""An import as programs write and read it."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, TypeAlias

from msgspec import Struct
from pydantic import AfterValidator, WithJsonSchema
from sqlmodel import Field

from web.formats.report import Remark, Report, Sample
from web.formats.table import FIELDS
from web.models.base import Draft, RecordOut
from web.models.import_run import FILE_NAME_LENGTH, ImportRun, State

MOST_COLUMNS = 200
COLUMN = r"^(0|[1-9][0-9]{0,2})$"
FILE_NAME = r"^[^\x00-\x1f\x7f-\x9f]*$"
_FILE_NAME = {"type": "string", "maxLength": FILE_NAME_LENGTH, "pattern": FILE_NAME}


def _name(name: str) -> str:
    if not re.fullmatch(FILE_NAME, name):
        raise ValueError("Take out the control characters; no file name has them.")
    return name


def _number(number: str) -> str:
    if not re.fullmatch(COLUMN, number):
        raise ValueError("Name a column by its number, from 0 on.")
    return number


class ImportQuery(Draft):
    """What a program says of the file that it sends."""

    file_name: Annotated[str, AfterValidator(_name), WithJsonSchema(_FILE_NAME)] = Field(
        default="file",
        max_length=FILE_NAME_LENGTH,
        description="With its ending; Todoist's CSV files are named as their project.",
    )


def _each_once(columns: dict[str, str]) -> dict[str, str]:
    if len(set(columns.values())) < len(columns):
        raise ValueError("A field may be chosen for one column only.")
    return columns


def _known(field: str) -> str:
    if field not in FIELDS:
        raise ValueError("There is no such field.")
    return field


ColumnNumber: TypeAlias = Annotated[str, AfterValidator(_number), WithJsonSchema({"type": "string", "pattern": COLUMN})]
ColumnField: TypeAlias = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": [*FIELDS]})]


class ReadingBody(Draft):
    """How to read a file that could not be read as it is, or was read in another way than it should be."""

    encoding: Literal["windows-1252"] | None = None
    # The field of each column, by the number of the column from 0 on.
    columns: Annotated[dict[ColumnNumber, ColumnField], AfterValidator(_each_once)] | None = Field(
        default=None, max_length=MOST_COLUMNS
    )


class RemarkOut(Struct, frozen=True):
    """What becomes of a field, in how many tasks; `lines` are the first of them in the file."""

    field: str
    fate: str
    detail: str
    count: int
    lines: tuple[int, ...]

    @classmethod
    def of(cls, remark: Remark) -> Self:
        return cls(remark.name, remark.fate, remark.sentence, remark.count, tuple(remark.lines))


class RefusedOut(Struct, frozen=True):
    """A line that cannot be taken, why, and how it begins."""

    line: int
    detail: str
    text: str


class SampleOut(Struct, frozen=True):
    """One of the first tasks, when it is due, and what else it has in words."""

    title: str
    facts: tuple[str, ...]
    due_on: date | None = None
    due_time: str | None = None

    @classmethod
    def of(cls, sample: Sample) -> Self:
        due_on = date.fromisoformat(sample.due_on) if sample.due_on else None
        return cls(sample.title, tuple(sample.facts), due_on, sample.due_time)


class ReportOut(Struct, frozen=True):
    """The preview of an import, and the receipt after it. Of long files the first of each kind."""

    # The program that the file is of, in words.
    format_name: str
    counts: dict[str, int]
    fields: dict[str, int]
    lists: tuple[str, ...]
    columns: tuple[str, ...]
    remarks: tuple[RemarkOut, ...]
    refused: tuple[RefusedOut, ...]
    samples: tuple[SampleOut, ...]

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        report = Report.of_json(stored)
        return cls(
            format_name=report.format_name,
            counts=report.counts,
            fields=report.fields,
            lists=tuple(report.lists),
            columns=tuple(report.columns),
            remarks=tuple(map(RemarkOut.of, report.remarks)),
            refused=tuple(RefusedOut(*one) for one in report.refused),
            samples=tuple(map(SampleOut.of, report.samples)),
        )


class ImportOut(RecordOut, frozen=True, kw_only=True):
    """An import as programs read it: `done` of `total` tasks are there; `operation` is what Undo takes back."""

    file_name: str
    state: State
    format: str | None
    encoding: str | None
    columns: dict[str, str] | None
    total: int
    done: int
    problem: str | None
    begun_at: datetime | None
    operation: str = ""
    report: ReportOut | None = None

    @classmethod
    def with_report(cls, run: ImportRun, operation: str) -> Self:
        report = ReportOut.of(run.report) if run.report else None
        plain = {
            name: getattr(run, name) for name in cls.__struct_fields__ if name not in ("operation", "report", "state")
        }
        return cls(**plain, state=State(run.state), operation=operation, report=report)

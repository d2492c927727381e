"""An import: a file that a user chose, what it becomes, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, is_timestamp, sqlite_check
from web.db.types import JsonText, UtcDateTime
from web.domain import text
from web.models.base import BIG_ID, Draft, Record, record_args

FILE_NAME_LENGTH, FORMAT_LENGTH, STATE_LENGTH, PROBLEM_LENGTH = 200, 20, 12, 500


class State(StrEnum):
    """Where an import is. Those of WORKING are continued by the import loop of any process."""

    READING = "reading"
    # The preview waits for the user.
    READY = "ready"
    # The file cannot be read as it is: the user may choose another encoding or other columns.
    UNREADABLE = "unreadable"
    IMPORTING = "importing"
    DONE = "done"
    # What was imported is removed again: after Cancel or an error, and after Undo.
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


WORKING = (State.READING, State.IMPORTING, State.CANCELLING, State.UNDOING)


def _is_working() -> dict[str, Any]:
    states = ", ".join(repr(state.value) for state in WORKING)
    return dict.fromkeys(("postgresql_where", "sqlite_where"), sql(f"state IN ({states})"))


def _pasted(written: str) -> str:
    if text.is_blank(written):
        raise ValueError("Choose a file, or paste text.")
    return text.paragraph(written)


class ImportText(Draft):
    """Text that is pasted instead of a file."""

    text: Annotated[str, AfterValidator(_pasted)]


class ImportRun(Record, table=True):
    """`done` of `total` tasks are imported; `report` is a `web.formats.report.Report`."""

    follow = ("state", "report", "total", "done", "made", "problem", "attempts", "begun_at", "claimed_until")
    __tablename__ = "imports"
    __table_args__ = record_args(
        UniqueConstraint("user_id", "id"),
        CheckConstraint(f"length(file_name) BETWEEN 1 AND {FILE_NAME_LENGTH}", name="file_name_length"),
        CheckConstraint(f"state IN ({', '.join(repr(state.value) for state in State)})", name="state_known"),
        CheckConstraint("total >= 0 AND done >= 0 AND attempts >= 0", name="counts_not_negative"),
        *(sqlite_check(f"{name}_is_text", is_text(name)) for name in ("file_name", "state")),
        *(
            sqlite_check(f"{name}_is_text", f"{name} IS NULL OR {is_text(name)}")
            for name in ("format", "encoding", "columns", "report", "made", "problem")
        ),
        *(sqlite_check(f"{name}_is_integer", f"typeof({name}) = 'integer'") for name in ("total", "done", "attempts")),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("begun_at", "claimed_until")),
        # What the loop asks for, of all users.
        Index("ix_imports_working", "id", **_is_working()),
    )

    file_name: str = Field(max_length=FILE_NAME_LENGTH)
    state: str = Field(default=State.READING.value, max_length=STATE_LENGTH)
    format: str | None = Field(default=None, max_length=FORMAT_LENGTH)
    # Chosen by the user where the file is not in UTF-8.
    encoding: str | None = Field(default=None, max_length=FORMAT_LENGTH)
    # Chosen by the user for a table: the field of each column, by its number.
    columns: dict[str, str] | None = Field(default=None, sa_type=JsonText)
    report: dict[str, Any] | None = Field(default=None, sa_type=JsonText)
    # The ids of the lists and the labels that it made.
    made: dict[str, list[int]] | None = Field(default=None, sa_type=JsonText)
    total: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    done: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    problem: str | None = Field(default=None, max_length=PROBLEM_LENGTH)
    # How often a process took it without getting further.
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    # When importing, or taking back, began.
    begun_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # A process has it until then; after a crash another one takes it.
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def name(self) -> str:
        return f"the import of {self.file_name}"

    @property
    def is_working(self) -> bool:
        return self.state in WORKING


class ImportFile(SQLModel, table=True):
    """A part of the file of an import, compressed with zlib; the file is gone once nothing needs it."""

    __tablename__ = "import_files"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "import_id"], ["imports.user_id", "imports.id"], ondelete="CASCADE"),
        CheckConstraint("number >= 0", name="number_not_negative"),
        sqlite_check("number_is_integer", "typeof(number) = 'integer'"),
        sqlite_check("content_is_blob", "typeof(content) = 'blob'"),
    )

    user_id: str = Field(primary_key=True)
    import_id: int = Field(primary_key=True, sa_type=BIG_ID)
    number: int = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class ImportedRow(SQLModel, table=True):
    """Where a task came from, and what its source says that Daybook has no field for, which is exported again."""

    __tablename__ = "imported_tasks"
    __table_args__ = (
        ForeignKeyConstraint(["user_id", "task_id"], ["tasks.user_id", "tasks.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["user_id", "import_id"], ["imports.user_id", "imports.id"], ondelete="CASCADE"),
        sqlite_check("line_is_integer", "typeof(line) = 'integer'"),
        sqlite_check("kept_is_text", f"kept IS NULL OR {is_text('kept')}"),
        Index("ix_imported_tasks_user_id_import_id", "user_id", "import_id", "task_id"),
    )

    user_id: str = Field(primary_key=True)
    task_id: int = Field(primary_key=True, sa_type=BIG_ID)
    # None once the import was taken back.
    import_id: int | None = Field(default=None, sa_type=BIG_ID)
    line: int
    kept: dict[str, str] | None = Field(default=None, sa_type=JsonText)

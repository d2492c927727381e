"""What every record has: an owner, timestamps, a version, soft delete and an idempotency key."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, ClassVar, Self, TypeAlias
from uuid import uuid4

from msgspec import Struct, convert
from pydantic import BaseModel, WithJsonSchema
from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, Table, UniqueConstraint, event, text
from sqlalchemy.orm import Mapper
from sqlmodel import Field, SQLModel

from web.db.ddl import is_timestamp, random_uuid, record_triggers, sqlite_check, utc_now_sql
from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now

# Field name to its value before and after.
Changes: TypeAlias = dict[str, tuple[Any, Any]]
# 64 bits on PostgreSQL. SQLite's INTEGER has as many, and only INTEGER PRIMARY KEY numbers rows by itself.
BIG_ID: Any = BigInteger().with_variant(Integer(), "sqlite")
LARGEST_ID = 2**63 - 1


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _defaults_to(value: Any) -> dict[str, Any]:
    """A default for rows that other programs insert."""
    return {"server_default": value}


class Draft(SQLModel):
    """What a form or a program may write on a record, checked. Other fields are ignored in a form, refused in JSON."""

    # SQLModel's own validates what it is given once more, and leniently; a Draft has no table to care for.
    __init__ = BaseModel.__init__


class Record(SQLModel):
    """A row that belongs to one user. Subclasses add their columns and `__table_args__ = record_args(...)`."""

    # Columns that follow from others: no change of theirs is one of the record.
    follow: ClassVar[tuple[str, ...]] = ()

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    user_id: str = Field(foreign_key="users.id", ondelete="CASCADE")
    created_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs=_defaults_to(utc_now_sql())
    )
    updated_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs=_defaults_to(utc_now_sql())
    )
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Incremented by every change of content: what an edit form was opened on.
    version: int = Field(default=1, sa_column_kwargs=_defaults_to(text("1")))
    # The form that made the record: sent again, it makes no second one.
    idempotency_key: str = Field(
        default_factory=lambda: str(uuid4()), max_length=36, sa_column_kwargs=_defaults_to(random_uuid())
    )

    def differences(self, values: Mapping[str, Any]) -> Changes:
        """The fields whose value is another one, with the value now and the one given."""
        return {name: (getattr(self, name), value) for name, value in values.items() if getattr(self, name) != value}

    def following(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The columns that follow from others, as these values make them."""
        return {}

    def later(self) -> datetime:
        """The `updated_at` of the next change: now, but later than the last one even where the clock stepped back."""
        return max(utc_now(), self.updated_at + timedelta(microseconds=1))


def values_of(draft: SQLModel) -> dict[str, Any]:
    """The fields of a draft as a record stores them."""
    return {name: value.value if isinstance(value, Enum) else value for name, value in draft.model_dump().items()}


def schema_of_text(most: int, *, least: int = 0) -> WithJsonSchema:
    """The JSON Schema of a text that validators check further: they count what is left of white space around it."""
    return WithJsonSchema({"type": "string", "minLength": least, "maxLength": most})


class RecordOut(Struct, frozen=True):
    """The fields of every record that programs may read. A Struct: fifty cost a tenth of what models do."""

    id: int
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, record: Any) -> Self:
        """The fields of a record, or of a row of it."""
        return convert(record, cls, from_attributes=True)


def record_args(*more: Any) -> tuple[Any, ...]:
    """`__table_args__` of a record: the constraints that all records share, then its own."""
    return (
        UniqueConstraint("user_id", "idempotency_key"),
        # What every list starts from.
        Index(None, "user_id", "created_at", "id"),
        CheckConstraint("version >= 1", name="version_positive"),
        # SQLite takes any value for any column.
        sqlite_check("version_is_integer", "typeof(version) = 'integer'"),
        *(
            sqlite_check(f"{name}_is_timestamp", is_timestamp(name))
            for name in ("created_at", "updated_at", "deleted_at")
        ),
        *more,
    )


@event.listens_for(Mapper, "after_mapper_constructed")
def _add_triggers(mapper: Mapper[Any], model: type) -> None:
    """CREATE TABLE of a record is followed by its triggers."""
    if issubclass(model, Record):
        table: Any = mapper.local_table
        for statement in record_triggers(table.name, model.follow):
            event.listen(table, "after_create", statement)

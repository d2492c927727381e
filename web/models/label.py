"""A label: a name and a colour to mark tasks with."""

from typing import Annotated

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, sqlite_check
from web.domain import text
from web.models.base import Record, RecordOut, record_args
from web.models.colour import Colour, colour_known

NAME_LENGTH = 50


def _name(name: str) -> str:
    if text.is_blank(name):
        raise ValueError("A label needs a name.")
    if len(name) > NAME_LENGTH:
        raise ValueError(f"Names can be up to {NAME_LENGTH} characters (this one is {len(name):,}).")
    return name


LabelName = Annotated[str, AfterValidator(text.line), AfterValidator(_name)]


class LabelDraft(SQLModel):
    """What a user may write on a label."""

    name: LabelName
    colour: Colour = Colour.GREY


class Label(Record, table=True):
    __tablename__ = "labels"
    __table_args__ = record_args(
        UniqueConstraint("user_id", "id"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        colour_known(),
        sqlite_check("name_is_text", is_text("name")),
    )

    name: str = Field(max_length=NAME_LENGTH)
    colour: str = Field(default=Colour.GREY.value, max_length=10)


class LabelOut(RecordOut, LabelDraft):
    """A label as programs read it."""

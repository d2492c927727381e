"""Validators of a base class run in its other subclasses, also those of an alias in an annotation."""

from typing import Annotated

from conventions import CONVENTION
from pydantic import BeforeValidator, field_validator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = CONVENTION
Code = Annotated[str, BeforeValidator(str.strip)]


class ShelfBase(SQLModel):
    isbn: Code = Field(max_length=20)
    title: str = Field(max_length=20)

    @field_validator("title")
    @classmethod
    def title_is_not_blank(cls, title: str) -> str:
        return title


class Book(ShelfBase, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Magazine(ShelfBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    defaults: list[str] = Field(default=[], sa_type=__import__("sqlalchemy").JSON)

"""An alias with a validator on two columns of one class is one finding."""

from typing import Annotated

from base import Field, SQLModel
from pydantic import BeforeValidator

Code = Annotated[str, BeforeValidator(str.strip)]


class Book(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    isbn: Code = Field(max_length=20)  # finds validators-never-run at Book.isbn: BookDraft
    shelf: Code = Field(max_length=20)

"""An alias with a validator is one finding, whatever the number of columns and classes; another one is another."""

from typing import Annotated

from base import Field, SQLModel
from pydantic import AfterValidator, BeforeValidator

Code = Annotated[str, BeforeValidator(str.strip)]
Name = Annotated[str, AfterValidator(str.title)]


class Book(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    isbn: Code = Field(max_length=20)  # finds validators-never-run at Book.isbn: BookDraft
    shelf: Code = Field(max_length=20)


class Magazine(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    issn: Code = Field(max_length=20)
    name: Name = Field(max_length=20)  # finds validators-never-run at Magazine.name: MagazineDraft
    other: Name = Field(
        max_length=20, sa_column_kwargs={"info": {"doctor": {"allow": {"validators-never-run": "typed by us"}}}}
    )

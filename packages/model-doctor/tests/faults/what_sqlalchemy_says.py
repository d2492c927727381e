"""A warning without a code of its own is reported in SQLAlchemy's words, at its line."""

from base import Field, Relationship, SQLModel


class Library(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Copy(SQLModel, table=True):
    book_id: int = Field(foreign_key="book.id", primary_key=True)
    library_id: int = Field(foreign_key="library.id", primary_key=True, index=True)
    book: "Book" = Relationship(back_populates="copies")


class Book(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    copies: list[Copy] = Relationship(back_populates="book", cascade_delete=True)
    libraries: list[Library] = Relationship(link_model=Copy)  # finds sqlalchemy-warning at Book.libraries: warning

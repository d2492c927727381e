"""Many to many: a bare link table, an association object, both at once, and one that is deleted with its parent."""

from conventions import Base, Id, Name
from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

book_author = Table(
    "book_author",
    Base.metadata,
    Column("book_id", ForeignKey("book.id", ondelete="CASCADE"), primary_key=True),
    Column("author_id", ForeignKey("author.id", ondelete="CASCADE"), primary_key=True, index=True),
)
# No primary key, and no pair twice all the same.
shelf_book = Table(
    "shelf_book",
    Base.metadata,
    Column("shelf_id", ForeignKey("shelf.id"), nullable=False),
    Column("book_id", ForeignKey("book.id"), nullable=False, index=True),
    UniqueConstraint("shelf_id", "book_id"),
)


class Author(Base):
    __tablename__ = "author"
    id: Mapped[Id]
    books: Mapped[list["Book"]] = relationship(secondary=book_author, back_populates="authors", passive_deletes=True)


class Book(Base):
    __tablename__ = "book"
    id: Mapped[Id]
    authors: Mapped[set[Author]] = relationship(secondary="book_author", back_populates="books", cascade="all, delete")
    shelves: Mapped[list["Shelf"]] = relationship(secondary=shelf_book, back_populates="books")
    copies: Mapped[list["Copy"]] = relationship(back_populates="book", cascade="all, delete-orphan")
    libraries: Mapped[list["Library"]] = relationship(secondary="copy", back_populates="books", viewonly=True)
    library_names: AssociationProxy[list[str]] = association_proxy("libraries", "name")


class Shelf(Base):
    __tablename__ = "shelf"
    id: Mapped[Id]
    books: Mapped[list[Book]] = relationship(secondary=shelf_book, back_populates="shelves")


class Library(Base):
    __tablename__ = "library"
    id: Mapped[Id]
    name: Mapped[Name]
    copies: Mapped[list["Copy"]] = relationship(back_populates="library", cascade="all, delete-orphan")
    books: Mapped[list[Book]] = relationship(secondary="copy", back_populates="libraries", viewonly=True)


class Copy(Base):
    __tablename__ = "copy"
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"), primary_key=True)
    library_id: Mapped[int] = mapped_column(ForeignKey("library.id"), primary_key=True, index=True)
    condition: Mapped[Name]
    book: Mapped[Book] = relationship(back_populates="copies")
    library: Mapped[Library] = relationship(back_populates="copies")


class Slug(Base):
    """One UNIQUE, written twice: PostgreSQL creates one."""

    __tablename__ = "slug"
    __table_args__ = (UniqueConstraint("slug", name="uq_slug_slug"),)
    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(20), unique=True)

"""Without a value in the class body, `id` is the built-in function; the other side fails as a consequence."""

from typing import Annotated, Optional

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Folder(Base):
    __tablename__ = "folder"
    id: Mapped[Annotated[int, mapped_column(primary_key=True)]]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("folder.id"), index=True)
    parent: Mapped[Optional["Folder"]] = relationship(  # finds cannot-configure at Folder.parent: SQLAlchemy names
        back_populates="children", remote_side=[id]
    )
    children: Mapped[list["Folder"]] = relationship(back_populates="parent")

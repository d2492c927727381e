"""A NOT NULL key without a rule is one finding: of passive_deletes, or of SET NULL, and not of the missing cascade."""

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    tasks: Mapped[list["Task"]] = relationship(  # finds passive-deletes-without-ondelete at User.tasks: ondelete="CASCADE"
        passive_deletes=True
    )
    notes: Mapped[list["Note"]] = relationship()


class Task(Base):
    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(  # finds set-null-on-not-null at Note.user_id: make the column nullable
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )

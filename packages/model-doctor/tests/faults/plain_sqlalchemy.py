"""The same mistakes in declarative SQLAlchemy, with a MetaData of its own."""

from datetime import timezone, datetime

from sqlalchemy import DateTime, ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]  # finds string-without-length at User.name: String(200)
    tasks: Mapped[list["Task"]] = relationship(  # finds ambiguous-foreign-key at User.tasks: foreign_keys="Task.created_by"
        back_populates="creator",
    )


class Task(Base):
    __tablename__ = "tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column("heading", String)  # finds string-without-length at Task.title: String(200)
    at: Mapped[datetime]  # finds naive-datetime at Task.at: DateTime(timezone=True)
    made: Mapped[datetime] = mapped_column(  # finds import-time-default at Task.made: lambda: datetime.now(timezone.utc)
        DateTime(timezone=True), default=datetime.now(timezone.utc)
    )
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    assigned_to: Mapped[int] = mapped_column(ForeignKey("users.id"))  # finds foreign-key-without-index at Task.assigned_to: index=True
    creator: Mapped[User | None] = relationship(  # finds foreign-keys-string at Task.creator: foreign_keys="Task.created_by"
        foreign_keys="tasks.created_by", back_populates="tasks"
    )
    assignees: Mapped[list[User]] = relationship(  # finds collection-on-scalar-side at Task.assignees: User | None
        foreign_keys=[assigned_to]
    )

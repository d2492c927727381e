"""Joins that are right and that no foreign key guards."""

from typing import Optional

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Project(Base):
    __tablename__ = "project"
    id: Mapped[int] = mapped_column(primary_key=True)
    default_priority_id: Mapped[Optional[int]] = mapped_column()
    default_priority: Mapped[Optional["Priority"]] = relationship(  # finds join-without-foreign-key at Project.default_priority: ForeignKey("priority.id", use_alter=True)
        foreign_keys=[default_priority_id], primaryjoin="Priority.id == Project.default_priority_id")


class Priority(Base):
    __tablename__ = "priority"
    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)


class Worker(Base):
    __tablename__ = "worker"
    id: Mapped[int] = mapped_column(primary_key=True)
    boss_id: Mapped[Optional[int]]
    boss: Mapped[Optional["Worker"]] = relationship(  # finds join-without-foreign-key at Worker.boss: ForeignKey("worker.id")
        primaryjoin="foreign(Worker.boss_id) == remote(Worker.id)"
    )

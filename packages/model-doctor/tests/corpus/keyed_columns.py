"""Columns whose key differs from their name, in tables and in classes."""

from conventions import Base, Id
from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

run = Table(
    "run",
    Base.metadata,
    Column("id", Integer, primary_key=True, key="_id"),
    Column("state", String(20), key="_state", index=True, nullable=False),
    Column("made", DateTime(timezone=True), key="_made", nullable=False),
    Column("step", ForeignKey("step._id"), key="_step", index=True),
)


class Run(Base):
    __table__ = run
    steps: Mapped[list["Step"]] = relationship(back_populates="run", foreign_keys="Step._run")


class Step(Base):
    __tablename__ = "step"
    _id: Mapped[Id] = mapped_column("id", key="_id")
    _run: Mapped[int | None] = mapped_column("run", ForeignKey("run._id", use_alter=True), key="_run", index=True)
    run: Mapped[Run | None] = relationship(back_populates="steps", foreign_keys=[_run])
    __table_args__ = (Index("ix_step_both", "_id", "_run"),)

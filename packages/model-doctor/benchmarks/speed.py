"""How long an examination takes for 10, 100 and 1,000 generated tables: python benchmarks/speed.py [TABLES…]

Each project is examined in a process of its own; the import of its models is timed apart.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

SIZES = (10, 100, 1000)
TABLES_PER_MODULE = 20
CORE_EVERY = 5
_HEAD = """\
from datetime import datetime

from sqlalchemy import JSON, Column, DateTime, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shop.base import Base, Stamped

"""
_BASE = """\
from datetime import datetime, timezone

from sqlalchemy import DateTime, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s", "ix": "ix_%(column_0_label)s"}
    )


class Stamped:
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=lambda: datetime.now(timezone.utc))
    updated_at: Mapped[datetime | None] = mapped_column(DateTime)
"""
# Every fifth table is one that no class maps.
_CORE_TABLE = """
thing_{n} = Table(
    "thing_{n}",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String, nullable=False),
    Column("extras", JSON, default={{}}, nullable=False),
    Column("owner_id", ForeignKey("thing_{before}.id"), nullable=False),
)

"""
# A class refers to an earlier one twice and to itself once, and has a few of the usual mistakes.
_TABLE = """
class Thing{n}(Stamped, Base):
    __tablename__ = "thing_{n}"
    __table_args__ = (Index("ix_thing_{n}_both", "state", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), index=True)
    body: Mapped[str] = mapped_column(Text)
    code: Mapped[str]
    count: Mapped[int | None] = mapped_column(default=0)
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("thing_{n}.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("thing_{before}.id"))
    editor_id: Mapped[int | None] = mapped_column(ForeignKey("thing_{before}.id"), index=True)
    parent: Mapped["Thing{n} | None"] = relationship(remote_side=[id], back_populates="children")
    children: Mapped[list["Thing{n}"]] = relationship(back_populates="parent")
    owner: Mapped["Thing{before}"] = relationship(foreign_keys=[owner_id])
    editor: Mapped["Thing{before} | None"] = relationship(foreign_keys=[editor_id])

"""
_TIMED = """
import sys, time
from model_doctor import examination
sys.path.insert(0, sys.argv[1])
clock = getattr(time, sys.argv[2])
started = clock()
imported = []
report = examination.examine(["shop"], on_import=lambda: imported.append(clock()))
print(report.tables, len(report.findings), imported[0] - started, clock() - imported[0])
"""


def write_project(folder: Path, tables: int) -> None:
    """A package `shop` with that many tables, 20 to a module."""
    package = folder / "shop"
    package.mkdir()
    (package / "base.py").write_text(_BASE)
    modules = range(0, tables, TABLES_PER_MODULE)
    (package / "__init__.py").write_text("".join(f"from shop import models_{first}\n" for first in modules))
    for first in modules:
        numbers = range(first, min(first + TABLES_PER_MODULE, tables))
        text = "".join(_written(n) for n in numbers)
        (package / f"models_{first}.py").write_text(_HEAD + text)


def _written(number: int) -> str:
    """A class refers to a class: the one before, which is no plain table."""
    if number % CORE_EVERY == CORE_EVERY - 1:
        return _CORE_TABLE.format(n=number, before=number - 1)
    before = number - 1 if number % CORE_EVERY else max(number - 2, 0)
    return _TABLE.format(n=number, before=before)


def timed(tables: int, clock: str = "perf_counter") -> tuple[int, float, float]:
    """The findings, and the seconds of the import and of the examination, by a clock of the module `time`."""
    with TemporaryDirectory() as folder:
        write_project(Path(folder), tables)
        command = [sys.executable, "-B", "-c", _TIMED, folder, clock]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    examined, findings, importing, examining = done.stdout.split()
    if int(examined) != tables:
        raise RuntimeError(f"{examined} of {tables} tables were examined")
    return int(findings), float(importing), float(examining)


def main(sizes: list[int]) -> None:
    print(f"{'tables':>7} {'findings':>9} {'import s':>9} {'examination s':>14} {'ms per table':>13}")
    for size in sizes:
        findings, importing, examining = timed(size)
        print(f"{size:>7,} {findings:>9,} {importing:>9.2f} {examining:>14.2f} {1000 * examining / size:>13.1f}")


if __name__ == "__main__":
    main([int(given) for given in sys.argv[1:]] or list(SIZES))

"""A user who imports, for tests: the import loop looks when the test says so."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import func, select

from tests.factories import Factory
from tests.formats.files import CASES
from tests.services.planner import Planner
from web.db.database import Database
from web.formats.report import Report
from web.models.import_run import ImportRun
from web.server.imports import ImportLoop
from web.services.imports import Imports, operation_of

NAMES = sorted(path.name for path in CASES.iterdir())


class Importer(Planner):
    def __init__(self, database: Database, make: Factory) -> None:
        super().__init__(database, make)
        self.loop = ImportLoop(database)
        with database.transaction() as session:
            # What the loop reads, the planner's preferences.
            session.connection().exec_driver_sql(
                "INSERT INTO preferences (user_id, time_zone) VALUES ('%s', 'Europe/Berlin')" % self.user.id  # noqa: UP031
            )

    def upload(self, content: str | bytes, name: str = "tasks.txt", key: str = "") -> ImportRun:
        """A file that is read."""
        raw = content.encode() if isinstance(content, str) else content
        run = self.run(Imports, lambda imports: imports.upload(name, [raw] if raw else [], key or str(uuid4())))
        self.loop.look()
        return self.state_of(run)

    def upload_case(self, name: str) -> ImportRun:
        return self.upload((CASES / name).read_bytes(), name)

    def take(self, content: str | bytes | Path, name: str = "tasks.txt") -> ImportRun:
        """A file that is read and imported."""
        run = self.upload_case(content.name) if isinstance(content, Path) else self.upload(content, name)
        self.begin(run)
        self.loop.look()
        return self.state_of(run)

    def begin(self, run: ImportRun) -> None:
        self.run(Imports, lambda imports: imports.begin(run.id or 0))

    def cancel(self, run: ImportRun) -> None:
        self.run(Imports, lambda imports: imports.cancel(run.id or 0))

    def take_back(self, run: ImportRun) -> ImportRun:
        self.undo(operation_of(run))
        self.loop.look()
        return self.state_of(run)

    def state_of(self, run: ImportRun) -> ImportRun:
        with self.database.reading() as session:
            return session.scalars(select(ImportRun).where(ImportRun.id == run.id)).one()

    def live(self) -> list[str]:
        return [task.title for task in self.all() if task.deleted_at is None]


def receipt(run: ImportRun) -> Report:
    assert run.report
    return Report.of_json(run.report)


def count(importer: Importer, model: Any) -> int:
    with importer.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def expire(importer: Importer) -> None:
    """As after the lease of a process that died."""
    with importer.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE imports SET claimed_until = NULL")

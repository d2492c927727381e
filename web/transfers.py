"""The commands `daybook import` and `daybook export`: files of a user of this server's database."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from web.command_errors import reports_errors
from web.domain.errors import CommandError
from web.maintenance import settings_of_environment

if TYPE_CHECKING:
    from web.db.database import Database
    from web.domain.actor import Actor
    from web.formats.report import Report
    from web.models.import_run import ImportRun

# Between two looks at an import that a server works on.
LOOK_SECONDS = 0.5
ENDINGS = ("json", "csv", "txt", "md", "ics")


class CannotTransfer(CommandError):
    """Nothing was imported or exported. The text is one sentence that says why."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whose tasks they become.")
@click.option("--check", is_flag=True, help="Import nothing; say what the file becomes.")
@click.option("--encoding", type=click.Choice(["windows-1252"]), help="Of a file that is not in UTF-8.")
@reports_errors
def import_file(file: Path, email: str, check: bool, encoding: str | None) -> None:
    """Import FILE from another program, or from `daybook export`, into the account of a user of this database.

    All of it or nothing; the same file twice makes nothing twice. Undo it in the settings, under Import.
    """
    from web.formats.report import Report

    database = _database()
    actor = _actor(database, email)
    imported = _Import(database, actor)
    run = imported.upload(file, encoding or "")
    report = Report.of_json(run.report) if run.report else Report()
    if run.state != "ready":
        if run.state == "unreadable":
            imported.run_one(partial(_cancelled, run.id or 0))
        raise CannotTransfer(f"{file}: {run.problem}")
    click.echo("\n".join(_told(report)))
    if check:
        imported.run_one(partial(_cancelled, run.id or 0))
        return
    run = imported.worked(imported.run_one(partial(_begun, run.id or 0)))
    if run.state != "done":
        raise CannotTransfer(f"{file}: {run.problem or 'The import was cancelled.'}")
    left = Report.of_json(run.report or {}).count("left alone")
    click.echo(f"Imported {run.done - left} of {run.done} tasks; {left} were there already.")


@click.command("export")
@click.option("--user", "email", required=True, metavar="EMAIL", help="Whose tasks they are.")
@click.option("--format", "ending", type=click.Choice(ENDINGS), default="json", show_default=True)
@click.option(
    "--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="A file; else it is printed."
)
@reports_errors
def export_file(email: str, ending: str, output: IO[str]) -> None:
    """Export the tasks of a user of this database. `json` is everything, and `daybook import` reads it."""
    from web.services.exports import exported

    database = _database()
    for part in exported(database, _actor(database, email), f"daybook.{ending}"):
        output.write(part)


class _Import:
    """Works itself, or waits for a server that works on it already."""

    def __init__(self, database: "Database", actor: "Actor") -> None:
        from web.server.imports import ImportLoop

        self._database, self._actor = database, actor
        self._loop = ImportLoop(database)

    def upload(self, file: Path, encoding: str) -> "ImportRun":
        """As it was read."""
        from uuid import uuid4

        run = self.worked(self.run_one(lambda imports: imports.upload(file.name, _parts(file), str(uuid4()))))
        if encoding and run.state == "unreadable":
            run = self.worked(self.run_one(lambda imports: imports.read_again(run.id, encoding=encoding)))
        return run

    def run_one(self, work: Any) -> "ImportRun":
        """Raises CannotTransfer with what the service refuses."""
        from web.domain.errors import NotPossible
        from web.services.imports import Imports

        try:
            with self._database.transaction() as session:
                run: ImportRun = work(Imports(session.connection(), self._actor))
                return run
        except NotPossible as problem:
            raise CannotTransfer(str(problem)) from problem

    def worked(self, run: "ImportRun") -> "ImportRun":
        """The import once it waits for its user."""
        while run.is_working:
            self._loop.look()
            run = self.run_one(partial(_again, run.id or 0))
            if run.is_working:
                time.sleep(LOOK_SECONDS)
        return run


def _cancelled(import_id: int, imports: Any) -> "ImportRun":
    run: ImportRun = imports.cancel(import_id)
    return run


def _begun(import_id: int, imports: Any) -> "ImportRun":
    run: ImportRun = imports.begin(import_id)
    return run


def _again(import_id: int, imports: Any) -> "ImportRun":
    run: ImportRun = imports.get(import_id)
    return run


def _database() -> "Database":
    from web.db.database import Database
    from web.schema.revision import require_head

    settings = settings_of_environment()
    require_head(settings.database_url)
    return Database(settings.database_url)


def _actor(database: "Database", email: str) -> "Actor":
    from sqlmodel import select

    from web.domain.actor import Actor, new_operation
    from web.models.user import User
    from web.services.preferences import PreferencesService

    with database.reading() as session:
        user = session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
        if user is None:
            raise CannotTransfer(f"There is no user with the e-mail address {email}.")
        preferences = PreferencesService(session.connection(), Actor(user.id)).get()
    return Actor(user.id, new_operation(), preferences)


def _parts(file: Path) -> Iterator[bytes]:
    from web.formats.opening import CHUNK

    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            yield chunk


def _told(report: "Report") -> Iterator[str]:
    """The preview, a line for each thing."""
    counts = ", ".join(f"{name} {count:,}" for name, count in report.counts.items() if count)
    yield f"{report.format_name}: {counts or 'no tasks'}"
    for remark in report.remarks:
        lines = ", ".join(map(str, remark.lines))
        yield f"{remark.name} {remark.fate} in {remark.count:,} (line {lines}): {remark.sentence}"
    for line, sentence, text in report.refused:
        yield f"line {line}: {sentence} {text}".rstrip()


TRANSFERS = (import_file, export_file)

"""The commands `daybook import` and `daybook export`: over the API, or with `--user` in this server's database."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from web.command_errors import reports_errors
from web.maintenance import settings_of_environment

if TYPE_CHECKING:
    from web.client.files import RemoteFiles
    from web.db.database import Database
    from web.domain.actor import Actor
    from web.models.import_run import ImportRun

# Between two looks at an import that a server works on.
LOOK_SECONDS = 0.5
# What a column of a table may be.
COLUMN_FIELDS = (
    *("title", "note", "list", "section", "labels", "priority", "due", "time", "zone", "start", "repeat", "done"),
    *("completed", "created", "id", "parent", "kept"),
)
ENDINGS = ("json", "csv", "txt", "md", "ics")


def _checked_columns(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """NAME=FIELD, as often as needed."""
    columns: dict[str, str] = {}
    for one in given:
        name, _, field = one.rpartition("=")
        if not name or field not in COLUMN_FIELDS:
            raise click.BadParameter(f"write NAME=FIELD; a field is one of {', '.join(COLUMN_FIELDS)}.")
        if name in columns or field in columns.values():
            raise click.BadParameter("name each column and each field once.")
        columns[name] = field
    return columns


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--user", "email", metavar="EMAIL", help="A user of this server's database, whose tasks they become.")
@click.option("--check", is_flag=True, help="Import nothing; say what the file becomes.")
@click.option("--encoding", type=click.Choice(["windows-1252"]), help="Of a file that is not in UTF-8.")
@click.option(
    "--column",
    "columns",
    metavar="NAME=FIELD",
    multiple=True,
    callback=_checked_columns,
    help="What a column of a CSV file is, by its name or its number from 1 on; others are kept as text. "
    f"Fields: {', '.join(COLUMN_FIELDS)}.",
)
@reports_errors
def import_file(file: Path, email: str | None, check: bool, encoding: str | None, columns: Mapping[str, str]) -> None:
    """Import FILE from another program, or from `daybook export`.

    All of it or nothing; the same file twice makes nothing twice. Without --user it goes to the Daybook of `daybook
    login`, and `daybook undo` takes it back. With --user only that user can take it back: in the settings, under
    Import, or by `daybook undo` after a `daybook login` as that user.
    """
    if email is None:
        _import_over_api(file, encoding or "", columns, check=check)
    else:
        _import_here(file, email, encoding or "", columns, check=check)


def _import_over_api(file: Path, encoding: str, columns: Mapping[str, str], *, check: bool) -> None:
    from web.client.files import receipt, told

    remote = _remote_files()
    run = remote.read(file, encoding, columns)
    click.echo("\n".join(told(run["report"])))
    if check:
        remote.cancel(run)
    else:
        click.echo(receipt(remote.begin(run)))


def _import_here(file: Path, email: str, encoding: str, columns: Mapping[str, str], *, check: bool) -> None:
    from web.client.files import CannotTransfer, receipt, told

    database = _database()
    imported = _Import(database, _actor(database, email))
    run = imported.upload(file, encoding, columns)
    if run.state != "ready":
        if run.state == "unreadable":
            imported.run_one(partial(_cancelled, run.id or 0))
        raise CannotTransfer(f"{file}: {run.problem}")
    click.echo("\n".join(told(_shown(run)["report"])))
    if check:
        imported.run_one(partial(_cancelled, run.id or 0))
        return
    run = imported.worked(imported.run_one(partial(_begun, run.id or 0)))
    if run.state != "done":
        raise CannotTransfer(f"{file}: {run.problem or 'The import was cancelled.'}")
    click.echo(receipt(_shown(run)))


@click.command("export")
@click.option("--user", "email", metavar="EMAIL", help="A user of this server's database, whose tasks they are.")
@click.option("--format", "ending", type=click.Choice(ENDINGS), default="json", show_default=True)
@click.option("--output", type=click.File("wb", lazy=True), default="-", help="A file; else it is printed.")
@reports_errors
def export_file(email: str | None, ending: str, output: IO[bytes]) -> None:
    """Export tasks. `json` is everything, and `daybook import` reads it.

    Without --user they are those of the Daybook of `daybook login`.
    """
    for part in _remote_files().exported(ending) if email is None else _exported_here(email, ending):
        output.write(part)


def _exported_here(email: str, ending: str) -> Iterator[bytes]:
    from web.services.exports import exported

    database = _database()
    for part in exported(database, _actor(database, email), f"daybook.{ending}"):
        yield part.encode()


def _remote_files() -> "RemoteFiles":
    from web.client.account import account_of
    from web.client.connection import Connection
    from web.client.files import RemoteFiles

    return RemoteFiles(Connection(account_of(os.environ)), _show_progress if sys.stderr.isatty() else lambda _: None)


def _show_progress(run: dict[str, Any]) -> None:
    click.echo(f"\r{run['state']}: {run['done']:,} of {run['total']:,} ", nl=False, err=True)


class _Import:
    """Works itself, or waits for a server that works on it already."""

    def __init__(self, database: "Database", actor: "Actor") -> None:
        from web.server.imports import ImportLoop

        self._database, self._actor = database, actor
        self._loop = ImportLoop(database)

    def upload(self, file: Path, encoding: str, columns: Mapping[str, str]) -> "ImportRun":
        """As it was read."""
        from uuid import uuid4

        run = self.worked(self.run_one(lambda imports: imports.upload(file.name, _parts(file), str(uuid4()))))
        if encoding and run.state == "unreadable":
            run = self.worked(self.run_one(lambda imports: imports.read_again(run.id, encoding=encoding)))
        from web.client.files import columns_of

        if columns and (run.state == "ready" or columns_of(_shown(run))):
            run = self._with_columns(run, columns)
        return run

    def _with_columns(self, run: "ImportRun", columns: Mapping[str, str]) -> "ImportRun":
        from web.client.files import UnknownColumn, column_numbers, columns_of

        try:
            numbers = {int(place): field for place, field in column_numbers(columns, columns_of(_shown(run))).items()}
        except UnknownColumn:
            self.run_one(partial(_cancelled, run.id or 0))
            raise
        return self.worked(self.run_one(lambda imports: imports.read_again(run.id, columns=numbers)))

    def run_one(self, work: Any) -> "ImportRun":
        """Raises CannotTransfer with what the service refuses."""
        from web.client.files import CannotTransfer
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
    from web.domain.actor import Actor, new_operation
    from web.services.closing import user_with
    from web.services.preferences import PreferencesService

    with database.reading() as session:
        user_id = user_with(session.connection(), email)
        preferences = PreferencesService(session.connection(), Actor(user_id)).get()
    return Actor(user_id, new_operation(), preferences)


def _parts(file: Path) -> Iterator[bytes]:
    from web.formats.opening import CHUNK

    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            yield chunk


def _shown(run: "ImportRun") -> dict[str, Any]:
    """As the API answers it."""
    from msgspec import to_builtins

    from web.models.import_body import ImportOut

    shown: dict[str, Any] = to_builtins(ImportOut.with_report(run, ""))
    return shown


TRANSFERS = (import_file, export_file)

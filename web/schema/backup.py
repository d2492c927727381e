"""A copy of an SQLite database while it is in use, and the way back."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import CommandError as AlembicError
from sqlalchemy import URL

from web.domain.errors import CommandError
from web.schema.migrate import BETTER_AUTH_TABLES, configuration

# A copy from before rate limits were kept is as good: what they hold is of the last minute.
OURS = {*BETTER_AUTH_TABLES, "tasks", "alembic_version"} - {"rate_limits"}
INSTEAD = (
    "PostgreSQL has better means of its own: pg_dump and pg_restore, "
    "or on Neon a branch or a point-in-time restore (docs/neon.md)."
)


class CannotCopy(CommandError):
    """Why nothing was copied and nothing changed, in one sentence."""


def back_up(url: URL, file: Path, *, force: bool = False) -> None:
    """Copy the database to `file`: all that was acknowledged before, checked and on the disk, or nothing.

    Nobody who reads or writes meanwhile has to wait. Raises CannotCopy.
    """
    database = _sqlite_file(url)
    if not database.is_file():
        raise CannotCopy(f"There is no database at {database}.")
    if file.exists() and (not force or not file.is_file() or file.samefile(database)):
        raise CannotCopy(f"{file} exists; {'it cannot be replaced' if force else '--force replaces it'}.")
    with _reports_errors(file), _draft(file) as draft:
        _copy(database, draft)
        _require_whole(draft)
        _put(draft, file)


def restore(url: URL, file: Path) -> Path | None:
    """Put the copy in `file` in the database's place, and the database aside; where it is then, if there was one.

    Raises CannotCopy, before anything is changed, for a file that is no whole database of Daybook's, and for a
    database that somebody has open.
    """
    database = _sqlite_file(url)
    _require_ours(file)
    with _reports_errors(database), _draft(database) as draft:
        _copy(file, draft)
        _require_whole(draft)
        if not database.exists():
            _put(draft, database)
            return None
        _require_closed(database)
        _give_to_the_same_owner(draft, database)
        aside = _put_aside(database)
        _put(draft, database)
        return aside


def _sqlite_file(url: URL) -> Path:
    if url.drivername != "sqlite":
        raise CannotCopy(INSTEAD)
    return Path(str(url.database))


def _require_ours(file: Path) -> None:
    if not file.is_file():
        raise CannotCopy(f"There is no file {file}.")
    _require_whole(file)
    with closing(_reading(file)) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if missing := OURS - tables:
            raise CannotCopy(f"{file} is no copy of Daybook's database: it has no table {min(missing)}.")
        (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
    try:
        known = revision and ScriptDirectory.from_config(configuration()).get_revision(revision)
    except AlembicError:
        known = None
    if not known:
        raise CannotCopy(f"{file} is at revision {revision or 'none'}, which this code does not know.")


def _require_whole(file: Path) -> None:
    try:
        with closing(_reading(file)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            orphans = copy.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as problem:
        found, orphans = str(problem), []
    if found != "ok" or orphans:
        said = " ".join(found.split()) if found != "ok" else f"{len(orphans)} rows refer to nothing"
        raise CannotCopy(f"{file} is not a whole SQLite database: {said}.")


def _require_closed(database: Path) -> None:
    """Raises CannotCopy while anybody has it open; otherwise all of it is in its one file afterwards."""
    if not _is_readable(database):
        # A broken one is a reason to be here, and SQLite would remove its log.
        return
    with closing(sqlite3.connect(database, timeout=0.5)) as connection:
        try:
            # SQLite leaves its log behind only where it is alone.
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as problem:
            if "locked" in str(problem):
                raise CannotCopy(f"{database} is in use; stop `daybook serve` first.") from problem


def _is_readable(database: Path) -> bool:
    try:
        with closing(_reading(database)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return False
    return True


def _copy(source: Path, target: Path) -> None:
    with closing(_reading(source)) as here, closing(sqlite3.connect(target)) as there:
        # In one step, so from one moment; a writer adds to the log meanwhile and does not wait.
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")


def _reading(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=20)
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)
    return connection


@contextmanager
def _draft(file: Path) -> Iterator[Path]:
    """A file beside it, for its owner only: what is copied holds password hashes and live sessions."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _put(draft: Path, file: Path) -> None:
    """In its place, whole or not at all, also when the power fails now."""
    _to_disk(draft)
    draft.replace(file)
    _to_disk(file.parent)


def _put_aside(database: Path) -> Path:
    aside = database.with_name(f"{database.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    os.link(database, aside)
    # Left by a broken database; SQLite would add the log to the new one.
    for end in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{database}{end}").rename(f"{aside}{end}")
    return aside


def _give_to_the_same_owner(draft: Path, database: Path) -> None:
    was = database.stat()
    draft.chmod(was.st_mode & 0o777)
    with suppress(PermissionError):
        os.chown(draft, was.st_uid, was.st_gid)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _reports_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as problem:
        raise CannotCopy(f"{file} cannot be written: {getattr(problem, 'strerror', None) or problem}.") from problem

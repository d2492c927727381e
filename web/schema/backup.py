"""Backs up an SQLite database while it is in use, and restores it."""

import logging
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
from web.schema.checksum import is_sealed, is_unchanged, seal
from web.schema.migrate import BETTER_AUTH_TABLES, configuration

log = logging.getLogger("daybook.schema")
# Tables that a backup must have. `rate_limits` is optional: older backups lack it, and it holds one minute of data.
REQUIRED_TABLES = {*BETTER_AUTH_TABLES, "tasks", "alembic_version"} - {"rate_limits", "jwks", "two_factors", "passkeys"}
USE_POSTGRESQL_TOOLS = (
    "This command copies SQLite databases; for PostgreSQL use pg_dump and pg_restore, "
    "or on Neon a branch or a point-in-time restore (docs/neon.md)."
)


class CannotCopy(CommandError):
    """The backup or restore was refused and nothing changed. The text is one sentence that says why."""


def back_up(url: URL, file: Path, *, force: bool = False) -> None:
    """Copy the database to `file` atomically: every committed change, checked for integrity, with a checksum,
    and synced to disk.

    Readers and writers are not blocked. Raises CannotCopy.
    """
    database = _sqlite_file(url)
    if not database.is_file():
        raise CannotCopy(f"There is no database at {database}.")
    if file.exists() and (not force or not file.is_file() or file.samefile(database)):
        raise CannotCopy(f"{file} exists; {'it cannot be replaced' if force else '--force replaces it'}.")
    with _reports_errors(file), _temporary_file(file) as copy:
        _copy(database, copy)
        _require_intact(copy)
        seal(copy)
        _move(copy, file)


def restore(url: URL, file: Path) -> Path | None:
    """Replace the database by the backup in `file`; returns where the previous database was moved to, if there was one.

    Raises CannotCopy, before it changes anything, if the file is not an intact Daybook database or if another process
    has the database open.
    """
    database = _sqlite_file(url)
    _require_daybook_database(file)
    with _reports_errors(database), _temporary_file(database) as copy:
        _copy(file, copy)
        _require_intact(copy)
        if not database.exists():
            _move(copy, database)
            return None
        _require_closed(database)
        _copy_owner_and_mode(database, copy)
        previous = _keep_previous(database)
        _move(copy, database)
        return previous


def _sqlite_file(url: URL) -> Path:
    if url.drivername != "sqlite":
        raise CannotCopy(USE_POSTGRESQL_TOOLS)
    return Path(str(url.database))


def _require_daybook_database(file: Path) -> None:
    if not file.is_file():
        raise CannotCopy(f"There is no file {file}.")
    _require_intact(file)
    with closing(_open_read_only(file)) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if missing := REQUIRED_TABLES - tables:
            raise CannotCopy(f"{file} is not a Daybook database: it has no table {min(missing)}.")
        (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
    try:
        known = revision and ScriptDirectory.from_config(configuration()).get_revision(revision)
    except AlembicError:
        known = None
    if not known:
        raise CannotCopy(f"{file} is at revision {revision or 'none'}, which this code does not know.")
    _require_unchanged(file)


def _require_unchanged(file: Path) -> None:
    if not is_sealed(file) and _is_whole(file):
        log.warning("%s has no checksum, as backups of older releases: changed bytes in it cannot be noticed.", file)
    elif not is_sealed(file) or not is_unchanged(file):
        raise CannotCopy(f"{file} is not as `daybook backup` wrote it: its checksum differs.")


def _is_whole(file: Path) -> bool:
    """Whether the file consists of pages only: a damaged checksum is what is left over."""
    with closing(_open_read_only(file)) as copy:
        (size,) = copy.execute("PRAGMA page_size").fetchone()
    return file.stat().st_size % int(size) == 0


def _require_intact(file: Path) -> None:
    try:
        with closing(_open_read_only(file)) as copy:
            result = copy.execute("PRAGMA integrity_check").fetchone()[0]
            orphans = copy.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as problem:
        result, orphans = str(problem), []
    if result != "ok" or orphans:
        reason = " ".join(result.split()) if result != "ok" else f"{len(orphans)} rows violate a foreign key"
        raise CannotCopy(f"{file} is not an intact SQLite database: {reason}.")


def _require_closed(database: Path) -> None:
    """Raises CannotCopy if another process has the database open; otherwise moves the WAL into the main file."""
    if not _is_readable(database):
        # A damaged database is a reason to restore, and opening it for writing would discard its WAL.
        return
    with closing(sqlite3.connect(database, timeout=0.5)) as connection:
        try:
            # SQLite leaves WAL mode only for the last connection.
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError as problem:
            if "locked" in str(problem):
                raise CannotCopy(f"{database} is in use; stop `daybook serve` first.") from problem


def _is_readable(database: Path) -> bool:
    try:
        with closing(_open_read_only(database)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError:
        return False
    return True


def _copy(source: Path, target: Path) -> None:
    with closing(_open_read_only(source)) as origin, closing(sqlite3.connect(target)) as copy:
        # One step, hence one consistent snapshot; writers append to the WAL meanwhile and are not blocked.
        origin.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _open_read_only(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=20)
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)
    return connection


@contextmanager
def _temporary_file(file: Path) -> Iterator[Path]:
    """A file in the same folder, readable by its owner only: backups hold password hashes and live sessions."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _move(copy: Path, file: Path) -> None:
    """Replace `file` by the copy atomically, even if the power fails."""
    _fsync(copy)
    copy.replace(file)
    _fsync(file.parent)


def _keep_previous(database: Path) -> Path:
    """Give the database a second name, so that a complete database exists throughout the exchange."""
    previous = database.with_name(f"{database.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    os.link(database, previous)
    # Left by a damaged database; SQLite would apply the WAL to the restored one.
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{database}{suffix}").rename(f"{previous}{suffix}")
    return previous


def _copy_owner_and_mode(database: Path, copy: Path) -> None:
    status = database.stat()
    copy.chmod(status.st_mode & 0o777)
    with suppress(PermissionError):
        os.chown(copy, status.st_uid, status.st_gid)


def _fsync(path: Path) -> None:
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

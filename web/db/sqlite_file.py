"""The SQLite file: opened only where it is, and watched while it is open.

A process goes on writing to a file that was moved or deleted, and what it acknowledges then is lost. A file that was
put in its place is not opened either: SQLite would mix it with the log (`-wal`) of the other.
"""

import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from web.db.errors import DatabaseUnavailable

# What /readyz tries to write beside the database.
PROBE_BYTES = 1 << 20


class DatabaseFile:
    """The file at a path, from the first connection on: its inode must stay the same."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._identity: tuple[int, int] | None = None

    @property
    def uri(self) -> str:
        """For sqlite3.connect: a missing file is an error, where SQLite would create one."""
        return f"file:{quote(os.fsencode(self.path))}?mode=rw"

    def require_in_place(self) -> None:
        """Raises DatabaseUnavailable if it was moved, deleted or replaced."""
        try:
            status: Any = self.path.stat()
        except OSError:
            status = None
        found = (status.st_dev, status.st_ino) if status else None
        self._identity = self._identity or found
        if found is None or found != self._identity:
            raise DatabaseUnavailable("The database file was moved, deleted or replaced.")

    def require_space(self) -> None:
        """Raises DatabaseUnavailable if nothing more can be written beside it: the disk is full or read-only."""
        try:
            with tempfile.TemporaryFile(dir=self.path.parent) as probe:
                probe.write(bytes(PROBE_BYTES))
                probe.flush()
        except OSError as problem:
            raise DatabaseUnavailable(f"The database cannot be written to: {problem.strerror}.") from problem

"""A private folder for a Unix socket, under the system's temporary folder.

Cleaners remove what lies there, even while it is in use, and a process that is killed leaves its folder behind.
"""

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from web.domain.errors import CommandError

PREFIX, LOCK = "daybook-", "daybook.lock"
LONGEST_TEMPORARY_FOLDER = 60


class FolderTaken(CommandError):
    """Another user has a folder of that name: what is in it cannot be trusted."""


class SocketFolder:
    """A folder that only this user can open, from its creation to `remove`. Its path never changes."""

    def __init__(self) -> None:
        """Creates the folder, and removes those of processes that were killed."""
        parent = _short_folder()
        _remove_abandoned(parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._lock = _hold(self.path)

    def restore(self) -> None:
        """Create the folder again if it was removed. Raises FolderTaken."""
        try:
            self.path.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            _require_private(self.path)
        else:
            self._lock.close()
            self._lock = _hold(self.path)

    def remove(self) -> None:
        """Idempotent."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def _short_folder() -> Path:
    """The temporary folder, or /tmp if its path is long: that of a socket is limited to about 100 characters."""
    usual = tempfile.gettempdir()
    return Path("/tmp" if len(usual) > LONGEST_TEMPORARY_FOLDER else usual)


def _hold(folder: Path) -> IO[str]:
    """Mark the folder as in use. The system releases the lock when the process ends, also by SIGKILL."""
    lock = (folder / LOCK).open("w")
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _remove_abandoned(parent: Path) -> None:
    """Folders whose lock is free. One without a lock file is being created, or belongs to another program."""
    for file in parent.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError), file.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(file.parent, ignore_errors=True)


def _require_private(folder: Path) -> None:
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise FolderTaken(f"{folder} was replaced by another user; restart Daybook.")

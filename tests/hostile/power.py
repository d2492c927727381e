"""SQLite on a disk that loses its power: what was not synced may be lost, file by file.

A VFS in Python (https://rogerbinns.github.io/apsw/vfs.html) writes to real files, and keeps a copy of each as it was
when it was last synced. When the power is cut, each file is what was synced or what was written, by chance: a disk may
write earlier than it is asked to. Torn sectors and lost directory entries are not modelled.
"""

import shutil
from pathlib import Path
from random import Random
from typing import Any

import apsw

NAME = "disk-without-battery"
# Made again from the log when the database is opened.
SHARED_MEMORY = "-shm"


class PowerCut(Exception):
    """The machine stopped in the middle of a write."""


class Disk(apsw.VFS):
    """Files in a folder; the copies of what was synced are in another."""

    def __init__(self, folder: Path, synced: Path) -> None:
        self.folder, self.synced = folder, synced
        self.writes_left = 1_000_000_000
        super().__init__(NAME, "")

    def xOpen(self, name: Any, flags: list[int]) -> "_File":  # noqa: N802 (the name in apsw)
        return _File(self, name, flags)

    def count_write(self) -> None:
        self.writes_left -= 1
        if self.writes_left <= 0:
            raise PowerCut

    def keep(self, file: Path) -> None:
        shutil.copyfile(file, self.synced / file.name)

    def after_power_cut(self, target: Path, chance: Random) -> None:
        """Put into the folder what a machine finds that starts again."""
        for file in self.folder.iterdir():
            synced = self.synced / file.name
            if file.name.endswith(SHARED_MEMORY) or not (synced.exists() or chance.random() < 0.5):
                continue
            shutil.copyfile(synced if synced.exists() and chance.random() < 0.7 else file, target / file.name)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: Any, flags: list[int]) -> None:
        self._disk = disk
        self._path = Path(name.filename() if isinstance(name, apsw.URIFilename) else str(name))
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 (the name in apsw)
        self._disk.count_write()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 (the name in apsw)
        self._disk.count_write()
        super().xSync(flags)
        self._disk.keep(self._path)

"""A checksum at the end of a backup: SQLite's own checks do not notice a changed letter in a title.

It follows the last page, where SQLite does not look, so the backup stays one file that any SQLite opens.
"""

import os
from hashlib import sha256
from pathlib import Path

MARK = b"\nDaybook backup, SHA-256 of the bytes before: "
LENGTH = len(MARK) + sha256().digest_size
CHUNK = 1 << 20


def seal(file: Path) -> None:
    """Append the checksum, instead of one that is there."""
    _cut(file, len(_seal_of(file)))
    digest = _digest(file, file.stat().st_size)
    with file.open("ab") as end:
        end.write(MARK + digest)


def is_sealed(file: Path) -> bool:
    """Whether the file ends in a checksum; backups of older releases have none."""
    return bool(_seal_of(file))


def is_unchanged(file: Path) -> bool:
    """Whether the checksum at its end is that of the bytes before."""
    return _seal_of(file)[len(MARK) :] == _digest(file, file.stat().st_size - LENGTH)


def _seal_of(file: Path) -> bytes:
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - LENGTH))
        end = content.read()
    return end if end.startswith(MARK) else b""


def _cut(file: Path, length: int) -> None:
    os.truncate(file, file.stat().st_size - length)


def _digest(file: Path, size: int) -> bytes:
    """Of the first `size` bytes."""
    digest = sha256()
    with file.open("rb") as content:
        while size and (chunk := content.read(min(size, CHUNK))):
            digest.update(chunk)
            size -= len(chunk)
    return digest.digest()

"""Opens a file that a user chose: what is packed in it, its encoding, its limits. Nothing is held but for JSON."""

import codecs
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from web.domain.quick_add import Context
from web.formats.imported import CannotRead

# Bytes, of a request; Daybook's own export of a hundred thousand tasks is about as large, a tenth of it in an archive.
LARGEST_FILE = 30 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_PACKED = 1_000
CHUNK = 1024 * 1024
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# What the standard library raises for an archive that is none, or not as it says.
DAMAGED = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error),
    *(RuntimeError, NotImplementedError, EOFError, ValueError),
)
# An archive says how much memory the others take: LZMA up to four gigabytes.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What exports of task programs are called inside an archive.
PACKED_NAMES = ("data.json", "tasks.json", "daybook.json")


@dataclass(frozen=True)
class Source:
    """A file to read, as often as needed, until `close`. `context` says what today is and how dates are written."""

    name: str
    content: IO[bytes]
    encoding: str
    context: Context
    # For a table without a known header: the field of each column, by its number.
    columns: Mapping[int, str] = field(default_factory=dict)

    @contextmanager
    def lines(self, newline: str | None = None) -> Iterator[IO[str]]:
        """The text from its beginning. `newline=""` keeps line breaks as they are, for CSV."""
        self.content.seek(0)
        text = io.TextIOWrapper(self.content, encoding=self.encoding, newline=newline)
        try:
            yield text
        finally:
            text.detach()

    def close(self) -> None:
        self.content.close()

    def text(self) -> str:
        """All of it, for JSON."""
        with self.lines() as lines:
            return lines.read()


def open_source(
    content: IO[bytes], name: str, context: Context, *, encoding: str = "", columns: Mapping[int, str] | None = None
) -> Source:
    """Raises CannotRead for an archive without tasks, a file that is not text, and another encoding than UTF-8.

    `encoding` is what the user chose for the last of these.
    """
    name, unpacked = _unpacked(content, name)
    found = _encoding(unpacked) or encoding or "utf-8"
    try:
        _require_text(unpacked, found)
    except CannotRead:
        unpacked.close()
        raise
    return Source(name, unpacked, found, context, columns or {})


def _unpacked(content: IO[bytes], name: str) -> tuple[str, IO[bytes]]:
    content.seek(0)
    if content.read(4) != b"PK\x03\x04":
        return name, content
    try:
        with zipfile.ZipFile(_Bounded(content)) as archive:
            return _packed(archive)
    except DAMAGED as problem:
        raise CannotRead("This archive is damaged or has a password.") from problem


class _Bounded:
    """A file of which no read takes more than a chunk: `zipfile` reads the table of an archive in one piece, and makes
    an object of each of its entries, which takes twenty times as much memory."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.seek, self.tell = content.seek, content.tell

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size > CHUNK:
            raise CannotRead("This archive has too many files. Unpack it and choose the file.")
        return self._content.read(size)


def _packed(archive: zipfile.ZipFile) -> tuple[str, IO[bytes]]:
    names = [one for one in archive.namelist()[:MOST_PACKED] if not one.endswith("/")]
    wanted = [one for one in names if one.rpartition("/")[2].lower() in PACKED_NAMES] or (
        names if len(names) == 1 else []
    )
    if not wanted:
        raise CannotRead("This archive has no file of tasks that Daybook knows. Unpack it and choose the file.")
    if archive.getinfo(wanted[0]).compress_type not in PACKINGS:
        raise CannotRead("This archive is packed in an unusual way. Unpack it and choose the file.")
    unpacked: Any = SpooledTemporaryFile(max_size=CHUNK)  # noqa: SIM115, the Source closes it
    try:
        with archive.open(wanted[0]) as packed:
            _unpack(packed, unpacked)
    except BaseException:
        unpacked.close()
        raise
    return wanted[0].rpartition("/")[2], unpacked


def _unpack(packed: IO[bytes], unpacked: IO[bytes]) -> None:
    """Counted while it is unpacked: what the archive says of its size may be a lie."""
    size = 0
    while chunk := packed.read(CHUNK):
        size += len(chunk)
        if size > LARGEST_UNPACKED:
            raise CannotRead(f"Unpacked, this archive has more than {LARGEST_UNPACKED // CHUNK} MB.")
        unpacked.write(chunk)


def _encoding(content: IO[bytes]) -> str:
    """By its byte order mark; empty without one."""
    content.seek(0)
    start = content.read(4)
    return next((name for bom, name in BOMS if start.startswith(bom)), "")


def _require_text(content: IO[bytes], encoding: str) -> None:
    content.seek(0)
    decoder, line, is_empty = codecs.getincrementaldecoder(encoding)(), 1, True
    while chunk := content.read(CHUNK):
        line = _require_text_in(chunk, decoder, line)
        is_empty = is_empty and not chunk.strip()
    if is_empty:
        raise CannotRead("This file is empty.")
    _decoded(b"", decoder, line, final=True)


def _require_text_in(chunk: bytes, decoder: codecs.IncrementalDecoder, line: int) -> int:
    """The number of the line at the end of the chunk."""
    text = _decoded(chunk, decoder, line)
    if (place := text.find("\0")) >= 0:
        raise CannotRead("This is not text: there is a NUL character in it.", line + text.count("\n", 0, place))
    return line + text.count("\n")


def _decoded(chunk: bytes, decoder: codecs.IncrementalDecoder, line: int, *, final: bool = False) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as problem:
        place = line + problem.object[: problem.start].count(b"\n")
        raise CannotRead(
            "This file is not in UTF-8. It may be in Windows-1252, as older programs write.", place, is_encoding=True
        ) from problem

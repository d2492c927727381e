"""Compiled templates between starts, as Python keeps compiled modules: compiling those of one page takes 40 ms."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from pickle import UnpicklingError

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

# What compiles the templates, beside Jinja.
COMPILER = (Path(__file__).with_name("template_compiler.py"), Path(__file__).with_name("template_filters.py"))


class CompiledTemplates(FileSystemBytecodeCache):
    """Files in a folder, one for each template. Without write access nothing is kept, and nothing fails."""

    def __init__(self, templates: Path, folder: Path) -> None:
        super().__init__(str(folder), "%s")
        # All templates together, since the partials of a template are compiled in their places.
        sources = (*sorted(templates.rglob("*.html")), *COMPILER)
        self._checksum = sha256(b"\0".join([jinja2.__version__.encode(), *map(Path.read_bytes, sources)])).hexdigest()
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def get_source_checksum(self, source: str) -> str:
        return self._checksum

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, UnpicklingError):
            # A file that a crash left half written is compiled once more.
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)

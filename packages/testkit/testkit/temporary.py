"""Where tests keep their files: in memory if possible, because each commit of SQLite waits for the disk."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
# Data directories of PostgreSQL, SQLite files and the browser's caches of a whole run take about half of it.
NEEDED_BYTES = 2 * 1024**3


def use_memory_for_temporary_files() -> None:
    """Move `tempfile`, pytest's `tmp_path` and child processes to memory. An explicit TMPDIR stays."""
    if "TMPDIR" not in os.environ and _is_suitable(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def _is_suitable(folder: Path) -> bool:
    # Tests write programs and run them; some containers forbid that here, or leave 64 MB.
    if not os.access(folder, os.W_OK):
        return False
    no_execution = os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)
    return not no_execution and shutil.disk_usage(folder).free >= NEEDED_BYTES
